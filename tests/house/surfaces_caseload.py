"""The cases of the walk over every surface, with a canary in every text."""

from __future__ import annotations

import json
import uuid
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.utils import timezone

from applications.dialogue import actions as dialogue
from applications.models import DialogueEntry, Paper, PupilCase, Recusal
from applications.submission import actions as submission
from applications.writing import actions as writing
from budget.models import Posting
from skolefleks import throttles
from skolefleks.celery import app as celery_app
from skolefleks.danish import today
from skolefleks.encryption import EncryptedTextField
from tests.applications.papers.files import pdf
from tests.applications.papers.laying import lay_on
from tests.conftest import NEXT, YEAR, plan_meeting
from tests.filling import fill, write_pupil
from tests.surfaces import paths, squeezed
from visitation.decisions import actions as decisions
from visitation.decisions import rules as decision_rules
from visitation.dissents import actions as dissents
from visitation.law import actions as law
from visitation.lifecycle import MeetingStatus
from visitation.models import (
    AgendaItem,
    Amendment,
    Assessment,
    Attendance,
    Decision,
    Document,
    Effort,
    EffortCondition,
    EffortDelay,
    EffortGoal,
    FollowUpVoice,
    FollowUpWindow,
    FreePoint,
    Hearing,
    Measurement,
    Meeting,
    PlanMeasure,
    Question,
    Reading,
    RoundAnswer,
    StatusReport,
    WaitingPlace,
    Whereabouts,
    WrittenRound,
)

celery_app.loader.import_default_modules()


NAMES = ("Xenia Quistgaard", "Ziggy Wraa")


# Canaries: `KvidderSag...` is the school's own writing, `KvidderIndre...` the committee's,
# `KvidderDom...` a decision's.
CASE = ["Xenia", "Quistgaard", "Ziggy", "Wraa", "X.Q.", "Z.W.", "KvidderSag", "213.457", "213457"]


INNER = ["KvidderIndre", "222.333", "222333"]


PROVISIONAL = ["KvidderDom", "231.987", "231987"]


RELEASED = ["KvidderFri", "229.111", "229111"]


@pytest.fixture
def nobody_is_held_up(monkeypatch):
    """An answer that says `too many` would hide what the page shows."""
    monkeypatch.setattr(throttles, "_most", lambda what: 10**9)


# -- the caseload ----------------------------------------------------------------------
def write_case(school, leader, adviser):
    """A submitted case of two pupils in which every text is a canary, with a paper, a dialogue and
    an adviser.
    """
    application = fill(writing.start(school=school, by=leader), by=leader)
    for name in NAMES:
        case = write_pupil(
            writing.add_pupil(application, by=leader), name, by=leader, tariff=213_457
        )
        case.description = case.pupil_voice = "KvidderSagElev"
        writing.write_pupil(case, cpr=case.pupil.cpr, by=leader)
    application.learning_environment = application.joint_reason = "KvidderSagTekst"
    writing.write(
        application, fields=["learning_environment", "joint_reason"], step="environment", by=leader
    )
    lay_on(application, "KvidderSagBilag.pdf", pdf(), by=leader)
    writing.invite(application, adviser=adviser, by=leader)
    entry = dialogue.write_entry(application, kind="message", text="KvidderSagDialog", by=leader)
    dialogue.share(entry, by=leader)
    submission.submit(application, by=leader)
    application.refresh_from_db()
    return application


def take_up(application, chair, members):
    """At hand at the meeting under way, with words for its minutes."""
    meeting = plan_meeting(by=chair, days=len(members), status=MeetingStatus.UNDER_WAY)
    said = {"said": "KvidderIndreReferat", "minutes": 20, "added_by": chair}
    item = AgendaItem.objects.create(meeting=meeting, application=application, position=0, **said)
    said = {"title": "KvidderPunktNavn", "said": "KvidderPunktSagt"}
    FreePoint.objects.create(
        meeting=meeting, kind="own", position=0, minutes=5, added_by=chair, **said
    )
    for user in members:
        Attendance.objects.create(
            meeting=meeting, user=user, state=Attendance.State.PRESENT, counts=True
        )
    type(meeting).objects.filter(pk=meeting.pk).update(at_item=item)
    return meeting


