"""Each setting beside what was made before it changed: asked as it held then, and nothing moves."""

from __future__ import annotations

from datetime import timedelta
from itertools import chain, product

import pytest
from django.apps import apps
from django.db import transaction
from django.utils import timezone

from applications.fields.declarations import BLOCK_KINDS
from applications.fields.field import When
from applications.fields.rules import is_needed_of_pupil
from applications.submission import actions as submission
from applications.submission import queries as submission_queries
from applications.writing import actions as writing
from budget.books import queries as books_queries
from budget.quarterly import report
from skolefleks.danish import today
from skolefleks.models import Role, School, SettingChange
from skolefleks.setup import trade
from skolefleks.setup.declarations import DECLARATIONS, default_of
from tests.conftest import YEAR, terms, text_of
from tests.filling import fill
from tests.meetings import planned
from visitation.agenda import rules as agenda_rules
from visitation.decisions import actions as decisions
from visitation.evaluation import economy
from visitation.law import actions as hearings
from visitation.law import queries as law
from visitation.models import Attendance, Effort

pytestmark = pytest.mark.django_db

FLOORS = ("applications", "budget", "visitation")

# Asked once, when something is made that keeps what came of it: a row, a letter, a date.
MADE = set(
    """
    chair_alone round_days submission_days agenda_minutes payment_months collection_days
    follow_up_first_weeks follow_up_weeks_between follow_up_last_weeks_before follow_up_window_days
    follow_up_tell_days phase_in_weeks phase_out_weeks closing_days whereabouts_days screen_minutes
    support_hours_limit paper_count
    """.split()
)
# A measure of the work of today: it decides nothing, and nothing of it is kept.
TODAY = set(
    """
    tariff_steps payment_lead_days pool_warnings forecast_extended forecast_granted
    stayed_otherwise follow_up_reminder_days follow_up_leader_days follow_up_chair_days
    effort_ends_soon_days curve_least_measurements curve_moved_part curve_voices_apart
    curve_still_follow_ups still_days still_days_to_leader small_count draft_days review_days
    reading_alarm mail_tries throttle_cpr throttle_case throttle_export pack_days
    """.split()
)


def all_rows():
    """Every row of the three floors above."""
    models = chain.from_iterable(apps.get_app_config(name).get_models() for name in FLOORS)
    return {model: list(model._base_manager.order_by("pk").values()) for model in models}


def expected_places(day):
    [pool] = books_queries.pools([YEAR], day)
    return report.districts_part(pool, day)["expected"]


def compared_with(day):
    class Unknown:
        latest = None

    return economy._prices_elsewhere(Unknown(), trade.on(day))


def asks_why(pupil_case):
    """Whether a tariff of 200,000 DKK has to be explained."""
    fields = chain.from_iterable(block.fields for block in BLOCK_KINDS)
    [field] = [one for one in fields if one.when is When.OTHER_TARIFF]
    pupil_case.requested_tariff = 200_000
    return is_needed_of_pupil(field, pupil_case)


# The setting -> what is asked of the thing's own day.
THEN = {
    "unit_tariff": lambda then: asks_why(then.case),
    "tariff_ceiling": lambda then: then.grant.is_above_ceiling,
    "quorum": lambda then: then.quorum(),
    "classification": lambda then: law.kind_of(then.case.application),
    "waiting_goal_days": lambda then: then.waits(),
    "places_per_district": lambda then: expected_places(then.day),
    "places_in_all": lambda then: expected_places(then.day),
    "referral_tariff": lambda then: compared_with(then.day),
    "referral_tariff_year": lambda then: compared_with(then.day),
    "referred_otherwise": lambda then: trade.on(then.day).referred_otherwise,
}

# What is decided lies above the ceiling, and by the chair alone, whom it still lets.
OTHERS = {"unit_tariff": 190_000, "tariff_ceiling": 210_000, "chair_alone": ("urgent",)}


