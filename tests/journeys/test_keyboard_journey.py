"""From signing in to the receipt by keyboard alone: every stop is seen, named, and hidden behind
nothing.
"""

from __future__ import annotations

from contextlib import suppress

import pytest
from playwright.sync_api import TimeoutError as NotInTime

from applications.models import PupilCase
from tests.browser import CHROMIUM, Visitor, chromium
from tests.conftest import YEAR
from tests.journeys.test_journey import PASSWORD

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here"),
    pytest.mark.django_db(transaction=True),
]


# What has the focus: its name, whether one sees that it has it, and what lies over it, if
# anything does.
FOCUSED = r"""() => {
  const field = document.activeElement, label = field.labels?.[0];
  const shown = ["radio", "checkbox", "file"].includes(field.type) ? [...field.labels].at(-1) : field;
  const box = shown.getClientRects()[0] ?? shown.getBoundingClientRect();
  const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const styles = [getComputedStyle(field), getComputedStyle(shown), getComputedStyle(shown, "::before")];
  const drawn = (s) => (parseFloat(s.outlineWidth) > 0 && s.outlineStyle !== "none") || s.boxShadow !== "none";
  const name = field.getAttribute("aria-label") ?? label?.innerText ?? field.innerText;
  return {
    name: name.replace(/\s+/g, " ").trim().replace(/^\d+ /, ""),
    page: field === document.body,
    ring: styles.some(drawn),
    over: [shown, field, label].some((own) => own?.contains(at)) ? "" : (at?.outerHTML.slice(0, 80) ?? "the edge of the window"),
  };
}"""


class Keys:
    """Somebody without a mouse."""

    def __init__(self, visitor):
        self.visitor, self.page = visitor, visitor.page

    def to(self, name, *, key="Tab"):
        """Press `key` until what is called `name` has the focus."""
        for _ in range(90):
            self.page.keyboard.press(key)
            if self.seen()["name"].startswith(name):
                return
        raise AssertionError(f"No way by {key} to {name} on {self.page.url}")

    def seen(self):
        """What has the focus, once it has come to rest where one sees it."""
        with suppress(NotInTime):
            self.page.wait_for_function(
                f"() => {{ const f = ({FOCUSED})(); return f.page || (f.ring && !f.over) }}"
            )
        found = self.page.evaluate(FOCUSED)
        assert found["page"] or (found["ring"] and not found["over"]), found
        return found

    def back_to(self, name):
        self.to(name, key="Shift+Tab")

    def enters(self, name):
        """Go to the link or button, and through it."""
        self.to(name)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.visitor.look()

    def types(self, name, text):
        self.to(name)
        self.page.keyboard.type(text)


@pytest.fixture
def keys(live_server, draft, leader):
    """At the sign-in page, with the leader's draft that lacks a little of each kind."""
    draft.daily_leader_name = draft.legal_basis = ""
    draft.save()
    PupilCase.objects.filter(application=draft).update(
        grade=None, parents_informed="", parents_informed_on=None
    )
    leader.set_password(PASSWORD)
    leader.save()
    with chromium() as browser:
        visitor = Visitor(browser, live_server.url)
        visitor.go("/konto/login/")
        visitor.page.set_default_timeout(3_000)
        yield Keys(visitor)


def signs_in(keys, leader):
    keys.types("E-mail", leader.email)
    keys.types("Adgangskode", PASSWORD)
    keys.back_to("E-mail")
    keys.enters("Log ind")


def writes_of_a_pupil(keys):
    """A choice from a list, one of several, and a date."""
    keys.enters("Udfyld")
    keys.types("Klassetrin", "4")
    keys.to("Ja")
    keys.page.keyboard.press("Space")
    keys.types("Hvornår", f"01.09.{YEAR}")
    keys.enters("Gem og fortsæt")


def writes_of_the_leadership(keys):
    keys.enters("Ledelse")
    keys.types("Daglig leder", "Dina Leder")
    keys.to("Folkeskoleloven")
    keys.page.keyboard.press("ArrowDown")
    keys.page.keyboard.press("ArrowUp")
    keys.enters("Gem og fortsæt")


def test_from_signing_in_to_the_receipt_without_a_mouse(keys, draft, leader):
    signs_in(keys, leader)
    keys.enters(draft.number)
    keys.enters("Skriv videre")
    writes_of_a_pupil(keys)
    writes_of_a_pupil(keys)
    writes_of_the_leadership(keys)
    keys.enters("Fortsæt")
    keys.enters("Indsend ansøgning")
    assert keys.page.inner_text("h1, h2").startswith("Ansøgningen er indsendt")
    draft.refresh_from_db()
    assert (draft.status, draft.daily_leader_name) == ("submitted", "Dina Leder")


UNSEEN = {
    "'ring': False": "*, *::before { outline: none !important; box-shadow: none !important; transition: none !important }",
    "'over': '<footer": "footer { position: fixed !important; inset: 0; z-index: 99 }",
}


@pytest.mark.parametrize("harm", UNSEEN)
def test_a_stop_that_nobody_sees_would_be_noticed(harm, keys):
    keys.page.add_style_tag(content=UNSEEN[harm])
    with pytest.raises(AssertionError, match=harm):
        keys.to("E-mail")
