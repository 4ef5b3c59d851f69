"""The committee's addresses, the case's own page, and the start page of everybody."""

from __future__ import annotations

from django.urls import include, path

from applications.papers import views as papers
from applications.reading import views as reading
from visitation import words
from visitation.amendments import views as amendments
from visitation.assessments import views as assessments
from visitation.cases import views as cases
from visitation.ceiling import views as ceiling
from visitation.corrections import views as corrections
from visitation.decisions import views as decisions
from visitation.dissents import views as dissents
from visitation.effort_urls import effort_pages
from visitation.evaluation import views as evaluation
from visitation.identity import views as identity
from visitation.law import views as law
from visitation.letters import views as letters
from visitation.meetings import answering, arranging, planning
from visitation.meetings import views as meetings
from visitation.minutes import views as minutes
from visitation.outlook import views as outlook
from visitation.packs import views as packs
from visitation.prices import views as prices
from visitation.questions import views as questions
from visitation.queue import exporting
from visitation.queue import views as queue
from visitation.recusals import views as recusals
from visitation.releases import views as releases
from visitation.room import presentation
from visitation.room import views as room
from visitation.screens import views as screens
from visitation.start import views as start
from visitation.waiting import views as waiting
from visitation.ways import views as ways
from visitation.wheel import views as wheel

# The committee's own addresses. Danish, and stable: what was linked to goes on working.
committee = (
    [
        # The queue and what it leads to.
        path("", queue.queue, name="queue"),
        path(
            "udtraek.xlsx",
            exporting.export_queue,
            {"form": "xlsx"},
            name="export_queue",
        ),
        path(
            "udtraek.csv",
            exporting.export_queue,
            {"form": "csv"},
            name="export_queue_csv",
        ),
        # Meetings: planned, held, and their minutes.
        path("moeder/", planning.meetings, name="meetings"),
        path("moeder/nyt/", planning.plan_meetings, name="plan_meetings"),
        path("moeder/<uuid:pk>/", meetings.meeting, name="meeting"),
        path("moeder/<uuid:pk>/ret/", planning.change_meeting, name="change_meeting"),
        path(
            "moeder/<uuid:pk>/udsaet/",
            planning.put_off_meeting,
            name="put_off_meeting",
        ),
        path("moeder/<uuid:pk>/dagsorden/", arranging.agenda, name="agenda"),
        path(
            "moeder/<uuid:pk>/dagsorden/orden/",
            arranging.arrange_agenda,
            name="arrange_agenda",
        ),
        path(
            "moeder/<uuid:pk>/dagsorden/punkt/", arranging.add_point, name="add_point"
        ),
        path("moeder/<uuid:pk>/dagsorden/sager/", arranging.add_case, name="add_case"),
        path(
            "moeder/<uuid:pk>/indkald/",
            meetings.invite_committee,
            name="invite_committee",
        ),
        path(
            "moeder/<uuid:pk>/indkaldelse.ics", planning.invitation, name="invitation"
        ),
        path(
            "moeder/<uuid:pk>/fremmoede/",
            meetings.note_attendance,
            name="note_attendance",
        ),
        path(
            "moeder/<uuid:pk>/svar/",
            answering.answer_invitation,
            name="answer_invitation",
        ),
        path(
            "moeder/<uuid:pk>/suppleant/",
            answering.name_substitute,
            name="name_substitute",
        ),
        path(
            "moeder/<uuid:pk>/trin/<slug:step>/",
            meetings.move_meeting,
            name="move_meeting",
        ),
        # The meeting while it is held.
        path("moeder/<uuid:pk>/gang/", room.meeting_mode, name="meeting_mode"),
        path("moeder/<uuid:pk>/gang/sag/", room.case_at_hand, name="case_at_hand"),
        path("moeder/<uuid:pk>/gang/beregning/", room.what_if, name="what_if"),
        path("moeder/<uuid:pk>/gang/beregning/proev/", room.suppose, name="suppose"),
        path("moeder/<uuid:pk>/gang/foelg/", room.follow, name="follow"),
        path(
            "moeder/<uuid:pk>/praesentation/",
            presentation.presentation,
            name="presentation",
        ),
        path(
            "moeder/<uuid:pk>/praesentation/pulje/",
            presentation.presented_pool,
            name="presented_pool",
        ),
        path(
            "moeder/<uuid:pk>/gang/tag-op/<uuid:item>/", room.take_up, name="take_up"
        ),
        path(
            "moeder/<uuid:pk>/gang/frit-punkt/<uuid:point>/",
            room.take_up_point,
            name="take_up_point",
        ),
        path("moeder/<uuid:pk>/referat/", minutes.minutes, name="minutes"),
        path("moeder/<uuid:pk>/referat.pdf", minutes.minutes_pdf, name="minutes_pdf"),
        path(
            "moeder/<uuid:pk>/referat/tilfoejelser.pdf",
            minutes.addendum_pdf,
            name="addendum_pdf",
        ),
        path(
            "moeder/<uuid:pk>/referat/gem/",
            minutes.write_minutes,
            name="write_minutes",
        ),
        path(
            "moeder/<uuid:pk>/referat/godkend/",
            minutes.approve_minutes,
            name="approve_minutes",
        ),
        path(
            "moeder/<uuid:pk>/elev/<uuid:pupil>/uenighed/",
            dissents.dissent,
            name="dissent",
        ),
        path("moeder/<uuid:pk>/materiale/", packs.pack, name="pack"),
        path(
            "moeder/<uuid:pk>/materiale/lav/", packs.ask_for_pack, name="ask_for_pack"
        ),
        path(
            "moeder/<uuid:pk>/materiale/gang/",
            packs.pack_progress,
            name="pack_progress",
        ),
        path("moeder/<uuid:pk>/materiale.pdf", packs.pack_pdf, name="pack_pdf"),
        path("paa-dagsorden/", queue.bulk_agenda, name="bulk_agenda"),
        path("visninger/", queue.save_view, name="save_view"),
        path("visninger/fjern/", queue.remove_view, name="remove_view"),
        path(
            "moeder/<uuid:pk>/frigiv/",
            releases.release_meeting,
            name="release_meeting",
        ),
        # What is asked of running efforts.
        path("opfoelgning/", amendments.amendments, name="amendments"),
        path("opfoelgning/<uuid:pk>/", amendments.amendment, name="amendment"),
        path(
            "opfoelgning/<uuid:pk>/resume.pdf",
            amendments.amendment_pdf,
            name="amendment_pdf",
        ),
        path(
            "opfoelgning/<uuid:pk>/afgoerelse/",
            amendments.decide_amendment,
            name="decide_amendment",
        ),
        path("skriftlig/", ways.rounds, name="rounds"),
        path("skriftlig/<uuid:pk>/", ways.round_page, name="round"),
        path("skriftlig/<uuid:pk>/tilbage/", ways.recall_round, name="recall_round"),
        path("over-loftet/", ceiling.ceiling, name="ceiling"),
        path("over-loftet/<uuid:pk>/", ceiling.answer_ceiling, name="answer_ceiling"),
    ],
    "visitation",
)


