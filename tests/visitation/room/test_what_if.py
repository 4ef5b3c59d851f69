"""What if: other terms for the pupils on the agenda, counted as the books would count them."""

from __future__ import annotations

import re
import uuid
from datetime import date
from functools import partial

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from applications.models import Recusal
from applications.submission import actions as submission
from applications.writing import actions as writing
from budget.books import queries as books_queries
from budget.books.queries import DistrictYear, Frame, PoolYear
from budget.models import Posting
from skolefleks.danish import kr
from tests.conftest import AFTER, NEXT, text_of
from tests.filling import fill
from tests.house.test_ceilings import asked
from tests.meetings import members, planned, under_way
from tests.nonsense import NONSENSE
from tests.scenes import kept
from visitation.agenda import actions as agenda
from visitation.agenda import queries as agenda_queries
from visitation.decisions import actions as decisions
from visitation.decisions import rules as decision_rules
from visitation.meetings import actions as meetings
from visitation.models import Decision, Meeting
from visitation.room.whatif import Supposed, outlook

SCHOOLS = ("Baltorpskolen", "Hedegårdsskolen", "Skovlunde Skole")


def applied(schools, person, school, *names):
    """An application of a school for pupils of these names, submitted."""
    leader = person(f"Leder {school}", "school_leader", school)
    application = fill(
        writing.start(school=schools[school], by=leader), *names, by=leader, tariff=200_000
    )
    submission.submit(application, by=leader)
    return application


@pytest.fixture
def apply_for(schools, person):
    return partial(applied, schools, person)


@pytest.fixture
@kept
def room(schools, person, pools, chair):
    """A meeting under way with three cases of two pupils, each of its own school."""
    apply = partial(applied, schools, person)
    cases = [apply(school, f"Anna {school}", f"Bo {school}") for school in SCHOOLS]
    return under_way(*cases, by=chair, present=[chair, *members(person, 3)])


def url_of(name, meeting, *more):
    return reverse(f"visitation:{name}", args=[meeting.pk, *more])


def supposing(*terms):
    """The table as it is typed: (tariff, from, to) of the pupils from the first place on."""
    typed = {"s": "1"}
    for place, (tariff, first, last) in enumerate(terms):
        typed |= {
            f"m{place}": "1",
            f"t{place}": str(tariff),
            f"f{place}": f"{first:%d.%m.%Y}",
            f"l{place}": f"{last:%d.%m.%Y}",
        }
    return typed


A_YEAR = (date(NEXT, 1, 1), date(NEXT, 12, 31))
LOWER = supposing((100_000, *A_YEAR))
HTMX = {"HX-Request": "true", "HX-Target": "what-if-answer"}


def tariffs(answer):
    return [row.terms.tariff for row in answer.context["rows"]]


def test_what_is_decided_elsewhere_is_not_read(room, apply_for, chair):
    [case] = apply_for("Baltorpskolen", "Eva Elsewhere").pupil_cases.select_related("pupil")
    decision = decisions.reject(case, grounds="Intet behov.", by=chair)
    assert decision in agenda_queries.settled_for(room)
    assert not agenda_queries.settled_on_agenda(room).exists()


def test_a_pupil_who_is_put_off_is_not_said_to_be_decided_at_the_meeting(room, committee, chair):
    pupils = room.items.first().application.pupil_cases.select_related("application__school")
    decisions.postpone(pupils[0], grounds="Mere at vide.", by=chair)
    text = text_of(committee.get(url_of("what_if", room)))
    assert f"Afgjort eller udsat, og talt med i »nu«, som det står: {pupils[0]}" in text


def test_the_wishes_supposed_are_what_the_books_say_once_they_are_granted(room, committee, chair):
    answer = committee.get(url_of("what_if", room))
    supposed = {outlook.year: outlook.after for outlook in answer.context["outlooks"]}

    for item in room.items.all():
        pupil_cases = item.application.pupil_cases
        for pupil_case in pupil_cases.select_related("pupil", "application__school__district"):
            wish = decision_rules.Terms(
                pupil_case.requested_tariff, pupil_case.starts_on, pupil_case.ends_on
            )
            decisions.grant(pupil_case, wish, grounds="Behov.", by=chair)

    for pool in books_queries.pools(sorted(supposed)):
        assert supposed[pool.year] == pool


ONE = (uuid.UUID(int=1), 1, 1)  # a krone a year: the first of two lines comes to nothing in 2028


TERMS = st.tuples(
    st.sampled_from([uuid.UUID(int=1), uuid.UUID(int=2)]),
    st.sampled_from([1, 2]),
    st.integers(1, 1_000_000),
    st.dates(date(2027, 1, 1), date(2028, 12, 31)),
    st.dates(date(2029, 1, 1), date(2029, 12, 31)),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(TERMS, max_size=6))
