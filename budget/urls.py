"""The addresses of the money."""

from django.urls import path

from budget import views
from budget.views import exports, figures, quarterly

app_name = "budget"
urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("regneark/", exports.dashboard_xlsx, name="dashboard_xlsx"),
    path("posteringer/", views.postings, name="postings"),
    path("posteringer/<int:pk>/", views.posting, name="posting"),
    path("bevis/", views.proof, name="proof"),
    path("forslag/", views.proposals, name="proposals"),
    path("forslag/tildeling/", views.propose, {"kind": "allocation"}, name="propose_allocation"),
    path("forslag/overfoersel/", views.propose, {"kind": "transfer"}, name="propose_transfer"),
    path("forslag/aabning/", views.propose, {"kind": "opening"}, name="propose_opening"),
    path("forslag/<uuid:pk>/", views.proposal, name="proposal"),
    path("forslag/<uuid:pk>/godkend/", views.approve_proposal, name="approve_proposal"),
    path("forslag/<uuid:pk>/afvis/", views.turn_down_proposal, name="turn_down_proposal"),
    path("forslag/<uuid:pk>/tilbage/", views.take_back_proposal, name="take_back_proposal"),
    path("posteringer/regneark/", exports.postings_xlsx, name="postings_xlsx"),
    path("posteringer/csv/", exports.postings_csv, name="postings_csv"),
    path("maaltal/", figures.targets, name="targets"),
    path("maaltal/regneark/", exports.targets_xlsx, name="targets_xlsx"),
    path("maaltal/tal/", figures.figure, name="figure"),
    path("maaltal/fil/", figures.upload, name="upload"),
    path("maaltal/gem/", figures.confirm, name="confirm"),
    path("maaltal/kvittering/<uuid:receipt>/", figures.receipt, name="figure_import"),
    path("maaltal/niveau/", figures.target, name="target"),
    path("maaltal/niveau/<int:year>/fjern/", figures.remove_target, name="remove_target"),
    path("maaltal/historik/", figures.history, name="figure_history"),
    path("kvartal/", quarterly.quarterly, name="quarterly"),
    path("kvartal/<int:year>-<int:number>/", quarterly.quarter, name="quarter"),
    path("kvartal/<int:year>-<int:number>/pdf/", quarterly.quarter_pdf, name="quarter_pdf"),
    path("udbetalinger/", views.payment_runs, name="payments"),
    path("udbetalinger/kontostrenge/", views.payment_accounts, name="payment_accounts"),
    path("udbetalinger/<slug:number>/", views.payment_run, name="payment_run"),
    path("udbetalinger/<slug:number>/godkend/", views.approve_payments, name="approve_payments"),
    path("udbetalinger/<slug:number>/afvis/", views.reject_payments, name="reject_payments"),
    path("udbetalinger/<slug:number>/aflever/", views.export_payments, name="export_payments"),
    path("udbetalinger/<slug:number>/betalt/", views.mark_payments_paid, name="mark_payments_paid"),
    path("udbetalinger/<slug:number>/kvittering/", views.payment_receipt, name="payment_receipt"),
    path("udbetalinger/<slug:number>/fil.csv", views.payment_download, name="payment_download"),
]
