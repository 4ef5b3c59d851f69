"""What every template keeps to: keys and tokens, no script, no style, no query, no role."""

from __future__ import annotations

import re
from itertools import chain, product

import pytest

from tests.house.sources import ROOT, TEMPLATES, all_addresses, places_where, text_of

LONGEST_LINE = 140
PARTS = [
    path for path in TEMPLATES if path.name.startswith("_") or path.parent.name == "components"
]
# Forms of the sign-in need no key, the first one's link neither: it works once.
SIGN_IN = re.compile(
    r"^(account|socialaccount|allauth|skolefleks/(development|beginning))/|^_log_out\.html"
)
# It sends again what was sent, token and key among it (test_away).
SENDS_AGAIN = "503.html"
CRISPY = re.compile(r"^templates/dkfds/")
INLINE = re.compile(
    r"<style|<script(?![^>]*\bsrc=)|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", re.IGNORECASE
)


def name_of(path):
    return str(path.relative_to(ROOT / "templates"))


def is_without_token_or_key(path):
    needed = {"{% csrf_token %}", "{% idempotency_key %}"}
    if SIGN_IN.search(name_of(path)):
        needed = {"{% csrf_token %}"}
    forms = re.findall(r"<form(?=[^>]*method=\"post\").*?</form>", text_of(path), re.DOTALL)
    return any(word not in form for form, word in product(forms, needed))


def test_every_form_that_changes_something_carries_token_and_key():
    assert places_where(is_without_token_or_key, TEMPLATES) == [f"templates/{SENDS_AGAIN}"]


def test_every_part_says_what_it_needs():
    assert places_where(lambda path: not text_of(path).startswith("{# needs:"), PARTS) == []


def test_there_are_parts_and_forms_to_judge():
    assert len(PARTS) > 20
    assert sum('method="post"' in path.read_text() for path in TEMPLATES) > 10


def test_no_script_and_no_style_stands_in_a_template():
    assert places_where(lambda path: INLINE.search(text_of(path)), TEMPLATES) == []


@pytest.mark.parametrize(
    "text", ["<script>", "<p style='x'>", '<a onclick="x">', '<a href="javascript:x">', "<style>"]
)
def test_the_law_of_scripts_would_notice(text):
    assert INLINE.search(text)


def trusts_text(path):
    return re.search(r"\|\s*(safe|safeseq)\b|autoescape off", text_of(path))


def test_no_template_trusts_text():
    trusting = places_where(trusts_text, TEMPLATES)
    assert [name for name in trusting if not CRISPY.search(name)] == []


def asks_or_judges(path):
    text = re.sub(r"forloop\.(first|last)", "", text_of(path))
    manager = r"\{[{%][^}%]*\.(all|count|exists|first|last|filter|roles|memberships|objects)\b"
    return re.search(manager, text)


def test_no_template_asks_the_database_or_judges_a_role():
    assert places_where(asks_or_judges, TEMPLATES) == []


def test_no_line_of_a_template_is_wider_than_a_screen():
    wide = {}
    for path in TEMPLATES:
        lines = path.read_text().splitlines()
        numbers = [n for n, line in enumerate(lines, start=1) if len(line) > LONGEST_LINE]
        if numbers:
            wide[name_of(path)] = numbers
    assert wide == {}


def chooses_a_file(path):
    return 'type="file"' in text_of(path) or 'input_type == "file"' in text_of(path)


def test_a_file_is_chosen_by_a_button_in_danish():
    choosing = [path for path in TEMPLATES if chooses_a_file(path)]
    assert choosing
    assert places_where(lambda path: "components/file.html" not in text_of(path), choosing) == []


# The ways back stand where one looks for them: last beside the button, and alike on every page.
BUTTONS = re.compile(r"<div class=\"sf-(?:buttons|actions)[^>]*>(.*?)</div>", re.DOTALL)
CANCEL = re.compile(r"<a class=\"button button-(\w+)\"[^>]*>\s*Annullér</a>")


def is_in_its_place(row):
    """Whether what cancels comes after what sends, with nothing but its twin behind it."""
    first = CANCEL.search(row)
    after = re.sub(r"{%.*?%}|\s", "", CANCEL.sub("", row[first.start() :]))
    return "<button" in row[: first.start()] and not after


def misplaced(text):
    looks = CANCEL.findall(text)
    rows = [row for row in BUTTONS.findall(text) if CANCEL.search(row)]
    in_rows = sum(len(CANCEL.findall(row)) for row in rows)
    is_alike = set(looks) <= {"secondary"}
    return not (is_alike and in_rows == len(looks) and all(map(is_in_its_place, rows)))


def test_what_cancels_stands_last_beside_what_sends():
    assert places_where(lambda path: misplaced(text_of(path)), TEMPLATES) == []


ROW = '<div class="sf-buttons">{}</div>'
CANCELS = '<a class="button button-secondary" href="x">Annullér</a>'
SENDS = '<button type="submit" class="button button-primary">Gem</button>'


@pytest.mark.parametrize(
    "text",
    [
        ROW.format(CANCELS + SENDS),
        CANCELS,
        ROW.format(SENDS + CANCELS.replace("secondary", "tertiary")),
    ],
)
def test_what_cancels_elsewhere_would_be_noticed(text):
    assert misplaced(text)
    assert not misplaced(ROW.format(SENDS + CANCELS))


# -- what a page asks by itself --------------------------------------------------------
BY_ITSELF = re.compile(
    r'hx-get="(?:{% url "([\w:]+)"|{{ (\w+) }})[^>]*?hx-trigger="(?:every|load delay)', re.DOTALL
)


def asked_by_itself(text):
    """The names of the addresses that the template asks for again and again."""
    for name, variable in BY_ITSELF.findall(text):
        if name:
            yield name
        else:
            yield re.search(rf'{{% url "([\w:]+)"[^%]* as {variable} %}}', text)[1]


def test_what_a_page_asks_by_itself_renews_no_session():
    views, asking = dict(all_addresses()), [path.read_text() for path in TEMPLATES]
    names = set(chain.from_iterable(map(asked_by_itself, asking)))
    assert len(names) == sum("every" in text or "load delay" in text for text in asking)
    assert [name for name in names if not getattr(views[name], "is_polled", False)] == []
