"""Whether the municipality's sign-on is there: what can be seen of it without a person."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import requests
from cryptography import x509
from django.conf import settings

from skolefleks import audit
from skolefleks.federation import saml
from skolefleks.permissions import EVERYWHERE, Permission, require

if TYPE_CHECKING:
    from skolefleks.models import User

# Seconds for each answer: a person waits.
ANSWER_SECONDS = 5

# What a person is sent to, what answers us, and the keys of its answers.
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")

PROBLEMS = {
    "no_answer": "svarer ikke. Se efter adressen, netværket og certifikatet.",
    "nonsense": "svarer noget andet, end et login gør. Se efter adressen.",
    "incomplete": "svarer, men siger ikke, hvor man logger ind.",
    "no_keys": "svarer, men har ingen nøgler, svarene kan kendes på.",
    "not_allowed": (
        "svarer, men sender folk til en adresse, browseren ikke må gå til."
        " Skriv den i OIDC_ORIGINS."
    ),
    "level": "svarer, men kender ikke det sikkerhedsniveau, der kræves i OIDC_ACR.",
    "expired": "har et certifikat, der er udløbet.",
    "own_expired": "kan ikke bruges: SkoleFleks' eget certifikat er udløbet.",
}
WELL = "svarer, og er sat op, som det skal."


class Finding(NamedTuple):
    """One way in, and what is wrong with it: a key of PROBLEMS, '' for nothing."""

    way: str
    name: str
    problem: str

    @property
    def sentence(self) -> str:
        return f"{self.name} {PROBLEMS.get(self.problem, WELL)}"


def try_sign_on(*, by: User) -> list[Finding]:
    """Ask each sign-on that is switched on, and write down what came of it.

    It takes seconds where one is away.
    """
    require(by, Permission.OPERATIONS_READ, at=EVERYWHERE)
    # Asked before the line is written: nothing waits for somebody else's server.
    findings = _of_all_ways()
    problems = {finding.way: finding.problem for finding in findings}
    audit.record("try_sign_on", by, by=by, problems=problems)
    return findings


def _of_all_ways() -> list[Finding]:
    findings = []
    for app in settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]:
        name = f"OpenID Connect ({app['name']})"
        findings.append(Finding("oidc", name, _problem_of_oidc(app)))
    if settings.SAML:
        name = f"SAML ({settings.SAML['name']})"
        findings.append(Finding("saml", name, _problem_of_saml()))
    return findings


def _problem_of_oidc(app: dict[str, Any]) -> str:
    url = app["settings"]["server_url"]
    if "/.well-known/" not in url:
        url += "/.well-known/openid-configuration"
    try:
        return _problem_in_answers(url)
    except (requests.JSONDecodeError, TypeError):
        # Before the next, which the first is one of.
        return "nonsense"
    except requests.RequestException:
        return "no_answer"


def _problem_in_answers(url: str) -> str:
    says = _ask(url)
    if not all(isinstance(says.get(name), str) for name in ENDPOINTS):
        return "incomplete"
    if not _ask(says["jwks_uri"]).get("keys"):
        return "no_keys"
    if not _may_be_gone_to(says["authorization_endpoint"]):
        return "not_allowed"
    levels = says.get("acr_values_supported")
    # Many say nothing of levels, and keep them all the same.
    if settings.OIDC_ACR and levels and not set(settings.OIDC_ACR) & set(levels):
        return "level"
    return ""


def _ask(url: str) -> dict[str, Any]:
    answer = requests.get(url, timeout=ANSWER_SECONDS)
    answer.raise_for_status()
    says = answer.json()
    if not isinstance(says, dict):
        raise TypeError
    return says


def _may_be_gone_to(address: str) -> bool:
    """Whether the browser lets a form lead there: it holds redirects against this too."""
    parts = urlsplit(address)
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    return f"{parts.scheme}://{parts.netloc}" in directives["form-action"]


def _problem_of_saml() -> str:
    if _is_over(settings.SAML["certificate"]):
        return "own_expired"
    provider = saml.identity_provider(settings.SAML["metadata"])
    if not provider.get("singleSignOnService", {}).get("url"):
        return "incomplete"
    several = provider.get("x509certMulti", {}).get("signing", [])
    certificates = several or [provider.get("x509cert", "")]
    # While keys are changed there is an old one beside the new.
    if all(_is_over(one) for one in certificates):
        return "expired"
    return ""


def _is_over(certificate: str) -> bool:
    """Whether the certificate's last day is past; what is none is over too."""
    text = certificate.strip()
    if "BEGIN" not in text:
        text = f"-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n"
    try:
        ends_at = x509.load_pem_x509_certificate(text.encode()).not_valid_after_utc
    except ValueError:
        return True
    return ends_at < datetime.now(UTC)
