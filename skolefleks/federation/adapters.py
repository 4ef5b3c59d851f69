"""Whom single sign-on lets in: those an administrator knows, and nobody signs up."""

from __future__ import annotations

import enum
import logging
from typing import TYPE_CHECKING, Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.base.constants import AuthProcess
from django.conf import settings
from django.shortcuts import render

from skolefleks.federation import actions, claims, saml
from skolefleks.federation.mapping import role_map
from skolefleks.models import User
from skolefleks.signin import actions as signin

if TYPE_CHECKING:
    from django.http import HttpRequest

log = logging.getLogger(__name__)

# A map of roles that makes no sense stops the start.
role_map(settings.ROLE_MAP_FILE)


class Reason(enum.Enum):
    """Why somebody is not let in: the word in the log, and the page's heading and sentence."""

    CONNECTING = (
        "connecting",
        "Det kan ikke lade sig gøre",
        "Du kan ikke knytte endnu et login til din bruger. Log ud, og log ind på ny.",
    )
    INACTIVE = (
        "inactive",
        "Din adgang er lukket",
        (
            "Du har haft adgang til SkoleFleks, men den er ikke aktiv længere."
            " Tal med systemadministratoren, hvis det er en fejl."
        ),
    )
    LEVEL = (
        "level",
        "Dit login er ikke sikkert nok",
        (
            "SkoleFleks kræver, at kommunens login er mere sikkert på, at det er dig, typisk"
            " med en kode eller en app oven i adgangskoden. Log ind igen på den måde."
            " Kan du ikke det, så tal med it-afdelingen."
        ),
    )
    EMERGENCY = (
        "emergency",
        "E-mailen hører til nødadgangen",
        "Nødadgangen er en bruger for sig. Den kan kommunens login ikke åbne.",
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


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """Finds the person by e-mail at the first sign-in, and by the provider's identity later."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: Any) -> Any:
        """Keep of the claims only what is used, before anything of them is stored."""
        account = sociallogin.account
        if account.provider == saml.PROVIDER:
            cvr = settings.SAML["cvr"]
            sociallogin.said = claims.said_by_assertion(account.extra_data, cvr)
        else:
            claim = role_map(settings.ROLE_MAP_FILE).claim
            sociallogin.said = claims.said_by(account.extra_data, claim)
        account.extra_data = claims.without_the_rest(account.extra_data)
        return super().populate_user(request, sociallogin, data)

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Let in a known person who signs in; show anybody else a page that says what to do."""
        reason = _reason_against(sociallogin)
        if reason is None:
            actions.follow_roles(sociallogin.user, sociallogin.said.words)
            return

        person = None
        if sociallogin.is_existing:
            person = sociallogin.user
        signin.note_refusal(person, reason=reason.word)
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


def _reason_against(sociallogin: Any) -> Reason | None:
    # The provider can also be asked to connect an account: nobody needs that here.
    if sociallogin.state.get("process") != AuthProcess.LOGIN:
        return Reason.CONNECTING
    if not _is_sure_enough(sociallogin):
        return Reason.LEVEL
    if sociallogin.is_existing:
        return _reason_against_existing(sociallogin)

    emails = [address.email.lower() for address in sociallogin.email_addresses]
    if not emails:
        return Reason.NO_ADDRESS
    if User.objects.filter(email__in=emails).exists():
        return Reason.NOT_VERIFIED
    return Reason.UNKNOWN


def _is_sure_enough(sociallogin: Any) -> bool:
    level = sociallogin.said.level
    if sociallogin.account.provider == saml.PROVIDER:
        return saml.is_sure_enough(level)
    return not settings.OIDC_ACR or level in settings.OIDC_ACR


def _reason_against_existing(sociallogin: Any) -> Reason | None:
    """A person's e-mail may be handed on to a new colleague, who has another identity."""
    if not sociallogin.user.is_active:
        return Reason.INACTIVE
    if settings.PRODUCTION and sociallogin.user.has_usable_password():
        return Reason.EMERGENCY
    if sociallogin.account.pk:
        return None

    identities = SocialAccount.objects.filter(
        user=sociallogin.user, provider=sociallogin.account.provider
    )
    if identities.exists():
        return Reason.OTHER_IDENTITY
    return None
