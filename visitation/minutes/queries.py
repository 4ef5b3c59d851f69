"""The minutes of a meeting, drafted from what was decided there: one text for the screen, the PDF and the archive."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch
from django.utils import timezone
from django.utils.text import Truncator

from applications.lifecycle import Status
from applications.models import Application
from applications.reading import queries as reading_queries
from applications.reading.summary import unnamed
from skolefleks.danish import day, kr
from skolefleks.models import Membership, Role
from skolefleks.templatetags.skolefleks import moment
from visitation.lifecycle import DecisionStatus
from visitation.models import Decision, Participant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from applications.models import PupilCase
    from skolefleks.models import User
    from visitation.models import AgendaItem, Meeting


TITLES = {
    Role.COMMITTEE_CHAIR: "Formand",
    Role.COMMITTEE_SECRETARY: "Sekretær",
    Role.COMMITTEE_MEMBER: "Medlem",
}


CONDITIONS = (
    240  # characters of a grant's conditions; the whole of them stands in the decision letter
)


LEFT = "Ikke afgjort på mødet. Sagen venter til et senere møde."


TAKEN_BACK = "Sagen var ikke længere hos udvalget, da mødet sluttede."


def minutes_of(meeting: Meeting, *, approved_by: User | None = None) -> dict[str, Any]:
    """All of the minutes, for everybody: as JSON, which the template reads. Takes seven queries.

    What the disqualified may not read is taken out by `as_read_by`.
    """
    people = _people_of(meeting)
    items = list(meeting.items.select_related("application__school"))
    decisions = _decisions(meeting)
    out = reading_queries.all_disqualified(
        [item.application for item in items], [row.user for row in people]
    )
    names = {row.user_id: row.user.name for row in people}
    points = []
    for number, item in enumerate(items, start=1):
        decided = [d for d in decisions if d.pupil_case.application_id == item.application_id]
        points.append(_point(number, item, decided, out[item.application.pk], names))
    starts = timezone.localtime(meeting.starts_at)
    return {
        "title": f"Referat af møde i kvalitetsudvalget {day(starts.date())}",
        "lead": f"Kl. {starts:%H.%M} · {meeting.place}",
        "status": f"Godkendt af {approved_by} {moment(timezone.now())}"
        if approved_by
        else "Udkast, ikke godkendt",
        "draft": approved_by is None,
        "people": [[row.user.name, _title(row.roles), row.get_state_display()] for row in people],
        "points": points,
        "remarks": meeting.remarks or "",
    }


def as_read_by(told: dict[str, Any], user: User) -> dict[str, Any]:
    """The minutes without the cases in which `user` is disqualified, now or when they were decided. Takes one query."""
    numbers = [point["application"] for point in told["points"]]
    seen = {
        str(pk)
        for pk in Application.objects.reviewable_by(user)
        .filter(pk__in=numbers)
        .values_list("pk", flat=True)
    }
    points = [
        point if point["application"] in seen and user.pk not in point["out"] else _closed(point)
        for point in told["points"]
    ]
    return {**told, "points": points}


def called(cases: Iterable[PupilCase]) -> list[tuple[str, str]]:
    """(name, what the minutes say instead), as lists have it."""
    return [(case.name, "Beskyttet" if case.is_protected else case.initials) for case in cases]


def reading_of(text: str | None) -> str:
    """A short mark of a text as it was read: a form says by it which one it was written on top of."""
    return hashlib.sha256((text or "").encode()).hexdigest()[:20]


def _closed(point: dict[str, Any]) -> dict[str, Any]:
    shown = {key: point[key] for key in ("number", "item", "application", "out")}
    empty: dict[str, Any] = {"lead": "", "facts": [], "pupils": [], "note": "", "said": ""}
    return shown | empty | {"heading": "du er inhabil", "is_closed": True}


def _decisions(meeting: Meeting) -> list[Decision]:
    """What was decided there and not undone, each with its grant and who took part. Takes two queries."""
    made = Decision.objects.filter(meeting=meeting).exclude(status=DecisionStatus.UNDONE)
    rows = made.select_related("grant", "pupil_case").order_by("pupil_case__position", "decided_at")
    return list(
        rows.prefetch_related(Prefetch("participants", Participant.objects.select_related("user")))
    )


def _people_of(meeting: Meeting) -> list[Any]:
    """Who was invited, each with the `roles` they hold in the committee."""
    held = Membership.objects.current().filter(user=OuterRef("user"), role__in=TITLES)
    rows = meeting.attendances.select_related("user").annotate(
        roles=ArraySubquery(held.values("role"))
    )
    return list(rows.order_by("user__name"))


def _title(roles: list[str]) -> str:
    """What somebody is in the committee; who has left it since was a member."""
    return next((title for role, title in TITLES.items() if role in roles), "Medlem")


def _point(
    number: int,
    item: AgendaItem,
    decisions: list[Decision],
    out: dict[int, str],
    names: dict[int, str],
) -> dict[str, Any]:
    application = item.application
    last = {decision.pupil_case_id: decision for decision in decisions}
    parts = {
        (p.user_id, p.user.name, p.part, p.why) for d in last.values() for p in d.participants.all()
    }
    was_out = {user: (name, why) for user, name, part, why in parts if part == Participant.Part.OUT}
    was_out = was_out or {user: (names[user], why) for user, why in out.items()}
    write = unnamed(called(decision.pupil_case for decision in last.values()))
    took_part = sorted({name for _, name, part, _ in parts if part == Participant.Part.TOOK_PART})
    grades = ", ".join(f"{grade}." for grade in application.grades)
    return {
        "number": number,
        "item": str(item.pk),
        "application": str(application.pk),
        "out": sorted(was_out),
        "is_closed": False,
        "heading": f"{application.number}, {application.school}",
        "lead": f"{', '.join(application.initials)} · {grades} kl.",
        "facts": [
            ["Forelagt af", application.representative_name or "Ikke oplyst"],
            [
                "Inhabile",
                "; ".join(f"{name} ({why})" for name, why in sorted(was_out.values())) or "Ingen",
            ],
            *([["Deltog i afgørelsen", ", ".join(took_part)]] if took_part else []),
        ],
        "pupils": [_pupil(decision, write) for decision in last.values()],
        "note": ""
        if last
        else LEFT
        if application.status in (Status.SUBMITTED, Status.CLOSED)
        else TAKEN_BACK,
        "said": item.said or "",
    }


def _pupil(decision: Decision, write: Callable[[str], str]) -> dict[str, Any]:
    """What was decided for one pupil, in short, without names."""
    granted = getattr(decision, "grant", None)
    facts: list[list[str]] = []
    if granted:
        facts += [["Takst", f"{kr(granted.tariff)} om året"]]
        facts += [["Periode", f"{day(granted.starts_on)} – {day(granted.ends_on)}"]]
    if granted and granted.conditions:
        facts += [["Vilkår", Truncator(write(granted.conditions)).chars(CONDITIONS, truncate=" …")]]
    facts += [["Begrundelse", write(decision.grounds)]]
    [(_, initials)] = called([decision.pupil_case])
    return {"initials": initials, "outcome": decision.get_outcome_display(), "facts": facts}
