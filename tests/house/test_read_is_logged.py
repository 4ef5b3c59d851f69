"""Every address that shows a name or a text of a case writes a line of who read it."""

from __future__ import annotations

import json
from itertools import product

import pytest
from django.apps import apps
from django.utils import timezone

from skolefleks.encryption import EncryptedTextField
from skolefleks.models import AccessEntry
from tests.house.surfaces_caseload import CASE, INNER
from tests.house.test_surfaces import (  # noqa: F401  its fixtures
    addresses_of,
    cases,
    others,
    out,
)
from tests.surfaces import squeezed, tabs_of, text_in
from visitation.models import (
    Effort,
    EffortDelay,
    EffortGoal,
    FollowUpVoice,
    Meeting,
    PlanMeasure,
    StatusReport,
)
from visitation.packs import actions as packs

# Names and texts. Initials and amounts stand in lists too, where nobody is named.
WORDS = [squeezed(word) for word in [*CASE, *INNER, "KvidderDom", "KvidderFri"] if word.isalpha()]

# Texts that are kept as a whole: what is in them stands in the fields too.
WHOLE = {"submission.content", "document.source", "pupil.cpr"}

# Signs from which a stored text is taken to be its own and no word of the page.
OWN = 14


def follow(application, leader):
    """What is written of an effort: goal, measure, delay, report, voice."""
    effort, now = Effort.objects.get(application=application), timezone.now()
    window = effort.windows.first()
    texts = {"what": "KvidderIndsatsMål", "how_measured": "KvidderIndsatsMåling"}
    EffortGoal.objects.create(effort=effort, number=90, kind="count", at=now, **texts)
    texts = {"what": "KvidderIndsatsTiltag", "expected_effect": "KvidderIndsatsVirkning"}
    PlanMeasure.objects.create(effort=effort, kind="resource_person", **texts)
    delay = {"reason": "KvidderIndsatsUdsat", "expected_on": effort.starts_on, "by": leader}
    EffortDelay.objects.create(effort=effort, at=now, **delay)
    written = {"window": window, "written_by": leader, "written_at": now}
    handed_in = {"handed_in_by": leader, "handed_in_at": now}
    StatusReport.objects.create(carried_out="KvidderIndsatsStatus", **written, **handed_in)
    FollowUpVoice.objects.create(voice="pupil", how="talk", words="KvidderIndsatsOrd", **written)


@pytest.fixture
def followed(cases, leader, chair):  # noqa: F811
    """The cases, one of them with all that is written of an effort; the other in a pack."""
    follow(cases[0], leader)
    meeting = Meeting.objects.get(items__application=cases[1])
    packs.make(packs.ask(meeting, with_papers=True, by=chair).pk)
    return cases


def stored():
    """Every text that lies encrypted, of any model, and long enough to be known again."""
    texts = set()
    for model in apps.get_models():
        names = [each.name for each in model._meta.fields if isinstance(each, EncryptedTextField)]
        for name in (name for name in names if f"{model._meta.model_name}.{name}" not in WHOLE):
            rows = model._base_manager.all()
            texts.update(squeezed(str(getattr(row, name) or "")) for row in rows)
    return [text for text in texts if len(text) >= OWN and not is_json(text)]


def is_json(text):
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def with_tabs(client, addresses):
    """(path, answer, lines written) of each address, and of the tabs and filters of lists."""
    queue, known = list(addresses), set()
    while queue:
        path = queue.pop()
        known.add(path)
        lines = AccessEntry.objects.count()
        answer = client.get(path)
        yield path, answer, AccessEntry.objects.count() - lines

        # A case's own pages link to themselves in many ways that show the same.
        if "SF-" not in path and "?" not in path:
            queue += [each for each in tabs_of(path, answer, ("X.Q.",)) if each not in known]


def shown_without_a_line(client, addresses, words):
    """The addresses whose answer holds one of the words, and that wrote nothing."""
    silent = []
    for path, answer, lines in with_tabs(client, addresses):
        text = text_in(answer)
        seen = [word for word in words if word in text]
        if seen and not lines:
            silent.append((path, seen))
    return silent


# Who else reads the same pages, by the same rights.
ALIKE = [
    pytest.param(who, marks=pytest.mark.long)
    for who in ("leader", "adviser", "staff", "chief", "secretary")
]


@pytest.mark.parametrize("who", ["chair", *ALIKE])
def test_what_one_reads_of_a_case_is_logged(who, followed, client_for, request):
    client, words = client_for(request.getfixturevalue(who)), [*WORDS, *stored()]
    assert len(words) > 40
    addresses = {}
    for case in followed:
        addresses |= dict.fromkeys(addresses_of(case, pupils=2))
    assert shown_without_a_line(client, addresses, words) == []


def test_the_walk_sees_what_is_written_of_an_effort(followed, leader, client_for):
    words = [word for word in stored() if word.startswith("KvidderIndsats")]
    walked = with_tabs(client_for(leader), dict.fromkeys(addresses_of(followed[0])))
    text = "".join(text_in(answer) for _, answer, _ in walked)
    assert len(words) == 7
    assert [word for word in words if word not in text] == []


def test_a_page_without_its_line_would_be_noticed(
    cases,  # noqa: F811
    chair,
    client_for,
    monkeypatch,
):
    monkeypatch.setattr("visitation.cases.views.audit.log_access", lambda *_, **__: None)
    path = cases[0].get_absolute_url()
    assert shown_without_a_line(client_for(chair), [path], WORDS)


# -- spreadsheets ----------------------------------------------------------------------
# As one comes to them, and with the tabs in which these cases stand.
CHOICES = ["", "?fane=loeber", "?vis=alle", "?fane=hos-udvalget"]


def sheets_of(application):
    """The address of every spreadsheet."""
    paths = dict.fromkeys(addresses_of(application))
    sheets = [path for path in paths if path.endswith(("csv", "xlsx"))]
    return [sheet + choice for sheet, choice in product(sheets, CHOICES)]


@pytest.mark.parametrize("who", ["chair", "leader"])
def test_a_spreadsheet_has_a_line_under_each_case_in_it(
    who,
    cases,  # noqa: F811
    client_for,
    request,
):
    client = client_for(request.getfixturevalue(who))
    numbers = [case.number for case in cases]
    silent, holding = [], set()
    for path in sheets_of(cases[0]):
        before = list(AccessEntry.objects.values_list("pk", flat=True))
        text = text_in(client.get(path))
        named = {number for number in numbers if squeezed(number) in text}
        lines = AccessEntry.objects.exclude(pk__in=before).values_list("subject", flat=True)
        silent += [(path, number) for number in sorted(named - set(lines))]
        holding.update(path.partition("?")[0] for _ in named)
    assert silent == []
    # CSV and XLSX of two lists: of the cases, and of the efforts.
    assert len(holding) == 4