class Decided:
    """A case that was submitted, put on a meeting and granted on one day."""

    def __init__(self, leader, chair):
        school = School.objects.get(name="Baltorpskolen")
        application = writing.start(school=school, by=leader)
        fill(application, "Dan Eskesen", by=leader, tariff=trade.now().unit_tariff)
        submission.submit(application, by=leader)
        self.day = today()
        self.case = application.pupil_cases.get()
        # Where what was said is a decision towards the pupil, somebody is heard first.
        day = {"sent_on": today() - timedelta(days=9), "deadline_on": today()}
        hearing = hearings.note_hearing(application, heard="Forældrene", **day, by=chair)
        hearings.note_answer(hearing, on=today(), answer="Ja.", by=chair)
        self.meeting = planned(application, by=chair, days=0, hour=23)
        self.grant = decisions.grant(self.case, terms(), grounds="Behov.", by=chair)

    def quorum(self):
        row = Attendance(user_id=1, counts=True, state=Attendance.State.PRESENT)
        return agenda_rules.quorum(self.meeting, [row], ()).needed

    def waits(self):
        application = self.case.application
        answer_on = submission_queries.answer_expected_on(application)
        return answer_on - timezone.localdate(application.submitted_at)

    def readings(self):
        return {name: read(self) for name, read in THEN.items()}


def another(name):
    """A value that the setting does not have, within its bounds."""
    declaration, value = DECLARATIONS[name], default_of(name)
    if name in OTHERS:
        return OTHERS[name]
    if declaration.takes_several:
        return tuple(value)[:1]
    if declaration.options:
        return next(option for option in declaration.options if option != value)
    if isinstance(value, tuple):
        return tuple(one + 1 for one in value)
    return value + 1 if value < declaration.most else value - 1


@pytest.fixture
def change_all(admin, person):
    """Change every setting but the profile's, from tomorrow; two have agreed on all."""
    second = person("Anden Administrator", Role.ADMINISTRATOR)
    tomorrow, now = today() + timedelta(days=1), timezone.now()
    common = {"number": 1, "starts_on": tomorrow, "holds_from": tomorrow, "reason": "Nyt."}
    common |= {"takes_two": True, "made_by": admin, "made_at": now}
    common |= {"answer": "agreed", "answered_by": second, "answered_at": now}

    def change():
        names = [*MADE, *TODAY, *THEN]
        # Past the act, which asks of each by itself: a second for all of them.
        SettingChange.objects.bulk_create(
            SettingChange(name=name, value=another(name), **common) for name in names
        )

    return change


def test_it_is_said_of_every_setting_when_it_is_asked():
    numbers = {name for name, declaration in DECLARATIONS.items() if not declaration.is_text}
    assert MADE | TODAY | set(THEN) == numbers
    assert len(MADE) + len(TODAY) + len(THEN) == len(numbers)


def test_what_was_decided_before_is_asked_as_it_held_then_and_what_comes_after_as_now(
    leader, chair, pools, change_all, time_machine
):
    before = Decided(leader, chair)
    first = before.readings()
    change_all()
    time_machine.move_to(timezone.now() + timedelta(days=2))
    assert before.readings() == first
    after = Decided(leader, chair).readings()
    assert [name for name in THEN if after[name] == first[name]] == []


def shown(client_for, application, *people):
    """The pages of a case and its effort, to each of the people."""
    effort = Effort.objects.get().get_absolute_url()
    # Not the overview: it says the rule that curves are read by, as it is today.
    urls = [application.get_absolute_url(), f"{effort}plan/", f"{effort}oekonomi/"]
    return [text_of(client_for(one).get(url)) for one, url in product(people, urls)]


def test_no_change_of_any_setting_moves_a_row_or_a_word_of_what_was_decided(
    released, leader, chair, client_for, change_all, time_machine
):
    rows = all_rows()
    with transaction.atomic():
        change_all()
        assert all_rows() == rows
        time_machine.move_to(timezone.now() + timedelta(days=2), tick=False)
        with_changes = shown(client_for, released, leader, chair)
        assert trade.now().quorum == another("quorum")
        transaction.set_rollback(True)
    assert trade.now().quorum == default_of("quorum")
    assert shown(client_for, released, leader, chair) == with_changes
