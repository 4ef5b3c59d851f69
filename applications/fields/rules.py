"""What an application must hold before the committee gets it, and what it ought to hold. Reads, never writes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from applications.models import Capacity, PupilCase
from skolefleks.danish import today

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from applications.models import Application, Goal, PlannedMeasure, TriedMeasure


YOUNGEST, OLDER, OLDEST = (
    6,
    14,
    18,
)  # the age groups of the day-treatment report: 6-13 and 14-17 years


@dataclass(frozen=True)
class Item:
    """One thing an application should hold: where it is written, and whether it is there. Not `required` is advised."""

    step: str
    field: str
    label: str
    filled: bool
    required: bool = True
    pupil: PupilCase | None = None

    def url(self, application: Application) -> str:
        """The address of its field, label included."""
        of_pupil = [self.pupil.pk] if self.pupil and self.step == "pupil" else []
        args, name = [application.number, *of_pupil], f"applications:{self.step}"
        return f"{reverse(name, args=args)}#div_id_{self.field}"

    @property
    def shown(self) -> str:
        return f"{self.pupil}: {self.label}" if self.pupil else self.label


def checklist(
    application: Application,
    pupils: Sequence[PupilCase],
    *,
    tried: Sequence[TriedMeasure],
    planned: Sequence[PlannedMeasure],
    goals: Sequence[Goal],
    signed: Collection[str],
) -> list[Item]:
    """Everything `application` should hold. `signed`: the capacities in which an adviser has signed a statement."""
    beside, aimed = support_beside(tried), {goal.pupil_case_id for goal in goals if goal.is_told}
    return [
        Item("pupils", "add", "Mindst én elev", bool(pupils)),
        *(item for pupil in pupils for item in _about(pupil, beside)),
        *_environment(application, joint=len(pupils) > 1, tried=sum(row.is_told for row in tried)),
        Item(
            "plan",
            "planned",
            "Mindst ét planlagt tiltag med forventet effekt",
            any(row.is_told for row in planned),
        ),
        *(_goal(pupil, filled=pupil.pk in aimed) for pupil in pupils),
        *_cooperation(
            application,
            ages={age for pupil in pupils if (age := pupil.age_on(today())) is not None},
        ),
        *_leadership(application),
        *_statements(pupils, signed),
    ]


def missing(items: Sequence[Item]) -> list[Item]:
    """What stops the application from being submitted."""
    return [item for item in items if item.required and not item.filled]


def support_beside(tried: Sequence[TriedMeasure]) -> Decimal:
    """Hours a week of running measures that are support beside what is counted at each pupil."""
    return sum((row.supports_on(today()) for row in tried), Decimal(0))


def _goal(pupil: PupilCase, *, filled: bool) -> Item:
    return Item(
        "plan",
        f"goals-{pupil.pk}",
        "Mindst ét mål: fra hvad til hvad, hvornår og målt hvordan",
        filled,
        True,
        pupil,
    )


def _about(pupil: PupilCase, beside: Decimal) -> Iterator[Item]:
    def item(field: str, label: str, *, filled: bool | None = None, required: bool = True) -> Item:
        there = bool(getattr(pupil, field)) if filled is None else filled
        return Item("pupil", field, label, there, required, pupil)

    yield item("name", "Navn")
    yield item("cpr", "CPR-nummer", filled=pupil.pupil_id is not None)
    yield item("grade", "Klassetrin", filled=pupil.grade is not None)
    yield item("kind", "Fastholdelse eller tilbageslusning")
    yield item("description", "Beskrivelse af eleven")
    yield item("pupil_voice", "Elevens egne ord, eller hvorfor de mangler")
    yield item(
        "support_hours",
        "Støttetimer om ugen (0, hvis ingen)",
        filled=pupil.support_hours is not None,
    )
    if pupil.has_too_many_hours(beside):
        limit = settings.SUPPORT_HOURS_LIMIT
        label = (
            f"Støtte i {limit} timer om ugen eller mere er specialundervisning og går gennem PPR"
        )
        yield item("support_hours", label, filled=False)
    yield item("parents_informed", "Er forældrene orienteret?")
    if pupil.parents_informed == PupilCase.Informed.EXCEPTION:
        yield item("parents_exception", "Hvorfor forældrene ikke er orienteret")
    elif pupil.parents_informed:
        yield item("parents_informed_on", "Hvornår forældrene er orienteret")
        yield item("parents_informed_by", "Hvem der har orienteret dem")
        yield item("parents_informed_how", "Hvordan de er orienteret")
    yield item("requested_tariff", "Ansøgt takst")
    yield item("starts_on", "Periodens første dag")
    yield item("ends_on", "Periodens sidste dag")
    if pupil.requested_tariff and pupil.requested_tariff != settings.UNIT_TARIFF:
        yield item("tariff_reason", "Hvorfor taksten afviger fra enhedstaksten")
    yield item("caseworker_name", "Sagsbehandler, hvis eleven har en", required=False)


def _environment(application: Application, *, joint: bool, tried: int) -> Iterator[Item]:
    yield _written(application, "environment", "learning_environment", "Læringsmiljøet")
    if joint:
        yield _written(application, "environment", "joint_reason", "Hvorfor en fælles indsats")
    yield _written(application, "environment", "support_hours_use", "Støttetimernes anvendelse")
    yield _written(application, "environment", "support_hours_yield", "Støttetimernes udbytte")
    yield Item(
        "environment", "tried", "Mindst ét afprøvet tiltag med, hvad der kom ud af det", tried > 0
    )


def _cooperation(application: Application, *, ages: set[int]) -> Iterator[Item]:
    """By age group, as the day-treatment report asks: advised, since only the school knows what fits its pupil."""
    yield _written(application, "cooperation", "ppr_contact", "Kontakt i PPR")
    yield _written(application, "cooperation", "ppr_setup", "PPR i opbygningen af indsatsen")
    yield _written(application, "cooperation", "ppr_daily", "PPR i den daglige drift")
    if any(YOUNGEST <= age < OLDER for age in ages):
        yield _written(
            application, "cooperation", "coordinator", "Tværfaglig koordinator", required=False
        )
        yield _written(
            application,
            "cooperation",
            "family_cooperation",
            "Samarbejdet med familien",
            required=False,
        )
        yield _written(
            application,
            "cooperation",
            "leisure_cooperation",
            "Samarbejdet med BFO eller klub",
            required=False,
        )
    if any(OLDER <= age < OLDEST for age in ages):
        yield _written(application, "cooperation", "kui_cooperation", "Samarbejdet med KUI")
        yield _written(application, "cooperation", "workplace_training", "Praktik", required=False)
        yield _written(application, "cooperation", "mentor", "Mentor", required=False)
        yield _written(
            application, "cooperation", "exam_path", "Vejen til afgangsprøven", required=False
        )


def _leadership(application: Application) -> Iterator[Item]:
    yield _written(application, "leadership", "daily_leader_name", "Daglig leder af indsatsen")
    yield _written(
        application, "leadership", "representative_name", "Hvem der forelægger sagen for udvalget"
    )
    yield _written(application, "leadership", "legal_basis", "Lovgrundlag")


def _statements(pupils: Sequence[PupilCase], signed: Collection[str]) -> Iterator[Item]:
    """PPR's is required, for quality; the caseworker's is asked for where a pupil has one."""
    yield Item("dialogue", "ppr", "Underskrevet udtalelse fra PPR", Capacity.PPR in signed)
    if any(pupil.caseworker_name for pupil in pupils):
        there = Capacity.CASEWORKER in signed
        yield Item(
            "dialogue",
            "caseworker",
            "Underskrevet udtalelse fra sagsbehandleren",
            there,
            required=False,
        )


def _written(
    application: Application, step: str, field: str, label: str, *, required: bool = True
) -> Item:
    return Item(step, field, label, bool(getattr(application, field)), required)
