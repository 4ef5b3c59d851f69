"""Two centre chiefs' quarter in a real browser: figures taken in, money moved and paid, the
follow-up told and printed.
"""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pypdf
import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from budget.models import DayTreatmentFigure, FigureImport, Instalment, PaymentRun, Posting
from budget.quarterly.rules import latest_quarters
from budget.tasks import settle_payments
from skolefleks.calendar import banking_day_before
from skolefleks.danish import kr, today
from tests.browser import CHROMIUM, Visitor, chromium
from tests.conftest import NEXT

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here"),
    pytest.mark.django_db(transaction=True),
]


HEAD = "distrikt;år;helårspersoner;udgift;opgjort;kilde\n"


RIGHT = "Baltorpskolen;2021;14,6;4.300.000;31.12.2021;Rapport\n"


FROM = "31.12.2021;Rapport\n"


FAULTY = f"{HEAD}{RIGHT}Hedegården;2021;6,1;;{FROM}Måløvhøj Skole;2021;7,25;;{FROM}"


MENDED = f"{HEAD}{RIGHT}Hedegårdsskolen;2021;6,1;;{FROM}Måløvhøj Skole;2021;7,3;;{FROM}"


QUARTER = latest_quarters()[0]


WORDS = "Skovlunde Skole kom med efter sommerferien."


@pytest.fixture
def chiefs(live_server, released, chief, chief_bur, client_for):
    """The chiefs of C-SIK and C-BUR, signed in, each at a screen; a grant of Baltorpskolen is
    planned for next year.
    """
    call_command("load_figures", verbosity=0)
    with chromium() as browser:
        yield [visitor(browser, live_server.url, client_for(user)) for user in (chief, chief_bur)]


def visitor(browser, site, client):
    visiting = Visitor(browser, site)
    cookie = {"name": "skolefleks", "value": client.cookies["skolefleks"].value, "url": site}
    visiting.context.add_cookies([cookie])
    return visiting


def send(chief: Visitor, text: str) -> None:
    file = {"name": "dagbehandling.csv", "mimeType": "text/csv", "buffer": text.encode("utf-8-sig")}
    chief.page.set_input_files("[name=file]", file)
    chief.press("Læs filen")


def confirm(chief: Visitor, label: str, button: str) -> None:
    """Press what asks once more, and say yes."""
    chief.page.locator("summary", has_text=label).click()
    chief.press(button)


# -- the quarter's days ----------------------------------------------------------------
def figures_are_taken_in(chief: Visitor) -> None:
    """Two faulty lines stop the whole file; the corrected one is looked through, saved and
    receipted.
    """
    chief.go("/budget/maaltal/fil/")
    send(chief, FAULTY)
    assert {"Linje 3", "Linje 4"} <= set(chief.page.locator("tbody th").all_inner_texts())
    assert "»Hedegården« findes ikke" in chief.text
    assert "højst én decimal" in chief.text
    assert not DayTreatmentFigure.objects.filter(year=2021).exists()
    send(chief, MENDED)
    assert "Nye: 3. Ændres: 0." in chief.text
    assert not DayTreatmentFigure.objects.filter(year=2021).exists()
    chief.press("Gem tallene")
    assert "Tallene er gemt" in chief.text
    assert (
        FigureImport.objects.get().new == DayTreatmentFigure.objects.filter(year=2021).count() == 3
    )


def money_is_allocated(sik: Visitor, bur: Visitor) -> None:
    """What one chief proposes is in no book before the other has approved it."""
    lines = Posting.objects.count()
    sik.go("/budget/forslag/tildeling/")
    sik.page.select_option("[name=year]", str(NEXT))
    sik.page.select_option("[name=source]", label="Specialundervisningsrammen (C-SIK)")
    sik.write(amount="250.000", reason="Flere elever fra sommerferien.")
    sik.page.locator("#effect").get_by_text(kr(2_750_000)).first.wait_for()
    sik.press("Send forslaget")
    assert "Der er intet bogført endnu" in sik.text
    assert "Godkend og bogfør" not in sik.text
    assert Posting.objects.count() == lines
    bur.go("/budget/forslag/")
    with bur.page.expect_navigation():
        bur.page.locator("[aria-labelledby=for-me] a").click()
    bur.look()
    bur.press("Godkend og bogfør")
    bur.go(f"/budget/?aar={NEXT}")
    assert kr(5_250_000) in bur.text


