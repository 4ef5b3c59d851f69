"""Every pattern of the product takes a megabyte of its worst case in a moment."""

from __future__ import annotations

import ast
import importlib
import re
import re._constants as words
import re._parser as parser
import signal
import time
from contextlib import contextmanager
from itertools import chain, product

import pytest

from tests.house.sources import CODE, place, tree_of

MEGABYTE = 1_000_000

SECONDS = 2.0  # of the processor's, for each text

CALLS = {"compile", "findall", "finditer", "fullmatch", "match", "search", "split", "sub", "subn"}

# Run by hand on files of ours, and what starts the site when it is imported.
NOT_SERVED = ("/management/", "skolefleks/development/", "skolefleks/wsgi.py")

# A letter of each class that a pattern can name.
OF_CLASS = {
    words.CATEGORY_DIGIT: "1",
    words.CATEGORY_WORD: "a",
    words.CATEGORY_SPACE: " ",
    words.CATEGORY_NOT_DIGIT: "a",
    words.CATEGORY_NOT_WORD: "-",
    words.CATEGORY_NOT_SPACE: "a",
}


def module_of(path):
    return importlib.import_module(place(path).removesuffix(".py").replace("/", "."))


def patterns_in_modules(path):
    """Those that a module or a class of it holds, ready made."""
    module = module_of(path)
    holders = [module, *(thing for thing in vars(module).values() if isinstance(thing, type))]
    for holder in holders:
        for value in list(vars(holder).values()):
            if isinstance(value, re.Pattern):
                yield value


def patterns_in_calls(path):
    """Those said where they are used: `re.split(r"[/\\\\]", ...)`, `re.match(NAME, ...)`."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call) and takes_a_pattern(node):
            pattern = pattern_said(node, path)
            if pattern is not None:
                yield re.compile(pattern)


def takes_a_pattern(call):
    if ast.unparse(call.func).endswith(("RegexValidator", "RegexField")):
        return True
    function = call.func
    if not isinstance(function, ast.Attribute) or function.attr not in CALLS or not call.args:
        return False
    return isinstance(function.value, ast.Name) and function.value.id == "re"


def pattern_said(call, path):
    """The text that stands there, or that the module's name stands for; None where it is made."""
    named = [word.value for word in call.keywords if word.arg == "regex"]
    first = [*named, *call.args][0]
    value = None
    if isinstance(first, ast.Constant):
        value = first.value
    elif isinstance(first, ast.Name):
        value = getattr(module_of(path), first.id, None)
    return value if isinstance(value, str) else None


def built_in_functions(path):
    """The functions that make a pattern of something else than a text of their own."""
    for function in ast.walk(tree_of(path)):
        if isinstance(function, ast.FunctionDef):
            for node in ast.walk(function):
                is_asked = isinstance(node, ast.Call) and takes_a_pattern(node)
                if is_asked and pattern_said(node, path) is None:
                    yield f"{place(path)}: {function.name}"


def every_pattern():
    seen = {}
    for path in CODE:
        if not any(part in f"/{place(path)}" for part in NOT_SERVED):
            for pattern in (*patterns_in_modules(path), *patterns_in_calls(path)):
                seen.setdefault((pattern.pattern, pattern.flags), pattern)
    return list(seen.values())


def letters_of(pattern):
    """A letter for each part of the pattern, and one that fits none."""
    letters = []

    def collect(node):
        if isinstance(node, parser.SubPattern | list | tuple):
            items = list(node)
            if items and (items[0] is words.LITERAL or items[0] is words.NOT_LITERAL):
                letters.append(chr(items[1]))
            elif items and items[0] is words.RANGE:
                letters.append(chr(items[1][0]))
            elif items and items[0] is words.CATEGORY:
                letters.append(OF_CLASS.get(items[1], "a"))
            else:
                for item in items:
                    collect(item)

    is_text = isinstance(pattern.pattern, str)
    source = pattern.pattern if is_text else pattern.pattern.decode("latin-1")
    collect(parser.parse(source, pattern.flags & ~(0 if is_text else re.UNICODE)))
    return list(dict.fromkeys(letters))[:8] or ["a"]


def worst_texts(pattern):
    """A megabyte of each letter, of pairs, and of all in a row; none fits at its end."""
    letters = letters_of(pattern)
    beats = {*letters, "\n", " ", *("".join(pair) for pair in product(letters[:3], repeat=2))}
    beats.add("".join(letters))
    for beat in sorted(beats):
        text = beat * (MEGABYTE // len(beat)) + "\x00"
        yield text if isinstance(pattern.pattern, str) else text.encode("latin-1", "replace")


class TooSlow(Exception):
    """The processor's time is up."""


@contextmanager
def within(seconds):
    def ring(*_):
        raise TooSlow

    before = signal.signal(signal.SIGVTALRM, ring)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def find_all(pattern, text):
    """From every place in it: as much as a search, a split or a replacement asks.

    A tenth of the text first. Who takes the square of a text takes a hundred times as long for all
    of it: where even that is within the time, the rest need not be tried.
    """
    began = time.process_time()
    with within(SECONDS / 10):
        pattern.sub(text[:0], text[: len(text) // 10] + text[-1:])
    if 100 * (time.process_time() - began) > SECONDS:
        with within(SECONDS):
            pattern.sub(text[:0], text)


def try_all(pattern):
    for text in worst_texts(pattern):
        find_all(pattern, text)


PATTERNS = every_pattern()


@pytest.mark.parametrize("pattern", PATTERNS, ids=[repr(one.pattern)[:60] for one in PATTERNS])
def test_a_pattern_takes_a_megabyte_of_its_worst_in_a_moment(pattern):
    try_all(pattern)


def test_a_pattern_that_is_made_of_what_was_typed_has_a_test_of_its_own():
    # tests/skolefleks/test_pdf_text.py
    built = set(chain.from_iterable(map(built_in_functions, CODE)))
    assert built == {"skolefleks/pdf_text.py: name_remover"}


def test_there_are_patterns_to_be_tried():
    assert len(PATTERNS) > 20


@pytest.mark.parametrize("slow", [r"^[\s\"]*(DDE|LINK)\b", r"(a+)+b", r"\s+$", r"(\w|\d)*!"])
def test_a_pattern_that_takes_the_square_of_a_text_is_found(slow):
    with pytest.raises(TooSlow):
        try_all(re.compile(slow, re.MULTILINE))
