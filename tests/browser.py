"""A real browser for the journeys: Debian's Chromium, with axe, and nothing but the site."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


# The one without windows first: it starts in a third of the time, and opens a screen in a fifth.
CHROMIUM = (
    shutil.which("chromium-headless-shell")
    or shutil.which("chromium")
    or shutil.which("chromium-browser")
    or shutil.which("google-chrome")
)


ROOT = Path(__file__).resolve().parent.parent

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"

# It runs as root here, without a screen, and calls nobody.
QUIET = (
    "--no-sandbox --headless --disable-gpu --disable-quic --no-first-run"
    " --disable-background-networking --disable-component-update --disable-sync"
).split()

DESKTOP = {"width": 1280, "height": 900}

PHONE = {"width": 390, "height": 844}

# The kinds of elements on a page with their classes and roles: what axe judges.
PARTS = """() => [...new Set([...document.querySelectorAll('body *')].map(
    e => [e.tagName, e.className, e.getAttribute('role'), e.getAttribute('type'),
          e.getAttribute('aria-current')].join()
))]"""

# What differs between the addresses of two cases on the same page.
KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f-]+|[0-9]+|[?#].*")


RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
    # What passed is not told of element by element.
    "resultTypes": ["violations"],
}


@contextmanager
def chromium() -> Iterator[Browser]:
    """A started browser; the ORM may be used beside it while it runs."""
    from playwright.sync_api import sync_playwright

    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
            yield browser
            browser.close()
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@contextmanager
def emptied(browser: Browser) -> Iterator[Browser]:
    """A browser that stays for the next test: what this one opened is closed."""
    yield browser
    for context in browser.contexts:
        context.close()


def is_error(message: Any) -> bool:
    """Whether a line of the console is one: a form that came back with 422 is none of ours."""
    return message.type == "error" and "status of 422" not in message.text


class Visitor:
    """One person at one screen, who looks at every page: no console error, nothing for axe."""

    # (width, address or part) of what axe has judged, whoever saw it.
    judged: ClassVar[set[tuple[int, str]]] = set()

    def __init__(self, browser: Browser, site: str, *, screen: dict[str, int] = DESKTOP) -> None:
        self.site = site
        # axe is injected by the test and not by the page: the page's own policy would refuse it.
        self.context = browser.new_context(viewport=screen, locale="da-DK", bypass_csp=True)
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("console", self.hear)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def hear(self, message: Any) -> None:
        if is_error(message):
            self.errors.append(message.text)

    def sign_in(self, email: str, password: str) -> None:
        self.go("/konto/login/")
        self.page.fill("[name=login]", email)
        self.page.fill("[name=password]", password)
        self.press("Log ind")

    def go(self, path: str) -> int:
        """Open a page; the status it answered with."""
        response = self.page.goto(self.site + path)
        assert response
        if response.status < 400:
            self.look()
        return response.status

    def press(self, name: str) -> None:
        """Press the button of that name, wait for the page it leads to, and look at it."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).first.click()
        self.look()

    def follow(self, name: str) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=name).first.click()
        self.look()

    def write(self, **fields: str) -> None:
        """Fill fields by their names."""
        for name, text in fields.items():
            self.page.fill(f"[name='{name}']", text)

    def look(self) -> None:
        """No violation that axe finds, no error in the console, nothing wider than the screen."""
        # Axe takes most of a journey's time: it judges every page once, and again where
        # something stands on it that was on no page before.
        width = self.page.viewport_size["width"]
        address = KEY.sub("", self.page.url.removeprefix(self.site))
        found = {(width, part) for part in [address, *self.page.evaluate(PARTS)]}
        # First: a style that did not come has many violations, and none of them is the fault.
        assert not self.errors, f"{self.page.url}: {self.errors}"
        if not found <= self.judged:
            self.judged.update(found)
            violations = self.violations()
            assert not violations, f"{self.page.url}: {violations}"

        assert not self.errors, f"{self.page.url}: {self.errors}"
        surplus = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert surplus <= 0, f"{self.page.url} is {surplus} px too wide"

    def violations(self) -> list[tuple[str, list[Any]]]:
        """The rules that axe finds broken, each with the elements that break it."""
        self.page.evaluate(AXE.read_text())
        report: dict[str, Any] = self.page.evaluate("rules => axe.run(document, rules)", RULES)

        violations = []
        for violation in report["violations"]:
            targets = [node["target"] for node in violation["nodes"]]
            violations.append((violation["id"], targets))
        return violations

    @property
    def text(self) -> str:
        return self.page.inner_text("body")
