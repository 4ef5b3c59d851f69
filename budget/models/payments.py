"""What is to be paid to the schools, in instalments, and the runs that pay it.

Knows no grant: only its `reference`. All amounts are whole DKK. A plan is never changed: an
instalment is paid, or cancelled and another one planned.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar, Self

import pgtrigger
from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Count, F, Q, Sum
from django.urls import reverse

from budget.lifecycle import INSTALMENT, RUN, InstalmentStatus, RunStatus
from budget.models.books import Pool, Posting
from skolefleks.models import District, School, User
from skolefleks.models.places import KEY
from skolefleks.permissions import EVERYWHERE, Reach
from skolefleks.triggers import never_emptied

if TYPE_CHECKING:
    from uuid import UUID

    from skolefleks.statemachine import StateMachine


# Characters of an account string.
ACCOUNT = 60


# The finance system has the file: it cannot be called back.
HANDED_OVER = (RunStatus.EXPORTED, RunStatus.PAYING)


account_string = RegexValidator(
    r"\A[0-9A-Za-zÆØÅæøå][0-9A-Za-zÆØÅæøå ./-]*\Z",
    "En kontostreng er bogstaver, tal, mellemrum, punktum, skråstreg og bindestreg, "
    "og begynder med et bogstav eller tal.",
)


class SchoolAccount(models.Model):
    """The account string that a school's payments go to.

    A school without one has the setting's PAYMENT_ACCOUNT.
    """

    school = models.OneToOneField(
        School, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    account = models.CharField(
        "kontostreng", max_length=ACCOUNT, validators=[account_string]
    )

    def __str__(self) -> str:
        return self.account


class PaymentRun(models.Model):
    """Instalments that are paid together.

    Proposed by a chief or by the clock, approved by another, handed over, paid. `amount` and
    `count` are as proposed; what is in it now is its instalments' sum. `digest` is the file's
    SHA-256.
    """

    LIFECYCLE: ClassVar[StateMachine] = RUN

    class Kind(models.TextChoices):
        PAYMENT = "payment", "Udbetaling"
        COLLECTION = "collection", "Opkrævning"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField("kørsel", max_length=12, unique=True)
    # A collection asks one school for what it has had too much, and pays nobody.
    kind = models.CharField("art", max_length=10, choices=Kind, default=Kind.PAYMENT)
    status = models.CharField(
        max_length=10, choices=RunStatus, default=RunStatus.PROPOSED
    )
    pays_on = models.DateField("udbetalingsdag")
    # Why instalments are paid before they are due; empty where none is.
    early_reason = models.CharField(
        "begrundelse for at betale før tid", max_length=500, blank=True
    )
    # As proposed: what is cancelled since is no longer among the instalments.
    amount = models.IntegerField("beløb")
    count = models.PositiveIntegerField("rater")
    # Nobody where the clock proposed it; the centre is then empty too.
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    proposed_centre = models.CharField("foreslået af", max_length=KEY, blank=True)
    proposed_at = models.DateTimeField("foreslået", auto_now_add=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    approved_centre = models.CharField("godkendt af", max_length=KEY, blank=True)
    approved_at = models.DateTimeField("godkendt", null=True)
    exported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    exported_at = models.DateTimeField("fil dannet", null=True)
    digest = models.CharField("filens kontroltal", max_length=64, blank=True)
    # What the file's lines say besides the instalments, so that it can be made again as it was.
    file_format = models.PositiveSmallIntegerField(default=1)
    debit_account = models.CharField("debetkonto", max_length=ACCOUNT, blank=True)
    frames = models.JSONField("rammer", default=dict)
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    paid_on = models.DateField("betalt", null=True)

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=["proposed", "approved", "rejected"])
                | Q(approved_by__isnull=False),
                name="no_run_is_handed_over_without_approval",
            ),
            # Four eyes, in the database too: not the same person, and not the same centre.
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | Q(proposed_by__isnull=True)
                | ~Q(approved_by=F("proposed_by"))
                & ~Q(approved_centre=F("proposed_centre")),
                name="nobody_approves_their_own_run",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["paying", "paid"])
                | Q(paid_on__isnull=False, marked_by__isnull=False),
                name="a_paid_run_has_its_day",
            ),
        )
        triggers = (
            pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete),
            never_emptied(),
        )

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("budget:payment_run", args=[self.number])

    @property
    def subject(self) -> str:
        return self.number

    @property
    def proved_content(self) -> str:
        """Who gets what by the run, as the proof's SQL writes it (budget/proving/sql.py)."""
        rows = self.instalments.order_by("pk")
        columns = rows.values_list("pk", "payee", "account", "amount")
        lines = ["|".join(str(value) for value in row) for row in columns]
        return "\n".join(lines)

    @property
    def terms(self) -> str:
        """When it pays and why early, as the proof's SQL writes it (budget/proving/sql.py)."""
        return f"{self.pays_on}|{self.early_reason}"

    @property
    def lies_at(self) -> Reach:
        """It belongs to no school: the right to it is held everywhere or not at all."""
        return EVERYWHERE


