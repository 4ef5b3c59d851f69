"""The page on which a chief says that lines of a run came back."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from budget.lifecycle import SENT
from budget.models import PaymentRun
from budget.returns import actions, forms, queries
from skolefleks.danish import today
from skolefleks.pages import form_page, posted, show_form
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request


@form_page(P.PAYMENT_MAKE)
def payment_return(request: Request, number: str) -> HttpResponse:
    """Choose what came back of a run, all or some of it; the other chief agrees or not."""
    run = get_object_or_404(PaymentRun, number=number)
    if run.status not in SENT:
        raise Http404

    form = forms.ReturnForm(posted(request), instalments=queries.can_come_back(run))
    form.initial["on"] = today()
    if form.try_to(actions.propose_return, run, by=request.user):
        return redirect(form.outcome)

    context = {
        "trail": [
            ("Økonomi", reverse("budget:dashboard")),
            ("Udbetalinger", reverse("budget:payments")),
            (run.number, run.get_absolute_url()),
            ("Kom tilbage", ""),
        ],
        "run": run,
    }
    return show_form(request, "budget/returns/payment_return.html", form, context)
