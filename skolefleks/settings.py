"""All settings, from the environment.

What differs between demo, test and production is decided by MODE, and only here.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from kombu import Queue
from whitenoise.compress import Compressor

from skolefleks import database, environment, logs, sign_on

# Tariffs, deadlines and their like: `settings.QUORUM` and the others stand there.
from skolefleks.defaults import *  # noqa: F403
from skolefleks.schedule import SCHEDULE

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
# In no mode: its error page shows what the variables hold.
DEBUG = False


def _own_file(name: str) -> Path | None:
    """A file of the demo's state; production names each of its files itself."""
    if PRODUCTION:
        return None
    return STATE_DIR / name


SECRET_KEY = environment.secret("SECRET_KEY_FILE", _own_file("secret_key"))
ENCRYPTION_KEYS_FILE = str(
    environment.file("ENCRYPTION_KEYS_FILE", _own_file("encryption_keys.json"))
)

OWN_NAMES = ""
if DEMO:
    OWN_NAMES = "localhost,127.0.0.1,testserver"
ALLOWED_HOSTS = environment.list_of("ALLOWED_HOSTS", OWN_NAMES)
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured(
        "ALLOWED_HOSTS is missing: the names this site is reached by, with commas between."
    )
CSRF_TRUSTED_ORIGINS = environment.list_of("CSRF_TRUSTED_ORIGINS")

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
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.saml",
    "crispy_forms",
    "csp",
    "django_htmx",
    "django_structlog",
    "pgtrigger",
]

# A session's age is judged once the person is known, and the log's line knows
# them too.
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "skolefleks.operations.away.DatabaseAwayMiddleware",
    "skolefleks.setup.trade.ReadOnceMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "skolefleks.signin.sessions.PersonMiddleware",
    "skolefleks.signin.sessions.SessionAgeMiddleware",
    "skolefleks.signin.handing_over.OneAddressMiddleware",
    "skolefleks.browser.NothingKeptMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "skolefleks.browser.NoCprInAddressMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "skolefleks.logs.RequestLogMiddleware",
    "skolefleks.incoming.NoNulMiddleware",
    "skolefleks.second.SecondMiddleware",
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

# -- database, cache, tasks --


DATABASE_PASSWORD = ""
if os.environ.get("DATABASE_PASSWORD_FILE"):
    DATABASE_PASSWORD = environment.secret("DATABASE_PASSWORD_FILE")
DATABASES = {
    "default": database.from_address(
        os.environ.get("DATABASE_URL", "dbname=skolefleks"), password=DATABASE_PASSWORD
    )
}
# Who migrate grants to (skolefleks/operations/roles.py).
DATABASE_APPLICATION_ROLE = os.environ.get("DATABASE_APPLICATION_ROLE", "skolefleks")
DATABASE_READER_ROLE = os.environ.get("DATABASE_READER_ROLE", "skolefleks_reader")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


VALKEY_URL = os.environ.get("VALKEY_URL", "redis://localhost:6379")
if os.environ.get("VALKEY_PASSWORD_FILE"):
    VALKEY_URL = environment.with_password(
        VALKEY_URL, environment.secret("VALKEY_PASSWORD_FILE")
    )
_QUICK = {"socket_connect_timeout": 1, "socket_timeout": 2}
CACHES = {
    "default": {
        "BACKEND": "skolefleks.cache.ForgivingCache",
        "LOCATION": VALKEY_URL,
        "OPTIONS": {**_QUICK, "serializer": "skolefleks.cache.JsonSerializer"},
        "KEY_PREFIX": os.environ.get("CACHE_PREFIX", ""),
    }
}

CELERY_BROKER_URL = VALKEY_URL.replace("unix://", "redis+socket://")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# The bell is tried once: whoever rings is a person waiting for a page, and the
# sweeper comes anyway.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "max_retries": 0,
    **_QUICK,
}
# Whoever starts a worker without naming queues hears both; docker-compose.yml
# has a process for each, since the mailer alone is to reach anybody outside.
CELERY_TASK_QUEUES = (Queue("celery"), Queue("outward"))
CELERY_TASK_ROUTES = {"skolefleks.tasks.deliver_outward": {"queue": "outward"}}
CELERY_TASK_IGNORE_RESULT = True
# A task is acknowledged when it is done: a killed worker's comes to another one.
CELERY_TASK_ACKS_LATE = True
# Seconds.
CELERY_TASK_TIME_LIMIT = 300
CELERY_TIMEZONE = "Europe/Copenhagen"
# Else Celery would replace the log's JSON by lines of its own.
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = SCHEDULE
# Touched by a worker with each beat of its heart; "" for none (skolefleks/celery.py).
PULSE_FILE = os.environ.get("PULSE_FILE", "")

