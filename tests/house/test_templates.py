"""What every template keeps to: keys and tokens, no script, no style, no query, no role."""

from __future__ import annotations

import re
from itertools import chain

import pytest

from tests.house.sources import ROOT, TEMPLATES, all_addresses, each_file

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
CRISPY = re.compile(r"^dkfds/")
INLINE = re.compile(
    r"<style|<script(?![^>]*\bsrc=)|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", re.IGNORECASE
)


def name_of(path):
    return str(path.relative_to(ROOT / "templates"))


@each_file(TEMPLATES)
def test_every_form_that_changes_something_carries_token_and_key(path):
    if name_of(path) == SENDS_AGAIN:
        return
    for form in re.findall(r"<form(?=[^>]*method=\"post\").*?</form>", path.read_text(), re.DOTALL):
        assert "{% csrf_token %}" in form
        assert "{% idempotency_key %}" in form or SIGN_IN.search(name_of(path))


@each_file(PARTS)
def test_every_part_says_what_it_needs(path):
    assert path.read_text().startswith("{# needs:")


def test_there_are_parts_and_forms_to_judge():
    assert len(PARTS) > 20
    assert sum('method="post"' in path.read_text() for path in TEMPLATES) > 10


@each_file(TEMPLATES)
def test_no_script_and_no_style_stands_in_a_template(path):
    assert not INLINE.search(path.read_text())


@pytest.mark.parametrize(
    "text", ["<script>", "<p style='x'>", '<a onclick="x">', '<a href="javascript:x">', "<style>"]
)
def test_the_law_of_scripts_would_notice(text):
    assert INLINE.search(text)


@each_file(path for path in TEMPLATES if not CRISPY.search(name_of(path)))
def test_no_template_trusts_text(path):
    assert not re.search(r"\|\s*(safe|safeseq)\b|autoescape off", path.read_text())


@each_file(TEMPLATES)
def test_no_template_asks_the_database_or_judges_a_role(path):
    text = re.sub(r"forloop\.(first|last)", "", path.read_text())
    manager = r"\{[{%][^}%]*\.(all|count|exists|first|last|filter|roles|memberships|objects)\b"
    assert not re.search(manager, text)


def test_no_line_of_a_template_is_wider_than_a_screen():
    wide = {}
    for path in TEMPLATES:
        lines = path.read_text().splitlines()
        numbers = [n for n, line in enumerate(lines, start=1) if len(line) > LONGEST_LINE]
        if numbers:
            wide[name_of(path)] = numbers
    assert wide == {}


@each_file(TEMPLATES)
def test_a_file_is_chosen_by_a_button_in_danish(path):
    text = path.read_text()
    if 'type="file"' in text or 'input_type == "file"' in text:
        assert "components/file.html" in text


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


@each_file(TEMPLATES)
def test_what_cancels_stands_last_beside_what_sends(path):
    assert not misplaced(path.read_text())


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
