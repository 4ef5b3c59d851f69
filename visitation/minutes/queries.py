"""The minutes of a meeting, drafted from what was decided there.

One text for the screen, the PDF and the archive: a dictionary that is stored as
JSON. Its keys are read in documents that were approved long ago, so they stay
as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch
from django.utils import timezone
from django.utils.text import Truncator

from applications.lifecycle import Status
from applications.models import Application
from applications.models.copies import show_copy
from applications.reading import ties
from skolefleks import alphabet, pdf_text
from skolefleks.danish import day, kr, moment
from skolefleks.models import COMMITTEE_ROLES, Membership
from visitation.agenda import free_lines
from visitation.agenda import rules as agenda_rules
from visitation.dissents import rules as dissent_rules
from visitation.lifecycle import MeetingStatus
from visitation.minutes import course, rules
from visitation.models import Decision, FreePoint, Participant
from visitation.ways import queries as ways
from visitation.ways import rules as ways_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from applications.models import PupilCase
    from skolefleks.models import User
    from visitation.models import AgendaItem, Meeting, MeetingEvent

# Characters of a grant's conditions; the whole of them stands in the decision letter.
CONDITIONS = 240
DISSENT = "Protokolleret uenighed"
DECIDED_BEFORE = "Afgjort uden for møde før dette møde. Se orienteringen."
LEFT_FOR_LATER = "Ikke afgjort på mødet. Sagen venter til et senere møde."
NOT_YET = "Ikke afgjort endnu."
UNDER_WAY = MeetingStatus.UNDER_WAY
OUT, TOOK_PART = Participant.Part.OUT, Participant.Part.TOOK_PART
TAKEN_BACK = "Sagen var ikke længere hos udvalget, da mødet sluttede."


def minutes_of(meeting: Meeting, *, approved_by: User | None = None) -> dict[str, Any]:
    """All of the minutes, for everybody. Takes ten queries.

    What the disqualified may not read is taken out by `readers.as_read_by`.
    """
    people = _people_of(meeting)
    names = {row.user_id: row.user.name for row in people}
    # In the order of the agenda, whatever order they were decided in.
    items = list(meeting.items.select_related("application__school", "amendment"))
    decisions = _decisions(meeting)
    events = course.events_of(meeting)
    dissents = dissent_rules.standing(events)
    made_here = {decision.pk for decision in decisions}
    disqualified = ties.disqualifications_by_case(
        [item.application for item in items], [row.user for row in people]
    )

    points = []
    rows = agenda_rules.in_order(items, free_lines.free_points_of(meeting))
    for number, item in enumerate(rows, start=1):
        if isinstance(item, FreePoint):
            points.append(course.free_point(number, item))
            continue
        of_case = _decisions_of(item, decisions)
        out = disqualified[item.application_id]
        point = _point(number, item, of_case, out, names)
        _add_dissents(point, dissents)
        points.append(point)
    told_of = _told_of(meeting)
    _add_what_happened(meeting, points, events)
    _add_what_was_told(points, told_of)

    # Stands in the PDF too, so that a draft on paper is known as one.
    status = "Udkast, ikke godkendt"
    if approved_by is not None:
        status = f"Godkendt af {approved_by} {moment(timezone.now())}"

    starts_at = timezone.localtime(meeting.starts_at)
    return {
        "title": f"Referat af møde i kvalitetsudvalget {day(starts_at.date())}",
        "lead": f"Kl. {starts_at:%H.%M} · {meeting.place}",
        "status": status,
        "draft": approved_by is None,
        "people": _people_in_words(people, events),
        "points": points,
        "course": course.course_of(meeting, events),
        "told_of": told_of,
        "later": course.lines_after(events, meeting.closed_at, refusals_of=made_here),
        "remarks": meeting.remarks or "",
    }


def _add_dissents(point: dict[str, Any], dissents: dissent_rules.Dissents) -> None:
    """Who disagreed with what was decided of a pupil, and why: after its grounds."""
    for pupil in point["pupils"]:
        for event in dissents.get(UUID(pupil["decision"]), []):
            name = event.person.name if event.person else ""
            pupil["facts"].append([f"{DISSENT}, {name}", event.reason or ""])


def _add_what_happened(
    meeting: Meeting, points: list[dict[str, Any]], events: Collection[MeetingEvent]
) -> None:
    """When each was taken up and decided, and how many counted then.

    While the meeting is on, nothing is left for a later one yet.
    """
    quorum = course.quorum_of(meeting)
    taken_up = course.facts_of_points(events, quorum)
    decided = course.facts_of_decisions(events, quorum)
    for point in points:
        if point["note"] == LEFT_FOR_LATER and meeting.status == UNDER_WAY:
            point["note"] = NOT_YET
        if point["item"] in taken_up:
            point["facts"].insert(0, taken_up[point["item"]])
        for pupil in point["pupils"]:
            if pupil["decision"] in decided:
                pupil["facts"].insert(0, decided[pupil["decision"]])


def _add_what_was_told(
    points: list[dict[str, Any]], told_of: Iterable[dict[str, str]]
) -> None:
    """Say of a case that was decided before the meeting that it was."""
    cases = {row["application"] for row in told_of}
    for point in points:
        is_undecided = point["note"] in (LEFT_FOR_LATER, NOT_YET)
        if is_undecided and point["application"] in cases:
            point["note"] = DECIDED_BEFORE


def _told_of(meeting: Meeting) -> list[dict[str, str]]:
    """What was decided outside a meeting since the last one, and this one was told. One query."""
    rows = ways.with_what_is_told(Decision.objects.filter(told_at=meeting))
    return [
        {
            "application": str(decision.application.pk),
            "heading": f"{decision.application.number}, {decision.application.school}",
            "text": ways_rules.told_in_words(decision),
            "reason": decision.alone_reason or "",
        }
        for decision in rows
    ]


def _decisions(meeting: Meeting) -> list[Decision]:
    """What was decided there, with grant and participants. Takes two queries."""
    participants = Prefetch("participants", Participant.objects.select_related("user"))
    related = ("grant", "pupil_case", "pupil_case__application")
    rows = course.decisions_made_at(meeting).select_related(*related)
    rows = rows.prefetch_related(participants)
    return list(rows.order_by("pupil_case__position", "decided_at"))


def _is_of(decision: Decision, item: AgendaItem) -> bool:
    """Whether it was made at this point: a case and an effort of it may both be on the agenda."""
    if item.amendment:
        return decision.pk == item.amendment.decision_id
    is_of_case = decision.pupil_case.application_id == item.application_id
    return is_of_case and not decision.is_amending


def _decisions_of(item: AgendaItem, decisions: list[Decision]) -> list[Decision]:
    """What was decided at the point, as the case was submitted."""
    of_case = [decision for decision in decisions if _is_of(decision, item)]
    # The school may have the case again, and write in it.
    copy = show_copy(item.application)
    if copy:
        _show_pupils(of_case, copy.pupil_cases)
    return of_case


def _show_pupils(decisions: list[Decision], pupil_cases: list[PupilCase]) -> None:
    """Let each decision's pupil be as it was submitted."""
    by_id = {pupil_case.pk: pupil_case for pupil_case in pupil_cases}
    for decision in decisions:
        # The database keeps a pupil that was decided, so the copy has it.
        decision.pupil_case = by_id[decision.pupil_case_id]


