"""Reviewing who has which rights: begun with every role, signed line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone

from skolefleks import audit
from skolefleks.administration import actions as administration
from skolefleks.administration import rules
from skolefleks.models import Membership, Review, ReviewLine
from skolefleks.permissions import EVERYWHERE, Permission, require
from skolefleks.refusals import NotPossible, Overtaken

if TYPE_CHECKING:
    from skolefleks.models import User

Verdict = ReviewLine.Verdict


@transaction.atomic
def begin(*, by: User) -> Review:
    """Begin a review of every role that nobody has ended.

    Raises NotPossible while another one is under way.
    """
    require(by, Permission.PEOPLE_LOOK_AFTER, at=EVERYWHERE)
    try:
        with transaction.atomic():
            review = Review.objects.create(begun_at=timezone.now(), begun_by=by)
    except IntegrityError:
        raise NotPossible("Der er allerede en gennemgang i gang.") from None

    roles = Membership.objects.open().order_by("id")
    ReviewLine.objects.bulk_create(
        ReviewLine(review=review, membership=role) for role in roles
    )
    audit.record("begin_review", review, by=by, lines=len(roles))
    return review


@transaction.atomic
def sign(line: ReviewLine, *, keeps: bool, by: User) -> None:
    """Sign that the role is to be kept, or end it. The last line finishes the review.

    Raises OwnRoles for one's own role, Overtaken where the line is signed
    already, LastHolder where the role must be held and nobody else does.
    """
    require(by, Permission.PEOPLE_LOOK_AFTER, at=EVERYWHERE)
    rules.require_another(line.membership.user, by)

    # The review too: two who sign the last two lines would else both leave it open.
    review = Review.objects.select_for_update(no_key=True).get(pk=line.review_id)
    own_line = review.lines.select_related("membership__user").get(pk=line.pk)
    if own_line.verdict:
        raise Overtaken("En anden har allerede underskrevet linjen.")

    own_line.verdict = _verdict_of(own_line.membership, keeps=keeps, by=by)
    own_line.signed_by = by
    own_line.signed_at = timezone.now()
    own_line.save(update_fields=["verdict", "signed_by", "signed_at"])
    audit.record("sign_review_line", own_line, by=by, verdict=own_line.verdict)

    if not review.lines.filter(verdict="").exists():
        review.finished_at = timezone.now()
        review.save(update_fields=["finished_at"])
        audit.record("finish_review", review, by=by)


def _verdict_of(membership: Membership, *, keeps: bool, by: User) -> Verdict:
    if not Membership.objects.open().filter(pk=membership.pk).exists():
        return Verdict.GONE
    if keeps:
        return Verdict.KEPT
    administration.end_membership(membership, by=by)
    return Verdict.ENDED
