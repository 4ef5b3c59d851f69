"""Who is signed in where: a row for each browser, gone when it is signed out."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.module_loading import import_string


class Session(AbstractBaseSession):
    """One browser's session. Its content lies encrypted; whose it is stands beside it.

    So everything of one person can be ended at once.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+"
    )

    class Meta(AbstractBaseSession.Meta):
        pass

    @classmethod
    def get_session_store_class(cls) -> Any:
        # By its name: the store's module needs this one.
        return import_string("skolefleks.signin.store.SessionStore")
