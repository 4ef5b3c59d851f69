"""The municipality is its profile: name, prefix, colour and logo, and nothing of it in the code."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from pypdf import PdfReader

from applications.writing import actions as writing
from skolefleks import pdf, search
from skolefleks.models import Logo, SettingChange
from skolefleks.profile import actions, rules
from skolefleks.refusals import Refusal
from skolefleks.setup import trade
from skolefleks.texts import declarations, wording
from tests.house.measures import ROOT

pytestmark = pytest.mark.django_db

SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"


def typed(**changed):
    now = trade.now()
    lines = {name: getattr(now, name) for name in actions.NAMES if name != "logo"}
    return {**lines, **changed}


def picture(form="PNG", size=(900, 300)):
    file = BytesIO()
    Image.new("RGB", size, "#aa3300").save(file, form, comment=b"hemmeligt")
    return file.getvalue()


def test_the_name_is_on_every_page_from_now_on(admin, client_for, client):
    actions.change_profile(typed(municipality="Åby Kommune"), by=admin)
    assert "Åby Kommune" in client_for(admin).get("/").text
    assert "Åby Kommune" in client.get(reverse("account_login")).text


def test_only_what_is_another_is_a_change(admin):
    assert actions.change_profile(typed(), by=admin) == []
    assert actions.change_profile(typed(contact="4477 2000"), by=admin) == ["contact"]
    assert SettingChange.objects.get().value == "4477 2000"


def test_new_cases_have_the_new_prefix_and_the_old_keep_theirs(admin, leader, schools, draft):
    actions.change_profile(typed(number_prefix="ÅBY"), by=admin)
    case = writing.start(school=schools["Baltorpskolen"], by=leader)
    assert case.number.startswith("ÅBY-")
    assert search.parse(case.number.lower().replace("-", " ")).number == case.number
    assert search.parse(draft.number).number == draft.number
    assert search.parse("42").numbers()[0].startswith("ÅBY-")


def words_of(letter):
    pages = PdfReader(BytesIO(pdf.render("letter", letter))).pages
    return " ".join(page.extract_text() for page in pages)


def test_a_letter_says_the_kle_number_and_one_from_before_it_has_none(admin):
    actions.change_profile(typed(kle="00.00.00 A00"), by=admin)
    letter = declarations.every()["brev-overskrift"].preview.make(wording.now())
    assert "KLE 00.00.00 A00" in words_of(letter)
    del letter["municipality"]["kle"]
    assert "KLE" not in words_of(letter)


@pytest.mark.parametrize("kle", ["17", "17.01", "17.01.1", "17.01.01A01", "17.01.01 a1"])
def test_what_is_no_kle_number_is_refused_at_its_field(kle, admin):
    with pytest.raises(Refusal) as refused:
        actions.change_profile(typed(kle=kle), by=admin)
    assert refused.value.field == "kle"


@pytest.mark.parametrize("prefix", ["sf", "S", "SKOLEFLEKS", "S-F", "S1"])
def test_no_prefix_that_could_not_be_recognised(prefix, admin):
    with pytest.raises(Refusal):
        actions.change_profile(typed(number_prefix=prefix), by=admin)


@pytest.mark.parametrize(
    ("colour", "is_fine"),
    [("#0b4f6c", True), ("#767676", True), ("#777777", False), ("#ffffff", False), ("red", False)],
)
def test_white_text_can_be_read_on_the_colour(colour, is_fine, admin):
    if is_fine:
        assert rules.contrast_with_white(colour) >= 4.5
        actions.change_profile(typed(colour=colour), by=admin)
    else:
        with pytest.raises(Refusal):
            actions.change_profile(typed(colour=colour), by=admin)


def test_the_logo_is_drawn_anew(admin, client, client_for, post):
    sent = SimpleUploadedFile("logo.png", picture() + b"<script>")
    answer = post(client_for(admin), reverse("profile"), {**typed(), "picture": sent})
    assert answer.status_code == 302
    content = bytes(Logo.objects.get().content)
    assert b"script" not in content
    with Image.open(BytesIO(content)) as image:
        assert (image.format, max(image.size)) == ("PNG", 400)
    answer = client.get(reverse("logo", args=[trade.now().logo]))
    assert answer["Content-Type"] == "image/png"


@pytest.mark.parametrize("content", [SVG, b"GIF89a", b"\x89PNG\r\n", b"x" * 1_100_000])
def test_what_is_no_picture_is_refused_at_the_field(content, admin, client_for, post):
    sent = SimpleUploadedFile("logo.png", content)
    answer = post(client_for(admin), reverse("profile"), {**typed(), "picture": sent})
    assert answer.status_code == 422
    assert "picture" in answer.context["form"].errors
    assert not Logo.objects.exists()


def test_nobody_else_changes_the_profile(chief):
    with pytest.raises(PermissionDenied):
        actions.change_profile(typed(contact="x"), by=chief)


def test_the_style_holds_the_colour_and_nothing_else(client):
    answer = client.get(reverse("colours", args=["0b4f6c"]))
    assert answer.text == ":root{--sf-top:#0b4f6c}"
    assert client.get("/kommunen/red.css").status_code == 404


def test_nothing_in_code_or_templates_says_which_municipality_it_is():
    places = []
    for folder in ("applications", "visitation", "budget", "skolefleks", "templates"):
        for path in (ROOT / folder).rglob("*.*"):
            is_code = path.suffix in {".py", ".html", ".typ", ".txt"}
            if not is_code or "development" in path.parts or "migrations" in path.parts:
                continue
            if re.search(r"(?i:ballerup)|\bSF-", path.read_text()):
                places.append(str(path.relative_to(ROOT)))
    assert places == []
