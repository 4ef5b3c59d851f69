"""Writing in a real browser, where things go wrong: signed out mid-sentence, closed mid-word, two
windows. Nothing is lost.
"""

from __future__ import annotations

import pytest

from applications.models import Application
from skolefleks.models import User
from tests.applications.papers.files import image
from tests.applications.writing.desk import at
from tests.browser import CHROMIUM, Visitor, chromium, emptied

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here"),
    pytest.mark.django_db(transaction=True),
]


PASSWORD = "en-lang-adgangskode"


@pytest.fixture(scope="module")
def started():
    with chromium() as browser:
        yield browser


@pytest.fixture
def browser(live_server, started):
    with emptied(started) as browser:
        yield browser


@pytest.fixture
def site(live_server, draft, staff):
    for user in User.objects.all():
        user.set_password(PASSWORD)
        user.save()
    return live_server.url


@pytest.fixture
def writer(browser, site, staff, client_for):
    visitor = Visitor(browser, site)
    staff.refresh_from_db()
    cookie = client_for(staff).cookies["skolefleks"].value
    visitor.context.add_cookies([{"name": "skolefleks", "value": cookie, "url": site}])
    return visitor


def opens(page, site, draft):
    page.goto(site + at("cooperation", draft))


def types(page, name, text):
    page.locator(f"[name={name}]").press("Control+End")
    page.locator(f"[name={name}]").press_sequentially(text)


def says(page, text):
    page.locator("[data-saved]", has_text=text).wait_for(timeout=10_000)


def signs_in_elsewhere(writer, user):
    other = writer.context.new_page()
    other.goto(f"{writer.site}/konto/login/")
    other.fill("[name=login]", user.email)
    other.fill("[name=password]", PASSWORD)
    other.get_by_role("button", name="Log ind", exact=True).first.click()
    other.wait_for_url(f"{writer.site}/")


def stored(draft):
    return Application.objects.get(pk=draft.pk)


def test_what_was_typed_is_there_after_the_window_was_closed(browser, site, writer, staff, draft):
    opens(writer.page, writer.site, draft)
    types(writer.page, "ppr_setup", " Og midt i et o")
    says(writer.page, "Gemt kl.")
    writer.look()
    writer.context.close()
    again = Visitor(browser, site)
    again.sign_in(staff.email, PASSWORD)
    again.go(at("cooperation", draft))
    assert again.page.input_value("[name=ppr_setup]").endswith("midt i et o")


def test_signed_out_mid_sentence_the_text_waits_and_is_sent_after_signing_in(writer, staff, draft):
    page = writer.page
    opens(writer.page, writer.site, draft)
    writer.context.clear_cookies()
    types(page, "ppr_daily", " Skrevet uden at være logget ind.")
    says(page, "Du er logget ud")
    assert page.input_value("[name=ppr_daily]").endswith("logget ind.")
    assert "Skrevet" not in page.evaluate(
        "JSON.stringify([{...sessionStorage}, {...localStorage}])"
    )
    signs_in_elsewhere(writer, staff)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    says(page, "Gemt kl.")
    assert stored(draft).ppr_daily.endswith("logget ind.")


def test_when_another_has_signed_in_nothing_is_saved_in_their_name(writer, leader, draft):
    opens(writer.page, writer.site, draft)
    writer.context.clear_cookies()
    signs_in_elsewhere(writer, leader)
    types(writer.page, "ppr_daily", " Mit, og ikke dit.")
    says(writer.page, "hører til en anden bruger")
    assert writer.page.input_value("[name=ppr_daily]").endswith("ikke dit.")
    assert not stored(draft).ppr_daily.endswith("ikke dit.")


def test_offline_the_text_waits_and_is_sent_by_itself(writer, draft):
    opens(writer.page, writer.site, draft)
    writer.context.set_offline(True)
    types(writer.page, "ppr_daily", " Uden net.")
    says(writer.page, "Ingen forbindelse")
    writer.context.set_offline(False)
    says(writer.page, "Gemt kl.")
    assert stored(draft).ppr_daily.endswith("Uden net.")


