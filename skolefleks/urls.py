"""Every address, in Danish; the floors above are named as strings."""

from allauth.account import views as account
from allauth.socialaccount import views as sso
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.conf import settings
from django.urls import include, path

from skolefleks import views
from skolefleks.health import healthz
from skolefleks.permissions import public
from skolefleks.signin import single_sign_on

urlpatterns = [
    path("", include("visitation.urls")),
    path("ansoegninger/", include("applications.urls")),
    path("budget/", include("budget.urls")),
    path("konto/login/", public(account.login), name="account_login"),
    path("konto/logout/", public(account.logout), name="account_logout"),
    path("konto/inaktiv/", public(account.account_inactive), name="account_inactive"),
    path("konto/sso/afbrudt/", public(sso.login_cancelled), name="socialaccount_login_cancelled"),
    path("konto/sso/<slug:provider_id>/login/", single_sign_on, name="openid_connect_login"),
    path("konto/sso/<slug:provider_id>/login/callback/", public(oidc.callback), name="openid_connect_callback"),
    path("konto/beskeder/", views.own_notices, name="notices"),
    path("konto/beskeder/laest/", views.read_notices, name="read_notices"),
    path("konto/beskeder/<str:number>/", views.open_notice, name="open_notice"),
    path("konto/indstillinger/", views.own_settings, name="own_settings"),
    path("konto/adgangslog/", views.access_log, name="access_log"),
    path("healthz", healthz, name="healthz"),
]
if settings.DEMO:
    urlpatterns.append(path("demo/", views.demo, name="demo"))

handler400 = "skolefleks.views.bad_request"
handler404 = "skolefleks.views.not_found"
