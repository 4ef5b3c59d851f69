"""Where each school's money goes, and a proposal to change it."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from budget.accounts import actions, forms
from budget.models import SchoolAccount
from skolefleks.models import School
from skolefleks.pages import form_page, posted, show_form
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request


@form_page(P.PAYMENT_MAKE)
def payment_accounts(request: Request) -> HttpResponse:
    """Each school's account string; what is typed is proposed to the other chief."""
    # An emptied account is the default again, like one that was never typed.
    own_accounts = SchoolAccount.objects.exclude(account="")
    form = forms.AccountsForm(
        posted(request),
        schools=School.objects.all(),
        accounts={row.school_id: row.account for row in own_accounts},
    )

    # The proposal's own page says what happens now.
    if form.try_to(actions.propose_accounts, by=request.user):
        return redirect(form.outcome)

    context = {
        "trail": [
            ("Økonomi", reverse("budget:dashboard")),
            ("Udbetalinger", reverse("budget:payments")),
            ("Kontostrenge", ""),
        ],
        "default": settings.PAYMENT_ACCOUNT,
    }
    return show_form(request, "budget/accounts/payment_accounts.html", form, context)
