"""The committee's addresses, the case's own page, and the start page of everybody."""

from django.urls import include, path

from applications import views as applying
from visitation import views

committee = (
    [
        path("", views.queue, name="queue"),
    ],
    "visitation",
)

urlpatterns = [
    path("", views.start, name="start"),
    path("visitation/", include(committee)),
    path("budget/prognose/", views.forecast, name="forecast"),
    path("budget/prisregulering/", views.propose_index, name="propose_index"),
    path("budget/prisregulering/<uuid:pk>/", views.price_index, name="price_index"),
    path("budget/prisregulering/<uuid:pk>/godkend/", views.approve_index, name="approve_index"),
    path("budget/skole/", views.own_school, name="own_school"),
    path("sager/<slug:number>/", views.case, name="case"),
    path("sager/<slug:number>/resume/", applying.summary, name="summary"),
    path("sager/<slug:number>/resume.pdf", applying.summary_pdf, name="summary_pdf"),
    path("sager/<slug:number>/bilag/<uuid:pk>/", applying.paper, name="paper"),
    path("sager/<slug:number>/bilag/<uuid:pk>/vis/", applying.paper_preview, name="paper_preview"),
    path("sager/<slug:number>/bilag/<uuid:pk>/billede/", applying.paper_picture, name="paper_picture"),
    path("sager/<slug:number>/aendringer/", views.changes, name="changes"),
    path("sager/<slug:number>/gang/", views.events, name="events"),
    path("sager/<slug:number>/oplysninger/", views.send_back, name="send_back"),
    path("sager/<slug:number>/frigiv/", views.release, name="release"),
    path("sager/<slug:number>/elev/<uuid:pupil>/afgoerelse/", views.decide, name="decide"),
    path("sager/<slug:number>/elev/<uuid:pupil>/virkning/", views.effect, name="effect"),
    path("sager/<slug:number>/elev/<uuid:pupil>/fortryd/", views.undo, name="undo"),
    path("sager/<slug:number>/elev/<uuid:pupil>/cpr/", views.reveal_cpr, name="reveal_cpr"),
]
