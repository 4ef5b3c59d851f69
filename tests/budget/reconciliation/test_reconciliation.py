"""From the finance system's file to a settled difference."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from budget.models import BookedImport, Difference, Instalment
from budget.reconciliation import actions, forms, queries
from skolefleks.danish import day, today
from skolefleks.refusals import NotPossible
from tests.budget.books.test_proof import books

__all__ = ("books",)
PAGE = "/budget/afstemning/"
HEAD = "Bogføringsdato;Beløb;Kontostreng;Tekst;Bilagsnummer"


@pytest.fixture
def paid(books):
    """The instalments that the books' two runs paid and that stand, the oldest run first."""
    rows = Instalment.objects.filter(status="paid").standing().select_related("run")
    return list(rows.order_by("run__number", "pk"))


def line_of(instalment, **changes):
    values = {
        "day": instalment.paid_on.isoformat(),
        "amount": str(instalment.amount),
        "account": instalment.account,
        "text": f"{instalment.run.number} {instalment.text}",
        "voucher": str(instalment.pk)[:8],
        **changes,
    }
    return ";".join(values.values())


def file_of(*lines):
    return "\n".join([HEAD, *lines]).encode()


def form_of(content):
    file = SimpleUploadedFile("prisme.csv", content)
    first = (today() - timedelta(days=30)).isoformat()
    period = {"covers_from": first, "covers_to": today().isoformat()}
    return {**forms.FIRST_PROFILE, **period, "file": file, "idempotency_key": str(uuid.uuid4())}


@pytest.fixture
def upload(client_for, chief):
    return lambda *lines: client_for(chief).post(f"{PAGE}indlaes/", form_of(file_of(*lines)))


def open_kinds():
    return sorted(Difference.objects.filter(status="open").values_list("kind", flat=True))


def test_what_is_booked_as_it_was_paid_leaves_no_difference(paid, upload):
    assert upload(*[line_of(row) for row in paid]).status_code == 302
    assert open_kinds() == []
    assert queries.standing().sentence == f"Afstemt til {day(today())}, ingen forskelle"


def test_each_difference_is_named_and_the_dashboard_counts_them(paid, upload, client_for, chief):
    lines = [line_of(row) for row in paid[1:]]
    upload(*lines, lines[0], f"{today().isoformat()};12;XG-9;Løn;B9")
    assert open_kinds() == ["not_booked", "twice", "unknown"]
    text = client_for(chief).get("/budget/").text
    assert f"Afstemt til {day(today())}, 3 forskelle" in text


def test_a_newer_file_resolves_what_it_puts_right(paid, upload):
    upload(*[line_of(row) for row in paid[1:]])
    assert open_kinds() == ["not_booked"]
    upload(*[line_of(row) for row in paid])
    assert open_kinds() == []
    assert Difference.objects.get().status == "resolved"


def test_a_settled_difference_is_not_raised_again_by_the_same_line(paid, upload, chief):
    lines = [line_of(row) for row in paid[1:]]
    upload(*lines)
    actions.settle(Difference.objects.get(), reason="Bogført i næste måned.", by=chief)
    upload(*lines)
    assert open_kinds() == []


def test_a_difference_is_settled_once_with_a_reason(paid, upload, client_for, chief):
    upload(*[line_of(row) for row in paid[1:]])
    difference = Difference.objects.get()
    client, address = client_for(chief), difference.get_absolute_url()
    assert client.post(address, {"reason": "", "idempotency_key": "a" * 32}).status_code == 422
    sent = {"reason": "Omposteret 3. november.", "idempotency_key": "b" * 32}
    assert client.post(address, sent).status_code == 302
    difference.refresh_from_db()
    assert (difference.status, difference.settled_by) == ("settled", chief)
    with pytest.raises(NotPossible):
        actions.settle(difference, reason="Igen.", by=chief)


def test_a_faulty_line_keeps_the_whole_file_out(paid, upload):
    answer = upload(line_of(paid[0]), line_of(paid[1], amount="meget"))
    assert answer.status_code == 422
    assert "Linje 3" in answer.text
    assert not BookedImport.objects.exists()


def test_a_line_outside_the_period_is_refused_at_the_period(paid, upload):
    early = (today() - timedelta(days=60)).isoformat()
    answer = upload(line_of(paid[0], day=early))
    assert answer.status_code == 422
    assert "uden for perioden" in answer.text


def test_the_columns_are_kept_for_the_next_file(paid, upload, client_for, chief):
    upload(*[line_of(row) for row in paid])
    form = client_for(chief).get(f"{PAGE}indlaes/").context["form"]
    assert form["account"].value() == "Kontostreng"
    assert form["profile_name"].value() == "Økonomisystem"


def test_the_months_show_planned_paid_and_booked_side_by_side(paid, upload, client_for, chief):
    upload(*[line_of(row) for row in paid])
    months = queries.months_of(paid[0].paid_on.year)
    month = months[paid[0].paid_on.month - 1]
    assert month.paid == month.booked == sum(row.amount for row in paid)
    assert month.difference == 0
    assert client_for(chief).get(f"{PAGE}maaneder/").status_code == 200


def test_a_year_with_a_month_missing_has_no_total_of_what_is_booked():
    months = [queries.Month("Januar", paid=10, booked=10), queries.Month("Februar", paid=5)]
    assert queries.total_of(months).booked is None


def test_a_returned_instalment_is_no_difference_however_it_is_booked(paid, upload):
    row = Instalment.objects.get(posting__reversed_by__isnull=False)
    stand = [line_of(each) for each in paid]
    upload(*stand)
    assert open_kinds() == []
    out = line_of(row)
    upload(*stand, out, line_of(row, amount=str(-row.amount), text=row.run.number))
    assert open_kinds() == []
    upload(*stand, out)
    assert open_kinds() == ["not_booked"]
