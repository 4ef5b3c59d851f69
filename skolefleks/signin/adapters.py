"""Signing in and out as allauth does it, with a line of the trail for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ValidationError

from skolefleks.client_address import client_address
from skolefleks.models import User
from skolefleks.signin import actions, leaving

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


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

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        actions.note_refusal(user, reason="inactive")
        response: HttpResponse = super().respond_user_inactive(request, user)
        return response

    def logout(self, request: HttpRequest) -> None:
        if isinstance(request.user, User):
            actions.note_sign_out(request.user)
        super().logout(request)
