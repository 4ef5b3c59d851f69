"""Every address as every role and as nobody: one table. What one may not see does not exist;
nobody judges their own.
"""

from __future__ import annotations

import re
import uuid
from contextlib import suppress
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse
from django.utils import timezone

from applications.models import Invitation
from applications.submission import actions as submission
from applications.writing import actions as writing
from budget.models import Posting
from budget.proposals import actions as proposals
from skolefleks.danish import today
from skolefleks.models import AuditEntry, Membership, Role
from tests.addresses import GET, PEOPLE
from tests.addresses_sent import POST
from tests.conftest import NEXT, YEAR
from tests.deciding import pupils, wish_terms
from tests.filling import fill
from tests.house.doors import (
    Player,
    by_the_view,
    is_taken_for_forged,
    key,
    signed_in,
    through_the_browser,
    wrong_answers,
)
from tests.meetings import planned
from visitation.decisions import actions as decisions
from visitation.efforts import closing
from visitation.measurements import actions as measurements
from visitation.models import Amendment, Effort, Measurement
from visitation.releases import actions as releases

# What the pages of figures are about: a quarter that has begun; a level, a receipt, a meeting, a
# decision not there.
OF_FIGURES = {
    "try_mail_again": [uuid.UUID(int=1)],
    "budget:quarter": [YEAR, 1],
    "budget:quarter_pdf": [YEAR, 1],
    "budget:sign_quarter": [YEAR, 1],
    "budget:remove_target": [YEAR],
    "budget:figure_import": [uuid.UUID(int=1)],
    "budget:collect": [0],
    "budget:difference": [uuid.UUID(int=1)],
    "budget:close_year": [YEAR],
    "budget:reopen_year": [YEAR],
    "price_index": [uuid.UUID(int=1)],
    "approve_index": [uuid.UUID(int=1)],
    "visitation:answer_ceiling": [uuid.UUID(int=1)],
    "take_up_again": [uuid.UUID(int=1)],
    "take_off_list": [uuid.UUID(int=1)],
    "visitation:round": [uuid.UUID(int=1)],
    "visitation:recall_round": [uuid.UUID(int=1)],
    "visitation:release_meeting": [uuid.UUID(int=1)],
    "end_sessions": [0],
    "end_role": [0, 0],
    "review": [0],
    "sign_review_line": [0, 0],
}
for page in ("change_centre", "close_centre", "reopen_centre"):
    OF_FIGURES[page] = ["X-0"]
for page in ("change_district", "change_school", "close_school", "reopen_school"):
    OF_FIGURES[page] = [0]
for page in ("setting_change", "agree_setting", "refuse_setting", "withdraw_setting"):
    OF_FIGURES[page] = [0]
OF_FIGURES["pass_on_work"] = [0]
OF_FIGURES["merge_school"] = [0]
OF_FIGURES["colours"] = ["0b4f6c"]
OF_FIGURES["logo"] = ["0" * 64]
OF_FIGURES["setting"] = ["takstloft"]
OF_FIGURES["text"] = ["brev-overskrift"]
for page in ("text_version", "text_pdf", "sign_text", "withdraw_text"):
    OF_FIGURES[page] = ["brev-overskrift", 1]
for page in ("trail", "who_saw_what", "access_log"):
    OF_FIGURES[f"export_{page}"] = ["csv"]
for page in ("person", "change_person", "give_role", "deactivate", "reactivate", "untie_sign_on"):
    OF_FIGURES[page] = [0]
SCHOOL_YEAR = f"skoleaar-{YEAR - 1}"
for page in ("draft", "write", "sign", "take_back", "reopen"):
    OF_FIGURES[f"evaluation:{page}"] = [SCHOOL_YEAR]
for page in ("version", "version_pdf", "version_xlsx"):
    OF_FIGURES[f"evaluation:{page}"] = [SCHOOL_YEAR, 1]


# What an address under a meeting ends with, beside the meeting: a step of its life, a case that
# is not on its agenda.
OF_A_MEETING = {
    "visitation:move_meeting": ["laas"],
    "visitation:take_up": [uuid.UUID(int=1)],
    "visitation:take_up_point": [uuid.UUID(int=1)],
    "visitation:dissent": [uuid.UUID(int=1)],
}


NOT_OURS = {
    "account_login",
    "account_logout",
    "account_inactive",
    "signed_out",
    "demo",
    # Whoever has it is nobody: tests/visitation/screens.
    "screen",
    # Whoever has the link is nobody: tests/skolefleks/beginning. The others are a style, a picture.
    "begin",
    "colours",
    "logo",
}  # answer as the table says; change no case


# Ways in, allauth's and ours: tested where sign-in is.
SINGLE_SIGN_ON = re.compile(r"socialaccount_|openid_connect_|saml_|emergency$")


