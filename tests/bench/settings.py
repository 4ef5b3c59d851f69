"""The project's own settings, as gunicorn serves them in the bench: one address more, the log of
production, and each answer says how many queries it took."""

from pathlib import Path

from skolefleks.settings import *  # noqa: F403  they are the settings
from skolefleks.settings import LOGGING, MIDDLEWARE, TEMPLATES

ROOT_URLCONF = "tests.bench.urls"
MIDDLEWARE.insert(0, "tests.bench.urls.count_queries")
TEMPLATES[0]["DIRS"].append(Path(__file__).parent / "templates")
LOGGING["root"]["level"] = (
    "INFO"  # a line at the beginning and the end of each request, as in production
)
