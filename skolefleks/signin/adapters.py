"""Who is let in: nobody signs up, and single sign-on lets in those an administrator knows."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.base.constants import AuthProcess
from django.shortcuts import render

if TYPE_CHECKING:
    from django.http import HttpRequest

log = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in by password, outside production."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """Finds the person by e-mail at the first sign-in, and by the provider's identity later."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Let in a known person who signs in; show anybody else a page that says what to do."""
        # The provider can also be asked to connect an account: nobody needs that here.
        is_sign_in = sociallogin.state.get("process") == AuthProcess.LOGIN

        if not is_sign_in or not _is_known(sociallogin):
            page = render(request, "account/not_known.html", status=403)
            raise ImmediateHttpResponse(page)


def _is_known(sociallogin: Any) -> bool:
    """Whether this is the identity of a person here.

    A person's e-mail may be handed on to a new colleague, who has another identity: not known.
    """
    if not sociallogin.is_existing:
        return False

    is_connected = bool(sociallogin.account.pk)
    identities = SocialAccount.objects.filter(
        user=sociallogin.user, provider=sociallogin.account.provider
    )
    return is_connected or not identities.exists()
