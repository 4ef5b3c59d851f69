"""Holding a follow-up: the report and the voices before it, the talk, and what comes of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from skolefleks import audit, outbox
from skolefleks.danish import today
from skolefleks.permissions import Permission as P
from skolefleks.refusals import NotPossible, Refusal
from skolefleks.setup import trade
from skolefleks.statemachine import move
from visitation.efforts.actions import require_open
from visitation.efforts.following import summarise
from visitation.followups import asking, rules
from visitation.lifecycle import OPEN_FOLLOW_UPS, EffortStatus
from visitation.models import FollowUpVoice, FollowUpWindow, StatusReport

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from skolefleks.models import User

HANDED_IN = "Statusrapporten er afleveret og kan ikke ændres."
NOT_BEGUN = "Bekræft først, at indsatsen er begyndt."


# -- the status report --
@transaction.atomic
def write_report(report: StatusReport, *, by: User) -> StatusReport:
    """Keep the school's draft. Raises NotPossible once it is handed in, or all is over."""
    _require_writable(report, P.EFFORT_WRITE, by=by)
    report.written_by = by
    report.written_at = timezone.now()
    report.save()
    audit.record("write_status_report", report.window, by=by)
    return report


@transaction.atomic
def hand_in_report(report: StatusReport, *, by: User) -> StatusReport:
    """Hand the report in: PPR and the committee may read it, and nobody changes it any more.

    Raises NotPossible as `write_report` does, Refusal while it
    says nothing.
    """
    _require_writable(report, P.EFFORT_LEAD, by=by)
    if not report.carried_out.strip():
        raise Refusal("Skriv, hvordan planen er gennemført.", field="carried_out")
    if not report.progress.strip():
        raise Refusal("Skriv, hvordan det går med målene.", field="progress")

    report.written_by = by
    report.handed_in_by = by
    report.written_at = report.handed_in_at = timezone.now()
    report.save()
    audit.record("hand_in_report", report.window, by=by)
    outbox.post("follow_up.reported", window=str(report.window.pk))
    return report


@transaction.atomic
def say(
    window: FollowUpWindow,
    voice: FollowUpVoice.Voice,
    *,
    words: str,
    is_declined: bool,
    how: FollowUpVoice.How,
    by: User,
) -> FollowUpVoice:
    """Keep what the pupil, the parents or PPR say; not wanting to is an answer.

    PPR speaks for itself, the school writes the others down.
    Raises NotPossible once the outcome is told.
    """
    right = P.EFFORT_WRITE
    if voice == FollowUpVoice.Voice.PPR:
        right = P.PPR_LINE_WRITE
    _require_open(window, right, by=by)

    # Said again before the talk, the new words take the place
    # of the old.
    spoken = window.voices.filter(voice=voice).first()
    if spoken is None:
        spoken = FollowUpVoice(window=window, voice=voice)
    spoken.words = words
    spoken.is_declined = is_declined
    spoken.how = how
    spoken.written_by = by
    spoken.written_at = timezone.now()
    spoken.save()
    audit.record("write_voice", window, by=by, voice=voice)
    return spoken


# -- the talk and its outcome --
@transaction.atomic
def hold(
    window: FollowUpWindow,
    *,
    held_on: date,
    present: Sequence[str],
    also_present: str,
    by: User,
) -> None:
    """Write down the talk: when it was, and who took part. The clock of its outcome begins.

    Raises NotPossible, Overtaken, Refusal for a day that is no
    day of a talk.
    """
    _require_open(window, P.EFFORT_WRITE, by=by)
    if window.effort.status == EffortStatus.AWAITING:
        raise NotPossible(NOT_BEGUN)
    if held_on > today():
        raise Refusal("Vælg i dag eller en tidligere dag.", field="held_on")
    if held_on < window.effort.starts_on:
        raise Refusal("Dagen ligger før indsatsens første dag.", field="held_on")

    window.held_on = held_on
    window.held_by = by
    window.present = list(present)
    window.also_present = also_present
    # Told within so many days of the talk, however early or
    # late that was.
    window.tell_by = max(
        held_on + timedelta(days=trade.now().follow_up_tell_days), window.hold_by
    )
    window.save()
    move(window, "hold_follow_up", by=by, held_on=held_on.isoformat())
    summarise(window.effort)


@transaction.atomic
def settle(
    window: FollowUpWindow,
    *,
    outcome: FollowUpWindow.Outcome,
    grounds: str,
    by: User,
    asks_committee: bool = False,
) -> None:
    """Give the follow-up its one outcome, with its grounds; it is told also when nothing changes.

    What changes the grant is laid before the committee; a
    correction of the effort alone is not, unless the school
    `asks_committee` because tariff or conditions change with
    it.

    Raises NotPossible without a talk or a report that is handed
    in, Overtaken.
    """
    _require_open(window, P.EFFORT_LEAD, by=by)
    # Without it PPR and the committee would read an outcome of
    # nothing.
    handed_in = StatusReport.objects.filter(window=window, handed_in_at__isnull=False)
    if not handed_in.exists():
        raise NotPossible("Aflever statusrapporten, før resultatet gives.")

    # The outcome before the status: the database knows no told
    # follow-up without one.
    window.outcome = outcome
    window.grounds = grounds
    window.told_by = by
    window.told_at = timezone.now()
    window.save()
    move(window, "settle_follow_up", by=by, outcome=outcome)
    summarise(window.effort)

    for_committee = rules.is_for_committee(outcome, asks_committee=asks_committee)
    if for_committee:
        asking.ask_committee(window, by=by)
    outbox.post("follow_up.told", window=str(window.pk), decide=for_committee)


# -- what stands in the way --
def _require_open(window: FollowUpWindow, right: P, *, by: User) -> None:
    """Hold the effort's row, and raise NotPossible once the follow-up is over."""
    require_open(window.effort, right, by=by)
    window.refresh_from_db(fields=["status"])
    if window.status not in OPEN_FOLLOW_UPS:
        raise NotPossible("Opfølgningen er afsluttet.")


def _require_writable(report: StatusReport, right: P, *, by: User) -> None:
    _require_open(report.window, right, by=by)
    stored = StatusReport.objects.filter(window=report.window).first()
    if stored is None:
        return
    if stored.handed_in_at:
        raise NotPossible(HANDED_IN)
    # Two windows that both began an empty report write the same
    # one.
    if stored.pk != report.pk:
        raise NotPossible("En anden har begyndt rapporten. Genindlæs siden.")
