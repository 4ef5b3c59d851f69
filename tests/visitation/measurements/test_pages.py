"""The pages of measurements: written by voice, drawn with a table, corrected in sight."""

from __future__ import annotations

from django.core.cache import cache

from skolefleks.danish import today
from tests.conftest import text_of
from tests.visitation.efforts.test_pages import queries_of
from visitation.followups.views import _instance
from visitation.measurements import charts, queries
from visitation.models import Measurement


def address(effort, last=""):
    return f"{effort.get_absolute_url()}maalinger/{last}"


def typed(**fields):
    return {"measured_on": f"{today():%d.%m.%Y}", "how": "talk", **fields}


def test_the_school_writes_what_the_pupil_says_of_all_goals(effort, goal, school, post):
    data = typed(**{"filled_in_by": "together", "value-1": "52", "value-2": "4,5"})
    answer = post(school, address(effort, "stemme/eleven/"), data)
    assert answer.status_code == 302
    rows = Measurement.objects.order_by("goal__number").values_list("value", "voice")
    assert [(float(value), voice) for value, voice in rows] == [(52, "pupil"), (4.5, "pupil")]


def test_a_goal_that_is_left_empty_is_not_answered(effort, goal, school, post):
    post(school, address(effort, "stemme/skolen/"), typed(**{"value-2": "5"}))
    assert Measurement.objects.get().goal == goal


def test_a_refusal_is_written_as_an_answer(effort, goal, school, post):
    data = typed(**{"filled_in_by": "self", "not_measured-2": "declined"})
    post(school, address(effort, "stemme/eleven/"), data)
    assert Measurement.objects.get().not_measured == "declined"
    assert "Ikke målt: ønskede ikke at svare" in text_of(school.get(address(effort)))


def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(effort, goal, school, post):
    data = typed(**{"value-1": "40", "value-2": "11", "why-2": "Hun var syg."})
    answer = post(school, address(effort, "stemme/skolen/"), data)
    assert answer.status_code == 422
    assert "fra 1 til 10" in str(answer.context["form"]["value-2"].errors)
    assert 'value="40"' in answer.content.decode()
    assert not Measurement.objects.exists()


def test_a_cpr_number_in_the_remark_is_refused(effort, goal, school, post):
    data = typed(**{"not_measured-2": "other", "why-2": "Ring til 020115-6789"})
    answer = post(school, address(effort, "stemme/skolen/"), data)
    assert "CPR-nummer" in str(answer.context["form"]["why-2"].errors)


def test_a_voice_that_there_is_not_is_not_found(effort, school):
    assert school.get(address(effort, "stemme/naboen/")).status_code == 404


def test_the_curves_stand_on_the_first_page_with_their_table(effort, measure, school):
    for voice, value, weeks in (("pupil", 3, 1), ("pupil", 5, 8), ("school", 4, 8)):
        measure(voice, value, weeks)
    page = text_of(school.get(effort.get_absolute_url()))
    assert "På vej Eleven og skolen har flyttet sig mindst 1/3 af vejen" in page
    assert "Målinger af mål 2" in page
    curve = queries.curves_of(school.get(effort.get_absolute_url()).context["standing"])[1]
    assert [row[1:] for row in charts.goal_chart(curve).rows] == [["3", "–"], ["5", "4"]]


def test_a_line_is_broken_where_a_voice_did_not_answer(measure):
    row = measure("pupil", None)
    assert charts.value_of(row)["value"] is None
    assert row.answer == "Ikke målt: ønskede ikke at svare"


def test_no_text_of_a_goal_is_kept_with_its_picture(effort, goal, measure, school):
    measure("pupil", 3)
    school.get(effort.get_absolute_url())
    valkey = cache._cache.get_client(None, write=True)
    kept = str([valkey.get(key) for key in valkey.scan_iter("*chart:*")])
    assert "<svg" in kept
    assert "hånden" not in kept


def test_a_correction_shows_both_rows_and_the_reason(effort, measure, school, post):
    row = measure("school", 4)
    data = {"value": "5", "filled_in_by": "self", "how": "observed", "reason": "Talt forkert."}
    url = address(effort, f"{row.pk}/")
    assert post(school, url, data | {"reason": ""}).status_code == 422
    assert post(school, url, data).status_code == 302
    page = text_of(school.get(address(effort)))
    assert "Rettet Talt forkert." in page
    # The row that was corrected is corrected no more.
    assert school.get(url).status_code == 404


def test_ppr_writes_only_its_own(effort, goal, ppr_invited, client_for):
    client = client_for(ppr_invited)
    assert client.get(address(effort, "stemme/ppr/")).status_code == 200
    assert client.get(address(effort, "stemme/eleven/")).status_code == 403
    page = client.get(effort.get_absolute_url())
    assert [label for label, _ in page.context["voice_links"]] == ["PPR's målinger"]


def test_the_list_says_in_a_row_where_the_goals_stand(effort, measure, school):
    for voice, value, weeks in (("pupil", 3, 1), ("pupil", 5, 8)):
        measure(voice, value, weeks)
    for url in ("/indsatser/?fane=loeber", "/indsatser/udtraek.csv?fane=loeber"):
        assert "1 på vej, 1 for få målinger" in school.get(url).content.decode()


def test_the_status_report_begins_with_what_the_curves_say(effort, goal, measure):
    for value, weeks in ((3, 1), (5, 8)):
        measure("pupil", value, weeks)
    progress = _instance(None, effort.windows.first(), effort).progress
    assert "Mål 2: Tør række hånden op (fra 3 til 6" in progress
    assert "Eleven 5. På vej: eleven har flyttet sig" in progress


def test_pages_ask_the_same_of_the_database_however_much_is_measured(effort, measure, school):
    urls = [effort.get_absolute_url(), address(effort), address(effort, "stemme/eleven/")]
    measure("pupil", 3, 1)
    before = [queries_of(school, url) for url in urls]
    for weeks in range(2, 9):
        measure("pupil", 3, weeks)
        measure("school", 4, weeks)
    assert [queries_of(school, url) for url in urls] == before
    assert max(before) <= 12


def test_a_row_of_the_list_costs_no_query_of_its_own(effort, measure, school):
    before = queries_of(school, "/indsatser/?fane=loeber")
    measure("pupil", 3, 1)
    assert queries_of(school, "/indsatser/?fane=loeber") == before <= 9
