"""Words on screen that are not the product's own (docs/words.md), wherever they are written."""

from __future__ import annotations

import re
from functools import cache

import pytest

from tests.house.sources import ROOT

# What must not be said, and what is said instead.
SLIPS = {
    r"succesfuldt": "say what was done",
    r"\bom året\b": "pr. år",
    r"\bPpr\b|\bBfo\b|\bKui\b": "PPR, BFO and KUI are in capitals",
    r"[Ee]leven er afgjort|[Ee]lever er afgjort": "decisions are made, children are not",
    r"[Ee]lev[^.\n]{0,40} er udsat|f\"\{\w+\} er udsat": "a decision is postponed, and no child",
    r"udsætter en elev": "a decision is postponed, and no child",
    r"felt er påkrævet": "say what to write",
    r"[Ll]æg et bilag på": "Vedlæg et bilag",
    r"(_display|label)\|lower\b": "|inside, which leaves PPR as it is",
    r"\b1 elever\b|\b1 sager\b": "1 elev, 1 sag",
    r"(ægges|agt|æg \w+) på[.,\"]|agt på og bliver|Læg på<": "et bilag vedlægges",
    r"\"[Nn]ået den\"": "a goal's due day: skal være nået den",
    r"(ændret|besvaret|personerne) imens": "i mellemtiden",
    r"[Ee]lev(en)? er bevilget": "an effort is granted, and no child",
    r"(ansøgningen|elever) har fået afslag": "der er givet afslag på ansøgningen",
    r"[Ss]å mindes ": "får en påmindelse: one who is remembered is dead",
    r"frosset|[Ff]rosne": "what is signed is låst",
    r"som inhabil": "erklæret inhabil",
    r"[Aa]rbejderen|kædens? hoved": "a worker and a chain's head are English",
}

# Stories of the demo are written as people write.
NOT_OURS = re.compile(r"/migrations/|/caseload/data/|docs/")


@cache
def texts():
    texts = []
    for folder in ("applications", "budget", "skolefleks", "visitation", "templates"):
        for path in sorted((ROOT / folder).rglob("*")):
            name = str(path.relative_to(ROOT))
            if path.suffix in {".py", ".html", ".txt", ".typ"} and not NOT_OURS.search(name):
                texts.append((name, path.read_text()))
    return texts


@pytest.mark.parametrize(("slip", "instead"), SLIPS.items())
def test_a_slip_of_the_tongue_stands_nowhere(slip, instead):
    found = [name for name, text in texts() if re.search(slip, text)]
    assert found == [], instead


def test_a_slip_would_be_found():
    assert any("pr. år" in text for _, text in texts())
    assert re.search(r"\bom året\b", "200.000 kr. om året")
