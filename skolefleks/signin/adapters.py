"""How people come in: nobody signs up by themselves; an administrator knows them before the municipality's sign-on."""

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
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """The first sign-in finds the person by e-mail and ties them to the provider's identity; later ones go by that."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Let in whom we know, to sign in and for nothing else. Everybody else gets a page that says what to do."""
        if sociallogin.state.get("process") != AuthProcess.LOGIN or not _is_known(sociallogin):
            raise ImmediateHttpResponse(render(request, "account/not_known.html", status=403))


def _is_known(sociallogin: Any) -> bool:
    """Whether it is the identity of a person here. An e-mail handed on to a new colleague is not: another identity."""
    if not sociallogin.is_existing:
        return False
    tied = SocialAccount.objects.filter(
        user=sociallogin.user, provider=sociallogin.account.provider
    )
    return bool(sociallogin.account.pk) or not tied.exists()
