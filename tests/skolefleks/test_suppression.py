"""Small counts are hidden, and as few beside them as it takes."""

from __future__ import annotations

from itertools import product

import pytest

from skolefleks.suppression import Line, hidden_alone, hidden_lines, is_safe, is_small


def lines(*counts):
    return [Line(name, (count,)) for name, count in zip("abcdef", counts, strict=False)]


def hidden(*counts, before=()):
    return "".join(sorted(hidden_lines(lines(*counts), before=before)))


def test_one_to_four_are_small_and_nought_is_not():
    assert [count for count in range(8) if is_small(count)] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("counts", "names"),
    [
        ((6, 7, 0, 9, 5), ""),
        # The smallest of the others goes with it.
        ((3, 7, 6, 9, 8), "ac"),
        # Two small ones hide each other.
        ((3, 2, 6, 9, 8), "ab"),
        # 1 + 1 = 2 would give both back.
        ((1, 1, 6, 9, 8), "abc"),
        # 4 + 4 = 8 would too, to who knows that both are small.
        ((4, 4, 6, 9, 8), "abc"),
        # 1 + 5 = 6 would give the 1 back, to who knows that the other is at least 5.
        ((1, 5, 6, 9, 8), "ac"),
        # An empty row protects nothing.
        ((3, 0, 6, 0, 8), "ac"),
        # Nothing is enough: all are hidden, the empty ones too.
        ((1, 5, 0, 0, 0), "abcde"),
    ],
)
def test_so_many_are_hidden_as_it_takes(counts, names):
    assert hidden(*counts) == names


def test_what_an_earlier_version_hid_stays_hidden():
    assert hidden(6, 7, 8, 9, 10, before=("a", "c")) == "ac"


def test_every_count_of_a_row_is_judged():
    rows = [Line("a", (20, 18, 2)), Line("b", (30, 30, 0)), Line("c", (40, 20, 20))]
    assert hidden_lines(rows) == {"a", "c"}


def test_a_row_alone_is_hidden_for_what_it_lacks_too():
    rows = [Line("a", (24, 1)), Line("b", (10, 15)), Line("c", (0, 25))]
    assert hidden_alone(rows) == {"a"}


def possible(counts, hidden_names):
    """All values of the hidden lines that fit what is seen and what the rule says of them."""
    names = [line for line in lines(*counts) if line.name in hidden_names]
    total = sum(line.counts[0] for line in names)
    ranges = []
    for line in names:
        low, high = (1, 4) if is_small(line.counts[0]) else (5, total)
        ranges.append(range(low, high + 1))
    return [values for values in product(*ranges) if sum(values) == total], names


@pytest.mark.parametrize("counts", product((0, 1, 2, 4, 5, 6, 9), repeat=3))
def test_no_small_count_of_a_small_table_is_certain(counts):
    names = hidden(*counts)
    if not names or len(names) == 3:
        return
    solutions, rows = possible(counts, names)
    for place, row in enumerate(rows):
        if is_small(row.counts[0]):
            assert len({values[place] for values in solutions}) > 1


def test_the_law_would_notice_what_is_hidden_alone():
    assert not is_safe(lines(3))
    solutions, _ = possible((3, 7, 6), "a")
    assert solutions == [(3,)]
