"""The way of a case on its own page: the effort and its follow-ups lead there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from applications.reading import way as reading_way
from applications.reading.way import Here, Place, Station
from skolefleks.danish import day, today
from visitation.efforts import rules as effort_rules

if TYPE_CHECKING:
    from visitation.cases.queries import CaseFile


def way_of(file: CaseFile) -> list[Station]:
    """The stations of the case, for components/way.html. Takes no query."""
    if not file.efforts:
        return reading_way.way(file.application)

    place = effort_rules.place_on_way(file.efforts, today(), Place.EFFORT)
    has_challenge = reading_way.has_challenge(file.application)
    way = reading_way.stations(Here(place), has_challenge=has_challenge)
    way[Place.EFFORT] = _effort_station(file, way[Place.EFFORT])
    way[Place.FOLLOW_UP] = _follow_up_station(file, way[Place.FOLLOW_UP])
    return way


def _effort_station(file: CaseFile, station: Station) -> Station:
    """Leads to the effort, or to the list where the case has several."""
    last_day = max(effort.ends_on for effort in file.efforts)
    note = f"til {day(last_day)}"
    if last_day < today():
        note = f"sluttede {day(last_day)}"
    return station._replace(note=note, url=_efforts_url(file))


def _follow_up_station(file: CaseFile, station: Station) -> Station:
    """Leads to the follow-ups, and says when the next one is."""
    # Annotated by `efforts_of_case`, and no field of the model.
    rows: list[Any] = list(file.efforts)
    days = [row.next_hold_by for row in rows if row.next_hold_by]
    note = ""
    if days:
        note = f"senest {day(min(days))}"
    url = _efforts_url(file)
    if len(file.efforts) == 1:
        url += "opfoelgninger/"
    return station._replace(note=note, url=url)


def _efforts_url(file: CaseFile) -> str:
    if len(file.efforts) == 1:
        return file.efforts[0].get_absolute_url()
    return f"{reverse('efforts:list')}?q={file.application.number}"
