"""What one centre chief proposes and the other approves.

Money into the pool, money moved, a posting put right. Only the approval writes postings. A proposal
knows no pupil; it says its reason in words about money. What an index of prices changes is known to
the floor of the grants alone: it proposes and approves there, and says in `text` what it is.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from budget.lifecycle import PROPOSAL, ProposalStatus
from budget.models import links
from budget.models.books import FundingSource, Posting
from skolefleks.models import Role, User
from skolefleks.models.places import KEY
from skolefleks.permissions import EVERYWHERE, Reach
from skolefleks.triggers import append_only, never_emptied

if TYPE_CHECKING:
    from collections.abc import Collection

    from skolefleks.statemachine import StateMachine


# Characters.
REASON = 500


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def waiting(self) -> Self:
        return self.filter(status=ProposalStatus.PROPOSED)

    def waiting_for(self, centres: Collection[str], user: User) -> Self:
        """What a chief of `centres` can answer (`budget.proposals.rules.may_answer`, as a query).

        Proposed and signed by other people, and not yet signed for one of theirs.
        """
        signed = ProposalConsent.objects.filter(proposal=OuterRef("pk"))
        answerable = Q(pk__in=())
        for centre in centres:
            is_awaited = _is_concerned(Q(centre=centre)) | _needs_any_second()
            has_signed = Q(Exists(signed.filter(centre=centre)))
            answerable |= ~Q(proposed_centre=centre) & is_awaited & ~has_signed
        others = self.waiting().exclude(proposed_by=user)
        return others.filter(answerable).exclude(Exists(signed.filter(by=user)))


def _is_concerned(frames: Q) -> Q:
    """Whether money of a centre with such `frames` is in the proposal.

    Its lines name the frames; what has no lines is about the whole pool.
    """
    lines = ProposalLine.objects.filter(proposal=OuterRef("pk"))
    of_them = FundingSource.objects.filter(frames)
    owners = of_them.filter(centre__closed_on__isnull=True)
    in_the_lines = lines.filter(source__in=of_them.values("pk"))
    return Q(Exists(in_the_lines)) | ~Q(Exists(lines)) & Q(Exists(owners))


def _needs_any_second() -> Q:
    """Whether no other centre than the one that proposed has money in it: any other signs then."""
    signed = ProposalConsent.objects.filter(proposal=OuterRef("pk"))
    by_another = ~Q(centre=OuterRef("proposed_centre"))
    lines = ProposalLine.objects.filter(proposal=OuterRef("pk"))
    their_lines = lines.exclude(source__centre=OuterRef("proposed_centre"))
    owners = FundingSource.objects.filter(by_another, centre__closed_on__isnull=True)
    is_about_others = Q(Exists(their_lines)) | ~Q(Exists(lines)) & Q(Exists(owners))
    return ~is_about_others & ~Q(Exists(signed))


# The owners of the money in its lines: asked when the proposal becomes approved.
_ALL_OWNERS_AGREE = """
    IF EXISTS (
        SELECT FROM budget_proposalline l
            JOIN budget_fundingsource s ON s.id = l.source_id
        WHERE l.proposal_id = NEW.id
            AND s.centre NOT IN (NEW.proposed_centre, NEW.answered_centre)
            AND NOT EXISTS (
                SELECT FROM budget_proposalconsent c
                WHERE c.proposal_id = NEW.id AND c.centre = s.centre
            )
    ) THEN
        RAISE EXCEPTION 'an owner of the money has not agreed'
            USING ERRCODE = 'check_violation',
                CONSTRAINT = 'all_owners_agree_before_money_moves';
    END IF;
    RETURN NEW;
