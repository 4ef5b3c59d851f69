"""The committee's addresses, the case's own page, and the start page of everybody."""

from django.urls import include, path

from applications import views as applying
from visitation import views

committee = (
    [
        path("", views.queue, name="queue"),
        path("moeder/", views.meetings, name="meetings"),
        path("moeder/nyt/", views.plan_meetings, name="plan_meetings"),
        path("moeder/<uuid:pk>/", views.meeting, name="meeting"),
        path("moeder/<uuid:pk>/ret/", views.change_meeting, name="change_meeting"),
        path("moeder/<uuid:pk>/dagsorden/", views.agenda, name="agenda"),
        path("moeder/<uuid:pk>/dagsorden/orden/", views.arrange_agenda, name="arrange_agenda"),
        path("moeder/<uuid:pk>/dagsorden/sager/", views.add_case, name="add_case"),
        path("moeder/<uuid:pk>/indkald/", views.invite_committee, name="invite_committee"),
        path("moeder/<uuid:pk>/indkaldelse.ics", views.invitation, name="invitation"),
        path("moeder/<uuid:pk>/fremmoede/", views.note_attendance, name="note_attendance"),
        path("moeder/<uuid:pk>/trin/<slug:step>/", views.move_meeting, name="move_meeting"),
        path("moeder/<uuid:pk>/referat/", views.minutes, name="minutes"),
        path("moeder/<uuid:pk>/referat.pdf", views.minutes_pdf, name="minutes_pdf"),
        path("moeder/<uuid:pk>/referat/bemaerkninger/", views.write_remarks, name="write_remarks"),
        path("moeder/<uuid:pk>/referat/godkend/", views.approve_minutes, name="approve_minutes"),
        path("moeder/<uuid:pk>/referat/punkt/<uuid:item>/", views.write_said, name="write_said"),
        path("paa-dagsorden/", views.bulk_agenda, name="bulk_agenda"),
        path("visninger/", views.save_view, name="save_view"),
        path("visninger/fjern/", views.remove_view, name="remove_view"),
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
    path("sager/<slug:number>/habilitet/", views.impartiality, name="impartiality"),
    path("sager/<slug:number>/habilitet/saet/", views.recuse, name="recuse"),
    path("sager/<slug:number>/habilitet/<uuid:pk>/ophaev/", views.lift_recusal, name="lift_recusal"),
    path("sager/<slug:number>/retligt/", views.classification, name="classification"),
    path("sager/<slug:number>/retligt/hoering/", views.hearing, name="hearing"),
    path("sager/<slug:number>/retligt/hoering/<uuid:pk>/svar/", views.hearing_answer, name="hearing_answer"),
    path("sager/<slug:number>/oplysninger/", views.send_back, name="send_back"),
    path("sager/<slug:number>/laest/", views.mark_read, name="mark_read"),
    path("sager/<slug:number>/vurderinger/", views.assessments, name="assessments"),
    path("sager/<slug:number>/elev/<uuid:pupil>/vurdering/", views.assess, name="assess"),
    path("sager/<slug:number>/spoergsmaal/", views.questions, name="questions"),
    path("sager/<slug:number>/spoergsmaal/stil/", views.ask_question, name="ask_question"),
    path("sager/<slug:number>/spoergsmaal/<uuid:pk>/svar/", views.answer_question, name="answer_question"),
    path("sager/<slug:number>/frigiv/", views.release, name="release"),
    path("sager/<slug:number>/elev/<uuid:pupil>/afgoerelse/", views.decide, name="decide"),
    path("sager/<slug:number>/elev/<uuid:pupil>/virkning/", views.effect, name="effect"),
    path("sager/<slug:number>/elev/<uuid:pupil>/fortryd/", views.undo, name="undo"),
    path("sager/<slug:number>/elev/<uuid:pupil>/cpr/", views.reveal_cpr, name="reveal_cpr"),
]