# -- who is there --

AUTH_USER_MODEL = "skolefleks.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/konto/login/"

ACCOUNT_ADAPTER = "skolefleks.signin.adapters.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "skolefleks.federation.adapters.SingleSignOnAdapter"
# People are known by their e-mail; there is no user name.
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
# Nobody signs up, so there is no address to be verified: an administrator has
# written it.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {"login": "skolefleks.signin.forms.LoginForm"}

# The networks that the emergency access is reached from (skolefleks/emergency); without
# any there is none. It is the only password of production, and never alone.
BREAK_GLASS_NETWORKS = environment.networks("BREAK_GLASS_NETWORKS")
MFA_ADAPTER = "skolefleks.emergency.factors.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn"]
# Clocks differ: the code before and after are taken too.
MFA_TOTP_TOLERANCE = 1

SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
# The first sign-in finds the person by the e-mail that an administrator has written.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
# A link from elsewhere must not sign anybody in.
SOCIALACCOUNT_LOGIN_ON_GET = False
OIDC_SERVER_URL = os.environ.get("OIDC_SERVER_URL", "")
# How sure the sign-on must be of a person: values of `acr`, with spaces between, the
# best first. It is asked for them, and who comes with another is not let in.
OIDC_ACR = os.environ.get("OIDC_ACR", "").split()
# Which words of the sign-on give which role (skolefleks/federation/mapping.py).
ROLE_MAP_FILE = os.environ.get("ROLE_MAP_FILE", "")
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {"openid_connect": {"APPS": []}}
if OIDC_SERVER_URL:
    SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"].append(
        sign_on.oidc(OIDC_SERVER_URL, OIDC_ACR, _own_file("oidc_secret"))
    )

# SAML 2, where the municipality's sign-on speaks that (skolefleks/federation/saml.py).
SAML = sign_on.saml()
SOCIALACCOUNT_PROVIDERS["saml"] = {"APPS": []}
if SAML:
    SOCIALACCOUNT_PROVIDERS["saml"]["APPS"].append(sign_on.saml_app(SAML))

# Proxies in front that add to X-Forwarded-For; what stands in it beyond them is
# anybody's word.
TRUSTED_PROXIES = int(os.environ.get("TRUSTED_PROXIES", "0"))
# Whether signing out here signs out at the municipality's sign-on too, where it can.
OIDC_SIGN_OUT = os.environ.get("OIDC_SIGN_OUT", "1") == "1"

SESSION_IDLE_SECONDS = 30 * 60
SESSION_MAX_SECONDS = 8 * 60 * 60
# In the database alone: a session that is deleted there is over.
SESSION_ENGINE = "skolefleks.signin.store"
SESSION_COOKIE_AGE = SESSION_IDLE_SECONDS
# Schools share computers.
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_NAME = "skolefleks"
if PRODUCTION:
    # By their names the browser takes them from this host alone, and over TLS.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-skolefleks", "__Host-csrftoken"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # no cookie
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
# No script of ours reads it: htmx sends the form with its hidden field.
CSRF_COOKIE_HTTPONLY = True

# -- what the browser is told --

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        # A browser holds the redirect after a POST against this too: the way to
        # single sign-on must be on the list.
        "form-action": [
            SELF,
            *sign_on.origins(OIDC_SERVER_URL, SAML),
        ],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_SSL_REDIRECT = PRODUCTION and os.environ.get("BEHIND_TLS", "1") == "1"
# The load balancer asks from inside, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz(/live|/ready)?$"]
if PRODUCTION:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
# Each paper is a request of its own.
DATA_UPLOAD_MAX_NUMBER_FILES = 1
FILE_UPLOAD_HANDLERS = ["skolefleks.uploads.BoundedUploadHandler"]

# host:port or socket of a clamd that looks at every paper; "" for none.
CLAMAV = os.environ.get("CLAMAV", "")

