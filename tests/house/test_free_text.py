"""No text of any form takes a CPR number, however it is written; no number is without an end."""

from __future__ import annotations

import ast
import importlib
from itertools import chain

import pytest
from django import forms

from skolefleks import cpr
from skolefleks.textfields import CPR_IN_TEXT, LARGEST, FreeText
from tests.house.sources import CODE, place

# A field of text that is no `FreeText`, each with its reason.
OTHER_TEXT = {
    "CprField": "the number's own field",
    "WordsForm.read": "a mark of 20 hexadecimal digits, compared and never stored",
    "ConfirmForm.content": "a file of figures: read line by line, and its sources are refused",
    "ConfirmPeopleForm.content": "a file of people: read line by line, each value refused",
    "ConfirmPeopleForm.fingerprint": "numbers of lines, compared and never stored",
    "EmailField": "an address by its own pattern, and a number in it is refused",
    "SignForm.mark": "a digest in hexadecimal, compared and never stored",
    "ConfirmForm.fingerprint": "a digest in hexadecimal, compared and never stored",
    "AccountsForm": "a school's account string, of digits alone, matched by its own pattern",
    "BulkForm.koe": "the queue's address: only its known filters are kept",
    "ChosenForm.koe": "the queue's address: only its known filters are kept",
    "ViewForm.koe": "the queue's address: only its known filters are kept",
    "EmergencyForm": "e-mail, password, code and passkey are compared, and never stored",
    "KeyForm.answer": "a passkey as the browser says it: read by its own rules, the rest left out",
    "LoginForm": "allauth's: e-mail and password are compared, and never stored",
}

WRITTEN = [
    "020115-6789",
    "0201156789",
    "020115–6789",
    "020115—6789",
    "020115 - 6789",
    "020115\N{NON-BREAKING HYPHEN}6789",
    "020115\N{NO-BREAK SPACE}6789",
    "020115\N{NARROW NO-BREAK SPACE}\N{MINUS SIGN}\N{NARROW NO-BREAK SPACE}6789",
    "02.01.15-6789",
    "02 01 15 67 89",
    "020115\n6789",
    "020115\N{ZERO WIDTH SPACE}-6789",
    "０２０１１５－６７８９",
    # A replacement number: 60 is added to the day.
    "620115-6789",
    "910115–6789",
]

NO_NUMBERS = [
    "001315-6789",
    "920115-6789",
    "020115-67890",
    "200.000 kr. i 2026",
    "SF-2026-0042",
    "tlf. 44 77 20 00",
    "01.08.26-31.12.26",
    "1.234.567.890 kr.",
    "5798001234567",
]


@pytest.mark.parametrize("text", WRITTEN)
def test_a_number_is_seen_however_it_is_written(text):
    assert cpr.is_held_in(f"Eleven ({text}) bor hos sin far.")
    assert cpr.struck_from(f"Fil {text}.pdf") == "Fil xxxxxx-xxxx.pdf"


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_number_passes(text):
    assert not cpr.is_held_in(text)


def every_form():
    """All classes of forms in the product."""
    for path in CODE:
        if "forms" in place(path) and "migrations" not in place(path):
            importlib.import_module(place(path).removesuffix(".py").replace("/", "."))
    classes = [forms.BaseForm]
    while classes:
        form = classes.pop()
        classes += form.__subclasses__()
        if form.__module__.split(".")[0] in {"skolefleks", "applications", "visitation", "budget"}:
            yield form


def is_excused(form, name, field):
    places = {type(field).__name__, form.__name__, f"{form.__name__}.{name}"}
    return bool(places & set(OTHER_TEXT))


def other_text(form):
    """The form's fields that take any text and let a number through."""
    for name, field in form.base_fields.items():
        # Numbers, dates and choices derive from Field; e-mails and addresses from CharField.
        takes_text = isinstance(field, forms.CharField) and not isinstance(field, forms.UUIDField)
        if takes_text and not isinstance(field, FreeText) and not is_excused(form, name, field):
            yield f"{form.__name__}.{name}"


def test_every_text_field_of_every_form_refuses_a_number():
    checked = list(every_form())
    assert len(checked) > 50
    assert list(chain.from_iterable(map(other_text, checked))) == []


def without_end(form):
    """The form's fields of numbers that take more than any column holds."""
    for name, field in form.base_fields.items():
        is_number = isinstance(field, forms.IntegerField)
        if is_number and (field.max_value is None or field.max_value > LARGEST):
            yield f"{form.__name__}.{name}"


def test_every_number_of_every_form_has_an_end():
    assert list(chain.from_iterable(map(without_end, every_form()))) == []


def fields_written(tree):
    """(line, class) of each field of text that is made in the code, in a form's `__init__` too."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.ClassDef):
            continue
        for call in ast.walk(node):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "forms.CharField":
                yield node.name


def test_no_field_is_made_of_another_type_while_the_form_is_built():
    makers = set()
    for path in CODE:
        makers.update(fields_written(ast.parse(path.read_text())))
    excused = {name.split(".")[0] for name in OTHER_TEXT}
    assert makers - excused == set()


def test_a_field_of_another_type_would_be_noticed():
    class Careless(forms.Form):
        text = forms.CharField()

    assert list(other_text(Careless)) == ["Careless.text"]
    assert list(fields_written(ast.parse("class F:\n    x = forms.CharField()"))) == ["F"]


@pytest.mark.parametrize("text", WRITTEN)
def test_free_text_refuses_it_and_says_so(text):
    with pytest.raises(forms.ValidationError, match=CPR_IN_TEXT):
        FreeText().clean(f"Om {text}")
