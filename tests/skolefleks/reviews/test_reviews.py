"""The half-yearly review: every role, signed line by line, nobody their own."""

from __future__ import annotations

from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.urls import reverse

from skolefleks.administration import actions as administration
from skolefleks.administration.rules import LastHolder, OwnRoles
from skolefleks.models import AuditEntry, Review, ReviewLine, Role
from skolefleks.refusals import NotPossible, Overtaken
from skolefleks.reviews import actions
from tests.conftest import text_of
from tests.racing import race

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(person):
    return person("Anton Admin", Role.ADMINISTRATOR)


@pytest.fixture
def review(admin, second, adviser):
    return actions.begin(by=admin)


def line_of(review, person):
    return review.lines.select_related("membership__user").get(membership__user=person)


def test_a_review_has_a_line_for_every_role(review, admin, second, adviser):
    people = set(review.lines.values_list("membership__user", flat=True))
    assert people == {admin.pk, second.pk, adviser.pk}


def test_it_is_finished_with_the_last_line_and_each_line_says_who(review, admin, second, adviser):
    actions.sign(line_of(review, second), keeps=True, by=admin)
    actions.sign(line_of(review, admin), keeps=True, by=second)
    assert Review.objects.get().finished_at is None
    actions.sign(line_of(review, adviser), keeps=False, by=admin)
    assert Review.objects.get().finished_at
    assert not adviser.memberships.current().exists()
    verdicts = list(review.lines.order_by("id").values_list("verdict", "signed_by"))
    assert sorted(verdicts) == [("ended", admin.pk), ("kept", admin.pk), ("kept", second.pk)]


def test_nobody_signs_their_own_line(review, admin):
    with pytest.raises(OwnRoles):
        actions.sign(line_of(review, admin), keeps=True, by=admin)


def test_a_line_is_signed_once(review, adviser, admin, second):
    line = line_of(review, adviser)
    actions.sign(line, keeps=True, by=admin)
    with pytest.raises(Overtaken):
        actions.sign(line, keeps=False, by=second)
    with pytest.raises(DatabaseError), transaction.atomic():
        ReviewLine.objects.filter(pk=line.pk).update(verdict="ended")


def test_a_role_that_ended_meanwhile_is_said_to_be_gone(review, adviser, admin):
    administration.end_role(adviser, Role.ADVISER, centre="C-BUR", by=admin)
    actions.sign(line_of(review, adviser), keeps=True, by=admin)
    assert line_of(review, adviser).verdict == "gone"


def test_what_must_be_held_is_not_ended_by_a_review(admin, chair):
    review = actions.begin(by=admin)
    with pytest.raises(LastHolder):
        actions.sign(line_of(review, chair), keeps=False, by=admin)
    assert line_of(review, chair).verdict == ""


def test_one_review_at_a_time(review, admin):
    with pytest.raises(NotPossible):
        actions.begin(by=admin)


def test_nobody_else_reviews(review, chair, adviser):
    with pytest.raises(PermissionDenied):
        actions.begin(by=chair)
    with pytest.raises(PermissionDenied):
        actions.sign(line_of(review, adviser), keeps=False, by=chair)


@race("skolefleks.reviews.actions.sign", held=1, off=0)
def test_two_who_sign_the_last_two_lines_finish_it(
    review, admin, second, adviser, together, outcome
):
    actions.sign(line_of(review, adviser), keeps=True, by=admin)
    of_second, of_admin = line_of(review, second), line_of(review, admin)
    together(
        partial(actions.sign, of_second, keeps=True, by=admin),
        partial(actions.sign, of_admin, keeps=True, by=second),
    )
    assert Review.objects.filter(finished_at__isnull=False).count() == outcome
    assert AuditEntry.objects.filter(verb="finish_review").count() == outcome


def test_the_page_signs_a_line(admin, adviser, client_for, post):
    browser = client_for(admin)
    assert "ikke set efter endnu" in text_of(browser.get(reverse("reviews")))
    post(browser, reverse("begin_review"))
    review = Review.objects.get()
    words = text_of(browser.get(reverse("review", args=[review.pk])))
    assert "Din egen rolle" in words
    line = line_of(review, adviser)
    url = reverse("sign_review_line", args=[review.pk, line.pk])
    # Without the word nothing is signed, and no role ends.
    assert post(browser, url).status_code == 400
    post(browser, url, {"svar": "behold"})
    assert "Beholdt Asta Admin" in text_of(browser.get(reverse("review", args=[review.pk])))
