"""The addresses of the money."""

from __future__ import annotations

from django.urls import path

from budget import words
from budget.accounts import views as accounts
from budget.books import views as books
from budget.closing import views as closing
from budget.corrections import views as corrections
from budget.dashboard import views as dashboard
from budget.exports import views as exports
from budget.figures import views as figures
from budget.frames import views as frames
from budget.payments import views as payments
from budget.proposals import views as proposals
from budget.proving import views as proving
from budget.quarterly import views as quarterly
from budget.reconciliation import views as reconciliation
from budget.returns import views as returns

app_name = "budget"


words.register()

urlpatterns = [
    # How it stands.
    path("", dashboard.dashboard, name="dashboard"),
    path("dagbehandling/", dashboard.day_treatment, name="day_treatment"),
    path("regneark/", exports.dashboard_xlsx, name="dashboard_xlsx"),
    # The books.
    path("posteringer/", books.postings, name="postings"),
    path("posteringer/<int:pk>/", corrections.posting, name="posting"),
    path("posteringer/regneark/", exports.postings_xlsx, name="postings_xlsx"),
    path("posteringer/csv/", exports.postings_csv, name="postings_csv"),
    path("bevis/", proving.proof, name="proof"),
    path("bevis/fremdrift/", proving.progress, name="proof_progress"),
    path("bevis/forfra/", proving.ask_for_proof, name="ask_for_proof"),
    # What the finance system has booked.
    path("afstemning/", reconciliation.reconciliation, name="reconciliation"),
    path("afstemning/indlaes/", reconciliation.take_in, name="take_in_booked"),
    path("afstemning/maaneder/", reconciliation.months, name="months"),
    path("afstemning/<uuid:pk>/", reconciliation.difference, name="difference"),
    # What takes both centre chiefs. An index of prices has its pages in visitation.
    path("forslag/", proposals.proposals, name="proposals"),
    path(
        "forslag/tildeling/",
        proposals.propose,
        {"kind": "allocation"},
        name="propose_allocation",
    ),
    path(
        "forslag/overfoersel/",
        proposals.propose,
        {"kind": "transfer"},
        name="propose_transfer",
    ),
    path(
        "forslag/aabning/",
        proposals.propose,
        {"kind": "opening"},
        name="propose_opening",
    ),
    path("forslag/ramme/", frames.add_frame, name="add_frame"),
    path("forslag/<uuid:pk>/", proposals.proposal, name="proposal"),
    path(
        "forslag/<uuid:pk>/godkend/",
        proposals.approve_proposal,
        name="approve_proposal",
    ),
    path(
        "forslag/<uuid:pk>/afvis/",
        proposals.turn_down_proposal,
        name="turn_down_proposal",
    ),
    path(
        "forslag/<uuid:pk>/tilbage/",
        proposals.take_back_proposal,
        name="take_back_proposal",
    ),
    # The fiscal years: closed by both chiefs, and opened again.
    path("regnskabsaar/", closing.fiscal_years, name="fiscal_years"),
    path("regnskabsaar/<int:year>/luk/", closing.close_year, name="close_year"),
    path("regnskabsaar/<int:year>/genaabn/", closing.reopen_year, name="reopen_year"),
    # Day treatment and its targets.
    path("maaltal/", figures.targets, name="targets"),
    path("maaltal/regneark/", exports.targets_xlsx, name="targets_xlsx"),
    path("maaltal/tal/", figures.figure, name="figure"),
    path("maaltal/fil/", figures.upload, name="upload"),
    path("maaltal/gem/", figures.confirm, name="confirm"),
    path("maaltal/kvittering/<uuid:receipt>/", figures.receipt, name="figure_import"),
    path("maaltal/niveau/", figures.target, name="target"),
    path(
        "maaltal/niveau/<int:year>/fjern/",
        figures.remove_target,
        name="remove_target",
    ),
    path("maaltal/historik/", figures.history, name="figure_history"),
    # The follow-up of each quarter.
    path("kvartal/", quarterly.quarterly, name="quarterly"),
    path("kvartal/<int:year>-<int:number>/", quarterly.quarter, name="quarter"),
    path(
        "kvartal/<int:year>-<int:number>/godkend/",
        quarterly.sign_quarter,
        name="sign_quarter",
    ),
    path(
        "kvartal/<int:year>-<int:number>/pdf/",
        quarterly.quarter_pdf,
        name="quarter_pdf",
    ),
    # Payments to the schools. A word stands before the numbers that would take it for one of them.
    path("udbetalinger/", payments.payment_runs, name="payments"),
    path(
        "udbetalinger/kontostrenge/",
        accounts.payment_accounts,
        name="payment_accounts",
    ),
    path(
        "udbetalinger/opkraev/<int:school>/",
        payments.collect,
        name="collect",
    ),
    path("udbetalinger/<slug:number>/", payments.payment_run, name="payment_run"),
    path(
        "udbetalinger/<slug:number>/godkend/",
        payments.approve_payments,
        name="approve_payments",
    ),
    path(
        "udbetalinger/<slug:number>/afvis/",
        payments.reject_payments,
        name="reject_payments",
    ),
    path(
        "udbetalinger/<slug:number>/aflever/",
        payments.export_payments,
        name="export_payments",
    ),
    path(
        "udbetalinger/<slug:number>/betalt/",
        payments.mark_payments_paid,
        name="mark_payments_paid",
    ),
    path(
        "udbetalinger/<slug:number>/kvittering/",
        payments.payment_receipt,
        name="payment_receipt",
    ),
    path(
        "udbetalinger/<slug:number>/kom-tilbage/",
        returns.payment_return,
        name="payment_return",
    ),
    path(
        "udbetalinger/<slug:number>/fil.csv",
        payments.payment_download,
        name="payment_download",
    ),
]
