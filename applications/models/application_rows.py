"""Which applications somebody may read, and how lists choose among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import ExpressionWrapper, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from applications.lifecycle import EDITABLE
from applications.models.copies import show_copies
from applications.models.invitations import Invitation
from applications.models.recusals import Recusal
from applications.models.submissions import Submission
from skolefleks import search
from skolefleks.permissions import (
    EVERYWHERE,
    Permission,
    Scope,
    holds,
    may,
    schools_of,
)

if TYPE_CHECKING:
    # Named in a string below.
    from applications.models.applications import Application  # noqa: F401
    from skolefleks.models import User


class ApplicationQuerySet(models.QuerySet["Application"]):
    _shows_copies = False

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]
        clone._shows_copies = self._shows_copies
        return clone

    def _fetch_all(self) -> None:
        is_new = self._result_cache is None
        super()._fetch_all()
        # Here, and not in the pages: a page cannot forget it.
        if is_new and self._shows_copies:
            show_copies(self._result_cache or ())

    def visible_to(self, user: User) -> Self:
        """What `user` may read.

        That is one's own school's, what one is invited to, and as committee
        what is under review.
        """
        right = Permission.CASE_READ
        visible = Q(school__in=schools_of(user, right))
        if holds(user, right, Scope.INVITED):
            invitations = Invitation.objects.filter(user=user)
            visible |= Q(pk__in=invitations.values("application"))
        if may(user, right, at=EVERYWHERE):
            visible |= self._for_review(user)
        return self.filter(visible)

    def reviewable_by(self, user: User) -> Self:
        """What `user` may assess and decide: all ever submitted that they are untied to."""
        if not may(user, Permission.CASE_READ, at=EVERYWHERE):
            return self.none()
        return self.filter(self._for_review(user))

    def untied_to(self, user: User) -> Self:
        """Where `user` is not disqualified, whatever their role."""
        return self.filter(self._for_review(user))

    def marked_for(self, user: User) -> Self:
        """With what the case page asks of each, in one query rather than four.

        `is_reviewable` says whether `user` sees the committee's side of it:
        then it is what was submitted (`copies`), and not what the school has
        written since.
        """
        reviewable = Q(pk__in=[])
        if may(user, Permission.CASE_READ, at=EVERYWHERE):
            reviewable = self._for_review(user)

        of_this = {"application": OuterRef("pk")}
        invitations = Invitation.objects.filter(**of_this).order_by("pk")
        # Without its own order, which would split the group that is counted.
        submissions = Submission.objects.filter(**of_this).order_by()
        counts = submissions.values("application").annotate(times=models.Count("pk"))
        marked = self.annotate(
            is_marked_reviewable=ExpressionWrapper(
                reviewable, output_field=models.BooleanField()
            ),
            invited_ids=ArraySubquery(invitations.values("user")),
            invited_names=ArraySubquery(invitations.values("user__name")),
            times_submitted=Coalesce(Subquery(counts.values("times")), 0),
        )
        marked._shows_copies = True
        return marked

    def editable_by(self, user: User) -> Self:
        schools = schools_of(user, Permission.APPLICATION_WRITE)
        return self.filter(school__in=schools, status__in=EDITABLE)

    def complete(self) -> Self:
        """All that is required and recommended is there."""
        return self.filter(filled=F("expected"))

    def incomplete(self) -> Self:
        return self.filter(filled__lt=F("expected"))

    def matching(self, text: str) -> Self:
        """By the beginning of the case number, a grade, or a pupil's initials.

        The last part of a number alone is of this year.
        """
        searched = search.parse(text)
        if searched.serial is not None:
            [number] = searched.numbers()
            return self.filter(number__startswith=number)
        if searched.number:
            return self.filter(number__startswith=searched.number)
        if searched.grade is not None:
            return self.filter(grades__contains=[searched.grade])
        return self.filter(initials__contains=[searched.initials])

    @staticmethod
    def _for_review(user: User) -> Q:
        """Whatever was submitted, where `user` is not disqualified (inhabil).

        Disqualified is who works at the school, wrote or submitted the
        application, was invited to it, or has a recusal that was not lifted.
        `reading.ties` says the same with the reason.
        """
        memberships = user.current_memberships
        schools = [member.school_id for member in memberships if member.school_id]
        is_tied = Q(school__in=schools) | Q(created_by=user)
        # Without the second half a NULL would make `not tied` unknown, and hide
        # the row.
        is_tied |= Q(submitted_by=user, submitted_by__isnull=False)

        invitations = Invitation.objects.filter(user=user).values("application")
        recusals = Recusal.objects.filter(user=user, lifted_at__isnull=True)
        out = invitations.union(recusals.values("application"), all=True)
        return Q(submitted_at__isnull=False) & ~is_tied & ~Q(pk__in=out)
