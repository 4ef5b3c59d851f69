"""What each member thinks before the meeting.

It is given for oneself, hidden until one has given one's own, and compared.
"""

from __future__ import annotations

from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from applications.models import Recusal
from applications.submission import actions as submission
from skolefleks.models import AccessEntry, AuditEntry, Role
from skolefleks.refusals import NotPossible
from tests.conftest import many, plan_meeting, terms, text_of
from tests.racing import at_once, race
from tests.scenes import harmless
from visitation.agenda import actions as agenda
from visitation.assessments import actions as assessments
from visitation.assessments import queries as assessment_queries
from visitation.cases import actions as case_actions
from visitation.decisions import actions as decisions
from visitation.models import Assessment, Decision, Grant, Meeting, Reading
from visitation.models.assessments import AssessmentQuerySet
from visitation.recusals import rules as recusal_rules

SECRET = "Kanariefuglen synger kun for udvalget."


@pytest.fixture
def other_member(person):
    return person("Olga Medlem", Role.COMMITTEE_MEMBER)


@pytest.fixture
@harmless
def url(case):
    return reverse("assessments", args=[case.application.number])


@pytest.fixture
def on_agenda(case, chair):
    """A planned meeting that has the case."""
    meeting = plan_meeting(by=chair)
    agenda.add_to_agenda(meeting, case.application, by=chair)
    return meeting


def begin(meeting):
    Meeting.objects.filter(pk=meeting.pk).update(status="under_way")


def assess(case, by, *, weight=3, tariff=123_456, why=SECRET):
    return assessments.assess(case, weight=weight, tariff=tariff, why=why, by=by)


def hidden(client, url):
    """Whether the page has neither words nor amount nor name of the other's assessment."""
    page = client.get(url).content.decode()
    leaks = [secret for secret in (SECRET, "123.456", "Mads Medlem") if secret in page]
    assert len(leaks) in {0, 3}
    return not leaks


# -- one's own -------------------------------------------------------------------------
def test_a_member_gives_and_changes_their_own(case, member, client_for, post):
    client, page = (client_for(member), reverse("assess", args=[case.application.number, case.pk]))
    form = {
        "weight": "4",
        "offer": "andet",
        "amount": "180.000 kr.",
        "why": "Støtte det meste af dagen.",
    }
    post(client, page, form)
    post(client, page, form | {"offer": "ingen", "amount": ""})
    [own] = Assessment.objects.all()
    assert (own.weight, own.tariff) == (4, None)
    assert (own.why, own.member) == ("Støtte det meste af dagen.", member)
    assert "Afslag" in text_of(client.get(reverse("assessments", args=[case.application.number])))


