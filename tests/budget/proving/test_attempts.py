"""An auditor's attempts on the books: each is refused by the database or found by the proof."""

from __future__ import annotations

from contextlib import nullcontext

import pgtrigger
import pytest
from django.db import DatabaseError, connection

from budget.books.proof import prove
from budget.models import Instalment, PaymentRun, Posting, Proposal
from budget.tariff import by_fiscal_year
from skolefleks.models import District
from tests.budget.proving.attempts import ATTEMPTS, posted
from tests.conftest import NEXT
from tests.roles import guards_off, undone
from visitation.models import Grant


def differences():
    return [check.difference for check in prove() if not check.holds]


@pytest.fixture
def names(whole, chief, chief_bur, chair, sources):
    """What the attempts name, by the words of their table."""
    grant = Grant.objects.get(pk=whole[1].pk)
    [overdraft] = [
        trigger.get_pgid(Posting)
        for model, trigger in pgtrigger.registered("budget.Posting:may_not_overdraw")
    ]
    other = District.objects.exclude(pk=grant.district_id).first()
    free_grant = Grant.objects.get(pk=whole[2].pk)
    return {
        "next": NEXT,
        "grant": grant.pk,
        "free_grant": free_grant.pk,
        "owing": Instalment.objects.owed().latest("pk").reference,
        "planned": Instalment.objects.planned().filter(run=None).latest("pk").pk,
        "more": more_for(free_grant),
        "district": grant.district_id,
        "other_district": other.pk,
        "source": sources[0].pk,
        "chief": chief.pk,
        "other_chief": chief_bur.pk,
        "chair": chair.pk,
        "run_id": PaymentRun.objects.get(status="proposed").pk,
        "proposal": Proposal.objects.get(status="proposed").pk,
        "overdraft": overdraft,
        "overdraft_function": overdraft,
    }


def more_for(grant):
    """The commitments that 12,000 DKK a year more would take, as raw writes."""
    after = by_fiscal_year(grant.tariff + 12_000, grant.starts_on, grant.ends_on)
    writes = []
    for year, before in grant.by_fiscal_year().items():
        more = after[year].amount - before.amount
        reference = f"'{grant.pk}'"
        write = posted("commitment", more, district=grant.district_id, reference=reference)
        writes.append(write.replace("{next}", str(year)))
    return ";".join(writes)


def write(attempt, names):
    with connection.cursor() as cursor:
        for sql in ATTEMPTS[attempt]:
            # Twice: what a higher tariff takes names the chief itself.
            cursor.execute(sql.format(**names).format(**names))


def test_the_untouched_books_are_green(names):
    assert differences() == []


def outcome_of(attempt, names, role):
    """`refused` by the database, `found` by the proof, or neither; undone again."""
    try:
        with undone():
            with role():
                write(attempt, names)
            return "found" if differences() else "neither"
    except DatabaseError:
        return "refused"


def test_with_all_guards_off_each_attempt_of_the_owner_is_found(names):
    outcomes = {attempt: outcome_of(attempt, names, guards_off) for attempt in ATTEMPTS}
    assert [attempt for attempt in outcomes if outcomes[attempt] != "found"] == []
    assert differences() == []


def test_each_attempt_of_the_applications_role_is_refused_or_found(names):
    outcomes = {attempt: outcome_of(attempt, names, nullcontext) for attempt in ATTEMPTS}
    assert [attempt for attempt in outcomes if outcomes[attempt] == "neither"] == []
    assert set(outcomes.values()) == {"refused", "found"}


def test_there_are_as_many_attempts_as_the_auditor_made():
    assert len(ATTEMPTS) >= 46 + 28