def _people_of(meeting: Meeting) -> list[Any]:
    """Who was invited, each with the `roles` they hold in the committee."""
    memberships = Membership.objects.current().filter(
        user=OuterRef("user"), role__in=COMMITTEE_ROLES
    )
    # The roles beside the row: a query a person would come to twenty.
    rows = meeting.attendances.select_related("user", "stands_in_for")
    rows = rows.annotate(roles=ArraySubquery(memberships.values("role")))
    return list(rows.order_by(alphabet.by("user__name")))


def _people_in_words(
    people: Iterable[Any], events: Iterable[MeetingEvent]
) -> list[list[str]]:
    """(name, what they are in the committee, whether they were there) of each."""
    return [
        [row.user.name, _title(row), course.presence_of(row, events)] for row in people
    ]


def _title(row: Any) -> str:
    """What somebody invited is: a substitute, or what they are in the committee."""
    if row.stands_in_for:
        return f"Suppleant for {row.stands_in_for.name}"
    return rules.title_of(row.roles)


def _point(
    number: int,
    item: AgendaItem,
    decisions: list[Decision],
    disqualified: dict[int, str],
    names: dict[int, str],
) -> dict[str, Any]:
    """One case of the agenda. `disqualified` holds why, by id; `names` everybody's."""
    application = item.application

    # A pupil who was decided twice at the meeting stands with the last decision.
    last_decisions = {decision.pupil_case_id: decision for decision in decisions}
    participants = _participants(last_decisions.values())

    # Who was out is written down when something is decided; before that it is who
    # is out today.
    out = {p.user_id: (p.user.name, p.why) for p in participants if p.part == OUT}
    if not out:
        out = {user: (names[user], why) for user, why in disqualified.items()}

    # By name and once each, though every pupil of the case has its own list.
    took_part = sorted(
        {p.user.name for p in participants if p.part == TOOK_PART}, key=alphabet.key
    )
    pupil_cases = [decision.pupil_case for decision in last_decisions.values()]
    without_names = pdf_text.name_remover(rules.replacements(pupil_cases))
    grades = ", ".join(f"{grade}." for grade in application.grades)
    lead = f"{', '.join(application.initials)} · {grades} kl."
    if item.amendment:
        lead += f" · Opfølgning: {item.amendment.get_kind_display()}"
    return {
        "number": number,
        "item": str(item.pk),
        "application": str(application.pk),
        "out": sorted(out),
        "is_closed": False,
        "heading": f"{application.number}, {application.school}",
        "lead": lead,
        "facts": _facts_of_point(application, sorted(out.values()), took_part),
        "pupils": [
            _pupil(decision, without_names) for decision in last_decisions.values()
        ],
        "note": _note(application, is_decided=bool(last_decisions)),
        "said": item.said or "",
    }