@pytest.mark.parametrize(
    ("left_out", "error"),
    [
        ("weight", "Vælg, hvor tungt behovet er"),
        ("offer", "Vælg en takst"),
        ("amount", "Skriv beløbet i hele kroner"),
        ("why", "Skriv i én sætning, hvorfor"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(
    left_out, error, case, member, client_for, post
):
    form = {"weight": "4", "offer": "andet", "amount": "180.000", "why": "Fordi."}
    del form[left_out]
    answer = post(
        client_for(member), reverse("assess", args=[case.application.number, case.pk]), form
    )
    assert (answer.status_code, error in text_of(answer)) == (422, True)
    typed = {"weight": 'value="4"', "amount": 'value="180.000"', "why": "Fordi.</textarea>"}
    for name, text in typed.items():
        assert name == left_out or text in answer.content.decode()
    assert not Assessment.objects.exists()


@pytest.mark.parametrize("offer", ["200000", "ingen"])
def test_an_offer_and_another_amount_do_not_both_stand(offer, case, member, client_for, post):
    form = {"weight": "4", "offer": offer, "amount": "180.000", "why": "Fordi."}
    address = reverse("assess", args=[case.application.number, case.pk])
    answer = post(client_for(member), address, form)
    assert "Lad kun det ene stå" in text_of(answer)
    assert not Assessment.objects.exists()
    post(client_for(member), address, form | {"offer": "andet"})
    assert Assessment.objects.get().tariff == 180_000


def test_nothing_is_given_once_the_meeting_has_begun(case, member, on_agenda):
    assess(case, member)
    begin(on_agenda)
    with pytest.raises(NotPossible, match="Mødet er begyndt"):
        assess(case, member, tariff=1)
    assert Assessment.objects.get().tariff == 123_456


def test_nothing_is_given_once_the_pupil_is_decided(granted, case, member):
    with pytest.raises(NotPossible, match="truffet afgørelse om eleven"):
        assess(case, member)


def test_nothing_is_given_while_the_school_has_the_case(case, chair, member):
    case_actions.send_back(case.application, note="Mere.", by=chair)
    with pytest.raises(NotPossible):
        assess(case, member)


@pytest.mark.parametrize("who", ["secretary", "leader", "adviser", "chief"])
def test_who_is_no_member_gives_none(who, case, request):
    with pytest.raises(PermissionDenied):
        assess(case, request.getfixturevalue(who))


def test_whoever_was_disqualified_meanwhile_gives_none(case, member):
    application = case.application
    now = timezone.now()
    Recusal.objects.create(
        application=application, user=member, origin="chair", set_by=member, set_at=now
    )
    with pytest.raises(recusal_rules.Recused):
        assess(case, member)
    with pytest.raises(recusal_rules.Recused):
        assessments.mark_read(application, by=member)


def test_the_trail_says_that_one_assessed_and_not_what(case, member):
    assess(case, member)
    line = AuditEntry.objects.filter(verb="assess").get()
    assert (line.actor_id, line.payload) == (member.pk, {"pupil_case": str(case.pk)})


@pytest.mark.django_db(transaction=True)
def test_two_who_assess_at_once_have_each_their_own_and_one_twice_has_one(
    case, member, other_member
):
    answers = at_once(
        [partial(assess, case, member)] * 3 + [partial(assess, case, other_member)] * 3
    )
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert set(Assessment.objects.values_list("member", flat=True)) == {member.pk, other_member.pk}
    assert Assessment.objects.count() == 2


# -- the others' -----------------------------------------------------------------------
def test_others_are_hidden_until_one_has_given_ones_own(
    case, url, member, other_member, client_for
):
    client = client_for(other_member)
    assess(case, member)
    assert hidden(client, url)
    assess(case, other_member, why="Mit eget.")
    assert not hidden(client, url)


def test_ones_own_of_one_pupil_opens_no_other(
    case, submitted, url, member, other_member, client_for
):
    second = submitted.pupil_cases.all()[1]
    second.application = submitted
    assess(case, member)
    assess(second, other_member, tariff=200_000, why="Mit eget.")
    assert hidden(client_for(other_member), url)


def test_the_secretary_sees_them_when_the_meeting_begins(
    case, url, member, secretary, on_agenda, client_for
):
    client = client_for(secretary)
    assess(case, member)
    assert hidden(client, url)
    begin(on_agenda)
    assert not hidden(client, url)


def test_another_meeting_under_way_opens_nothing(
    case, url, member, secretary, chair, on_agenda, client_for
):
    assess(case, member)
    begin(plan_meeting(by=chair, days=3))
    assert hidden(client_for(secretary), url)


def test_a_decision_opens_them(case, url, pools, chair, member, secretary, client_for):
    assess(case, member)
    decisions.reject(case, grounds="Nej.", by=chair)
    assert not hidden(client_for(secretary), url)


def test_without_the_filter_the_hidden_would_show(
    case, url, member, other_member, client_for, monkeypatch
):
    assess(case, member)
    monkeypatch.setattr(AssessmentQuerySet, "visible_to", lambda rows, _: rows)
    assert not hidden(client_for(other_member), url)


def test_nobody_hears_of_hidden_ones_elsewhere(case, url, member, other_member, client_for):
    assess(case, member)
    client = client_for(other_member)
    pages = ["/", "/visitation/", "/visitation/?vis=alle", case.application.get_absolute_url()]
    for page in pages:
        assert SECRET not in client.get(page).content.decode()
        assert "123.456" not in client.get(page).content.decode()


def test_a_disqualified_member_finds_no_page_and_has_no_say(
    case, url, member, other_member, client_for
):
    assess(case, member)
    assess(case, other_member, why="Mit eget.")
    now = timezone.now()
    Recusal.objects.create(
        application=case.application, user=member, origin="chair", set_by=member, set_at=now
    )
    assert client_for(member).get(url).status_code == 404
    assert SECRET not in text_of(client_for(other_member).get(url))
    assert not Assessment.objects.visible_to(member).exists()


def test_the_spread_is_shown_with_who_would_reject(
    case, url, member, other_member, chair, client_for
):
    for by, tariff in ((member, 150_000), (other_member, 250_000), (chair, None)):
        assess(case, by, tariff=tariff, why="Fordi.")
    text = text_of(client_for(chair).get(url))
    assert (
        "Laveste forslag 150.000 kr. Midterste 200.000 kr. Højeste 250.000 kr. Ville give afslag 1"
        in text
    )
    assert "Anna" not in text
    assert "A.B." in text


def test_opening_the_page_is_logged(case, url, member, client_for):
    client_for(member).get(url)
    assert list(AccessEntry.objects.values_list("user_id", "subject")) == [
        (member.pk, case.application.number)
    ]


# -- read ------------------------------------------------------------------------------
def test_the_page_that_decides_fetches_what_is_thought_of_its_pupil(
    case, url, member, chair, committee
):
    assess(case, member)
    decide = reverse("decide", args=[case.application.number, case.pk])
    part = f"{url}?elev={case.pk}"
    assert f'hx-get="{part}"' in committee.get(decide).content.decode()
    fetch = partial(committee.get, headers={"HX-Request": "true"})
    # The chair has given none, and the meeting has not begun.
    assert SECRET not in fetch(part).content.decode()
    assess(case, chair)
    assert SECRET in fetch(part).content.decode()
    assert fetch(f"{url}?elev=x").status_code == 404


def test_a_case_is_marked_as_read_and_the_committee_sees_by_whom(
    submitted, member, committee, client_for, post
):
    client = client_for(member)
    assert "Markér som læst" in text_of(client.get(submitted.get_absolute_url()))
    post(client, reverse("mark_read", args=[submitted.number]))
    assert "Læst af dig" in text_of(client.get(submitted.get_absolute_url()))
    assert "Mads Medlem" in text_of(committee.get(reverse("assessments", args=[submitted.number])))


def test_what_is_submitted_again_is_unread(submitted, member, chair, leader, client_for):
    assessments.mark_read(submitted, by=member)
    case_actions.send_back(submitted, note="Mere.", by=chair)
    submission.submit(submitted, by=leader)
    assert "Markér som læst" in text_of(client_for(member).get(submitted.get_absolute_url()))
    assert [now for _, now in assessment_queries.readers(submitted)] == [False]
    assessments.mark_read(submitted, by=member)
    assert (Reading.objects.count(), [now for _, now in assessment_queries.readers(submitted)]) == (
        1,
        [True],
    )


def test_the_school_is_offered_no_mark(submitted, school):
    assert "Markér som læst" not in school.get(submitted.get_absolute_url()).content.decode()


# -- similar earlier cases -------------------------------------------------------------
@pytest.fixture
def earlier(schools, leader, chair):
    """Make grants of so many pupils, all of a weight and an age, and released as a rule.

    Each is 10,000 DKK above the one before.
    """
    school = schools["Baltorpskolen"]

    def make(count, *, weight, age=10, first=7001, tariff=150_000, status="released"):
        for at, case in enumerate(many(count, school=school, by=leader, first=first)):
            decision = Decision.objects.create(
                basis="alone",
                ground="urgent",
                has_alone_reason=True,
                pupil_case=case,
                status=status,
                outcome="granted",
                weight=weight,
                age=age,
                grounds="Behov.",
                decided_by=chair,
                decided_at=timezone.now(),
            )
            Grant.objects.create(
                decision=decision,
                pupil=case.pupil,
                district=school.district,
                tariff=tariff + 10_000 * at,
                starts_on=terms().starts_on,
                ends_on=terms().ends_on,
            )

    return make


def figures(weight, age):
    similar = assessment_queries.similar_grants([(weight, age)])[weight, age]
    return (similar.grants, similar.lowest, similar.middle, similar.highest, similar.widened)


def test_five_earlier_pupils_of_the_same_weight_and_age_are_a_figure(earlier):
    earlier(5, weight=3)
    assert figures(3, 13) == (5, 150_000, 170_000, 190_000, False)


def test_fewer_than_five_are_none_and_not_even_a_number(earlier, case, chair, committee, url):
    earlier(4, weight=3)
    assert figures(3, 10) == (0, 0, 0, 0, False)
    assess(case, chair)
    text = text_of(committee.get(url))
    assert "for få tidligere bevillinger" in text
    assert "150.000" not in text.partition("Lignende")[2].partition("Ret din")[0]


def test_too_few_are_widened_by_one_step_of_weight(earlier):
    earlier(4, weight=3)
    earlier(1, weight=4, first=8001, tariff=300_000)
    assert figures(3, 10) == (5, 150_000, 170_000, 300_000, True)


def test_one_pupil_granted_five_times_is_one_pupil(earlier):
    earlier(5, weight=3)
    one = Grant.objects.earliest("tariff").pupil
    Grant.objects.update(status="annulled")
    Grant.objects.update(pupil=one)
    assert figures(3, 10)[0] == 0


@pytest.mark.parametrize(("age", "grants"), [(6, 5), (13, 5), (14, 0), (17, 0)])
def test_the_age_groups_are_those_of_the_report(age, grants, earlier):
    earlier(5, weight=3, age=13)
    assert figures(3, age)[0] == grants


def test_what_is_not_released_is_not_compared_with(earlier):
    earlier(5, weight=3, status="provisional")
    assert figures(3, 10)[0] == 0


@race("visitation.assessments.actions._require_open", held=0, off=1)
def test_who_assesses_as_the_meeting_begins_is_too_late(on_agenda, case, member, together, outcome):
    together(partial(begin, on_agenda), partial(assess, case, member))
    assert Assessment.objects.count() == outcome