ANSWERS_MACHINES = {
    "healthz",
    "healthz_live",
    "healthz_ready",
}  # 200 or 503, by what runs (test_production)


def rows(table):
    """(name of the address, {person: status})."""
    for line in table.strip().splitlines()[1:]:
        name, *answers = line.split()
        yield name, dict(zip(PEOPLE, answers, strict=True))


def names(patterns, prefix=""):
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield prefix + str(pattern.name)
        else:
            yield from names(
                pattern.url_patterns,
                prefix + (f"{pattern.namespace}:" if pattern.namespace else ""),
            )


@pytest.fixture
def guest(person):
    return person("Gurli Gæst", Role.ADVISER)


@pytest.fixture
def players(client_for, request):
    """Each of PEOPLE at a browser."""
    called = {"other": "other_leader", "secr": "secretary", "two": "two_roles"}
    players = {"nobody": Player(Client(), AnonymousUser())}
    for name in PEOPLE[1:]:
        user = request.getfixturevalue(called.get(name, name))
        players[name] = signed_in(user, client_for(user))
    return players


@pytest.fixture
def with_committee(submitted, guest, leader):
    """A case that the committee has, an adviser invited to it."""
    Invitation.objects.create(application=submitted, user=guest, invited_by=leader)
    return submitted


@pytest.fixture
def at_school(with_committee, schools, leader):
    """A draft of the same school."""
    application = writing.start(school=schools["Baltorpskolen"], by=leader)
    return fill(application, "Cilla Dam", "Dan Ek", by=leader)


@pytest.fixture
def of_the_books(pools, sources, chief):
    """The first posting, and a proposal of the chief's own, by what their addresses end with."""
    part = proposals.FrameYear(NEXT, sources[0])
    proposal = proposals.propose_allocation(part, 1_000, reason="Behov.", by=chief)
    return {"posting": Posting.objects.earliest("pk").pk, "proposal": proposal.pk}


@pytest.fixture
def of_a_meeting(with_committee, chair):
    """A planned meeting with the case on its agenda: what its addresses end with."""
    meeting = planned(with_committee, by=chair)
    return lambda name: [meeting.pk, *OF_A_MEETING.get(name, [])]


# What an address of an effort ends with, beside the effort: a row of its plan, or a follow-up.
OF_AN_EFFORT = {
    "change_measure": "measures",
    "change_goal": "goals",
    "condition": "conditions",
    "follow_up": "windows",
    "report": "windows",
    "talk": "windows",
    "outcome": "windows",
    "voice": "windows",
    "correct_measurement": "measurements",
    "whereabouts": "whereabouts",
}


@pytest.fixture
def effort(schools, leader, guest, chair, pools):
    """A released effort of the same school, with a condition; the adviser is invited to it too."""
    application = writing.start(school=schools["Baltorpskolen"], by=leader)
    fill(application, "Eva Fog", by=leader)
    Invitation.objects.create(application=application, user=guest, invited_by=leader)
    submission.submit(application, by=leader)
    [pupil_case] = pupils(application)
    terms = wish_terms(conditions="Møde hver uge.")
    decisions.grant(pupil_case, terms, grounds="Behov.", by=chair)
    releases.release(application, by=chair)
    effort = Effort.objects.select_related("application").get(application=application)
    measurements.take(
        effort,
        Measurement.Voice.SCHOOL,
        measured_on=today(),
        answers=[measurements.Answer(effort.goals.get(), Decimal(50))],
        filled_in_by=Measurement.FilledInBy.SELF,
        how=Measurement.How.RECORDS,
        by=leader,
    )
    closing.lay(effort, by=chair)
    effort.whereabouts.update(status="asked")
    return effort


@pytest.fixture
def of_an_effort(effort):
    def find(name, number):
        last = name.partition(":")[2]
        if last in {"list", "oversight", "export_xlsx", "export_csv", "scales"}:
            return reverse(name)
        if last == "retire_scale":
            return reverse(name, args=[0])
        args = [number or effort.application.number, effort.pk]
        if last in OF_AN_EFFORT:
            args.append(getattr(effort, OF_AN_EFFORT[last]).first().pk)
        if last in {"voice", "measure", "hand_over"}:
            args.append("eleven")
        return reverse(name, args=args)

    return find


OF_AN_AMENDMENT = (
    "visitation:amendment",
    "visitation:amendment_pdf",
    "visitation:decide_amendment",
)


@pytest.fixture
def amendment(effort, leader):
    """What the committee is asked of the effort."""
    now = timezone.now()
    return Amendment.objects.create(
        effort=effort,
        pupil_case=effort.pupil_case,
        kind="stop",
        written_by=leader,
        written_at=now,
        asked_at=now,
    )


