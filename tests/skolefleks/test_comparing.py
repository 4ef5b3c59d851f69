"""What differs between two texts: found word by word, within a budget, whatever is written."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as some

from applications.fields import blocks
from skolefleks.comparing import STEPS_IN_A_TASK, STEPS_ON_A_PAGE, Budget, Overspent, compare

TEXTS = some.text(alphabet="ab \n", max_size=40)


def parts_of(words, *kinds):
    return "".join(word.text for word in words if word.kind in kinds)


@given(TEXTS, TEXTS)
def test_old_and_new_are_both_in_what_differs(old, new):
    words = compare(old, new, Budget(STEPS_IN_A_TASK))
    assert parts_of(words, "same", "old") == old
    assert parts_of(words, "same", "new") == new


@pytest.mark.parametrize(
    ("old", "new", "gone", "fresh"),
    [
        ("Mor er enig.", "Mor er ikke enig.", "", "ikke "),
        ("tre timer om ugen", "fire timer om ugen", "tre", "fire"),
        ("Først.\nSå.\nSidst.", "Først.\nSidst.", "Så.\n", ""),
        ("Ens.\nTo timer her.\nEns.", "Ens.\nSeks timer her.\nEns.", "To", "Seks"),
    ],
)
def test_words_that_changed_are_found_and_the_rest_is_the_same(old, new, gone, fresh):
    words = compare(old, new, Budget(STEPS_ON_A_PAGE))
    assert parts_of(words, "old") == gone
    assert parts_of(words, "new") == fresh


def test_an_ordinary_correction_of_a_long_text_is_far_within_the_budget_of_a_page():
    old = [f"ord{place}" for place in range(1_000)]
    new = [f"nyt{place}" if place % 25 == 0 else word for place, word in enumerate(old)]
    words = compare(" ".join(old), " ".join(new), Budget(STEPS_ON_A_PAGE // 4))
    assert sum(word.kind == "new" for word in words) == 40


# -- what is written to take long --
NUMBERS = [str(number) for number in range(1_500)]
CRAFTED = {
    "words in turn": ("a b " * 1_500, "b a " * 1_500),
    "lines in turn": ("a\nb\n" * 1_500, "b\na\n" * 1_500),
    "the other way round": (" ".join(NUMBERS), " ".join(reversed(NUMBERS))),
    "lines the other way round": ("\n".join(NUMBERS), "\n".join(reversed(NUMBERS))),
    "nothing in common": ("a\n" * 3_000, "b\n" * 3_000),
    "one word again and again": ("a " * 3_000, "a\n" * 3_000),
    "a million of them": ("a b " * 250_000, "b\na " * 250_000),
}


@pytest.mark.parametrize("what", CRAFTED)
def test_no_text_takes_longer_than_the_budget(what):
    began = time.process_time()
    for steps, seconds in ((STEPS_ON_A_PAGE, 0.5), (STEPS_IN_A_TASK, 4)):
        with suppress(Overspent):
            compare(*CRAFTED[what], Budget(steps))
        assert time.process_time() - began < seconds


def block_of(text):
    return {"key": "x", "step": "plan", "title": "Plan", "lines": [["what", "Tiltag", text]]}


def test_beyond_the_budget_the_texts_stand_side_by_side():
    old, new = CRAFTED["the other way round"]
    [part] = blocks.differences([block_of(old)], [block_of(new)], steps=STEPS_ON_A_PAGE)
    [change] = part.changes
    assert (change.old, change.new, change.words) == (old, new, [])


def test_what_differs_is_the_same_after_it_was_stored():
    parts = blocks.differences([block_of("Før nu")], [block_of("Før da")], steps=100)
    assert blocks.parts_from_data(blocks.parts_as_data(parts)) == parts