evaluation_pages = (
    [
        path("", evaluation.evaluations, name="list"),
        path("<slug:slug>/", evaluation.draft, name="draft"),
        path("<slug:slug>/tekst/", evaluation.write, name="write"),
        path("<slug:slug>/underskriv/", evaluation.sign, name="sign"),
        path("<slug:slug>/tag-tilbage/", evaluation.take_back, name="take_back"),
        path("<slug:slug>/ny-version/", evaluation.reopen, name="reopen"),
        path("<slug:slug>/<int:number>/", evaluation.version, name="version"),
        path(
            "<slug:slug>/<int:number>/evaluering.pdf",
            evaluation.version_pdf,
            name="version_pdf",
        ),
        path(
            "<slug:slug>/<int:number>/evaluering.xlsx",
            evaluation.version_xlsx,
            name="version_xlsx",
        ),
    ],
    "evaluation",
)


words.register()

urlpatterns = [
    path("", start.start, name="start"),
    path("start/indsatser/", start.efforts, name="start_efforts"),
    path("indsatser/", include(effort_pages)),
    # The only address of a browser that was handed over.
    path("skaerm/", screens.screen, name="screen"),
    path("evaluering/", include(evaluation_pages)),
    path("aarshjul/", wheel.annual_wheel, name="annual_wheel"),
    path("venteliste/", waiting.waiting_list, name="waiting_list"),
    path("venteliste/<uuid:pk>/tag-op/", waiting.take_up_again, name="take_up_again"),
    path("venteliste/<uuid:pk>/tag-af/", waiting.take_off_list, name="take_off_list"),
    path("visitation/", include(committee)),
    path("budget/prognose/", outlook.forecast, name="forecast"),
    path("budget/prognose/aarets-slut/", outlook.year_end, name="year_end"),
    path("budget/prisregulering/", prices.propose_index, name="propose_index"),
    path("budget/prisregulering/<uuid:pk>/", prices.price_index, name="price_index"),
    path(
        "budget/prisregulering/<uuid:pk>/godkend/",
        prices.approve_index,
        name="approve_index",
    ),
    path("budget/skole/", outlook.own_school, name="own_school"),
    path("sager/<slug:number>/", cases.case, name="case"),
    path("sager/<slug:number>/resume/", reading.summary, name="summary"),
    path("sager/<slug:number>/resume.pdf", reading.summary_pdf, name="summary_pdf"),
    path("sager/<slug:number>/bilag/<uuid:pk>/", papers.paper, name="paper"),
    path(
        "sager/<slug:number>/bilag/<uuid:pk>/vis/",
        papers.paper_preview,
        name="paper_preview",
    ),
    path(
        "sager/<slug:number>/bilag/<uuid:pk>/billede/",
        papers.paper_picture,
        name="paper_picture",
    ),
    path("sager/<slug:number>/aendringer/", cases.changes, name="changes"),
    path("sager/<slug:number>/gang/", cases.events, name="events"),
    path("sager/<slug:number>/tidligere/", cases.earlier_cases, name="earlier_cases"),
    path("sager/<slug:number>/habilitet/", recusals.impartiality, name="impartiality"),
    path("sager/<slug:number>/habilitet/saet/", recusals.recuse, name="recuse"),
    path(
        "sager/<slug:number>/habilitet/<uuid:pk>/ophaev/",
        recusals.lift_recusal,
        name="lift_recusal",
    ),
    path("sager/<slug:number>/retligt/", law.classification, name="classification"),
    path("sager/<slug:number>/retligt/hoering/", law.hearing, name="hearing"),
    path(
        "sager/<slug:number>/retligt/hoering/<uuid:pk>/svar/",
        law.hearing_answer,
        name="hearing_answer",
    ),
    path("sager/<slug:number>/oplysninger/", cases.send_back, name="send_back"),
    path("sager/<slug:number>/laest/", assessments.mark_read, name="mark_read"),
    path(
        "sager/<slug:number>/vurderinger/",
        assessments.assessments,
        name="assessments",
    ),
    path(
        "sager/<slug:number>/elev/<uuid:pupil>/vurdering/",
        assessments.assess,
        name="assess",
    ),
    path("sager/<slug:number>/spoergsmaal/", questions.questions, name="questions"),
    path(
        "sager/<slug:number>/spoergsmaal/stil/",
        questions.ask_question,
        name="ask_question",
    ),
    path(
        "sager/<slug:number>/spoergsmaal/<uuid:pk>/svar/",
        questions.answer_question,
        name="answer_question",
    ),
    path("sager/<slug:number>/frigiv/", releases.release, name="release"),
    path("sager/<slug:number>/breve/", letters.letters, name="letters"),
    path(
        "sager/<slug:number>/breve/<uuid:pk>/givet/",
        letters.give_to_parents,
        name="give_to_parents",
    ),
    path("sager/<slug:number>/breve/<uuid:pk>.pdf", letters.letter, name="letter"),
    path(
        "sager/<slug:number>/elev/<uuid:pupil>/breve/",
        letters.letter_preview,
        name="letter_preview",
    ),
    path(
        "sager/<slug:number>/elev/<uuid:pupil>/afgoerelse/",
        decisions.decide,
        name="decide",
    ),
    path(
        "sager/<slug:number>/elev/<uuid:pupil>/afslut/",
        corrections.end_grant,
        name="end_grant",
    ),
    path(
        "sager/<slug:number>/elev/<uuid:pupil>/ret/",
        corrections.correct_decision,
        name="correct_decision",
    ),
    path(
        "sager/<slug:number>/elev/<uuid:pupil>/virkning/",
        decisions.effect,
        name="effect",
    ),
    path(
        "sager/<slug:number>/elev/<uuid:pupil>/fortryd/", decisions.undo, name="undo"
    ),
    path(
        "sager/<slug:number>/elev/<uuid:pupil>/nummer/",
        identity.exchange_number,
        name="exchange_number",
    ),
    path(
        "sager/<slug:number>/elev/<uuid:pupil>/samme/",
        identity.join,
        name="join_pupils",
    ),
    path(
        "sager/<slug:number>/elev/<uuid:pupil>/cpr/",
        cases.reveal_cpr,
        name="reveal_cpr",
    ),
]
