"""A paper laid on as the site does it: stored unopened, then examined."""

from __future__ import annotations

from applications.models import Paper
from applications.papers import actions as papers
from applications.papers import checking
from skolefleks.refusals import Refusal


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
    papers.examine_paper(paper.pk)
    examined = Paper.objects.get(pk=paper.pk)
    examined.application = draft
    return examined
