"""The evaluations as their pages read them: what is being written, and the frozen versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from budget.books import rules as book_rules
from budget.models import FundingSource
from skolefleks.models import Centre
from visitation.evaluation import figures, rules
from visitation.models import (
    ChiefText,
    Evaluation,
    EvaluationPaper,
    EvaluationSignature,
    EvaluationVersion,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from skolefleks.models import User
    from visitation.evaluation.rules import Period

# Encrypted, and not listed.
TEXTS = ("committee_text", "sik_text", "bur_text", "source")

# So many years back an evaluation can be written of.
YEARS_BACK = 4


def evaluation_of(period: Period) -> Evaluation:
    """The evaluation as it is being written; a new one, not stored, where nobody began it."""
    # Not stored by reading: a page that is opened changes nothing.
    stored = Evaluation.objects.filter(span=period.span, year=period.year).first()
    return stored or Evaluation(span=period.span, year=period.year)


def chief_text_of(evaluation: Evaluation, centre: str) -> ChiefText:
    """What the centre's chief has written; a new one, not stored, where that is nothing."""
    stored = ChiefText.objects.filter(evaluation=evaluation.pk, centre=centre).first()
    return stored or ChiefText(evaluation=evaluation, centre=centre)


def texts_of(evaluation: Evaluation) -> list[tuple[str, str]]:
    """(label, text): the committee's, then that of each centre that signs, empty or not."""
    rows = ChiefText.objects.filter(evaluation=evaluation.pk)
    by_centre = {row.centre: row.text for row in rows}
    owners = FundingSource.objects.filter(centre__closed_on__isnull=True)
    centres = Centre.objects.filter(
        Q(pk__in=owners.values("centre")) | Q(pk__in=by_centre)
    )

    texts = [("Kvalitetsudvalgets vurdering", evaluation.committee_text)]
    for centre in centres:
        label = f"Centerchefen for {centre.key}"
        texts.append((label, by_centre.get(centre.key, "")))
    return texts


def versions_of(period: Period) -> list[EvaluationVersion]:
    """The frozen versions, the newest first."""
    versions = EvaluationVersion.objects.filter(
        evaluation__span=period.span, evaluation__year=period.year
    )
    return list(versions.select_related("evaluation"))


def signatures_of(evaluation: Evaluation, number: int) -> list[EvaluationSignature]:
    """Who has signed the version `number` and not taken it back, the first in front."""
    signatures = EvaluationSignature.objects.filter(
        evaluation=evaluation, number=number, taken_back_at=None
    )
    return list(signatures.select_related("by"))


def next_number(evaluation: Evaluation) -> int:
    """Of the version that is being written."""
    return EvaluationVersion.objects.filter(evaluation=evaluation).count() + 1


def figures_now(period: Period) -> dict[str, Any]:
    """The figures as they are counted today, beside those of earlier years."""
    return figures.figures_of(period, earlier_figures(period, published=False))


def earlier_figures(period: Period, *, published: bool) -> list[dict[str, Any]]:
    """What the newest version of each earlier year of the same kind says, the oldest first."""
    versions = (
        EvaluationVersion.objects.filter(
            evaluation__span=period.span, evaluation__year__lt=period.year
        )
        .select_related("evaluation")
        .order_by("evaluation__year", "-number")
    )
    # The newest version of a year comes first, and stays.
    by_year: dict[int, EvaluationVersion] = {}
    for version in versions:
        by_year.setdefault(version.evaluation.year, version)
    return [one.figures(published=published) for one in by_year.values()]


def sees_published_only(user: User) -> bool:
    """Whether the person reads the figures without small counts: the implementation group."""
    return not book_rules.sees_small_counts(user)


def paper_of(version: EvaluationVersion, *, published: bool) -> EvaluationPaper | None:
    """The PDF of the version for such a reader; None until it is made."""
    return version.papers.filter(is_published=published).first()


# -- the list --------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Line:
    """One year of the list: how far its evaluation is, and its versions, the newest first."""

    period: Period
    status: str
    versions: Sequence[EvaluationVersion]


def lines(*, with_drafts: bool) -> list[Line]:
    """The years, the newest first; without drafts only those with a frozen version. Two queries."""
    by_period: dict[tuple[str, int], list[EvaluationVersion]] = {}
    versions = EvaluationVersion.objects.select_related("evaluation")
    # The texts are encrypted and not listed.
    for version in versions.defer("source", "published", *_texts("evaluation__")):
        key = (version.evaluation.span, version.evaluation.year)
        by_period.setdefault(key, []).append(version)

    statuses = {}
    for evaluation in Evaluation.objects.defer(*_texts("")):
        key = (evaluation.span, evaluation.year)
        statuses[key] = evaluation.get_status_display()

    # Those of which something is written stay, however long ago they were.
    periods = set(rules.latest_periods(YEARS_BACK))
    for span, year in by_period:
        periods.add(rules.Period(rules.Span(span), year))

    listed_lines = []
    for period in sorted(periods, key=lambda one: one.first_day, reverse=True):
        of_period = by_period.get((period.span, period.year), [])
        if of_period or with_drafts:
            status = statuses.get((period.span, period.year), "Ikke begyndt")
            listed_lines.append(Line(period, status, of_period))
    return listed_lines


def _texts(prefix: str) -> list[str]:
    return [f"{prefix}{name}" for name in TEXTS]
