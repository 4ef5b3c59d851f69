"""Handing an application to the school leader, and the leader's way to hand it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from applications.models import Application, HandOver
from applications.papers import rules as papers_rules
from applications.reading import queries as reading
from applications.writing import actions as writing
from skolefleks import audit, outbox
from skolefleks.refusals import NotPossible, Refusal
from skolefleks.statemachine import move

if TYPE_CHECKING:
    from applications.fields import rules as fields_rules
    from skolefleks.models import User


class Incomplete(Refusal):
    """Something is missing; `items` says what."""

    def __init__(self, items: list[fields_rules.Item]) -> None:
        self.items = items
        super().__init__("Ansøgningen kan ikke indsendes endnu. Se, hvad der mangler.")


@transaction.atomic
def hand_over(application: Application, *, note: str, by: User) -> HandOver:
    """Hand a complete application to the school's leaders, with a word on the way.

    Raises Incomplete, and NotPossible where it lies with them already.
    """
    writing.require_editable(application, by=by)
    require_complete(reading.WholeApplication(application))
    if waiting_of(application):
        raise NotPossible("Ansøgningen ligger allerede hos skolelederen.")

    now = timezone.now()
    handed = HandOver.objects.create(
        application=application, note=note, handed_by=by, handed_at=now
    )
    _note_on_case(application, handed_over_at=now)
    audit.record("hand_over", application, by=by)
    outbox.post("application.handed_over", hand_over=str(handed.pk))
    return handed


@transaction.atomic
def hand_back(application: Application, *, answer: str, by: User) -> None:
    """Hand it back to whoever wrote it, with what is to be done.

    Raises NotPossible where it does not lie with the leader.
    """
    writing.lock(application)
    handed = _answer(application, "hand_back", answer=answer, by=by)
    if handed is None:
        raise NotPossible("Ansøgningen ligger ikke til underskrift.")
    outbox.post("application.handed_back", hand_over=str(handed.pk))


@transaction.atomic
def take_back(application: Application, *, by: User) -> None:
    """Let the writer go on before the leader has answered."""
    writing.lock(application)
    if _answer(application, "take_it_back", by=by) is None:
        raise NotPossible("Ansøgningen ligger ikke til underskrift.")


def settle(application: Application, verb: str, *, by: User) -> None:
    """Take the step that follows from another act; nothing where it lies with nobody.

    That act holds the row.
    """
    handed = _answer(application, verb, by=by)
    if handed and verb == "sign":
        outbox.post("application.signed", hand_over=str(handed.pk))


def waiting_of(application: Application) -> HandOver | None:
    """What lies with the leader now."""
    return application.hand_overs.filter(status="waiting").first()


def require_complete(draft: reading.WholeApplication) -> None:
    """Raise Incomplete with all that is missing, Refusal while a paper is in quarantine."""
    if draft.missing:
        raise Incomplete(draft.missing)

    papers_rules.require_examined(
        draft.application.papers.select_related("uploaded_by")
    )


def _answer(
    application: Application, verb: str, *, answer: str = "", by: User
) -> HandOver | None:
    handed = waiting_of(application)
    if handed is None:
        return None

    handed.application = application
    move(handed, verb, by=by)
    handed.answer = answer
    handed.answered_by = by
    handed.answered_at = timezone.now()
    handed.save(update_fields=["answer", "answered_by", "answered_at"])
    _note_on_case(application, handed_over_at=None)
    return handed


def _note_on_case(application: Application, **fields: object) -> None:
    """For the lists, which read no other table."""
    rows = Application.objects.filter(pk=application.pk)
    rows.update(updated_at=timezone.now(), **fields)
    application.handed_over_at = fields["handed_over_at"]  # type: ignore[assignment]
