"""The queue as a file: what the list shows, and a line of the log for each case in it."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO

from django.urls import reverse
from openpyxl import load_workbook

from skolefleks.models import AccessEntry
from tests.conftest import many


def rows_in(answer):
    sheet = load_workbook(BytesIO(answer.content)).active
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]


def test_it_holds_what_the_list_shows_and_each_case_is_logged(schools, leader, committee):
    cases = many(3, school=schools["Baltorpskolen"], by=leader)
    numbers = {case.application.number for case in cases}
    rows = rows_in(committee.get(reverse("visitation:export_queue")))
    assert {row[0] for row in rows} == numbers
    assert {row[1] for row in rows} == {"Baltorpskolen"}
    exports = AccessEntry.objects.filter(kind=AccessEntry.Kind.EXPORT)
    assert set(exports.values_list("subject", flat=True)) == numbers


def test_a_filter_narrows_it_and_who_works_at_the_school_gets_nothing_of_it(
    schools, leader, other_leader, two_roles, client_for
):
    many(1, school=schools["Baltorpskolen"], by=leader)
    many(1, school=schools["Hedegårdsskolen"], by=other_leader, first=6001)
    rows = rows_in(client_for(two_roles).get(reverse("visitation:export_queue")))
    assert [row[1] for row in rows] == ["Baltorpskolen"]
    none = client_for(two_roles).get(reverse("visitation:export_queue") + "?fra=900000")
    assert rows_in(none) == []


def test_as_csv_it_has_the_same_rows_counts_days_and_holds_no_formula(schools, leader, committee):
    schools["Baltorpskolen"].name = "=SUM(A1)"
    schools["Baltorpskolen"].save()
    [case] = many(1, school=schools["Baltorpskolen"], by=leader)
    answer = committee.get(reverse("visitation:export_queue_csv"))
    [row] = csv.DictReader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
    assert row["Sag"] == case.application.number
    assert row["Skole"] == "'=SUM(A1)"
    assert row["Dage hos udvalget"] == "0"
    exports = AccessEntry.objects.filter(kind=AccessEntry.Kind.EXPORT)
    assert [entry.subject for entry in exports] == [case.application.number]
