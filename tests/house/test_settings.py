"""Every setting is read, passed on by the compose file, and told in docs/production.md."""

from __future__ import annotations

import re

from tests.production import IMAGE, PROJECT, SERVICES

READ = re.compile(
    r'(?:environ(?:\.get\(|\[)|required\(|secret\(|file\(|list_of\(|networks\(|_is_on\()\s*"([A-Z_]+)"',
    re.DOTALL,
)
ASKED = re.compile(r"\$\{([A-Z_]+)")
TOLD = re.compile(r"^\| (`[A-Z].*?) \|", re.MULTILINE)

# Not for production: the one is refused there, the other keeps tests side by side apart.
ELSEWHERE = {"DEBUG", "CACHE_PREFIX"}

# Read by `requests` and by Python's `ssl`.
OF_LIBRARIES = {"REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"}


def names_read() -> set[str]:
    names: set[str] = set()
    for name in ("settings", "defaults", "environment", "database", "sign_on"):
        names.update(READ.findall((PROJECT / "skolefleks" / f"{name}.py").read_text()))
    return names - ELSEWHERE


def names_passed_on() -> set[str]:
    passed = set(SERVICES["worker"]["environment"]) | set(SERVICES["web"]["environment"])
    in_image = set(re.findall(r"([A-Z_]+)=\S", IMAGE))
    return passed | (in_image & names_read())


def names_told() -> set[str]:
    rows = TOLD.findall((PROJECT / "docs/production.md").read_text())
    return set(re.findall(r"`([A-Z_]+)`", " ".join(rows)))


def test_every_setting_is_passed_on_and_nothing_that_nobody_reads() -> None:
    assert names_passed_on() - OF_LIBRARIES == names_read()


def test_what_the_compose_file_asks_of_env_is_what_the_document_tells() -> None:
    text = (PROJECT / "docker-compose.yml").read_text()
    assert set(ASKED.findall(text)) == names_told()


def test_a_setting_that_is_not_passed_on_would_be_noticed() -> None:
    assert "PAYMENT_ACCOUNT" in names_read()
    assert {"MAIL_USER", "VALKEY_PASSWORD_FILE", "POSTGRES_PROGRAMS"} <= names_read()
