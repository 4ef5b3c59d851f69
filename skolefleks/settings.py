"""All settings, from the environment. What differs between demo, test and production is decided by MODE, here only."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

from skolefleks.logs import without_cpr

BASE_DIR = Path(__file__).resolve().parent.parent
STATE_DIR = Path(os.environ.get("SKOLEFLEKS_STATE", BASE_DIR / ".state"))

MODE = os.environ.get("SKOLEFLEKS_MODE", "production")
if MODE not in {"demo", "test", "production"}:
    raise ImproperlyConfigured("SKOLEFLEKS_MODE is demo, test or production.")
PRODUCTION = MODE == "production"
DEMO = not PRODUCTION

if PRODUCTION and os.environ.get("DEBUG", "").lower() not in {"", "0", "false"}:
    raise ImproperlyConfigured(
        "DEBUG is set, and production has none: it would show what the pages hold."
    )
DEBUG = False


def _listed(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def _required(name: str) -> str:
    if not os.environ.get(name):
        raise ImproperlyConfigured(f"{name} is missing.")
    return os.environ[name]


def _file(name: str, default: Path) -> Path:
    """The file that `name` in the environment points to; outside production `default` is its default."""
    path = Path(_required(name) if PRODUCTION else os.environ.get(name, default))
    try:
        if not path.read_text().strip():
            raise ImproperlyConfigured(f"{name}: {path} is empty.")
    except OSError as error:
        raise ImproperlyConfigured(f"{name}: {path} cannot be read ({error.strerror}).") from error
    return path


SECRET_KEY = _file("SECRET_KEY_FILE", STATE_DIR / "secret_key").read_text().strip()
ENCRYPTION_KEYS_FILE = str(_file("ENCRYPTION_KEYS_FILE", STATE_DIR / "encryption_keys.json"))
ALLOWED_HOSTS = _listed("ALLOWED_HOSTS", "localhost,127.0.0.1,testserver" if DEMO else "")
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured(
        "ALLOWED_HOSTS is missing: the names this site is reached by, with commas between."
    )
CSRF_TRUSTED_ORIGINS = _listed("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "visitation",
    "applications",
    "budget",
    "skolefleks",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "crispy_forms",
    "csp",
    "django_htmx",
    "django_structlog",
    "pgtrigger",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "skolefleks.signin.sessions.SessionAgeMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "skolefleks.logs.RequestLogMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "skolefleks.urls"
WSGI_APPLICATION = "skolefleks.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "skolefleks.navigation.context",
            ],
            "builtins": ["skolefleks.templatetags.skolefleks"],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "dkfds"
CRISPY_TEMPLATE_PACK = "dkfds"

# -- database, cache, tasks -------------------------------------------------------------------------------------------


def _database(url: str) -> dict[str, Any]:
    """Django's dict from a libpq address; the password may lie in a file of its own (DATABASE_PASSWORD_FILE)."""
    parts: dict[str, Any] = conninfo_to_dict(url)
    if os.environ.get("DATABASE_PASSWORD_FILE"):
        parts["password"] = _file("DATABASE_PASSWORD_FILE", Path()).read_text().strip()
    named = {name.upper(): parts.pop(name, "") for name in ("user", "password", "host", "port")}
    pooled = os.environ.get("DATABASE_POOL", "0") not in {"", "0"}
    pool = {"pool": {"min_size": 1, "max_size": 16, "timeout": 10}} if pooled else {}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", ""),
        **named,
        "OPTIONS": {**parts, **pool},
        "CONN_MAX_AGE": 0 if pooled else 60,
        "CONN_HEALTH_CHECKS": not pooled,
    }


