"""The proofs that were made, and whether the books stand under alarm."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from budget.books.proof import Check
from budget.models import BookProof
from budget.proving import since
from skolefleks.danish import moment
from skolefleks.operations import facts

# A proof that has not come on for so long was killed.
GIVEN_UP_AFTER = timedelta(minutes=30)


def last_full() -> BookProof | None:
    """The last proof of everything that came to its end."""
    return BookProof.objects.filter(is_full=True, finished_at__isnull=False).first()


def under_way() -> BookProof | None:
    """The proof of everything that is being made, if it has not been given up."""
    # A worker that was killed leaves a proof that never ends.
    begun_after = timezone.now() - GIVEN_UP_AFTER
    proofs = BookProof.objects.filter(is_full=True, finished_at__isnull=True)
    return proofs.filter(started_at__gt=begun_after).first()


def last_green() -> BookProof | None:
    """What the next proof goes on from: the last one that found no difference."""
    return BookProof.objects.filter(finished_at__isnull=False, is_red=False).first()


def new_checks(last: BookProof) -> tuple[since.News, list[Check]]:
    """Prove what came since `last`, the floors above in the end."""
    news = since.news_since(last)
    checks = [Check("Det sidste bevis af alt var uden forskelle", _red_full())]
    checks += since.checks_since(last, news)
    for path in settings.PROOFS_SINCE:
        proof = import_string(path)
        checks += proof(news.references)
    return news, checks


def _red_full() -> str:
    """A red proof of everything is lifted only by a green one of everything."""
    full = last_full()
    if full is None or not full.is_red:
        return ""
    return full.differences[0]


def alarm() -> BookProof | None:
    """The last proof, if it found a difference. One query; its checks are read when asked for."""
    finished = BookProof.objects.filter(finished_at__isnull=False)
    last = finished.only("is_red").first()
    if last is None or not last.is_red:
        return None
    return last


@facts.adds
def fact_of_proof() -> facts.Fact:
    """When everything was last proved, for the page of operations."""
    title = "Sidste bevis af bøgerne"
    last = last_full()
    if last is None or last.finished_at is None:
        return facts.Fact(title, "Ikke endnu")
    text = f"{moment(last.finished_at)}, uden forskelle"
    if last.is_red:
        text = f"{moment(last.finished_at)}, med forskelle"
    return facts.Fact(title, text, is_well=not last.is_red)