def discuss(application, chair, members):
    """What the committee writes of a case before it decides."""
    now = timezone.now()
    Question.objects.create(
        application=application, text="KvidderSpurgt", asked_by=chair, asked_at=now
    )
    for case in application.pupil_cases.all():
        for user in members:
            given = {
                "weight": 3,
                "tariff": 222_333,
                "why": "KvidderIndreVurdering",
                "given_at": now,
            }
            Assessment.objects.create(pupil_case=case, member=user, **given)
    send_round(application.pupil_cases.all()[0], chair, members[-1])
    Reading.objects.create(application=application, user=chair, read_at=now)
    law.classify(application, "internal", reason="KvidderIndreRetligt", by=chair)
    period = {"sent_on": today() - timedelta(days=20), "deadline_on": today() - timedelta(days=5)}
    law.note_hearing(application, heard="KvidderIndreHørt", **period, by=chair)


def send_round(pupil_case, chair, member):
    """What was sent round in writing, and a member who asked for a meeting instead."""
    now = timezone.now()
    circular = WrittenRound.objects.create(
        pupil_case=pupil_case,
        what="first",
        status="to_meeting",
        sent_form="grounds=KvidderIndreRunde",
        proposal=json.dumps([["Begrundelse", "KvidderIndreRunde"]]),
        deadline=today() + timedelta(days=5),
        sent_by=chair,
        sent_at=now,
    )
    RoundAnswer.objects.create(
        round=circular, user=member, agrees=False, reason="KvidderIndreMøde", answered_at=now
    )


def decide(application, chair, word, tariff):
    """The first pupil granted, the second rejected, nothing released."""
    first, second = application.pupil_cases.select_related("pupil", "application__school__district")
    terms = decision_rules.Terms(
        tariff, date(NEXT, 1, 1), date(NEXT, 7, 31), f"{word}Vilkår", f"{word}Takst", 3
    )
    new_grant = decisions.grant(first, terms, grounds=f"{word}Bevilget", by=chair)
    dissents.note_dissent(new_grant.decision, member=chair, text="KvidderIndreUenig", by=chair)
    decisions.reject(second, grounds=f"{word}Afslag", by=chair)


def ask_committee(application, leader):
    """What the committee is asked of the running effort, in the school's words."""
    effort = Effort.objects.get(application=application)
    now = timezone.now()
    Amendment.objects.create(
        effort=effort,
        pupil_case=effort.pupil_case,
        kind="extend",
        reached="KvidderFriNået",
        remaining="KvidderFriMangler",
        reason="KvidderFriGrund",
        until=date(NEXT, 12, 31),
        tariff=229_111,
        written_by=leader,
        written_at=now,
        asked_at=now,
    )


def follow(application, leader):
    """What is written of an effort: goal, measure, delay, report, voice."""
    effort, now = Effort.objects.get(application=application), timezone.now()
    window = effort.windows.first()
    texts = {"what": "KvidderIndsatsMål", "how_measured": "KvidderIndsatsMåling"}
    EffortGoal.objects.create(effort=effort, number=90, kind="count", at=now, **texts)
    texts = {"what": "KvidderIndsatsTiltag", "expected_effect": "KvidderIndsatsVirkning"}
    PlanMeasure.objects.create(effort=effort, kind="resource_person", **texts)
    delay = {"reason": "KvidderIndsatsUdsat", "expected_on": effort.starts_on, "by": leader}
    EffortDelay.objects.create(effort=effort, at=now, **delay)
    written = {"window": window, "written_by": leader, "written_at": now}
    handed_in = {"handed_in_by": leader, "handed_in_at": now}
    StatusReport.objects.create(carried_out="KvidderIndsatsStatus", **written, **handed_in)
    FollowUpVoice.objects.create(voice="pupil", how="talk", words="KvidderIndsatsOrd", **written)


