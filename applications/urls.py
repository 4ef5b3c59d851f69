"""The school's addresses, beneath /ansoegninger/. A number is a case's, a UUID one pupil's place in it."""

from django.urls import path

from applications import views

app_name = "applications"
urlpatterns = [
    path("", views.cases, name="list"),
    path("ny/", views.new, name="new"),
    path("<slug:number>/elever/", views.pupils, name="pupils"),
    path("<slug:number>/elever/tilfoej/", views.add_pupil, name="add_pupil"),
    path("<slug:number>/elever/<uuid:pk>/", views.pupil, name="pupil"),
    path("<slug:number>/elever/<uuid:pk>/fjern/", views.remove_pupil, name="remove_pupil"),
    path("<slug:number>/laeringsmiljoe/", views.environment, name="environment"),
    path("<slug:number>/tiltag/", views.plan, name="plan"),
    path("<slug:number>/samarbejde/", views.cooperation, name="cooperation"),
    path("<slug:number>/ledelse/", views.leadership, name="leadership"),
    path("<slug:number>/indsend/", views.check, name="check"),
    path("<slug:number>/indsend/nu/", views.submit, name="submit"),
    path("<slug:number>/kvittering/", views.receipt, name="receipt"),
    path("<slug:number>/traek-tilbage/", views.withdraw, name="withdraw"),
    path("<slug:number>/inviter/", views.invite, name="invite"),
]
