"""The addresses of the efforts: their pages, follow-ups, measurements and ends."""

from __future__ import annotations

from django.urls import path

from visitation.amendments import views as amendments
from visitation.closings import views as closings
from visitation.efforts import changing as effort_changes
from visitation.efforts import views as efforts
from visitation.followups import views as followups
from visitation.measurements import views as measurements
from visitation.moves import views as moves
from visitation.oversight import views as oversight
from visitation.scales import views as scales
from visitation.screens import views as screens

effort_pages = (
    [
        # To read.
        path("", efforts.efforts, name="list"),
        path("overblik/", oversight.oversight, name="oversight"),
        path("skalaer/", scales.scales, name="scales"),
        path("skalaer/<int:pk>/udgaa/", scales.retire, name="retire_scale"),
        path(
            "<slug:number>/<uuid:pk>/plan/skala/", scales.measure_by, name="measure_by"
        ),
        path("udtraek.xlsx", efforts.export, {"form": "xlsx"}, name="export_xlsx"),
        path("udtraek.csv", efforts.export, {"form": "csv"}, name="export_csv"),
        path("<slug:number>/<uuid:pk>/", measurements.overview, name="overview"),
        path("<slug:number>/<uuid:pk>/flyt/", moves.move, name="move"),
        path("<slug:number>/<uuid:pk>/plan/", efforts.plan, name="plan"),
        path("<slug:number>/<uuid:pk>/oekonomi/", efforts.money, name="money"),
        path(
            "<slug:number>/<uuid:pk>/maalinger/",
            measurements.measurements,
            name="measurements",
        ),
        path(
            "<slug:number>/<uuid:pk>/maalinger/<uuid:row>/",
            measurements.correct,
            name="correct_measurement",
        ),
        path(
            "<slug:number>/<uuid:pk>/maalinger/stemme/<slug:name>/",
            measurements.take,
            name="measure",
        ),
        path("<slug:number>/<uuid:pk>/slutrapport/", closings.closing, name="closing"),
        path(
            "<slug:number>/<uuid:pk>/slutrapport/skriv/",
            closings.write,
            name="write_closing",
        ),
        path(
            "<slug:number>/<uuid:pk>/slutrapport/efter/<uuid:row>/",
            closings.whereabouts,
            name="whereabouts",
        ),
        path(
            "<slug:number>/<uuid:pk>/skaerm/stemme/<slug:name>/",
            screens.hand_over,
            name="hand_over",
        ),
        path(
            "<slug:number>/<uuid:pk>/opfoelgninger/",
            followups.follow_ups,
            name="follow_ups",
        ),
        path(
            "<slug:number>/<uuid:pk>/opfoelgninger/<uuid:row>/",
            followups.follow_up,
            name="follow_up",
        ),
        path(
            "<slug:number>/<uuid:pk>/opfoelgninger/<uuid:row>/statusrapport/",
            followups.report,
            name="report",
        ),
        path(
            "<slug:number>/<uuid:pk>/opfoelgninger/<uuid:row>/samtale/",
            followups.talk,
            name="talk",
        ),
        path(
            "<slug:number>/<uuid:pk>/opfoelgninger/<uuid:row>/resultat/",
            followups.outcome,
            name="outcome",
        ),
        path(
            "<slug:number>/<uuid:pk>/opfoelgninger/<uuid:row>/stemme/<slug:name>/",
            followups.voice,
            name="voice",
        ),
        path(
            "<slug:number>/<uuid:pk>/forlaengelse/",
            amendments.extension,
            name="extension",
        ),
        path(
            "<slug:number>/<uuid:pk>/udvalget/traek-tilbage/",
            amendments.withdraw_amendment,
            name="withdraw_amendment",
        ),
        # To write: the beginning, then the plan.
        path("<slug:number>/<uuid:pk>/begyndt/", effort_changes.begin, name="begin"),
        path(
            "<slug:number>/<uuid:pk>/ikke-begyndt/",
            effort_changes.not_begun,
            name="not_begun",
        ),
        path(
            "<slug:number>/<uuid:pk>/plan/tiltag/",
            effort_changes.add_measure,
            name="add_measure",
        ),
        path(
            "<slug:number>/<uuid:pk>/plan/tiltag/<uuid:row>/",
            effort_changes.change_measure,
            name="change_measure",
        ),
        path(
            "<slug:number>/<uuid:pk>/plan/mennesker/",
            effort_changes.contacts,
            name="contacts",
        ),
        path(
            "<slug:number>/<uuid:pk>/plan/faser/",
            effort_changes.phases,
            name="phases",
        ),
        path(
            "<slug:number>/<uuid:pk>/plan/maal/<uuid:row>/",
            effort_changes.change_goal,
            name="change_goal",
        ),
        path(
            "<slug:number>/<uuid:pk>/plan/vilkaar/<uuid:row>/",
            effort_changes.condition,
            name="condition",
        ),
    ],
    "efforts",
)