# -- the walk over it ------------------------------------------------------------------
def found_in(said, canaries):
    """{path: the canaries that stand there}."""
    words = [squeezed(canary) for canary in canaries]
    found = {path: [word for word in words if word in text] for path, text in said.items()}
    return {path: there for path, there in found.items() if there}


def silent_in(walked, words):
    """{path: the words that stand there} of what was answered without a line in the access log."""
    there = found_in(walked.texts, words)
    return {path: there[path] for path in there if not walked.noted[path]}


# Texts that are kept as a whole: what is in them stands in the fields too.
WHOLE = {"submission.content", "document.source", "pupil.cpr"}

# Signs from which a stored text is taken to be its own and no word of the page.
OWN = 14


def stored():
    """Every text that lies encrypted, of any model, and long enough to be known again."""
    texts = set()
    for model in apps.get_models():
        names = [each.name for each in model._meta.fields if isinstance(each, EncryptedTextField)]
        for name in (name for name in names if f"{model._meta.model_name}.{name}" not in WHOLE):
            rows = model._base_manager.all()
            texts.update(squeezed(str(getattr(row, name) or "")) for row in rows)
    return [text for text in texts if len(text) >= OWN and not is_json(text)]


def is_json(text):
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def addresses_of(application, pupils=1):
    """Every address with what belongs to this case put in, by what stands before it.

    Those of its first `pupils`.
    """
    nobody = [uuid.UUID(int=1)]

    def of(model, **only):
        return list(model.objects.filter(**only).values_list("pk", flat=True)) or nobody

    own, number = {"application": application}, [application.number]
    pupils = of(PupilCase, **own)[:pupils]
    meetings = of(Meeting, items__application=application)
    return paths(
        {
            "sager/": number,
            "ansoegninger/": number,
            "indsatser/": number,
            "/": of(Effort, **own),
            "tiltag/": of(PlanMeasure, effort__application=application),
            "maal/": of(EffortGoal, effort__application=application),
            "vilkaar/": of(EffortCondition, effort__application=application),
            "opfoelgninger/": of(FollowUpWindow, effort__application=application),
            "opfoelgning/": of(Amendment, effort__application=application),
            "maalinger/": of(Measurement, effort__application=application),
            "efter/": of(Whereabouts, effort__application=application),
            "stemme/": ["eleven"],
            "beskeder/": number,
            "elev/": pupils,
            "elever/": pupils,
            "bilag/": of(Paper, **own),
            "dialog/": of(DialogueEntry, **own),
            "hoering/": of(Hearing, **own),
            "habilitet/": of(Recusal, **own)[:1],
            "spoergsmaal/": of(Question, **own),
            "breve/": of(Document, **own),
            "moeder/": meetings,
            "punkt/": of(AgendaItem, **own),
            "tag-op/": of(AgendaItem, **own),
            "frit-punkt/": of(FreePoint),
            "venteliste/": of(WaitingPlace, decision__pupil_case__application=application),
            "skriftlig/": of(WrittenRound, pupil_case__application=application),
            "trin/": ["laas"],
            "visninger/": [1],
            "skalaer/": [0],
            "over-loftet/": of(Decision, pupil_case__in=pupils),
            "posteringer/": of(Posting)[-1:],
            "forslag/": nobody,
            "afstemning/": nobody,
            "mails/": nobody,
            "regnskabsaar/": [YEAR],
            "opkraev/": [0],
            "prisregulering/": nobody,
            "kvittering/": nobody,
            "niveau/": [YEAR],
            "kvartal/": [YEAR],
            "evaluering/": [f"regnskabsaar-{YEAR}", f"skoleaar-{YEAR - 1}"],
            "aendring/": [0],
            "indstillinger/": ["beslutningsdygtighed"],
            "kommunen/": ["0b4f6c"],
            "tekster/": ["brev-overskrift"],
            "-": [1],
            "udbetalinger/": ["UB-1"],
            "logget-ind/": [0],
            # Nobody: whoever sends something to every address ends no role and closes no school.
            **{place: [0] for place in ("mennesker/", "rolle/", "gennemgang/")},
            **{place: [0] for place in ("distrikt/", "skole/", "center/")},
            "hent.": ["csv", "xlsx"],
        }
    )