# Encrypted files; part of every backup.
PAPERS_DIR = Path(os.environ.get("PAPERS_DIR", STATE_DIR / "papers"))
# Megabytes that must be left where they lie for /healthz/ready to say so.
PAPERS_LEAST_FREE = int(os.environ.get("PAPERS_LEAST_FREE", "200")) * 1024 * 1024

# Where the trail's signed head is kept (skolefleks/operations/heads.py): a file that no database
# reaches, addresses with commas between, `host:port` or a socket. "" for none of it.
OWN_HEADS = str(STATE_DIR / "trail_heads.jsonl")
if MODE == "test":
    OWN_HEADS = ""
TRAIL_HEAD_FILE = os.environ.get("TRAIL_HEAD_FILE", OWN_HEADS)
TRAIL_HEAD_MAIL = environment.list_of("TRAIL_HEAD_MAIL")
TRAIL_HEAD_SYSLOG = os.environ.get("TRAIL_HEAD_SYSLOG", "")

STATIC_URL = "/static/"
STATIC_ROOT = STATE_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_STORAGE = "whitenoise.storage.CompressedManifestStaticFilesStorage"
if MODE == "test":
    STATIC_STORAGE = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": STATIC_STORAGE},
}
# Pages name files by their hash alone, so that no other copy need be made and compressed.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# The whole fonts are for our PDFs, no page asks for them: packing them took two thirds of the time.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "ttf")
# Nobody has collected them for tests.
WHITENOISE_USE_FINDERS = MODE == "test"

# -- Danish --

LANGUAGE_CODE = "da"
TIME_ZONE = "Europe/Copenhagen"
USE_TZ = USE_I18N = True
# Amounts and counts ask for theirs: `kr`, `whole`.
USE_THOUSAND_SEPARATOR = False

# -- mail and logs --

DEFAULT_FROM_EMAIL = os.environ.get(
    "MAIL_FROM", "SkoleFleks <skolefleks@demo.example>"
)
if DEMO:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = STATE_DIR / "mail"
else:
    EMAIL_HOST = os.environ.get("MAIL_HOST", "localhost")
    EMAIL_PORT = int(os.environ.get("MAIL_PORT", "25"))
    EMAIL_TIMEOUT = 10

    MAIL_TLS = os.environ.get("MAIL_TLS", "none")
    if MAIL_TLS not in {"none", "starttls", "tls"}:
        raise ImproperlyConfigured(
            "MAIL_TLS is none, starttls (port 25 or 587) or tls (from the first byte, port 465)."
        )
    EMAIL_USE_TLS = MAIL_TLS == "starttls"
    EMAIL_USE_SSL = MAIL_TLS == "tls"

    if os.environ.get("MAIL_USER"):
        if MAIL_TLS == "none":
            raise ImproperlyConfigured(
                "MAIL_USER is set: its password needs MAIL_TLS, starttls or tls."
            )
        EMAIL_HOST_USER = os.environ["MAIL_USER"]
        EMAIL_HOST_PASSWORD = environment.secret("MAIL_PASSWORD_FILE")

OWN_ADDRESS = "http://127.0.0.1:8000"
if PRODUCTION:
    OWN_ADDRESS = f"https://{ALLOWED_HOSTS[0]}"
SITE_ADDRESS = os.environ.get("SITE_ADDRESS") or OWN_ADDRESS

# -- operations --

VERSION = os.environ.get("SKOLEFLEKS_VERSION", "uden navn")

# What a restored database is asked for; a list of checks, each of which holds or
# says where not.
BOOKS_PROOF = "budget.books.proof.prove"

# Where pg_dump and pg_restore lie; on the path unless set.
POSTGRES_PROGRAMS = os.environ.get("POSTGRES_PROGRAMS", "")

# The suite's own output is enough: a test that is about the log reads it.
LOG_LEVEL, REQUEST_LOG_LEVEL = "INFO", "WARNING"
if MODE == "test":
    LOG_LEVEL, REQUEST_LOG_LEVEL = "WARNING", "ERROR"

# One line a request, when it is answered (skolefleks/logs.py).
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False

logs.configure()
LOGGING = logs.settings(LOG_LEVEL, requests=REQUEST_LOG_LEVEL)
