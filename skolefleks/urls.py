"""Every address, in Danish; the floors above are named as strings."""

from __future__ import annotations

from allauth.account import views as account
from allauth.socialaccount import views as sso
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.conf import settings
from django.urls import include, path, register_converter

from skolefleks.administration import views as administration
from skolefleks.beginning import views as beginning
from skolefleks.drafts import views as drafts
from skolefleks.emergency import views as emergency
from skolefleks.federation import views as federation
from skolefleks.notices import views as notices
from skolefleks.operations import views as operations
from skolefleks.permissions import public
from skolefleks.places import views as places
from skolefleks.profile import views as profile
from skolefleks.reviews import views as reviews
from skolefleks.setup import views as setup
from skolefleks.signin import views as signin
from skolefleks.spreadsheets import FormConverter
from skolefleks.texts import views as texts

register_converter(FormConverter, "sheet")

urlpatterns = [
    path("", include("visitation.urls")),
    path("ansoegninger/", include("applications.urls")),
    path("budget/", include("budget.urls")),
    # allauth's own list of addresses is not included: it would open pages that
    # nobody uses.
    path("konto/login/", signin.log_in, name="account_login"),
    path("konto/noedadgang/", emergency.emergency, name="emergency"),
    path("konto/noedadgang/passkey/", emergency.emergency_key, name="emergency_key"),
    path("konto/logout/", signin.sign_out, name="account_logout"),
    path("konto/tid/", signin.time_left, name="time_left"),
    path("konto/tid/bliv/", signin.stay, name="stay"),
    path("konto/logget-ud/", signin.signed_out, name="signed_out"),
    path("konto/inaktiv/", public(account.account_inactive), name="account_inactive"),
    path(
        "konto/sso/afbrudt/",
        public(sso.login_cancelled),
        name="socialaccount_login_cancelled",
    ),
    path(
        "konto/sso/<slug:provider_id>/login/",
        federation.single_sign_on,
        name="openid_connect_login",
    ),
    path(
        "konto/sso/<slug:provider_id>/login/callback/",
        public(oidc.callback),
        name="openid_connect_callback",
    ),
    path(
        "konto/sso/<slug:organization_slug>/ind/",
        federation.saml_login,
        name="saml_login",
    ),
    path("konto/saml/svar/", federation.saml_acs, name="saml_acs"),
    path("konto/saml/ind/", federation.saml_finish, name="saml_finish"),
    path("konto/saml/ud/", federation.saml_sls, name="saml_sls"),
    path("konto/saml/metadata/", federation.saml_metadata, name="saml_metadata"),
    path("konto/beskeder/", notices.own_notices, name="notices"),
    path("konto/beskeder/laest/", notices.read_notices, name="read_notices"),
    path("konto/beskeder/<str:number>/", notices.open_notice, name="open_notice"),
    path("konto/kladde/", drafts.keep_draft, name="keep_draft"),
    path("konto/kladde/hent/", drafts.draft, name="draft"),
    path("konto/indstillinger/", notices.own_settings, name="own_settings"),
    path(
        "konto/indstillinger/log-ud-overalt/",
        signin.end_own_sessions,
        name="end_own_sessions",
    ),
    path("konto/logget-ind/", signin.signed_in, name="signed_in"),
    path("konto/logget-ind/<int:pk>/", signin.end_sessions, name="end_sessions"),
    path("administration/mennesker/gennemgang/", reviews.reviews, name="reviews"),
    path(
        "administration/mennesker/gennemgang/begynd/",
        reviews.begin,
        name="begin_review",
    ),
    path(
        "administration/mennesker/gennemgang/<int:pk>/", reviews.review, name="review"
    ),
    path(
        "administration/mennesker/gennemgang/<int:pk>/<int:line>/",
        reviews.sign,
        name="sign_review_line",
    ),
    path("administration/steder/", places.places, name="places"),
    path("administration/steder/center/", places.add_centre, name="add_centre"),
    path(
        "administration/steder/center/<str:key>/",
        places.change_centre,
        name="change_centre",
    ),
    path(
        "administration/steder/center/<str:key>/luk/",
        places.close_centre,
        name="close_centre",
    ),
    path(
        "administration/steder/center/<str:key>/aabn/",
        places.reopen_centre,
        name="reopen_centre",
    ),
    path("administration/steder/distrikt/", places.add_district, name="add_district"),
    path(
        "administration/steder/distrikt/<int:pk>/",
        places.change_district,
        name="change_district",
    ),
    path("administration/steder/skole/", places.add_school, name="add_school"),
    path(
        "administration/steder/skole/<int:pk>/",
        places.change_school,
        name="change_school",
    ),
    path(
        "administration/steder/skole/<int:pk>/luk/",
        places.close_school,
        name="close_school",
    ),
    path(
        "administration/steder/skole/<int:pk>/laeg-sammen/",
        places.merge_school,
        name="merge_school",
    ),
    path(
        "administration/steder/skole/<int:pk>/aabn/",
        places.reopen_school,
        name="reopen_school",
    ),
    path("begynd/", beginning.begin, name="begin"),
    path("administration/kommunen/", profile.profile, name="profile"),
    path("kommunen/<slug:colour>.css", profile.colours, name="colours"),
    path("kommunen/<slug:digest>.png", profile.logo, name="logo"),
    path("administration/indstillinger/", setup.settings, name="settings"),
    path(
        "administration/indstillinger/aendring/<int:pk>/",
        setup.setting_change,
        name="setting_change",
    ),
    path(
        "administration/indstillinger/aendring/<int:pk>/godkend/",
        setup.agree_setting,
        name="agree_setting",
    ),
    path(
        "administration/indstillinger/aendring/<int:pk>/afvis/",
        setup.refuse_setting,
        name="refuse_setting",
    ),
    path(
        "administration/indstillinger/aendring/<int:pk>/fortryd/",
        setup.withdraw_setting,
        name="withdraw_setting",
    ),
    path("administration/indstillinger/<slug:slug>/", setup.setting, name="setting"),
    path("administration/tekster/", texts.texts, name="texts"),
    path("administration/tekster/<slug:key>/", texts.text, name="text"),
    path(
        "administration/tekster/<slug:key>/<int:number>/",
        texts.text_version,
        name="text_version",
    ),
    path(
        "administration/tekster/<slug:key>/<int:number>/eksempel.pdf",
        texts.text_pdf,
        name="text_pdf",
    ),
    path(
        "administration/tekster/<slug:key>/<int:number>/underskriv/",
        texts.sign_text,
        name="sign_text",
    ),
    path(
        "administration/tekster/<slug:key>/<int:number>/tag-tilbage/",
        texts.withdraw_text,
        name="withdraw_text",
    ),
    path("administration/drift/", operations.operations, name="operations"),
    path("administration/drift/proevemail/", operations.try_mail, name="try_mail"),
    path(
        "administration/drift/proev-login/",
        operations.try_sign_on,
        name="try_sign_on",
    ),
    path("administration/spor/", operations.trail, name="trail"),
    path(
        "administration/spor/hent.<sheet:form>",
        operations.export_trail,
        name="export_trail",
    ),
    path(
        "konto/adgangslog/hvem-saa-hvad/", operations.who_saw_what, name="who_saw_what"
    ),
    path(
        "konto/adgangslog/hvem-saa-hvad/hent.<sheet:form>",
        operations.export_who_saw_what,
        name="export_who_saw_what",
    ),
    path("konto/adgangslog/", operations.access_log, name="access_log"),
    path(
        "konto/adgangslog/hent.<sheet:form>",
        operations.export_access_log,
        name="export_access_log",
    ),
    path("konto/mails/", operations.undelivered_mails, name="undelivered_mails"),
    path(
        "konto/mails/<uuid:message>/igen/",
        operations.try_mail_again,
        name="try_mail_again",
    ),
    path("administration/mennesker/", administration.people, name="people"),
    path("administration/mennesker/ny/", administration.invite, name="invite"),
    path(
        "administration/mennesker/fil/",
        administration.import_people,
        name="import_people",
    ),
    path(
        "administration/mennesker/fil/indlaes/",
        administration.confirm_import,
        name="confirm_import",
    ),
    path("administration/mennesker/<int:pk>/", administration.person, name="person"),
    path(
        "administration/mennesker/<int:pk>/ret/",
        administration.change_person,
        name="change_person",
    ),
    path(
        "administration/mennesker/<int:pk>/rolle/",
        administration.give_role,
        name="give_role",
    ),
    path(
        "administration/mennesker/<int:pk>/giv-videre/",
        administration.pass_on_work,
        name="pass_on_work",
    ),
    path(
        "administration/mennesker/<int:pk>/rolle/<int:role>/afslut/",
        administration.end_role,
        name="end_role",
    ),
    path(
        "administration/mennesker/<int:pk>/deaktiver/",
        administration.deactivate,
        name="deactivate",
    ),
    path(
        "administration/mennesker/<int:pk>/aktiver/",
        administration.reactivate,
        name="reactivate",
    ),
    path(
        "administration/mennesker/<int:pk>/loes-login/",
        administration.untie_sign_on,
        name="untie_sign_on",
    ),
    path("healthz", operations.healthz, name="healthz"),
    path("healthz/live", operations.healthz_live, name="healthz_live"),
    path("healthz/ready", operations.healthz_ready, name="healthz_ready"),
]


if settings.DEMO:
    # Imported here alone: production never loads the code that signs in as anybody.
    from skolefleks.development import views as development

    urlpatterns.append(path("demo/", development.demo, name="demo"))


handler400 = "skolefleks.errors.bad_request"

handler404 = "skolefleks.errors.not_found"

handler500 = "skolefleks.errors.failed"