def schools_are_paid(sik: Visitor, bur: Visitor) -> None:
    """A run of next year's four instalments, from proposal to the books, each once.

    They are not due for long: it takes a reason, and the other chief sees it.
    """
    sik.go("/budget/udbetalinger/")
    sik.write(until=f"31.12.{NEXT}")
    sik.press("Foreslå kørsel")
    assert "før det forfalder" in sik.text
    sik.write(reason="Skolen skifter økonomisystem.")
    sik.press("Foreslå kørsel")
    run = PaymentRun.objects.get()
    assert "Venter på en anden centerchef" in sik.text
    bur.go("/")
    bur.follow("Se kørslerne")
    bur.follow(run.number)
    assert "Kørslen betaler før tid" in bur.text
    confirm(bur, "Godkend", "Godkend kørslen")
    confirm(bur, "Dan filen", "Dan filen")
    with bur.page.expect_download() as found:
        bur.page.get_by_role("link", name="Hent filen (CSV)").click()
    lines = Path(found.value.path()).read_text("utf-8-sig").splitlines()
    assert [line.split(";")[2] for line in lines[1:]] == ["Baltorpskolen"] * 4 + ["KONTROL"]
    # Handed over some days ago: on a day without banks nothing is paid.
    PaymentRun.objects.update(exported_at=timezone.now() - timedelta(days=7))
    bur.page.locator("summary", has_text="Markér som betalt").click()
    bur.write(paid_on=f"{banking_day_before(today()):%d.%m.%Y}")
    bur.press("Ja, den er betalt")
    settle_payments()  # the worker, which no test starts
    bur.go(run.get_absolute_url())
    assert (
        Posting.objects.filter(kind="payment").count()
        == Instalment.objects.filter(status="paid").count()
        == 4
    )
    assert kr(run.amount) in bur.text


def a_line_comes_back(sik: Visitor, bur: Visitor) -> None:
    """The bank did not pay one line: both chiefs note it, and it waits for the next run."""
    sik.go(PaymentRun.objects.get().get_absolute_url())
    sik.follow("Der er kommet penge tilbage")
    sik.page.locator("[name=keys]").first.check(force=True)
    sik.write(reason="Banken afviste kontoen.")
    sik.press("Send forslaget")
    bur.go("/budget/forslag/")
    with bur.page.expect_navigation():
        bur.page.locator("[aria-labelledby=for-me] a").click()
    bur.look()
    bur.press("Godkend")
    assert Posting.objects.filter(kind="payment", reverses__isnull=False).count() == 1
    assert Instalment.objects.waiting().filter(due_on__lte=today() + timedelta(7)).count() == 1


def the_quarter_is_told(chief: Visitor) -> None:
    """The chiefs' words stand in the PDF: one page, with its pictures in words."""
    chief.go("/budget/kvartal/")
    chief.follow(QUARTER.name)
    chief.write(situation="Puljen følger planen.", reasons=WORDS, next_steps="Vi mødes i januar.")
    chief.press("Gem teksten")
    assert "er gemt" in chief.text
    address = reverse("budget:quarter_pdf", args=[QUARTER.year, QUARTER.number])
    with chief.page.expect_download() as found:
        chief.page.locator(f"a[href='{address}']").click()
    document = pypdf.PdfReader(found.value.path())
    assert (len(document.pages), document.metadata.title) == (
        1,
        f"Kvartalsopfølgning: {QUARTER.name}",
    )
    assert WORDS in " ".join(document.pages[0].extract_text().split())


def the_dashboard_is_printed(chief: Visitor) -> None:
    """On paper: nothing to press, the day; a page for the pool, one for the districts."""
    chief.go("/budget/")
    chief.page.emulate_media(media="print")
    for gone in (".sf-nav", ".sf-quiet-row", ".sf-tabs", ".sf-chart >> nth=0"):
        assert chief.page.locator(gone).is_hidden()
    assert chief.page.get_by_text("Udskrevet").is_visible()
    paper = pypdf.PdfReader(io.BytesIO(chief.page.pdf(format="A4", prefer_css_page_size=True)))
    pool, districts = [page.extract_text() for page in paper.pages]
    assert "Puljen" in pool
    assert "Distrikterne" in districts
    assert "Måltal for dagbehandling" in districts
    chief.page.set_viewport_size({"width": 700, "height": 990})  # A4 between its margins
    assert chief.page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_a_centre_chiefs_quarter(chiefs):
    sik, bur = chiefs
    figures_are_taken_in(sik)
    money_is_allocated(sik, bur)
    schools_are_paid(sik, bur)
    a_line_comes_back(sik, bur)
    the_quarter_is_told(bur)
    the_dashboard_is_printed(sik)
