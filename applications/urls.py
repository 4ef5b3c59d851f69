"""The school's addresses, beneath /ansoegninger/.

A number is a case's; a UUID is one pupil's place in it, an entry's of its
dialogue or a paper's.
"""

from __future__ import annotations

from django.urls import path

from applications import words
from applications.dialogue import views as dialogue
from applications.papers import views as papers
from applications.reading import views as reading
from applications.submission import views as submission
from applications.writing import views as writing

app_name = "applications"


words.register()

urlpatterns = [
    path("", reading.cases, name="list"),
    path("hjaelp/", reading.help_page, name="help"),
    path("udtraek.xlsx", reading.export, {"form": "xlsx"}, name="export_xlsx"),
    path("udtraek.csv", reading.export, {"form": "csv"}, name="export_csv"),
    # Before `<number>/udfordring/`, which would take `ny` for a number.
    path("ny/", writing.new, name="new"),
    path("ny/udfordring/", dialogue.new_challenge, name="new_challenge"),
    path("<slug:number>/udfordring/", dialogue.challenge, name="challenge"),
    path("<slug:number>/udfordring/ansoeg/", dialogue.apply, name="apply"),
    # School and advisers.
    path("<slug:number>/dialog/", dialogue.dialogue, name="dialogue"),
    path("<slug:number>/dialog/<uuid:pk>/ret/", dialogue.correct, name="correct"),
    path("<slug:number>/dialog/<uuid:pk>/del/", dialogue.share, name="share"),
    path("<slug:number>/udtalelse/", dialogue.statement, name="statement"),
    # The steps of the form, in their order.
    path("<slug:number>/elever/", writing.pupils, name="pupils"),
    path("<slug:number>/elever/tilfoej/", writing.add_pupil, name="add_pupil"),
    path("<slug:number>/elever/<uuid:pk>/", writing.pupil, name="pupil"),
    path(
        "<slug:number>/elever/<uuid:pk>/fjern/",
        writing.remove_pupil,
        name="remove_pupil",
    ),
    path("<slug:number>/laeringsmiljoe/", writing.environment, name="environment"),
    path("<slug:number>/tiltag/", writing.plan, name="plan"),
    path("<slug:number>/samarbejde/", writing.cooperation, name="cooperation"),
    path("<slug:number>/ledelse/", writing.leadership, name="leadership"),
    # Papers are a step too; each is shown by the case page's addresses.
    path("<slug:number>/bilag/", papers.papers, name="papers"),
    path("<slug:number>/bilag/liste/", papers.papers_list, name="papers_list"),
    path(
        "<slug:number>/bilag/<uuid:pk>/fjern/",
        papers.remove_paper,
        name="remove_paper",
    ),
    # Out of the school's hands: submitted, or taken back.
    path("<slug:number>/indsend/", submission.check, name="check"),
    path("<slug:number>/indsend/nu/", submission.submit, name="submit"),
    path("<slug:number>/til-lederen/", submission.hand_over, name="hand_over"),
    path("<slug:number>/giv-tilbage/", submission.hand_back, name="hand_back"),
    path("<slug:number>/tag-tilbage/", submission.take_back, name="take_back"),
    path("<slug:number>/kvittering/", submission.receipt, name="receipt"),
    path("<slug:number>/traek-tilbage/", submission.withdraw, name="withdraw"),
    path("<slug:number>/kopier/", writing.copy, name="copy"),
    path("<slug:number>/inviter/", writing.invite, name="invite"),
]