@example([(*ONE, date(2028, 8, 1), date(2029, 1, 1)), (*ONE, date(2027, 1, 1), date(2029, 1, 1))])
def test_what_is_supposed_adds_up_whoever_bears_it(terms):
    pool = PoolYear(
        2028,
        [Frame("A", "C-SIK", 3_000_000, 1), Frame("B", "C-BUR", 2_000_000, 2)],
        [DistrictYear("X", 2028, district_id=1), DistrictYear("Y", 2028, district_id=2)],
        DistrictYear("I alt", 2028),
    )
    supposed = [Supposed(*row) for row in terms]
    [year] = outlook([pool], supposed)
    in_2028 = [(row, row.parts()[2028]) for row in supposed if 2028 in row.parts()]
    total = year.after.total
    assert year.amount == sum(part.amount for _, part in in_2028)
    assert sum(district.amount for district in year.after.districts) == total.amount
    assert sum(frame.used for frame in year.after.frames) == total.amount
    assert total.places == len({row.pupil for row, part in in_2028 if part.amount})


def test_a_changed_tariff_changes_what_is_free_and_stores_nothing(room, committee):
    typed = supposing((300_000, *A_YEAR), (100_000, *A_YEAR))
    shown = text_of(committee.get(url_of("what_if", room), typed))
    assert kr(5_000_000 - 400_000).replace("\N{NO-BREAK SPACE}", " ") in shown
    assert not Decision.objects.exists()
    assert not Posting.objects.exclude(kind="allocation").exists()


def test_a_pool_that_would_not_reach_is_said_in_words(room, committee):
    typed = supposing(*[(1_000_000, *A_YEAR)] * 6)
    assert f"Puljen for {NEXT} rækker ikke: der mangler 1.000.000 kr." in text_of(
        committee.get(url_of("what_if", room), typed)
    )


def test_while_it_is_typed_only_the_answer_is_sent(room, committee):
    answer = committee.get(url_of("what_if", room), headers=HTMX)
    assert answer.content.decode().strip().startswith('<div id="what-if-answer"')


def test_the_wishes_are_back_at_a_press_for_all_who_follow(
    room, committee, member, client_for, post
):
    suppose = partial(post, committee, url_of("suppose", room))
    suppose(LOWER)
    suppose(LOWER | {"nulstil": "1"})
    for client in (committee, client_for(member)):
        answer = client.get(url_of("what_if", room))
        assert tariffs(answer) == ["200.000"] * 6
        assert answer.context["counted"] == 6


def test_what_makes_no_sense_is_left_out_and_said(room, committee):
    for nonsense in NONSENSE:
        answer = committee.get(
            url_of("what_if", room),
            {"s": "1", "m0": "1", "t0": nonsense, "f0": nonsense, "l0": "x"},
        )
        assert answer.status_code == 200
        assert answer.context["counted"] == 0
        assert "er ikke regnet med" in text_of(answer)


def test_the_address_of_twelve_cases_of_two_pupils_stays_short():
    typed = supposing(*[(1_000_000, date(NEXT, 12, 31), date(AFTER, 12, 31))] * 24)
    assert len("&".join(f"{name}={value}" for name, value in typed.items())) < 2_000


# -- who follows -----------------------------------------------------------------------


def test_the_others_see_what_the_chair_supposes_and_not_what_a_member_does(
    room, committee, member, client_for, post
):
    follower = client_for(member)
    post(committee, url_of("suppose", room), supposing((123_456, *A_YEAR)))
    assert tariffs(follower.get(url_of("what_if", room)))[0] == "123456"

    own = follower.get(url_of("what_if", room), supposing((654_321, *A_YEAR)))
    assert tariffs(own)[0] == "654321"
    assert tariffs(committee.get(url_of("what_if", room)))[0] == "123456"


def test_reading_the_page_changes_nobody_elses(room, committee, member, client_for):
    committee.get(url_of("what_if", room), LOWER)
    assert tariffs(client_for(member).get(url_of("what_if", room)))[0] == "200.000"


def test_who_leads_types_on_with_the_same_key(room, committee):
    typed = LOWER | {"idempotency_key": str(uuid.uuid4())}
    for tariff in ("100.000", "150.000"):
        answer = committee.post(url_of("suppose", room), typed | {"t0": tariff}, headers=HTMX)
        assert tariffs(answer)[0] == tariff


def stand(client, room):
    return client.get(url_of("meeting_mode", room)).context["stamp"]


def test_a_screen_that_follows_is_told_of_a_new_what_if_and_of_the_next_case(
    room, committee, chair, member, client_for, post
):
    follower = client_for(member)
    ask = partial(follower.get, url_of("follow", room))
    before = stand(follower, room)
    assert ask({"stand": before}).status_code == 204
    post(committee, url_of("suppose", room), LOWER)
    assert ask({"stand": before}).headers["HX-Trigger"] == "what-if-changed"
    agenda.take_up(room.items.all()[1], by=chair)
    assert ask({"stand": before}).headers["HX-Refresh"] == "true"


