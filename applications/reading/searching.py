"""What is typed in a list's search box, found the same way in every list."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Q

from applications.models import PupilCase
from skolefleks import search
from skolefleks.models import School

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from applications.models import ApplicationQuerySet

# How many years a search for the last part of a number looks at.
YEARS_SEARCHED = 3


def find(
    cases: ApplicationQuerySet, text: str, *, as_submitted: bool = False
) -> ApplicationQuerySet:
    """Those of `cases` by number, its last part, grade, initials, school, or a pupil's name.

    `as_submitted`: of a case that is back at the school the names are those
    that were submitted.
    """
    searched = search.parse(text)
    if searched.serial is not None:
        numbers = searched.numbers(years=YEARS_SEARCHED)
        return cases.filter(number__in=numbers)
    if searched.number:
        return cases.filter(
            Q(number__startswith=searched.number) | Q(number=searched.whole_number)
        )
    if searched.grade is not None:
        return cases.filter(grades__contains=[searched.grade])

    # A name may be as short as initials are: `Bo`.
    of_name = Q(pk__in=_with_name(cases, text, as_submitted=as_submitted))
    if searched.words:
        return cases.filter(of_name | Q(school__in=_schools(searched.words)))
    return cases.filter(of_name | Q(initials__contains=[searched.initials]))


def _schools(words: str) -> list[int]:
    """The schools that have `words` in their names; `maalov` is in Måløvhøj."""
    sought = search.folded(words)
    schools = School.objects.values_list("pk", "name")
    return [pk for pk, name in schools if sought in search.folded(name)]


def _with_name(
    cases: ApplicationQuerySet, text: str, *, as_submitted: bool
) -> list[UUID]:
    """The cases with a pupil of that name, of the newest `NAME_SEARCH_ROWS` pupils.

    A name lies encrypted, so each is opened and compared. Whoever has a
    protected name is found by number or initials alone.
    """
    words = text.split()
    if not any(search.folded(word).replace(" ", "").isalpha() for word in words):
        return []

    pupils = PupilCase.objects.filter(
        application__in=cases.order_by(), is_protected=False
    )
    rows = pupils.select_related("application").only(
        "name", "application__sent_back_copy"
    )
    newest = rows.order_by("-application__updated_at", "pk")
    matches = []
    for pupil in newest[: settings.NAME_SEARCH_ROWS]:
        application = pupil.application
        names = [pupil.name]
        if as_submitted and application.sent_back_copy:
            names = list(_names_in(application.sent_back_copy))
        if any(is_name(name, words) for name in names):
            matches.append(application.pk)
    return matches


def is_name(name: str, words: list[str]) -> bool:
    """Whether each word begins a part of the name; a short one must be the whole part.

    Accents, capitals and hyphens make no difference (`search.folded`).
    """
    parts = search.folded(name).split()
    for word in search.folded(" ".join(words)).split():
        is_short = len(word) <= search.MOST_INITIALS
        if is_short and word not in parts:
            return False
        if not any(part.startswith(word) for part in parts):
            return False
    return True


def _names_in(copy: str) -> Iterator[str]:
    """The names in what was submitted (`models.copies`), but for the protected."""
    row: Any
    for row in json.loads(copy):
        fields = row["fields"]
        if "is_protected" in fields and not fields["is_protected"]:
            yield str(fields["name"])
