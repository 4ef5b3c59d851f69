"""What the letters say comes from the texts that can be written, every one of them."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest
from django.conf import settings

from skolefleks import pdf
from skolefleks.danish import today
from skolefleks.models import TextVersion
from skolefleks.texts import actions, declarations
from skolefleks.texts.declarations import Shape
from skolefleks.texts.wording import Reading, Wording
from tests.deciding import deliver, pupils, wish_terms
from tests.visitation.letters.test_letters import words
from visitation.decisions import actions as decisions
from visitation.letters import wordings
from visitation.models import Document
from visitation.releases import actions as releases

MARK = "MÆRKELIGT"


def all_of(text):
    """What is said on the made-up case where one text says the mark and every placeholder."""
    placeholders = " ".join(one.in_braces for one in text.placeholders)
    marked = {text.key: Reading(f"{MARK} {placeholders}")}
    source = text.preview.make(Wording(today(), marked))
    # The guide is made of objects of its own.
    return json.dumps(source, ensure_ascii=False, default=repr)


def unheard(texts):
    return [text.key for text in texts if MARK not in all_of(text)]


def test_every_text_is_seen_where_it_stands():
    assert unheard(declarations.every().values()) == []


def test_a_text_that_no_letter_says_would_be_noticed():
    [first, *_] = wordings.TEXTS
    unused = declarations.Text(**{**vars(first), "key": "brev-ubrugt"})
    every = declarations.every()
    every["brev-ubrugt"] = unused
    try:
        assert unheard([unused]) == ["brev-ubrugt"]
    finally:
        del every["brev-ubrugt"]


def sentences_in(source):
    """The Danish sentences that stand in the code itself, docstrings excepted."""
    tree = ast.parse(source)
    docstrings = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and node not in docstrings and node.value.rstrip().endswith((".", ",")):
            yield node.value


@pytest.mark.parametrize("name", ["changes", "leaving", "kinds"])
def test_no_letter_says_a_sentence_that_cannot_be_written(name):
    source = Path(settings.BASE_DIR, "visitation/letters", f"{name}.py").read_text()
    assert list(sentences_in(source)) == []


def test_only_the_line_on_the_law_stands_in_the_letters_code():
    source = Path(settings.BASE_DIR, "visitation/letters/texts.py").read_text()
    assert [one for one in sentences_in(source) if len(one) > 10] == []


def test_a_sentence_in_the_code_would_be_noticed():
    assert list(sentences_in('def lead():\n    return "Skolen får besked."')) == [
        "Skolen får besked."
    ]


@pytest.mark.parametrize("code", ["<script>alert(1)</script>", "#import x", "{{ x }}"])
def test_what_came_in_by_another_way_is_words_on_page_and_paper(code):
    [title, *_] = wordings.TEXTS
    wording = Wording(today())
    wording._readings = {}
    source = title.preview.make(wording) | {"title": code, "lead": code}
    assert code in words(pdf.render("letter", source))


@pytest.mark.django_db
def test_a_letter_keeps_the_words_it_was_made_with(case, submitted, pools, chair, admin):
    write = {"reason": "Nyt.", "starts_on": today(), "by": admin}
    actions.write("brev-svar-delvist", text="Delvis ja.", after=0, **write)
    decisions.grant(case, wish_terms(180_000), grounds="Behov.", by=chair)
    decisions.postpone(pupils(submitted)[1], grounds="PPR mangler.", by=chair)
    releases.release(submitted, by=chair)
    deliver()
    letter = Document.objects.get(kind="letter", decision__outcome="partly")
    before = letter.content
    actions.write("brev-svar-delvist", text="Noget helt andet.", after=1, **write)
    letter.refresh_from_db()
    assert letter.content == before
    assert "Delvis ja." in words(before)
    assert letter.template_data["wording"]["brev-svar-delvist"] == 1
    again = pdf.render(letter.template, letter.template_data)
    assert words(again) == words(before)


@pytest.mark.django_db
def test_each_line_of_a_list_is_an_item(admin):
    lists = [text for text in wordings.TEXTS if text.shape is Shape.LIST]
    [first, *_] = [text for text in lists if not text.needs]
    actions.write(
        first.key, text="- Et\n\n- To {elev}", reason="x", starts_on=today(), after=0, by=admin
    )
    assert TextVersion.objects.count() == 1
    assert Wording(today()).items(first.key, elev="Bo") == ["Et", "To Bo"]
