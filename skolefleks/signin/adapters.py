"""Who is let in: nobody signs up, and single sign-on lets in those an administrator knows."""

from __future__ import annotations

import enum
import logging
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.base.constants import AuthProcess
from django.core.exceptions import ValidationError
from django.shortcuts import render

from skolefleks import cpr
from skolefleks.client_address import client_address
from skolefleks.models import User
from skolefleks.signin import actions, leaving

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

# What is kept of all that the sign-on says of a person: the rest may hold a CPR
# number.
KEPT_CLAIMS = ("sub", "email", "email_verified", "name")

log = logging.getLogger(__name__)


class Reason(enum.Enum):
    """Why somebody is not let in: the word in the log, and the page's heading and sentence."""

    CONNECTING = (
        "connecting",
        "Det kan ikke lade sig gøre",
        "Du kan ikke knytte endnu et login til din bruger. Log ud, og log ind på ny.",
    )
    NO_ADDRESS = (
        "no_address",
        "Kommunens login oplyste ingen e-mail",
        (
            "SkoleFleks kender dig på din e-mail, og den fulgte ikke med."
            " Bed it-afdelingen om at sætte e-mail på dit login."
        ),
    )
    NOT_VERIFIED = (
        "not_verified",
        "Din e-mail er ikke bekræftet",
        (
            "Du er oprettet i SkoleFleks, men kommunens login siger ikke, at e-mailen er din."
            " Sig det til systemadministratoren, som kan få det rettet i kommunens login."
        ),
    )
    OTHER_IDENTITY = (
        "other_identity",
        "E-mailen hører til et andet login",
        (
            "En anden har logget ind med den e-mail før dig."
            " Bed systemadministratoren om at se på det."
        ),
    )
    UNKNOWN = (
        "unknown",
        "Du er ikke oprettet i SkoleFleks",
        (
            "Dit login virker, men SkoleFleks kender dig ikke. Bed din leder om at få"
            " systemadministratoren til at oprette dig med den e-mail, du logger ind med."
        ),
    )

    def __init__(self, word: str, heading: str, sentence: str) -> None:
        self.word = word
        self.heading = heading
        self.sentence = sentence


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in by password, outside production, and signing out."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Whose attempts are counted together."""
        return client_address(request)

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return leaving.way_out(request)

    def post_login(
        self, request: HttpRequest, user: Any, **kwargs: Any
    ) -> HttpResponse:
        """Every way in leads through here, single sign-on too."""
        actions.note_sign_in(user)
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            actions.note_lock_out(str(credentials.get("email", "")))
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        actions.note_failure(str(credentials.get("email", "")))

    def logout(self, request: HttpRequest) -> None:
        if isinstance(request.user, User):
            actions.note_sign_out(request.user)
        super().logout(request)


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """Finds the person by e-mail at the first sign-in, and by the provider's identity later."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: Any) -> Any:
        """Keep of the claims only what is used, before anything of them is stored."""
        account = sociallogin.account
        account.extra_data = kept_claims(account.extra_data)
        return super().populate_user(request, sociallogin, data)

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Let in a known person who signs in; show anybody else a page that says what to do."""
        reason = _reason_against(sociallogin)
        if reason is None:
            return

        actions.note_failure("")
        log.warning("sign_on.refused", extra={"reason": reason.word})
        page = render(
            request, "account/not_known.html", {"reason": reason}, status=403
        )
        raise ImmediateHttpResponse(page)

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: Any = None,
    ) -> None:
        """Write down why the sign-on sent nobody; the page says that it did not succeed."""
        kind = ""
        if exception:
            # The cause says more, such as `ExpiredSignatureError` where our clock is
            # ahead of theirs.
            kind = type(exception.__cause__ or exception).__name__
        log.warning(
            "sign_on.failed", extra={"reason": str(error), "exception_type": kind}
        )


def kept_claims(data: dict[str, Any]) -> dict[str, Any]:
    """The claims that are used, in the same two parts; none that looks like a CPR number."""
    claims_by_part = {}
    for part in ("userinfo", "id_token"):
        claims = data.get(part) or {}
        claims_by_part[part] = {
            name: claims[name]
            for name in KEPT_CLAIMS
            if name in claims and not cpr.is_held_in(str(claims[name]))
        }
    return claims_by_part


def _reason_against(sociallogin: Any) -> Reason | None:
    # The provider can also be asked to connect an account: nobody needs that here.
    if sociallogin.state.get("process") != AuthProcess.LOGIN:
        return Reason.CONNECTING
    if sociallogin.is_existing:
        return _reason_against_existing(sociallogin)

    emails = [address.email.lower() for address in sociallogin.email_addresses]
    if not emails:
        return Reason.NO_ADDRESS
    if User.objects.filter(email__in=emails).exists():
        return Reason.NOT_VERIFIED
    return Reason.UNKNOWN


def _reason_against_existing(sociallogin: Any) -> Reason | None:
    """A person's e-mail may be handed on to a new colleague, who has another identity."""
    if sociallogin.account.pk:
        return None

    identities = SocialAccount.objects.filter(
        user=sociallogin.user, provider=sociallogin.account.provider
    )
    if identities.exists():
        return Reason.OTHER_IDENTITY
    return None