"""


class Proposal(models.Model):
    """One act that takes the chiefs of all centres whose money is in it, and two at least.

    Its terms are never changed; only its answer is added.
    """

    LIFECYCLE: ClassVar[StateMachine] = PROPOSAL

    class Kind(models.TextChoices):
        ALLOCATION = "allocation", "Tildeling"
        TRANSFER = "transfer", "Overførsel"
        OPENING = "opening", "Åbning af regnskabsår"
        CORRECTION = "correction", "Rettelse"
        INDEX = "index", "Prisregulering"
        RETURN = "return", "Tilbageført udbetaling"
        ACCOUNT = "account", "Ny kontostreng"
        CLOSING = "closing", "Lukning af regnskabsår"
        REOPENING = "reopening", "Genåbning af regnskabsår"
        QUARTER = "quarter", "Kvartalsopfølgning"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("art", max_length=12, choices=Kind)
    status = models.CharField(
        max_length=10, choices=ProposalStatus, default=ProposalStatus.PROPOSED
    )
    # What a proposal of a subject or floor above changes, in one line; empty for the books' own.
    text = models.CharField("tekst", max_length=120, blank=True)
    reason = models.CharField("begrundelse", max_length=REASON)
    corrects = models.ForeignKey(
        Posting, on_delete=models.PROTECT, null=True, related_name="proposals"
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    proposed_centre = models.CharField("foreslået af", max_length=KEY)
    proposed_at = models.DateTimeField("foreslået", auto_now_add=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    answered_centre = models.CharField("besvaret af", max_length=KEY, blank=True)
    answered_at = models.DateTimeField("besvaret", null=True)
    answer = models.CharField(
        "begrundelse for afvisning", max_length=REASON, blank=True
    )

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ("-proposed_at",)
        indexes = (
            models.Index(fields=("-proposed_at",), name="proposals_newest_first"),
        )
        constraints = (
            models.CheckConstraint(
                condition=~Q(reason=""), name="a_proposal_gives_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(kind="correction", corrects__isnull=False)
                | ~Q(kind="correction") & Q(corrects__isnull=True),
                name="a_correction_names_what_it_corrects",
            ),
            # Four eyes, in the database too: not the same person, and not the same centre.
            models.CheckConstraint(
                condition=~Q(status="approved")
                | Q(answered_by__isnull=False)
                & ~Q(answered_centre="")
                & ~Q(answered_by=F("proposed_by"))
                & ~Q(answered_centre=F("proposed_centre")),
                name="both_centres_agree_before_money_moves",
            ),
            # What was turned down or taken back can be proposed again.
            models.UniqueConstraint(
                fields=("corrects",),
                condition=Q(status__in=("proposed", "approved")),
                name="a_posting_is_proposed_corrected_once",
            ),
        )
        triggers = (
            pgtrigger.ReadOnly(
                name="its_terms_are_never_changed",
                fields=(
                    "kind",
                    "text",
                    "reason",
                    "corrects",
                    "proposed_by",
                    "proposed_centre",
                    "proposed_at",
                ),
            ),
            pgtrigger.Trigger(
                name="is_agreed_by_all_owners",
                operation=pgtrigger.UpdateOf("status"),
                when=pgtrigger.Before,
                condition=pgtrigger.Q(new__status="approved"),
                func=_ALL_OWNERS_AGREE,
            ),
            pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete),
            never_emptied(),
        )

    def __str__(self) -> str:
        return self.get_kind_display()

    def get_absolute_url(self) -> str:
        return links.proposal_address(self.kind, self.pk)

    @property
    def lies_at(self) -> Reach:
        """It belongs to no school: the right to it is held everywhere or not at all."""
        return EVERYWHERE


class ProposalLine(models.Model):
    """Whole DKK into (or, negative, out of) one frame's part of one fiscal year's pool."""

    proposal = models.ForeignKey(
        Proposal, on_delete=models.PROTECT, related_name="lines"
    )
    # No foreign key: the pool of a year that is to be opened is not there yet.
    year = models.PositiveSmallIntegerField("regnskabsår")
    source = models.ForeignKey(
        FundingSource, on_delete=models.PROTECT, related_name="+"
    )
    amount = models.IntegerField("beløb")

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=~Q(amount=0), name="a_line_is_never_zero"
            ),
            models.UniqueConstraint(
                fields=("proposal", "year", "source"),
                name="one_line_a_year_and_frame",
            ),
        )
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.year} {self.source_id} {self.amount}"


class ProposalConsent(models.Model):
    """One centre has agreed while another has yet to: the last one's answer is the proposal's."""

    proposal = models.ForeignKey(
        Proposal, on_delete=models.PROTECT, related_name="consents"
    )
    centre = models.CharField("center", max_length=KEY)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("godkendt", auto_now_add=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("proposal", "centre"), name="a_centre_agrees_once"
            ),
            models.UniqueConstraint(
                fields=("proposal", "by"), name="nobody_agrees_for_two_centres"
            ),
        )
        triggers = append_only()

    def __str__(self) -> str:
        return self.centre


def centres_led_by(user: User) -> list[str]:
    """The centres that the person is chief of today, and speaks for."""
    centres = set()
    for membership in user.current_memberships:
        if membership.role == Role.CENTRE_CHIEF and membership.centre:
            centres.add(membership.centre)
    return sorted(centres)
