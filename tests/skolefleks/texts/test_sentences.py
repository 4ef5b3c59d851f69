"""Notices and helps say what the municipality has written, and every sentence is in use."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django import forms
from django.template.loader import render_to_string

from applications.fields import helps
from skolefleks.danish import today
from skolefleks.models import Notice
from skolefleks.models.texts import TextVersion
from skolefleks.notices import mail
from skolefleks.notices.sentences import LONGEST, say
from skolefleks.texts import actions, declarations, rules

FLOORS = ("skolefleks", "applications", "budget", "visitation")
KEY_LENGTH = TextVersion._meta.get_field("key").max_length


def write(key, text, by):
    actions.write(key, text=text, starts_on=today(), reason="Klarere.", after=0, by=by)


def sources():
    for floor in FLOORS:
        for path in Path(floor).rglob("*.py"):
            if path.name != "sentences.py":
                yield path.read_text(encoding="utf-8")


def test_every_sentence_is_said_and_every_one_said_is_declared():
    code = "\n".join(sources())
    keys = {key for key in declarations.every() if key.startswith("besked-")}
    said = {f"besked-{name}" for name in re.findall(r'(?<![.\w])say\(\s*"([a-z-]+)"', code)}
    assert said <= keys
    for key in keys - said:
        # The rest is looked up: by an outcome, or by a reminder.
        name = key.removeprefix("besked-")
        assert f'"{name}"' in code or name.startswith("opfoelgning-"), key


def test_no_key_is_longer_than_its_column():
    assert max(map(len, declarations.every())) <= KEY_LENGTH


@pytest.mark.django_db
def test_a_notice_says_the_municipalitys_words_and_an_older_one_keeps_its_own(admin, leader):
    tell = {"number": "Sag", "path": "/"}
    mail.tell([leader], text=say("indsendt"), **tell)
    write("besked-indsendt", "Der er kommet en sag", admin)
    mail.tell([leader], text=say("indsendt"), **tell)
    texts = Notice.objects.order_by("pk").values_list("text", flat=True)
    assert list(texts) == ["En skole har indsendt sagen", "Der er kommet en sag"]


def test_a_sentence_that_no_notice_can_hold_is_refused_with_its_length():
    sentence = declarations.every()["besked-udtalelse"]
    problem = rules.problem_in(sentence, "{hvem}: " + "lang " * 50)
    assert f"højst fylde {LONGEST} tegn" in problem


@pytest.mark.django_db
def test_the_help_at_a_field_is_the_municipalitys(admin):
    [text] = [one for one in helps.TEXTS if "støttetimer om ugen" in one.label.lower()]
    help_text = helps._say_today(text.key)
    assert "Fra 9 timer om ugen" in str(help_text)
    write(text.key, "Grænsen er {graense} timer.", admin)
    assert str(help_text) == "Grænsen er 9 timer."


@pytest.mark.parametrize("template", ["dkfds/_help.html", "dkfds/field.html"])
def test_a_help_is_words_to_the_browser_whatever_they_are(template):
    class Asked(forms.Form):
        name = forms.BooleanField(help_text="<b>Under 9</b> & over")

    shown = render_to_string(template, {"field": Asked()["name"]})
    assert ("&lt;b&gt;Under 9&lt;/b&gt; &amp; over" in shown, "<b>" in shown) == (True, False)
