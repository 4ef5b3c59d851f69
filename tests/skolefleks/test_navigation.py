"""The list of pages at the top of every page: by right, and with the one that is open marked."""

from __future__ import annotations

import re

import pytest

NAV = re.compile(r'aria-label="Hovedmenu">(.*?)</nav>', re.DOTALL)
LINK = re.compile(r'<a href="([^"]+)"( aria-current="page")?>([^<]+)</a>')


@pytest.fixture
def links(client_for):
    """(address, label, whether it is marked) of each link on a page, as a person has it."""

    def read(user, path):
        nav = NAV.search(client_for(user).get(path).content.decode())
        return [(url, label, bool(mark)) for url, mark, label in LINK.findall(nav[1])]

    return read


def marked(rows):
    return [label for _, label, is_marked in rows if is_marked]


@pytest.mark.parametrize(
    ("path", "label"),
    [("/", "Overblik"), ("/visitation/", "Visitation"), ("/visitation/moeder/", "Møder")],
)
def test_the_page_that_is_open_is_marked(path, label, links, chair):
    assert marked(links(chair, path)) == [label]


def test_a_page_under_none_of_them_marks_none(links, chair):
    assert marked(links(chair, "/konto/beskeder/")) == []


def test_each_has_the_pages_of_their_own_right(links, chair, leader):
    # One after the other: what is drawn for the one is not shown to the next.
    of_chair = [label for _, label, _ in links(chair, "/")]
    of_leader = [label for _, label, _ in links(leader, "/")]
    assert of_leader == ["Overblik", "Ansøgninger", "Indsatser", "Opfølgning", "Skolens tal"]
    assert "Visitation" in of_chair
    assert "Ansøgninger" not in of_chair
    assert [label for _, label, _ in links(chair, "/")] == of_chair