def test_the_other_who_leads_follows_and_who_typed_is_not_asked_to_fetch_it_again(
    room, committee, secretary, client_for
):
    other = client_for(secretary)
    assert "what-if-changed from:body" in other.get(url_of("meeting_mode", room)).content.decode()
    before = stand(other, room)
    typed = LOWER | {"idempotency_key": str(uuid.uuid4())}
    answer = committee.post(url_of("suppose", room), typed, headers=HTMX).content.decode()
    [own] = re.findall(r'stand=([^"]+)"', answer)
    follow = url_of("follow", room)
    assert committee.get(follow, {"stand": own}).status_code == 204
    assert other.get(follow, {"stand": before}).headers["HX-Trigger"] == "what-if-changed"
    assert tariffs(other.get(url_of("what_if", room)))[0] == LOWER["t0"]


def test_following_asks_little_of_the_database(room, member, client_for):
    follower = client_for(member)
    before = stand(follower, room)
    with CaptureQueriesContext(connection) as queries:
        follower.get(url_of("follow", room), {"stand": before})
    assert len(queries) <= 3


def test_with_the_cache_empty_the_table_stands_as_the_schools_ask(room, committee, post):
    post(committee, url_of("suppose", room), LOWER)
    cache.clear()
    assert tariffs(committee.get(url_of("what_if", room)))[0] == "200.000"


# -- the room --------------------------------------------------------------------------


def test_the_chair_goes_from_case_to_case(room, committee, post):
    first, second = room.items.all()[:2]
    for item in (first, second):
        assert post(committee, url_of("take_up", room, item.pk)).status_code == 302
        assert item.application.number in text_of(committee.get(url_of("meeting_mode", room)))
    assert Meeting.objects.get().at_item == second


def test_a_meeting_that_is_not_under_way_says_what_to_do(room, chair, committee):
    meetings.close_meeting(room, later=[item.pk for item in room.items.all()], by=chair)
    answer = committee.get(url_of("meeting_mode", room))
    assert "Mødet er slut eller aflyst" in text_of(answer)
    assert 'id="follow"' not in answer.content.decode()


def test_who_waits_for_the_meeting_to_begin_has_a_page_that_follows(case, chair, committee):
    ahead = planned(case.application, by=chair)
    answer = committee.get(url_of("meeting_mode", ahead))
    assert "Lad siden stå" in text_of(answer)
    assert url_of("follow", ahead) in answer.content.decode()
    stamp = answer.context["stamp"]
    Meeting.objects.filter(pk=ahead.pk).update(status="under_way")
    assert committee.get(url_of("follow", ahead), {"stand": stamp})["HX-Refresh"] == "true"


@pytest.fixture
def disqualified(room, chair, member):
    """A member who has declared themselves disqualified in the first case, which is at hand."""
    item = room.items.all()[0]
    declared = {"origin": "declared", "set_by": member, "set_at": item.application.submitted_at}
    Recusal.objects.create(application=item.application, user=member, **declared)
    agenda.take_up(item, by=chair)
    return member


def test_who_is_disqualified_sees_neither_the_case_at_hand_nor_its_part_of_what_if(
    room, disqualified, client_for
):
    client = client_for(disqualified)
    number = room.items.all()[0].application.number
    pages = [text_of(client.get(url_of(name, room))) for name in ("meeting_mode", "what_if")]
    assert "Du er inhabil i den sag, der behandles nu" in pages[0]
    assert not [page for page in pages if number in page or "A.B." in page]
    assert client.get(url_of("case_at_hand", room)).status_code == 404
    assert client.get(url_of("what_if", room)).context["counted"] == 4


def test_who_is_not_disqualified_sees_both(room, disqualified, committee):
    assert room.items.all()[0].application.number in text_of(
        committee.get(url_of("meeting_mode", room))
    )
    assert committee.get(url_of("what_if", room)).context["counted"] == 6


@pytest.mark.parametrize("name", ["meeting_mode", "what_if", "case_at_hand"])
def test_the_room_takes_as_many_queries_with_one_case_as_with_many(
    name, apply_for, pools, chair, person, committee
):
    there = [chair, *members(person, 3)]
    counts = []
    for names in (["Eva Fog"], [f"Elev Nummer {letter}" for letter in "abcdefgh"]):
        cases = [apply_for(school, *names) for school in SCHOOLS[: len(names)]]
        meeting = under_way(*cases, by=chair, present=there)
        agenda.take_up(meeting.items.all()[0], by=chair)
        counts.append(asked(committee, url_of(name, meeting)))
        meetings.close_meeting(meeting, later=[item.pk for item in meeting.items.all()], by=chair)
    # One more than other pages: the case is shown as it was submitted, which is read by itself.
    assert counts[0] == counts[1] <= 13
