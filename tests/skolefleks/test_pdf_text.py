"""Texts before they are printed: letters that the fonts lack, spaces, length, names."""

from __future__ import annotations

import pytest

from skolefleks import pdf_text
from tests.house.test_patterns import within


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Æblegrød – 215.000 kr.\nNæste linje", "Æblegrød – 215.000 kr.\nNæste linje"),
        ("Godt \N{GRINNING FACE} gået", "Godt \N{GRINNING FACE} gået"),
        ("Fint \N{UNICORN FACE}", "Fint \N{WHITE VERTICAL RECTANGLE}"),
        ("a\x00b\tc", "ab\N{EM SPACE}\N{EM SPACE}c"),
        ("Først\r\nså\rdette\u2028her", "Først\nså\ndette\nher"),
        ("Nguyễn Thị An · نور", "Nguyễn Thị An · نور"),
        ("\N{BALLOT BOX WITH CHECK}\ufe0f e\ufb01cient", "\N{BALLOT BOX WITH CHECK} e\ufb01cient"),
        ("Ande\N{COMBINING ACUTE ACCENT}", "And\N{LATIN SMALL LETTER E WITH ACUTE}"),
    ],
)
def test_a_text_is_printed_as_it_was_typed(text, printed):
    assert pdf_text.printable(text) == printed


def test_all_that_is_nested_is_made_printable():
    data = {"rows": [("\N{GRINNING FACE}", 1), None], "is_draft": True}
    assert pdf_text.printable(data) == {"rows": [["\N{GRINNING FACE}", 1], None], "is_draft": True}


def test_what_no_font_holds_is_told_once_each():
    assert pdf_text.unprintable("Nej \N{UNICORN FACE}\t\N{UNICORN FACE}", "æøå") == [
        "\N{UNICORN FACE}"
    ]


def test_a_text_of_several_lines_becomes_one():
    assert pdf_text.one_line("  Først\n\nså   dette ") == "Først så dette"


def test_a_long_text_is_cut_after_a_whole_word():
    assert pdf_text.shortened("Eleven trives, når roen er der", 16) == "Eleven trives …"
    assert pdf_text.shortened("Eleven trives", 16) == "Eleven trives"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Anna-Sofie Berg er glad", "A.B. er glad"),
        ("Annas klasse", "A.B.s klasse"),
        ("Sofie og Berg", "A.B. og A.B."),
        ("Annabel går i klassen", "Annabel går i klassen"),
        ("Bo på Bakken", "Bo på Bakken"),
    ],
)
def test_initials_stand_for_a_pupils_name(text, said):
    without_names = pdf_text.name_remover([("Anna-Sofie Berg", "A.B."), ("Bo Li", "B.L.")])
    assert without_names(text) == said


def test_the_parts_of_a_name_in_a_row_are_initials_once():
    pairs = [("Nguyễn Thị Phương-Anh", "N.P."), ("Eva Fog", "E.F.")]
    without_names = pdf_text.name_remover(pairs)
    assert without_names("Nguyễn Thị læser.") == "N.P. læser."
    assert without_names("Eva Fogs og Nguyễn-Phương") == "E.F.s og N.P."
    assert without_names("Eva, Eva Nguyễn") == "E.F., E.F. N.P."


def test_nothing_is_taken_out_where_there_is_no_name():
    assert pdf_text.name_remover([("", "?"), ("Bo", "B.")])("Bo er glad") == "Bo er glad"


# (a name, what is repeated in the text)
REPEATED = [("--- ---", "--- "), ("ab. ab.", "ab. "), ("Anna Anna", "Anna "), ("a-a a-a", "a-a")]


@pytest.mark.parametrize(("name", "beat"), REPEATED)
@pytest.mark.parametrize("end", ["", "x"])
def test_a_name_of_repetitions_takes_a_long_text_in_a_moment(name, beat, end):
    without_names = pdf_text.name_remover([(name, "A.B.")])
    with within(2):
        assert len(without_names(f"x{beat * 100_000}{end}")) > 1


def test_a_longer_word_that_begins_as_a_name_keeps_its_end_and_the_name_before_it_goes():
    without_names = pdf_text.name_remover([("Anna Berg", "A.B."), ("Kim Jr.", "K.J.")])
    assert without_names("Anna Bergen, Annas bror og Kim Jr. er her.") == (
        "A.B. Bergen, A.B.s bror og K.J. er her."
    )
