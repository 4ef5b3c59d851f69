"""The letters and the journal of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Prefetch

from applications.models import Application
from budget.lifecycle import InstalmentStatus
from budget.models import Instalment
from budget.models.payments import HANDED_OVER
from skolefleks.models import Role, User
from visitation.law import queries as law
from visitation.lifecycle import GrantStatus
from visitation.models import (
    Document,
    GivenText,
    Grant,
    JournalEntry,
    WaitingPlace,
)

if TYPE_CHECKING:
    from datetime import date

    from applications.models import PupilCase
    from visitation.law.rules import Kind
    from visitation.models import Decision


class Settlement(NamedTuple):
    """What a school has been paid for a pupil, owes of it, and is still to have: whole DKK.

    What the bank has is paid. `next_on` is when the next instalment is due; None without any.
    """

    paid: int
    owed: int
    to_come: int
    next_on: date | None


def settlement_of(pupil_case: PupilCase, application: Application) -> Settlement:
    """Of all grants of the pupil at the school of the application. One query."""
    grants = Grant.objects.standing().filter(pupil=pupil_case.pupil_id)
    rows = Instalment.objects.standing().filter(
        reference__in=grants.values("pk"), school=application.school_id
    )
    paid = owed = to_come = 0
    days = []
    for row in rows.select_related("run"):
        is_sent = row.run is not None and row.run.status in HANDED_OVER
        if row.status == InstalmentStatus.PAID or is_sent:
            paid += row.amount
        elif row.amount < 0:
            owed -= row.amount
        else:
            to_come += row.amount
            days.append(row.due_on)
    return Settlement(paid, owed, to_come, min(days, default=None))


class Facts:
    """What a letter is written from beside the decision itself."""

    def __init__(self, decision: Decision, application: Application) -> None:
        self.decision = decision
        self.application = application

    def grant(self) -> Grant | None:
        """What the decision granted."""
        return Grant.objects.filter(decision=self.decision).first()

    def grant_before(self) -> Grant | None:
        """What ran before, as it stands now: the decision has cut it short already."""
        grants = Grant.objects.standing().known_to_school()
        of_pupil = grants.filter(pupil=self.decision.pupil_case.pupil_id)
        others = of_pupil.exclude(decision=self.decision)
        return others.order_by("starts_on").last()

    def grant_replaced(self) -> Grant | None:
        """What the decision granted that this one replaces; a postponement granted nothing."""
        earlier = self.decision.replaces
        return Grant.objects.standing().filter(decision=earlier).first()

    def late_from(self) -> date | None:
        """The first day granted before, where the effort begins later; None where it does not."""
        earlier = Grant.objects.filter(decision=self.decision.replaces)
        annulled = earlier.filter(status=GrantStatus.ANNULLED).first()
        grant = self.grant()
        if annulled and grant and annulled.starts_on < grant.starts_on:
            return annulled.starts_on
        return None

    def follow_up_days(self, grant: Grant) -> list[date]:
        """When one looks at how it goes."""
        return [follow_up.due_on for follow_up in grant.follow_ups.all()]

    def settlement(self) -> Settlement:
        """What the school was paid, owes and is to have."""
        return settlement_of(self.decision.pupil_case, self.application)

    def waits_for_money(self) -> bool:
        """Whether the decision has a place on the waiting list."""
        return WaitingPlace.objects.filter(decision=self.decision).exists()

    def kind(self) -> Kind:
        """What the case is in law."""
        return law.kind_of(self.application)

    def at_school(self) -> str:
        """Whom the parents ask: `Pia Krog på Engskolen`, by what the school wrote."""
        school = self.application.school.name
        leader = self.application.daily_leader_name
        if not leader:
            return school
        return f"{leader} på {school}"

    def contact(self) -> str:
        """Whom the school asks: `name, e-mail` of the secretary, else of the chair.

        Nobody who is disqualified in the case; '' where there is nobody.
        """
        for role in (Role.COMMITTEE_SECRETARY, Role.COMMITTEE_CHAIR):
            for person in User.objects.holding(role).order_by("pk"):
                cases = Application.objects.untied_to(person)
                if cases.filter(pk=self.application.pk).exists():
                    return f"{person.name}, {person.email}"
        return ""


def letters_of(application: Application) -> list[Document]:
    """The letters of a case, newest first, without their bytes.

    A letter exists from release on, so whoever may read the case may read
    it.
    """
    rows = Document.objects.filter(application=application)
    rows = rows.select_related("decision__pupil_case").prefetch_related(
        Prefetch("givings", GivenText.objects.select_related("noted_by"))
    )
    # PDF and source are sealed: opening them for a list would cost more
    # than all the rest.
    rows = rows.defer("sealed_pdf", "source")
    documents = list(rows.order_by("-made_at", "kind"))
    for document in documents:
        # The newest counts.
        for giving in document.givings.all():
            document.giving = giving
    return documents


def journal_of(application: Application) -> list[JournalEntry]:
    """The journal of a case, newest first."""
    rows = JournalEntry.objects.filter(application=application)
    rows = rows.select_related("by", "document")
    rows = rows.defer("document__sealed_pdf", "document__source")
    return list(rows.order_by("-id"))
