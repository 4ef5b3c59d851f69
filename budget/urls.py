"""The addresses of the money."""

from django.urls import path

from budget import views

app_name = "budget"
urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("posteringer/", views.postings, name="postings"),
]