class InstalmentQuerySet(models.QuerySet["Instalment"]):
    def planned(self) -> Self:
        return self.filter(status=InstalmentStatus.PLANNED)

    def waiting(self) -> Self:
        """Planned, and in no run."""
        return self.planned().filter(run__isnull=True)

    def counting(self) -> Self:
        """In the file of their run, or to be: not cancelled."""
        return self.exclude(status=InstalmentStatus.CANCELLED)

    def standing(self) -> Self:
        """Planned, or paid and not come back: what a school gets, less what is set off."""
        came_back = Q(posting__reversed_by__isnull=False)
        # The note of a return may have been wrong, and be reversed itself.
        is_wrong = Q(posting__reversed_by__reversed_by__isnull=False)
        paid = Q(status=InstalmentStatus.PAID) & (~came_back | is_wrong)
        return self.filter(Q(status=InstalmentStatus.PLANNED) | paid)

    def on_their_way(self, reference: UUID) -> dict[int, int]:
        """Whole DKK by fiscal year of what the finance system has and these books have not yet."""
        rows = self.planned().filter(reference=reference, run__status__in=HANDED_OVER)
        sums = rows.order_by().values("pool_id").annotate(sum=Sum("amount"))
        return {row["pool_id"]: row["sum"] for row in sums}

    def on_their_way_back(self, reference: UUID) -> dict[int, int]:
        """What of that is set off, whole DKK (positive) by fiscal year."""
        rows = self.owed().filter(reference=reference, run__status__in=HANDED_OVER)
        sums = rows.order_by().values("pool_id").annotate(sum=Sum("amount"))
        return {row["pool_id"]: -row["sum"] for row in sums}

    def owed(self) -> Self:
        """What schools are to give back: planned lines of less than nothing."""
        return self.planned().filter(amount__lt=0)

    def sums_by(self, *fields: str) -> list[dict[str, Any]]:
        """`sum` (whole DKK) and `number` of instalments, by `fields` and in their order."""
        rows = self.order_by(*fields).values(*fields)
        sums = rows.annotate(sum=Sum("amount"), number=Count("pk"))
        return [dict(row) for row in sums]


class Instalment(models.Model):
    """One amount that one school is to have for one grant, of one fiscal year, on a banking day.

    A negative amount is what the school has had too much: it is set off against the rest of a run.

    `payee` and `account` are taken down when it enters a run, so that what is approved is what is
    paid; paid, the row never changes again. `posting` is the line in the books: exactly one for
    each that is paid.
    """

    LIFECYCLE: ClassVar[StateMachine] = INSTALMENT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.UUIDField()
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="+")
    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="+")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    text = models.CharField("tekst", max_length=120, blank=True)
    covers_from = models.DateField("fra")
    covers_to = models.DateField("til")
    due_on = models.DateField("forfalder")
    amount = models.IntegerField("beløb")
    status = models.CharField(
        max_length=10, choices=InstalmentStatus, default=InstalmentStatus.PLANNED
    )
    run = models.ForeignKey(
        PaymentRun, on_delete=models.PROTECT, null=True, related_name="instalments"
    )
    # Taken down in the run: a school may change its name or its account the day after.
    payee = models.CharField("modtager", max_length=80, blank=True)
    account = models.CharField("kontostreng", max_length=ACCOUNT, blank=True)
    posting = models.OneToOneField(
        Posting, on_delete=models.PROTECT, null=True, related_name="+"
    )
    paid_on = models.DateField("betalt", null=True)

    objects = InstalmentQuerySet.as_manager()

    class Meta:
        ordering = ("due_on", "id")
        indexes = (
            models.Index(fields=("reference",), name="instalments_of_a_reference"),
            models.Index(
                fields=("due_on",),
                condition=Q(status="planned", run__isnull=True),
                name="instalments_waiting",
            ),
            # Few are owed at a time, and the dashboard asks for their sum.
            models.Index(
                fields=("amount",),
                condition=Q(status="planned", amount__lt=0),
                name="instalments_owed",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=~Q(amount=0), name="an_instalment_pays_something"
            ),
            models.CheckConstraint(
                condition=Q(covers_to__gte=F("covers_from")),
                name="an_instalment_covers_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(status="paid")
                | Q(run__isnull=False, posting__isnull=False, paid_on__isnull=False)
                & ~Q(account="")
                & ~Q(payee=""),
                name="what_is_paid_says_where_and_when",
            ),
            # Only while it waits: after a return, the same days are planned again beside the row
            # that was paid. What is owed may lie in several parts, each set off as far as it goes.
            models.UniqueConstraint(
                fields=("reference", "pool", "covers_from", "covers_to"),
                condition=Q(status="planned", run__isnull=True, amount__gt=0),
                name="the_same_days_are_not_planned_twice",
            ),
        )
        triggers = (
            pgtrigger.ReadOnly(
                name="is_as_it_was_planned",
                fields=[
                    "reference",
                    "pool",
                    "district",
                    "school",
                    "covers_from",
                    "covers_to",
                    "due_on",
                    "amount",
                ],
            ),
            # By what it was before: the update that marks it as paid is let through.
            pgtrigger.Protect(
                name="is_frozen_when_paid",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__status="paid"),
            ),
            pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete),
            never_emptied(),
        )

    def __str__(self) -> str:
        return f"{self.due_on}: {self.amount}"

    @property
    def subject(self) -> str:
        return self.text

    @property
    def lies_at(self) -> Self:
        return self

    def has_invited(self, _user: User) -> bool:
        return False
