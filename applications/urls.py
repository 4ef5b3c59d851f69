"""The school's addresses, beneath /ansoegninger/. A number is a case's, a UUID one pupil's place in it."""

from django.urls import path

from applications import views

app_name = "applications"
urlpatterns = [
    path("", views.cases, name="list"),
    path("hjaelp/", views.help_page, name="help"),
    path("udtraek.xlsx", views.export, {"form": "xlsx"}, name="export_xlsx"),
    path("udtraek.csv", views.export, {"form": "csv"}, name="export_csv"),
    path("ny/", views.new, name="new"),
    path("ny/udfordring/", views.new_challenge, name="new_challenge"),
    path("<slug:number>/udfordring/", views.challenge, name="challenge"),
    path("<slug:number>/udfordring/ansoeg/", views.apply, name="apply"),
    path("<slug:number>/dialog/", views.dialogue, name="dialogue"),
    path("<slug:number>/dialog/<uuid:pk>/ret/", views.correct, name="correct"),
    path("<slug:number>/dialog/<uuid:pk>/del/", views.share, name="share"),
    path("<slug:number>/udtalelse/", views.statement, name="statement"),
    path("<slug:number>/elever/", views.pupils, name="pupils"),
    path("<slug:number>/elever/tilfoej/", views.add_pupil, name="add_pupil"),
    path("<slug:number>/elever/<uuid:pk>/", views.pupil, name="pupil"),
    path("<slug:number>/elever/<uuid:pk>/fjern/", views.remove_pupil, name="remove_pupil"),
    path("<slug:number>/laeringsmiljoe/", views.environment, name="environment"),
    path("<slug:number>/tiltag/", views.plan, name="plan"),
    path("<slug:number>/samarbejde/", views.cooperation, name="cooperation"),
    path("<slug:number>/ledelse/", views.leadership, name="leadership"),
    path("<slug:number>/bilag/", views.papers, name="papers"),
    path("<slug:number>/bilag/<uuid:pk>/fjern/", views.remove_paper, name="remove_paper"),
    path("<slug:number>/indsend/", views.check, name="check"),
    path("<slug:number>/indsend/nu/", views.submit, name="submit"),
    path("<slug:number>/kvittering/", views.receipt, name="receipt"),
    path("<slug:number>/traek-tilbage/", views.withdraw, name="withdraw"),
    path("<slug:number>/inviter/", views.invite, name="invite"),
]
