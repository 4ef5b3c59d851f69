"""Where each school's money goes: an account string from the next run on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from budget.models import SchoolAccount
from skolefleks import audit
from skolefleks.permissions import EVERYWHERE, Permission, require

if TYPE_CHECKING:
    from skolefleks.models import School, User


P = Permission


@transaction.atomic
def set_account(school: School, account: str, *, by: User) -> None:
    """Where a school's payments go from the next run on (nothing: the default).

    A run keeps what was taken down. Called by the approval of both chiefs (`budget/accounts/`) and
    by nobody else but the demo, the bench and the tests. Raises PermissionDenied.
    """
    require(by, P.PAYMENT_MAKE, at=EVERYWHERE)
    # An emptied account keeps its row: the trail then shows from when on it was the common one.
    SchoolAccount.objects.update_or_create(
        school=school, defaults={"account": account}
    )
    audit.record("set_account", school, by=by, account=account)
