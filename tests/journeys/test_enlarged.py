"""400 % enlarged on a screen of 1280 x 1024 (a window of 320 x 256), and on a phone: every page of
the writing is of use.
"""

from __future__ import annotations

import pytest
from django.urls import reverse

from applications.submission import actions as submission
from applications.writing import actions as writing
from tests.applications.papers.files import image
from tests.applications.papers.laying import lay_on
from tests.browser import CHROMIUM, PHONE, Visitor, chromium
from visitation.cases import actions as cases

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here"),
    pytest.mark.django_db(transaction=True),
]


ENLARGED = {"width": 320, "height": 256}

# A tablet, and half of a screen: where tables are widest for their window.
BETWEEN = (577, 600, 720, 812)


STEPS = (
    "pupils environment plan cooperation leadership papers check dialogue invite withdraw".split()
)


# What stands outside the window's width, without an own frame to be moved in.
CUT_OFF = r"""() => [...document.querySelectorAll("main *, header *, footer *")].filter((part) => {
  const box = part.getBoundingClientRect();
  if (box.width < 2 || box.height < 2 || (box.right <= innerWidth + 1 && box.left >= -1)) return false;
  for (let around = part; around !== document.body; around = around.parentElement) {
    const style = getComputedStyle(around);
    if (["auto", "scroll"].includes(style.overflowX) || style.clipPath !== "none") return false;
  }
  return true;
}).map((part) => part.outerHTML.slice(0, 90))"""


# What can have the focus and then lies, with its first line, outside the window or behind
# something.
COVERED = r"""() => [...document.querySelectorAll("main :is(a[href], button, input, select, textarea, summary)")]
  .filter((field) => {
    if (field.disabled || field.type === "hidden" || field.tabIndex < 0 || !field.checkVisibility()) return false;
    field.focus();
    const label = field.labels?.[0];
    const shown = ["radio", "checkbox", "file"].includes(field.type) ? [...field.labels].at(-1) : field;
    const box = shown.getClientRects()[0];
    const at = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 24));
    return !(at && (shown.contains(at) || label?.contains(at)));
  }).map((field) => field.outerHTML.slice(0, 90))"""


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


@pytest.fixture
def addresses(draft, challenge, leader, ppr, chair):
    """Whose pages these are, and every page where somebody writes of a case or finds it."""
    writing.invite(draft, adviser=ppr, by=leader)
    lay_on(draft, f"{'Udtalelse_om_fravær_' * 4}.png", image(), by=leader)
    submission.submit(draft, by=leader)
    cases.send_back(
        draft, note="Skriv mere om hverdagen.", asks={"cooperation": "Hvor ofte?"}, by=chair
    )
    pages = [reverse(f"applications:{name}", args=[draft.number]) for name in STEPS]
    pages += [
        reverse("applications:pupil", args=[draft.number, pupil.pk])
        for pupil in draft.pupil_cases.all()[:1]
    ]
    pages += [reverse(f"applications:{name}") for name in ("list", "new", "new_challenge", "help")]
    pages += [
        reverse("applications:challenge", args=[challenge.number]),
        draft.get_absolute_url(),
        "/",
    ]
    pages += [reverse("summary", args=[draft.number]), reverse("notices"), reverse("own_settings")]
    return {leader: pages, ppr: [reverse("applications:statement", args=[draft.number])]}


@pytest.fixture(params=[ENLARGED, PHONE], ids=["enlarged", "phone"])
def at_window(request, browser, live_server, client_for):
    """Somebody signed in, at a small window."""

    def sit_down(user):
        return seat(browser, live_server, client_for, user, request.param)

    return sit_down


def seat(browser, live_server, client_for, user, screen):
    visitor = Visitor(browser, live_server.url, screen=screen)
    cookie = client_for(user).cookies["skolefleks"].value
    visitor.context.add_cookies([{"name": "skolefleks", "value": cookie, "url": live_server.url}])
    return visitor


def found_on(page):
    """How many pixels the page is too wide, what is cut off, and what is covered while it has the
    focus.
    """
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return max(wide, 0), page.evaluate(CUT_OFF), page.evaluate(COVERED)


def test_nothing_is_cut_off_and_what_has_the_focus_is_seen(addresses, at_window):
    found = {}
    for user, pages in addresses.items():
        visitor = at_window(user)
        for address in pages:
            assert visitor.page.goto(visitor.site + address).status == 200
            found[address] = found_on(visitor.page)
    assert len(found) > 20
    assert {address: said for address, said in found.items() if said != (0, [], [])} == {}


@pytest.mark.parametrize("width", BETWEEN)
def test_between_phone_and_screen_no_page_is_too_wide(
    width, addresses, chair, browser, live_server, client_for
):
    addresses = addresses | {chair: ["/visitation/?vis=alle", "/visitation/moeder/", "/budget/"]}
    too_wide = {}
    for user, pages in addresses.items():
        visitor = seat(browser, live_server, client_for, user, {"width": width, "height": 844})
        for address in pages:
            assert visitor.page.goto(visitor.site + address).status == 200
            surplus = visitor.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            too_wide[address] = max(surplus, 0)
    assert {address: surplus for address, surplus in too_wide.items() if surplus} == {}


HARMS = {
    "wide": (0, ".sf-lead { width: 40rem }"),
    "cut off": (1, ".sf-lead { width: 40rem }"),
    "covered": (2, "header { position: fixed; inset: 0; z-index: 99 }"),
}


@pytest.mark.parametrize("harm", HARMS)
def test_a_page_that_is_of_no_use_would_be_noticed(harm, at_window, draft, leader):
    visitor = at_window(leader)
    visitor.page.goto(visitor.site + reverse("applications:cooperation", args=[draft.number]))
    at, style = HARMS[harm]
    visitor.page.add_style_tag(content=style)
    assert found_on(visitor.page)[at]
