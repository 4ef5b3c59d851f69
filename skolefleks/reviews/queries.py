"""What the pages of the review read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Q

from skolefleks.models import Review, ReviewLine

if TYPE_CHECKING:
    from django.db.models import QuerySet


def all_reviews() -> QuerySet[Review]:
    """The newest first, each with how many lines it has and how many are signed."""
    signed = Count("lines", filter=~Q(lines__verdict=""))
    reviews = Review.objects.select_related("begun_by")
    return reviews.annotate(line_count=Count("lines"), signed_count=signed)


def last_finished() -> Review | None:
    return Review.objects.filter(finished_at__isnull=False).first()


def under_way() -> Review | None:
    return Review.objects.filter(finished_at__isnull=True).first()


def lines_of(review: Review) -> list[ReviewLine]:
    """Its lines by the person's name. One query."""
    lines = review.lines.select_related(
        "membership__user", "membership__school", "signed_by"
    )
    return list(lines.order_by("membership__user__name", "id"))
