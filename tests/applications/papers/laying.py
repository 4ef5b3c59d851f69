"""A paper laid on as the site does it: stored unopened, then examined."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings

from applications.models import Paper
from applications.papers import actions as papers
from applications.papers import checking
from skolefleks import confined
from skolefleks.refusals import Refusal

OPEN = confined.run

LIMITS = "PAPER_CPU_SECONDS PAPER_SECONDS PAPER_MEMORY PAPER_OUTPUT".split()

OPENED = {}


def open_once(job, content, *options, **how):
    """What came of the same file, job and limits before; else a process of its own opens it."""
    limits = [getattr(settings, name) for name in LIMITS]
    key = (job, content, *options, *how.items(), *limits)
    outcome = OPENED.get(key) or OPEN(job, content, *options, **how)
    # What was killed may have been so for want of a processor.
    if outcome.is_whole:
        OPENED[key] = outcome
    return outcome


@contextmanager
def opened_once() -> Iterator[None]:
    """For tests of what is done with a paper: each start of a process takes a third of a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(confined, "run", open_once)
        yield


def check(name, content, **size):
    """What becomes of a file. Raises Refusal where it may not be kept."""
    verdict = checking.examine(checking.receive(name, content, **size))
    if verdict.refusal:
        raise Refusal(verdict.refusal)
    return verdict.cleaned


def wait(draft, name, content, *, by):
    """A paper that is laid on, and not examined yet."""
    return papers.lay_on(draft, checking.receive(name, content), by=by)


def lay_on(draft, name, content, *, by):
    """A paper that is laid on and examined."""
    paper = wait(draft, name, content, by=by)
    with opened_once():
        papers.examine_paper(paper.pk)
    examined = Paper.objects.get(pk=paper.pk)
    examined.application = draft
    return examined
