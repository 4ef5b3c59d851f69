"""What the pages of places read."""

from __future__ import annotations

from django.db.models import Count

from skolefleks.models import Centre, District, Membership, Role, School


def districts_with_schools() -> list[tuple[District, list[School]]]:
    """Each district with its schools, those without a school too. Two queries."""
    by_district: dict[int, list[School]] = {}
    for school in School.objects.select_related("merged_into").order_by("name"):
        by_district.setdefault(school.district_id, []).append(school)
    districts = District.objects.all()
    return [(district, by_district.get(district.pk, [])) for district in districts]


def centres_with_chiefs() -> list[tuple[Centre, list[str]]]:
    """Each centre with the names of its chiefs today. Two queries."""
    chiefs: dict[str, list[str]] = {}
    current = Membership.objects.current().filter(role=Role.CENTRE_CHIEF)
    for membership in current.select_related("user").order_by("user__name"):
        chiefs.setdefault(membership.centre, []).append(membership.user.name)
    return [(centre, chiefs.get(centre.key, [])) for centre in Centre.objects.all()]


def people_by_school() -> dict[int, int]:
    """How many hold a role at each school today."""
    current = Membership.objects.current().filter(school__isnull=False)
    counts = current.order_by().values("school")
    counts = counts.annotate(number=Count("user", distinct=True))
    return {row["school"]: row["number"] for row in counts}