DATABASES = {"default": _database(os.environ.get("DATABASE_URL", "dbname=skolefleks"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

VALKEY_URL = os.environ.get("VALKEY_URL", "redis://localhost:6379")
_QUICK = {"socket_connect_timeout": 1, "socket_timeout": 2}
CACHES = {
    "default": {
        "BACKEND": "skolefleks.cache.ForgivingCache",
        "LOCATION": VALKEY_URL,
        "OPTIONS": _QUICK,
        "KEY_PREFIX": os.environ.get("CACHE_PREFIX", ""),
    }
}

CELERY_BROKER_URL = VALKEY_URL.replace("unix://", "redis+socket://")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# The bell is tried once: whoever rings is a person waiting for a page, and the sweeper comes anyway.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 600, "max_retries": 0, **_QUICK}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_TIMEZONE = "Europe/Copenhagen"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = {
    "heartbeat": {"task": "skolefleks.tasks.beat_heart", "schedule": 10.0},
    "sweep-outbox": {"task": "skolefleks.tasks.sweep_outbox", "schedule": 30.0},
    "tidy": {"task": "skolefleks.tasks.tidy", "schedule": 3600.0},
    "tidy-papers": {"task": "applications.tasks.tidy_papers", "schedule": 86_400.0},
    "remind-of-still-cases": {
        "task": "applications.tasks.remind_of_still_cases",
        "schedule": crontab(hour=6, minute=30),
    },
    "digests": {"task": "skolefleks.tasks.post_digests", "schedule": crontab(hour=7, minute=0)},
    "propose-payments": {
        "task": "budget.tasks.propose_payments",
        "schedule": crontab(hour=6, minute=0),
    },
    "settle-payments": {"task": "budget.tasks.settle_payments", "schedule": 60.0},
}

# -- who is there -----------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "skolefleks.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/konto/login/"

ACCOUNT_ADAPTER = "skolefleks.signin.adapters.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "skolefleks.signin.adapters.SingleSignOnAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {"login": "skolefleks.signin.forms.LoginForm"}

# A password alone never opens production: sign-in is the municipality's single sign-on, with its second factor.
SOCIALACCOUNT_ONLY = PRODUCTION
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {"openid_connect": {"APPS": []}}
if os.environ.get("OIDC_SERVER_URL"):
    SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"].append(
        {
            "provider_id": "sso",
            "name": os.environ.get("OIDC_NAME", "Ballerup Kommune"),
            "client_id": _required("OIDC_CLIENT_ID"),
            "secret": _file("OIDC_SECRET_FILE", STATE_DIR / "oidc_secret").read_text().strip(),
            "settings": {
                "server_url": os.environ["OIDC_SERVER_URL"],
                "oauth_pkce_enabled": True,
                # Whose addresses are taken as true though the provider does not say `email_verified`.
                "verified_email": _listed("OIDC_EMAIL_DOMAINS"),
            },
        }
    )

SESSION_IDLE_SECONDS = 30 * 60
SESSION_MAX_SECONDS = 8 * 60 * 60
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"  # read from Valkey while it is there
SESSION_COOKIE_AGE = SESSION_IDLE_SECONDS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True  # schools share computers
SESSION_COOKIE_NAME = "skolefleks"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_HTTPONLY = True

# -- what the browser is told -----------------------------------------------------------------------------------------


def _origin(url: str) -> list[str]:
    """`https://host` of an address; nothing of nothing."""
    parts = urlsplit(url)
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []


CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        # A browser holds the redirect after a POST against this too: the way to single sign-on must be on the list.
        "form-action": [
            SELF,
            *_origin(os.environ.get("OIDC_SERVER_URL", "")),
            *_listed("OIDC_ORIGINS"),
        ],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_SSL_REDIRECT = PRODUCTION and os.environ.get("BEHIND_TLS", "1") == "1"
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 1  # each paper is a request of its own
FILE_UPLOAD_HANDLERS = ["skolefleks.uploads.BoundedUploadHandler"]
CLAMAV = os.environ.get(
    "CLAMAV", ""
)  # host:port or socket of a clamd that looks at every paper; "" for none
PAPERS_DIR = Path(
    os.environ.get("PAPERS_DIR", STATE_DIR / "papers")
)  # encrypted files; part of every backup

STATIC_URL = "/static/"
STATIC_ROOT = STATE_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if MODE == "test"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = MODE == "test"

# -- Danish -----------------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "da"
TIME_ZONE = "Europe/Copenhagen"
USE_TZ = True
USE_I18N = True
USE_THOUSAND_SEPARATOR = False  # amounts and counts ask for theirs: `kr`, `number`

# -- mail and logs ----------------------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = os.environ.get("MAIL_FROM", "SkoleFleks <skolefleks@demo.example>")
if DEMO:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = STATE_DIR / "mail"
else:
    EMAIL_HOST = os.environ.get("MAIL_HOST", "localhost")
    EMAIL_PORT = int(os.environ.get("MAIL_PORT", "25"))
    EMAIL_USE_TLS = os.environ.get("MAIL_TLS", "0") == "1"
    EMAIL_TIMEOUT = 10
SITE_ADDRESS = os.environ.get(
    "SITE_ADDRESS", f"https://{ALLOWED_HOSTS[0]}" if PRODUCTION else "http://127.0.0.1:8000"
)

structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.filter_by_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                without_cpr,
                structlog.processors.JSONRenderer(),
            ],
            "foreign_pre_chain": [
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.processors.TimeStamper(fmt="iso"),
                structlog.processors.format_exc_info,
            ],
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "WARNING" if MODE == "test" else "INFO"},
    "loggers": {
        "pikepdf": {"level": "WARNING"},
        "django.request": {"level": "ERROR" if MODE == "test" else "WARNING"},
    },
}

