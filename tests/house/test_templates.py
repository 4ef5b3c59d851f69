"""What every template keeps to: keys and tokens, no script, no style, no query, no role."""

from __future__ import annotations

import re

import pytest

from tests.house.sources import ROOT, TEMPLATES, each_file

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
