"""A small file takes two seconds and 200 MB of a process of its own, and never more."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from django.conf import settings

from applications.papers import checking
from skolefleks import confined
from tests.applications.papers.bombs import CORPUS, PDF, bomb, command
from tests.applications.papers.files import docx, image, pdf

# The processor's clock is read in whole seconds, and what the kernel does for a process counts.
SECONDS = 2.5

MEGABYTE = 1024**2

# Runs a command, and says what it took, before what came of it. A small process does it: a child's
# largest size counts from that of the process that started it.
METER = """
import json, resource, subprocess, sys
process = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={})
used = resource.getrusage(resource.RUSAGE_CHILDREN)
took = {"seconds": used.ru_utime + used.ru_stime, "megabytes": used.ru_maxrss / 1024}
print(json.dumps(took | {"status": process.returncode}), flush=True)
sys.stdout.buffer.write(process.stdout)
"""

# Seconds to make one of them and to open it twice; the rest are ready in one.
DEAR = {
    "too many objects in one stream",
    "a stream of objects that unpacks to 300 MB",
    "a page that is packed twice",
    "2,500 pages",
}


def each_of(corpus):
    """Always, or among the long tests."""
    dear = [pytest.param(what, marks=pytest.mark.long) for what in corpus if what in DEAR]
    return [what for what in corpus if what not in DEAR] + dear


def opened(job, content, *asked):
    """What came of the job, which took no more than it may."""
    command = confined.command_for(
        f"applications.papers.jobs.{job}", *asked, cpu_seconds=settings.PAPER_CPU_SECONDS
    )
    meter = subprocess.run(
        [sys.executable, "-I", "-c", METER, *command],
        input=content,
        capture_output=True,
        check=True,
    )
    line, _, output = meter.stdout.partition(b"\n")
    took = json.loads(line)
    assert took["seconds"] < SECONDS
    assert took["megabytes"] < 200
    assert len(output) < settings.PAPER_OUTPUT
    return confined.Outcome(confined._split(output), is_whole=took["status"] == 0)


@pytest.mark.parametrize("what", each_of(CORPUS))
def test_a_bomb_takes_two_seconds_and_200_megabytes_and_is_a_sentence_or_a_small_file(what):
    kind, content = bomb(what)
    verdict = checking.judge("fil", opened("clean", content, kind))
    if verdict.cleaned is None:
        assert verdict.refusal.startswith("»fil« ")
    else:
        assert len(verdict.cleaned.content) < max(10 * len(content), MEGABYTE)


@pytest.mark.parametrize("what", each_of(PDF))
def test_the_pages_of_a_bomb_are_drawn_within_the_same_limits(what):
    _, content = bomb(what)
    asked = (settings.PAPER_PAGES, settings.PAPER_SIDE)
    assert len(opened("draw", content, *asked).parts) <= settings.PAPER_PAGES + 1


def test_the_bombs_are_small():
    assert len(command("\n" * 200_000)) < 1_000
    assert max(len(bomb(what)[1]) for what in CORPUS.keys() - DEAR) < 3 * MEGABYTE


# -- the limits themselves --
GREEDY = {
    "time": "import time\nwhile time.process_time() < 2: pass",
    "memory": "held = [bytes(1024**2) for _ in range(1_000)]",
    "a file": "open('/tmp/left', 'wb').write(b'x' * 10)",
    "a program": "import subprocess; subprocess.run(['true'])",
    "a connection": "import socket; socket.socket()",
    "our environment": "import os; os.environ['PATH']",
}

HELD = """
import sys
sys.path.append({folder!r})
import workshop
if {confined}:
    import socket, subprocess
    workshop.confine(1, 210 * 1024**2)
    workshop.shut()
{code}
"""


@pytest.mark.parametrize("what", GREEDY)
@pytest.mark.parametrize("confined_too", [True, False])
def test_the_process_is_held_to_its_limits_and_without_them_it_is_not(what, confined_too):
    if what == "a program" and not confined_too:
        pytest.skip("Root may start as many programs as it likes.")
    held = HELD.format(
        folder=str(settings.BASE_DIR / "skolefleks"), confined=confined_too, code=GREEDY[what]
    )
    env = {} if confined_too else {"PATH": "/bin:/usr/bin"}
    command = [sys.executable, "-I", "-c", held]
    status = subprocess.run(command, capture_output=True, env=env).returncode
    assert (status != 0) == confined_too


def test_a_process_that_takes_too_long_by_the_clock_is_killed(settings):
    settings.PAPER_SECONDS = 0
    outcome = confined.run("applications.papers.jobs.clean", pdf(), "pdf")
    assert (outcome.parts, outcome.is_whole) == ([], False)


def test_a_process_that_gives_back_too_much_is_killed(settings):
    settings.PAPER_OUTPUT = 100
    assert not confined.run(
        "applications.papers.jobs.clean", image(size=(400, 400)), "png"
    ).is_whole


# -- and where it happens --
UPLOAD = """
import sys, django
django.setup()
from django.urls import get_resolver
list(get_resolver().url_patterns)
from applications.papers import checking
upload = checking.receive("brev.docx", sys.stdin.buffer.read())
print(upload.kind, "applications.papers.cleaning" in sys.modules)
"""


def test_the_site_receives_a_file_without_what_could_open_it():
    answer = subprocess.run(
        [sys.executable, "-c", UPLOAD], input=docx(), capture_output=True, cwd=settings.BASE_DIR
    )
    assert answer.stdout.split() == [b"docx", b"False"], answer.stderr[-500:]


def test_only_the_workshop_knows_what_opens_files():
    folder = settings.BASE_DIR / "applications"
    opening = {"cleaning", "drawing", "pdfs", "pictures", "word"}
    for path in folder.rglob("*.py"):
        if path.stem in opening | {"jobs"} and path.parent.name == "papers":
            continue
        for name in opening:
            assert f"papers import {name}" not in path.read_text(), path
            assert f"papers.{name}" not in path.read_text(), path