@pytest.fixture
def address(with_committee, at_school, of_the_books, of_a_meeting, of_an_effort, amendment):
    """The address by its name, of the case that the page is about: a draft for the school, else
    one to decide.
    """

    def find(name, number=None):
        floor, last = name.partition(":")[0], re.split("[:_]", name)[-1]
        if floor == "efforts":
            return of_an_effort(name, number)
        if name in OF_AN_AMENDMENT:
            return reverse(name, args=[amendment.pk])
        if name in OF_FIGURES:
            return reverse(name, args=OF_FIGURES[name])
        if floor == "budget" and last in of_the_books:
            return reverse(name, args=[of_the_books[last]])
        application = at_school if name.startswith("applications:") else with_committee
        pupil = application.pupil_cases.all()[0].pk
        number = number or application.number
        for args in ([], of_a_meeting(name) if floor == "visitation" else [number], [number]):
            with suppress(NoReverseMatch):
                return reverse(name, args=args)
        return reverse(name, args=[number, pupil])

    return find


def test_every_address_stands_in_the_tables():
    found = {name for name in names(get_resolver().url_patterns) if not SINGLE_SIGN_ON.search(name)}
    assert {name for name, _ in rows(GET)} == found - ANSWERS_MACHINES
    assert {name for name, _ in rows(POST)} == found - ANSWERS_MACHINES - NOT_OURS


def test_who_opens_what(players, address, pools):
    assert wrong_answers(players, "GET", rows(GET), address) == {}


def test_who_sends_what(players, address, pools):
    assert wrong_answers(players, "POST", rows(POST), address) == {}


OPENED_WRONGLY = """
                            nobo lead staf othe gues advi memb chai secr  two chie foll admi
budget:dashboard               -  403  403  403  403  403  200  200  200  200  200  200  200
people                         -  403  403  403  403  403  403  403  403  403  403  403  403
"""


def test_a_page_that_lets_in_too_many_or_too_few_would_be_noticed(players, address):
    wrong = wrong_answers(players, "GET", rows(OPENED_WRONGLY), address)
    assert wrong.keys() == {"budget:dashboard", "people"}


def without_tokens(answer):
    return re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", answer.content)


ABOUT_A_CASE = [name for name, by in rows(GET) if by["other"] == "404" or name == "reveal_cpr"]


def test_a_foreign_case_and_one_that_is_not_there_look_alike(players, address):
    other = players["other"].client
    for place, name in enumerate(ABOUT_A_CASE):
        ask = other.post if name == "reveal_cpr" else other.get
        # What is no number at all is looked for as a number is: at every fifth address.
        numbers = (None, f"SF-{NEXT}-9999", "x")[: 2 + (place % 5 == 0)]
        answers = [ask(address(name, number), key()) for number in numbers]
        assert {answer.status_code for answer in answers} == {404}
        assert len({without_tokens(answer) for answer in answers}) == 1


def sent_from_elsewhere(user, names, address):
    """How each address answers a form of the person's that no page of ours sent."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return {name: client.post(address(name), key()).status_code for name in names}


ALL_FORMS = [name for name, _ in rows(POST)]


def test_a_form_from_elsewhere_is_refused_before_any_view_sees_it(address, pools, leader):
    assert [name for name in ALL_FORMS if not is_taken_for_forged(address(name))] == []
    lines = AuditEntry.objects.count()
    assert set(sent_from_elsewhere(leader, ALL_FORMS[::20], address).values()) == {403}
    assert AuditEntry.objects.count() == lines


@pytest.mark.long
@pytest.mark.parametrize("who", ["leader", "chair", "admin", "chief"])
def test_a_form_from_elsewhere_is_refused_whoever_sends_it(who, address, pools, request):
    lines = AuditEntry.objects.count()
    answers = sent_from_elsewhere(request.getfixturevalue(who), ALL_FORMS, address)
    assert {name for name in answers if answers[name] != 403} == set()
    assert AuditEntry.objects.count() == lines


OWN_PAGES = ("start", "annual_wheel", "notices", "own_settings", "draft", "time_left")

OWN_ACTS = ("read_notices", "open_notice", "end_own_sessions", "keep_draft", "stay")


def test_somebody_without_any_role_gets_nowhere(address, client_for, person):
    nobody = person("Nils Ingen", Role.ADVISER)
    Membership.objects.filter(user=nobody).delete()
    player, answers = signed_in(nobody, client_for(nobody)), {}
    for name, _ in rows(POST):
        ask = through_the_browser if name in {*OWN_PAGES, *OWN_ACTS, "people"} else by_the_view
        answers[name] = ask(player, "GET", address(name))
    assert {answers.pop(own) for own in OWN_PAGES} == {"200"}
    assert {answers.pop(own) for own in OWN_ACTS} == {"405"}
    assert set(answers.values()) == {"403"}