# -- the trade: every number here is the municipality's to set ---------------------------------------------------------

UNIT_TARIFF = 200_000  # DKK a year; 25 pupils at this tariff are the whole pool (proposal, "Takst")
REFERRAL_TARIFF = (
    265_000  # DKK a year that a school pays when a pupil is referred out (2022 analysis)
)
TARIFF_MAX = 1_000_000  # DKK a year; a typing error's limit, no rule
PLACES_PER_DISTRICT = (
    5,
    6,
)  # expected SkoleFleks pupils in each district (proposal, "Finansiering")
PLACES_IN_ALL = (25, 30)
SUPPORT_HOURS_LIMIT = 9  # hours a week; from there it is special education and another road
SMALL_COUNT = 5  # fewer pupils than this are not shown to the implementation group
FORECAST_EXTENDED = (
    30,
    60,
    90,
)  # % of ending grants that go on: lowest, expected, highest (changed on the page)
FORECAST_GRANTED = (40, 70, 100)  # % of what the queue asks for that is granted
REFERRED_OTHERWISE = (
    40,
    60,
    80,
)  # % of the pupils who would have been referred out without SkoleFleks
POOL_WARNINGS = (80, 95)  # % of the pool from which the page warns: soon full, nearly full
# What /budget/bevis/ and `prove_books` prove, floor by floor: each a function that returns budget.proof.Check's.
PROOFS = ("budget.books.proof.of_the_books", "visitation.decisions.proof.of_the_grants")
TARIFF_CEILING = (
    265_000  # DKK a year; above it both centre chiefs approve before a decision is released
)
TARIFF_STEPS = (
    100_000,
    150_000,
    200_000,
    250_000,
)  # DKK a year that the decision page offers beside the free amount
QUORUM = 3  # members and chair who are present and not disqualified, for a meeting to decide a case
SCHOOLS_SUMMER = (
    (6, 27),
    (8, 9),
)  # the schools' summer, from and to (month, day): no meeting is suggested there
AGENDA_MINUTES = 20  # of a case on the agenda, unless somebody says otherwise
FOLLOW_UP_MONTHS = 3  # between the follow-ups that the decision page suggests
COMPARED_CASES = 5  # the fewest earlier cases that a figure about them may rest on
CLASSIFICATION = "internal"  # what the committee's answer is in law, unless a case is classified (visitation.models.law)
WAITING_GOAL_DAYS = 21  # from submission to decision
STILL_DAYS = (
    14  # a draft or a challenge that nobody has touched for so long is recalled to its writer ...
)
STILL_DAYS_TO_LEADER = 28  # ... and then to the school's leader
PAYMENT_MONTHS = (
    3,
    6,
    9,
    12,
)  # a grant's instalments are due on the last banking day of these months: quarterly
PAYMENT_LEAD_DAYS = (
    5  # banking days before they are due that a run is proposed, so that it can be approved in time
)
PAYMENT_ACCOUNT = os.environ.get(
    "PAYMENT_ACCOUNT", "KONTOSTRENG-MANGLER"
)  # of a school without one of its own
PAPER_BYTES = 10 * 1024 * 1024  # of one paper
PAPER_COUNT = 20  # papers on one case
PAPER_PAGES = 100  # pages of a PDF that can be looked at without fetching it
PAPER_SIDE = 1_600  # pixels of the longest side of a page drawn to be looked at
PAPER_SECONDS = 10  # that drawing a page may take
EXPORT_ROWS = 10_000  # of one spreadsheet
