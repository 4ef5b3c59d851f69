"""A sign-on whose certificate the municipality issued itself: believed where its CA is named."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.test import Client

from skolefleks import sign_on
from tests.sign_on import Provider
from tests.skolefleks.federation.test_oidc import come

pytestmark = pytest.mark.django_db


class SecureProvider(Provider):
    @property
    def url(self) -> str:
        return super().url.replace("http:", "https:")


def certify(name, key, *, by, signed_with, is_ca):
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder(subject_name=subject, issuer_name=by or subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .add_extension(address, critical=False)
    )
    return built.sign(signed_with, hashes.SHA256())


def written(path: Path, *parts) -> Path:
    pem = serialization.Encoding.PEM
    plain = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    blocks = []
    for part in parts:
        is_certificate = isinstance(part, x509.Certificate)
        blocks.append(part.public_bytes(pem) if is_certificate else part.private_bytes(pem, *plain))
    path.write_bytes(b"".join(blocks))
    return path


@pytest.fixture
def ca_file(tmp_path):
    """And beside it the server's own certificate, which the CA has signed."""
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca = certify("Kommunens CA", ca_key, by=None, signed_with=ca_key, is_ca=True)
    own = certify("login", key, by=ca.subject, signed_with=ca_key, is_ca=False)
    written(tmp_path / "server.pem", key, own)
    return written(tmp_path / "ca.pem", ca)


@pytest.fixture
def provider(ca_file, settings, monkeypatch, tmp_path) -> Iterator[Provider]:
    (tmp_path / "secret").write_text("s")
    monkeypatch.setenv("OIDC_CLIENT_ID", "skolefleks")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem")
    with SecureProvider.running() as running:
        running.socket = context.wrap_socket(running.socket, server_side=True)
        app = sign_on.oidc(running.url, [], tmp_path / "secret")
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
        yield running


def test_one_comes_in_by_a_sign_on_of_the_municipalitys_own_ca(
    provider, leader, ca_file, monkeypatch
):
    # As docker-compose.yml sets it to the file that CA_BUNDLE names.
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(ca_file))
    answer = come(provider, leader)
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_without_it_nobody_does(provider, monkeypatch):
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    client = Client(raise_request_exception=False)
    answer = client.post("/konto/sso/sso/login/?process=login")
    assert answer.get("Location", "") == ""
    assert answer.status_code >= 400
