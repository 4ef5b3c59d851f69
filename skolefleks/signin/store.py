"""Where sessions lie: in the database alone, encrypted.

Django's `cached_db` keeps a copy in the cache that outlives the row. Here a
session that is deleted is over at the next request. The person comes along in
the same query: it costs none more.
"""

from __future__ import annotations

import base64
import json
from datetime import datetime
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidTag
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.utils import timezone

from skolefleks.encryption import key_ring
from skolefleks.models import Session, User, by_hand


@cache
def _living_sql() -> str:
    """A session that is not over, with its person, by hand (`by_hand`)."""
    return f"""
        SELECT {by_hand.columns_of(Session)}, {by_hand.columns_of(User)}
        FROM skolefleks_session
        LEFT JOIN skolefleks_user ON skolefleks_user.id = user_id
        WHERE session_key = %s AND expire_date > %s
    """  # noqa: S608  the text is ours


class SessionStore(db.SessionStore):
    """Sessions as rows of `Session`."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    # Who signed in here, as they stand in the database now; None before the
    # session is read.
    person: User | None = None
    # When the session would end if nobody did anything.
    ends_at: datetime | None = None

    def _get_session_from_db(self) -> Session | None:
        params = [self.session_key, timezone.now()]
        row, person = next(
            by_hand.instances(_living_sql(), params, Session, User), (None, None)
        )
        if row is None:
            # Django gives it a new key where something is to be stored in it.
            self._session_key = None
            return None
        self.person = person
        self.ends_at = row.expire_date
        session: Session = row
        return session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row: Any = super().create_model_instance(data)
        # Django keeps the person's key as text; before somebody signs in there is
        # none.
        if data.get(SESSION_KEY):
            row.user_id = int(data[SESSION_KEY])
        new_row: Session = row
        return new_row

    def encode(self, session_dict: dict[str, Any]) -> str:
        """A message to the person may name a paper or a pupil, and waits here until it is shown."""
        words = json.dumps(session_dict)
        return base64.b64encode(key_ring().seal(words, self._context)).decode()

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """What was encoded; nothing where it does not open: then nobody is signed in."""
        try:
            sealed = base64.b64decode(session_data, validate=True)
            return dict(json.loads(key_ring().open(sealed, self._context)))
        except (ValueError, KeyError, IndexError, InvalidTag):
            return {}

    @property
    def _context(self) -> str:
        return f"skolefleks_session.session_data.{self.session_key}"