def _participants(decisions: Iterable[Decision]) -> list[Participant]:
    participants: list[Participant] = []
    for decision in decisions:
        participants += decision.participants.all()
    return participants


def _facts_of_point(
    application: Application, out: list[tuple[str, str]], took_part: list[str]
) -> list[list[str]]:
    """Who presented the case, who was out of it and why, and who decided."""
    disqualified = "; ".join(f"{name} ({why})" for name, why in out)
    facts = [
        ["Forelagt af", application.representative_name or "Ikke oplyst"],
        ["Inhabile", disqualified or "Ingen"],
    ]
    if took_part:
        facts.append(["Deltog i afgørelsen", ", ".join(took_part)])
    return facts


def _note(application: Application, *, is_decided: bool) -> str:
    """Why nothing was decided in the case; nothing where something was."""
    if is_decided:
        return ""
    # Sent back or withdrawn while the meeting was on, there was nothing to decide.
    if application.status in (Status.SUBMITTED, Status.CLOSED):
        return LEFT_FOR_LATER
    return TAKEN_BACK


def _pupil(decision: Decision, without_names: Callable[[str], str]) -> dict[str, Any]:
    """What was decided for one pupil, in short, without names."""
    facts = []

    # A decision that grants nothing has no grant: the relation is then missing
    # altogether.
    grant = getattr(decision, "grant", None)
    if grant is not None:
        facts.append(["Takst", f"{kr(grant.tariff)} pr. år"])
        before = grant.tariff
        for step in grant.later:
            # The committee only steps down; a raise is a price index, and came later.
            if step.tariff >= before:
                before = step.tariff
                continue
            before = step.tariff
            facts.append([f"Fra {day(step.from_on)}", f"{kr(step.tariff)} pr. år"])
        facts.append(["Periode", f"{day(grant.starts_on)} – {day(grant.ends_on)}"])
        if grant.conditions:
            conditions = Truncator(without_names(grant.conditions))
            facts.append(["Vilkår", conditions.chars(CONDITIONS, truncate=" …")])

    facts.append(["Begrundelse", without_names(decision.grounds)])
    return {
        "initials": rules.name_in_minutes(decision.pupil_case),
        "outcome": decision.get_outcome_display(),
        "facts": facts,
        "decision": str(decision.pk),
        "pupil": str(decision.pupil_case_id),
    }
