"""The municipality's centres, districts and schools."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from skolefleks.danish import day, today
from skolefleks.models import Centre, District, School
from skolefleks.pages import act, attempt, form_page, page, posted, show_form
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request
from skolefleks.places import actions, forms, queries


@page(P.PLACES_LOOK_AFTER)
def places(request: Request) -> HttpResponse:
    """The centres with their chiefs, and every district with its schools."""
    districts = queries.districts_with_schools()
    people = queries.people_by_school()
    now = today()

    rows = []
    for district, of_one in districts:
        lines = [(one, people.get(one.pk, 0), one.is_open_on(now)) for one in of_one]
        rows.append((district, lines))
    centres = queries.centres_with_chiefs()
    context = {"districts": rows, "centres": centres}
    return render(request, "skolefleks/places/places.html", context)


@form_page(P.PLACES_LOOK_AFTER)
def add_centre(request: Request) -> HttpResponse:
    form = forms.NewCentreForm(posted(request))
    if form.try_to(actions.add_centre, by=request.user):
        messages.success(
            request,
            f"{form.outcome} er oprettet. Giv nu nogen rollen som centerchef der.",
        )
        return redirect("places")
    context = {"trail": _trail("Nyt center"), "title": "Nyt center"}
    return show_form(request, "skolefleks/places/form.html", form, context)


@form_page(P.PLACES_LOOK_AFTER)
def change_centre(request: Request, key: str) -> HttpResponse:
    """Another name of a centre."""
    centre = get_object_or_404(Centre, pk=key)
    form = forms.CentreForm(posted(request), initial={"name": centre.name})
    if form.try_to(actions.change_centre, centre, by=request.user):
        messages.success(request, "Navnet er ændret.")
        return redirect("places")
    context = {"trail": _trail(centre.key), "title": f"Ret {centre.key}"}
    return show_form(request, "skolefleks/places/form.html", form, context)


@act(P.PLACES_LOOK_AFTER)
def close_centre(request: Request, key: str) -> HttpResponse:
    """Close a centre, and end the roles in it."""
    centre = get_object_or_404(Centre, pk=key)
    done = f"{centre} er lukket, og rollerne der er afsluttet."
    attempt(request, actions.close_centre, centre, by=request.user, done=done)
    return redirect("places")


@act(P.PLACES_LOOK_AFTER)
def reopen_centre(request: Request, key: str) -> HttpResponse:
    """Open a closed centre again."""
    centre = get_object_or_404(Centre, pk=key)
    done = f"{centre} er åbent igen. Giv nogen rollen som centerchef der."
    attempt(request, actions.reopen_centre, centre, by=request.user, done=done)
    return redirect("places")


@form_page(P.PLACES_LOOK_AFTER)
def add_district(request: Request) -> HttpResponse:
    form = forms.DistrictForm(posted(request))
    if form.try_to(actions.add_district, by=request.user):
        messages.success(request, f"{form.outcome} er oprettet.")
        return redirect("places")
    context = {"trail": _trail("Nyt distrikt"), "title": "Nyt distrikt"}
    return show_form(request, "skolefleks/places/form.html", form, context)


@form_page(P.PLACES_LOOK_AFTER)
def change_district(request: Request, pk: int) -> HttpResponse:
    """Another name of a district."""
    district = get_object_or_404(District, pk=pk)
    form = forms.DistrictForm(posted(request), initial={"name": district.name})
    if form.try_to(actions.change_district, district, by=request.user):
        messages.success(request, "Navnet er ændret.")
        return redirect("places")
    context = {"trail": _trail(district.name), "title": f"Ret {district.name}"}
    return show_form(request, "skolefleks/places/form.html", form, context)


@form_page(P.PLACES_LOOK_AFTER)
def add_school(request: Request) -> HttpResponse:
    form = forms.NewSchoolForm(posted(request))
    if form.try_to(actions.add_school, by=request.user):
        school = form.outcome
        messages.success(
            request,
            f"{school} er oprettet. Giv nu lederen en rolle der."
            " Centercheferne giver skolen en kontostreng.",
        )
        return redirect("places")
    context = {"trail": _trail("Ny skole"), "title": "Ny skole"}
    return show_form(request, "skolefleks/places/form.html", form, context)


@form_page(P.PLACES_LOOK_AFTER)
def change_school(request: Request, pk: int) -> HttpResponse:
    """Another name of a school."""
    school = get_object_or_404(School, pk=pk)
    form = forms.SchoolForm(posted(request), initial={"name": school.name})
    if form.try_to(actions.change_school, school, by=request.user):
        messages.success(request, "Navnet er ændret.")
        return redirect("places")
    context = {"trail": _trail(school.name), "title": f"Ret {school.name}"}
    return show_form(request, "skolefleks/places/form.html", form, context)


@form_page(P.PLACES_LOOK_AFTER)
def close_school(request: Request, pk: int) -> HttpResponse:
    """From which day a school begins no case."""
    school = get_object_or_404(School, pk=pk)
    form = forms.CloseForm(posted(request))
    if form.try_to(actions.close_school, school, by=request.user):
        closes_on = form.cleaned_data["closes_on"]
        messages.success(
            request, f"{school} begynder ingen nye sager fra {day(closes_on)}."
        )
        return redirect("places")
    context = {"trail": _trail(f"Luk {school}"), "title": f"Luk {school}"}
    context["lead"] = (
        "Sager og indsatser, der er begyndt, fortsætter, og skolen får sine penge."
    )
    return show_form(request, "skolefleks/places/form.html", form, context)


@form_page(P.PLACES_LOOK_AFTER)
def merge_school(request: Request, pk: int) -> HttpResponse:
    """Let another school take over what runs."""
    school = get_object_or_404(School, pk=pk)
    form = forms.MergeForm(posted(request), school=school)
    if form.try_to(actions.merge_school, school, by=request.user):
        into = form.cleaned_data["into"]
        messages.success(
            request,
            f"{into} har taget over efter {school}. Se efter, om skolen har en kontostreng.",
        )
        return redirect("places")
    title = f"Læg {school} sammen med en anden"
    context = {"trail": _trail(title), "title": title, "button": "Læg sammen"}
    context["lead"] = (
        "Sager, indsatser, kommende udbetalinger og roller flytter med i dag. Det, der er"
        " skrevet, afgjort og betalt, bliver stående i den gamle skoles navn."
        " Det kan ikke gøres om."
    )
    return show_form(request, "skolefleks/places/form.html", form, context)


@act(P.PLACES_LOOK_AFTER)
def reopen_school(request: Request, pk: int) -> HttpResponse:
    """Let a school begin cases again."""
    school = get_object_or_404(School, pk=pk)
    done = f"{school} kan begynde nye sager igen."
    attempt(request, actions.reopen_school, school, by=request.user, done=done)
    return redirect("places")


def _trail(here: str) -> list[tuple[str, str]]:
    return [("Steder", reverse("places")), (here, "")]
