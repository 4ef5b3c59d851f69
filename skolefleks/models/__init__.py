"""People, places and roles; the trail, the access log, notices, the outbox."""

from skolefleks.models.beginnings import FirstLink
from skolefleks.models.drafts import Draft
from skolefleks.models.idempotency import IdempotencyKey
from skolefleks.models.keys import KeyCanary
from skolefleks.models.notices import Notice
from skolefleks.models.outbox import OutboxMessage
from skolefleks.models.people import (
    COMMITTEE_ROLES,
    JUDGE_ROLES,
    KEPT_ROLES,
    MINUTE_TITLES,
    QUORUM_ROLES,
    SCHOOL_ROLES,
    MailChoice,
    Membership,
    Role,
    User,
)
from skolefleks.models.places import Centre, District, School
from skolefleks.models.reviews import Review, ReviewLine
from skolefleks.models.sessions import Session
from skolefleks.models.settings import Logo, SettingChange
from skolefleks.models.texts import TextVersion
from skolefleks.models.trail import AccessEntry, AccessSeal, AuditEntry, AuditSeal

__all__ = (
    "COMMITTEE_ROLES",
    "JUDGE_ROLES",
    "KEPT_ROLES",
    "MINUTE_TITLES",
    "QUORUM_ROLES",
    "SCHOOL_ROLES",
    "AccessEntry",
    "AccessSeal",
    "AuditEntry",
    "AuditSeal",
    "Centre",
    "District",
    "Draft",
    "FirstLink",
    "IdempotencyKey",
    "KeyCanary",
    "Logo",
    "MailChoice",
    "Membership",
    "Notice",
    "OutboxMessage",
    "Review",
    "ReviewLine",
    "Role",
    "School",
    "Session",
    "SettingChange",
    "TextVersion",
    "User",
)
