"""The whole way of an application in real browsers: two days, three sessions, PPR, the leader, the
committee and back.

On the way a tab is closed mid-word, two tabs write in one field, and the sign-in ends mid-
sentence. Nothing is lost.
"""

from __future__ import annotations

import random
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from applications.models import Application
from skolefleks.development.fictive import fictive_cpr
from skolefleks.models import User
from tests.browser import CHROMIUM, Visitor, chromium
from tests.conftest import NEXT
from tests.deciding import deliver
from tests.journeys.test_journey import PASSWORD, write_pupil, write_steps
from tests.journeys.test_writing_journey import says, types

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def enters(live_server, schools, leader, staff, ppr, chair):
    """Somebody opens a browser of their own and signs in."""
    for user in User.objects.all():
        user.set_password(PASSWORD)
        user.save()
    with chromium() as browser:

        def enter(user):
            visitor = Visitor(browser, live_server.url)
            visitor.sign_in(user.email, PASSWORD)
            return visitor

        yield enter


@pytest.fixture
def passes(time_machine):
    """Time passes for the site; the browsers don't notice."""
    return lambda **time: time_machine.move_to(timezone.now() + timedelta(**time))


def stored(number):
    return Application.objects.get(number=number)


def opens(visitor, number, step):
    page = visitor.context.new_page()
    page.goto(f"{visitor.site}/ansoegninger/{number}/{step}/")
    return page


# -- the first session: two pupils, PPR invited, the tab closed mid-word ---------------
def begins(peder, ppr):
    peder.go("/ansoegninger/ny/")
    peder.press("Begynd ansøgningen")
    number, dice = re.search(r"SF-\d+-\d+", peder.page.url)[0], random.Random(1)
    for name in ("Anna Berg", "Bo Carlsen"):
        write_pupil(peder, name, fictive_cpr(dice, born=NEXT - 11))
    peder.page.select_option("[name=adviser]", str(ppr.pk))
    peder.press("Invitér")
    return number


def closes_mid_word(peder, number):
    page = opens(peder, number, "laeringsmiljoe")
    types(page, "learning_environment", "Klassen er urolig, og midt i et o")
    page.on("dialog", lambda dialog: dialog.accept())
    with page.expect_event("close"):
        page.close(run_before_unload=True)


# -- the second: what was typed is there; two tabs in one field ------------------------
def goes_on_in_two_tabs(peder, number):
    peder.go(f"/ansoegninger/{number}/laeringsmiljoe/")
    assert peder.page.input_value("[name=learning_environment]").endswith("midt i et o")
    write_steps(peder, number)
    one, two = opens(peder, number, "samarbejde"), opens(peder, number, "samarbejde")
    types(two, "ppr_setup", " Fra fane to.")
    says(two, "Gemt kl.")
    types(one, "ppr_setup", " Fra fane ét.")
    one.get_by_role("button", name="Behold min tekst").click()
    says(one, "Gemt kl.")
    types(one, "ppr_setup", " Og ordene fra fane to.")
    says(one, "Gemt kl.")
    two.close()
    return one


# -- the third, the day after: the sign-in ended mid-sentence --------------------------
def goes_on_signed_out(page, user):
    types(page, "ppr_daily", " En sætning, som natten kom imellem.")
    says(page, "Du er logget ud")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Log ind i et nyt vindue").click()
    window = opened.value
    window.fill("[name=login]", user.email)
    window.fill("[name=password]", PASSWORD)
    window.get_by_role("button", name="Log ind", exact=True).first.click()
    window.get_by_role("heading", level=1).wait_for()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    says(page, "Gemt kl.")


# -- the others ------------------------------------------------------------------------
def states(puk, number):
    puk.follow(f"Skriv udtalelsen i {number}")
    types(puk.page, "text", "PPR har observeret i klassen og støtter planen.")
    says(puk.page, "Gemt kl.")
    puk.press("Underskriv")


def submits(lene, number):
    lene.go(f"/ansoegninger/{number}/indsend/")
    lene.press("Indsend ansøgning")
    assert "Ansøgningen er indsendt" in lene.text


def sends_back(frida, number):
    frida.go(f"/sager/{number}/oplysninger/")
    frida.write(note="Skriv mere om PPR i hverdagen.")
    frida.press("Send til skolen")


def corrects(page, number):
    page.goto(page.url)
    assert "Skriv mere om PPR i hverdagen." in page.inner_text("main")
    types(page, "ppr_daily", " PPR kommer hver anden torsdag.")
    says(page, "Gemt kl.")


def sees_the_difference(frida, number):
    # The worker compares it.
    deliver()
    frida.go(f"/sager/{number}/")
    frida.follow("Se, hvad der er ændret")
    assert frida.page.locator("main section ins").all_inner_texts() == [
        " PPR kommer hver anden torsdag."
    ]


def goes_to_the_committee_and_back(lene, frida, page, number):
    submits(lene, number)
    sends_back(frida, number)
    corrects(page, number)
    submits(lene, number)
    sees_the_difference(frida, number)


def test_over_two_days_and_three_sessions_nothing_is_lost(
    enters, passes, staff, leader, ppr, chair
):
    peder = enters(staff)
    number = begins(peder, ppr)
    closes_mid_word(peder, number)
    peder.context.close()
    passes(hours=4)
    page = goes_on_in_two_tabs(enters(staff), number)
    passes(days=1)
    goes_on_signed_out(page, staff)
    assert stored(number).ppr_setup.endswith("Fra fane ét. Og ordene fra fane to.")
    assert stored(number).ppr_daily.endswith("natten kom imellem.")
    states(enters(ppr), number)
    goes_to_the_committee_and_back(enters(leader), enters(chair), page, number)