def test_two_windows_on_one_field_show_both_texts(writer, draft):
    first, second = writer.page, writer.context.new_page()
    opens(writer.page, writer.site, draft)
    opens(second, writer.site, draft)
    types(second, "ppr_setup", " Fra vindue to.")
    says(second, "Gemt kl.")
    types(first, "ppr_setup", " Fra vindue ét.")
    first.get_by_text("er i mellemtiden ændret et andet sted").wait_for()
    assert stored(draft).ppr_setup.endswith("Fra vindue to.")
    assert "Fra vindue to." in first.inner_text("[data-conflict]")
    writer.look()
    first.get_by_role("button", name="Behold min tekst").click()
    says(first, "Gemt kl.")
    assert stored(draft).ppr_setup.endswith("Fra vindue ét.")


@pytest.mark.long
def test_a_jump_to_another_step_takes_the_typing_along(writer, draft):
    opens(writer.page, writer.site, draft)
    types(writer.page, "ppr_setup", " Lige før springet.")
    writer.follow("Ledelse")
    assert stored(draft).ppr_setup.endswith("Lige før springet.")


@pytest.mark.long
def test_a_row_just_added_is_ready_to_be_written_in(writer, draft):
    writer.page.goto(writer.site + at("environment", draft))
    writer.press("Tilføj endnu et tiltag")
    writer.page.wait_for_function("document.activeElement.matches('input, textarea')")
    writer.page.keyboard.type("To voksne i dansk")
    says(writer.page, "Gemt kl.")
    assert [row.what for row in draft.tried_measures.all()] == ["Co-teaching", "To voksne i dansk"]


@pytest.mark.long
def test_one_request_for_each_pause(writer, draft):
    sent = []
    opens(writer.page, writer.site, draft)
    writer.page.on(
        "request", lambda request: sent.append(request) if request.method == "POST" else None
    )
    types(writer.page, "ppr_setup", " Mange ord efter hinanden uden en pause.")
    says(writer.page, "Gemt kl.")
    assert len(sent) == 1
    assert "ppr_daily=" not in sent[0].post_data


@pytest.mark.long
def test_papers_are_chosen_by_keyboard_with_a_button_in_danish(writer, draft, tmp_path, settings):
    settings.PAPERS_DIR = tmp_path / "papers"
    (tmp_path / "plan.png").write_bytes(image())
    writer.go(at("papers", draft))
    choose = writer.page.get_by_label("Vælg filer")
    choose.focus()
    with writer.page.expect_file_chooser() as opened:
        choose.press("Enter")
    opened.value.set_files([tmp_path / "plan.png"])
    writer.page.get_by_text("1 gemt").wait_for()
    writer.look()
    assert draft.papers.get().name == "plan.png"


def picture(name):
    return {"name": name, "mimeType": "image/png", "buffer": image()}


DROPPED = """([name, bytes]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([new Uint8Array(bytes)], name, { type: "image/png" }));
  return carried;
}"""


NOTED = """() => {
  const told = document.querySelector("[data-progress]");
  window.noted = [];
  const note = () => window.noted.push(told.textContent);
  new MutationObserver(note).observe(told, { childList: true });
}"""


def drop(page, file):
    """Let a file fall on the page, and wait until it is stored."""
    carried = page.evaluate_handle(DROPPED, [file["name"], list(file["buffer"])])
    page.dispatch_event("[data-papers]", "drop", {"dataTransfer": carried})
    page.get_by_text("1 gemt", exact=True).wait_for()


@pytest.mark.long
def test_papers_chosen_and_dropped_are_stored_at_once_one_by_one(writer, draft, tmp_path, settings):
    page, settings.PAPERS_DIR = writer.page, tmp_path
    writer.go(at("papers", draft))
    page.evaluate(NOTED)
    empty = {"name": "tom.pdf", "mimeType": "application/pdf", "buffer": b""}
    page.set_input_files("#id_file", [picture("Ugeskema.png"), empty, picture("Tegning.png")])
    page.get_by_text("2 af 3 gemt").wait_for()
    assert "»tom.pdf« er tom" in page.inner_text("[data-refusals]")
    drop(page, picture("Kort.png"))
    names = [paper.name for paper in draft.papers.all()]
    assert names == ["Ugeskema.png", "Tegning.png", "Kort.png"]
    assert any("Ugeskema.png: 100 % sendt" in text for text in page.evaluate("window.noted"))
    writer.errors.clear()  # the browser's own word for a file that was refused
    writer.look()
