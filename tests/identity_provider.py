"""A SAML identity provider: pysaml2's, with its signatures made by xmlsec's wheel.

pysaml2 calls the program `xmlsec1`, which a new machine does not have; the library
beneath it is the same.
"""

from __future__ import annotations

import base64
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import saml2
import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from saml2 import sigver
from saml2.config import IdPConfig
from saml2.metadata import entity_descriptor
from saml2.saml import NAMEID_FORMAT_PERSISTENT, NameID
from saml2.server import Server

LOA = "https://data.gov.dk/concept/core/nsis/loa"
EMAIL = "https://data.gov.dk/model/core/eid/email"
PRIVILEGES = "https://data.gov.dk/model/core/eid/privilegesIntermediate"
CVR = "11223344"


class Xmlsec(sigver.CryptoBackend):
    """What pysaml2 asks of `xmlsec1`, by the library."""

    version = "1.3"

    def sign_statement(self, statement: Any, node_name: str, key_file: str, node_id: str) -> str:
        if not isinstance(statement, bytes):
            statement = str(statement).encode()
        root = etree.fromstring(statement)
        [node] = root.xpath(f"//*[@ID='{node_id}']")
        xmlsec.tree.add_ids(root, ["ID"])
        context = xmlsec.SignatureContext()
        context.key = xmlsec.Key.from_file(key_file, xmlsec.constants.KeyDataFormatPem)
        context.sign(node.find("{http://www.w3.org/2000/09/xmldsig#}Signature"))
        return etree.tostring(root).decode()

    def validate_signature(
        self, text: Any, cert_file: str, cert_type: str, node_name: str, node_id: str
    ) -> bool:
        raise AssertionError("our requests are signed in the address")


sigver._get_xmlsec_cryptobackend = lambda *_args, **_named: Xmlsec()  # the module's own maker


def key_pair(folder: Path, name: str) -> tuple[Path, Path]:
    """Files with a new key and its own certificate."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .sign(key, hashes.SHA256())
    )
    files = (folder / f"{name}.key", folder / f"{name}.crt")
    pem = serialization.Encoding.PEM
    form = serialization.PrivateFormat.TraditionalOpenSSL
    files[0].write_bytes(key.private_bytes(pem, form, serialization.NoEncryption()))
    files[1].write_bytes(certificate.public_bytes(pem))
    return files


class IdentityProvider(ThreadingHTTPServer):
    """Says of everybody what `attributes` says; `sub` is the name it knows the person by."""

    attributes: dict[str, Any]
    sub = "5c1f0a9e"
    # For how long its assertions hold, and for whom they are.
    minutes = 5
    audience = ""
    encrypts = False
    asked: Any = None

    @classmethod
    @contextmanager
    def running(cls, folder: Path, *, name: str = "idp") -> Iterator[Self]:
        with cls(("127.0.0.1", 0), _Answers) as provider:
            provider.folder = folder
            provider.name = name
            provider.files = key_pair(folder, name)
            threading.Thread(target=provider.serve_forever, daemon=True).start()
            yield provider
            provider.shutdown()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def config(self) -> IdPConfig:
        places = {
            "single_sign_on_service": [(f"{self.url}/sso", saml2.BINDING_HTTP_REDIRECT)],
            "single_logout_service": [(f"{self.url}/slo", saml2.BINDING_HTTP_REDIRECT)],
        }
        lifetime = {"minutes": self.minutes}
        rules = {
            "lifetime": lifetime,
            "name_form": "urn:oasis:names:tc:SAML:2.0:attrname-format:uri",
        }
        known = {}
        if (self.folder / "sp.xml").exists():
            known = {"metadata": {"local": [str(self.folder / "sp.xml")]}}
        return IdPConfig().load(
            {
                "entityid": "https://idp.example/metadata",
                "xmlsec_binary": "/",
                "key_file": str(self.files[0]),
                "cert_file": str(self.files[1]),
                "allow_unknown_attributes": True,
                "service": {"idp": {"endpoints": places, "policy": {"default": rules}}},
                **known,
            }
        )

    def metadata(self) -> Path:
        """Written to a file, as the municipality gets it."""
        path = self.folder / f"{self.name}.xml"
        config = self.config()
        # Else it asks the program which algorithms it knows.
        config.xmlsec_binary = None
        path.write_text(str(entity_descriptor(config)))
        return path

    def answer_to(self, request_id: str, back: str, audience: str) -> str:
        """A signed response, in base64 as it is posted."""
        server = Server(config=self.config())
        response = server.create_authn_response(
            {name: values for name, values in self.attributes.items() if values is not None},
            in_response_to=request_id,
            destination=back,
            sp_entity_id=self.audience or audience,
            name_id=NameID(format=NAMEID_FORMAT_PERSISTENT, text=self.sub),
            authn={"class_ref": "urn:oasis:names:tc:SAML:2.0:ac:classes:X509"},
            sign_response=False,
            sign_assertion=True,
            sign_alg="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
            digest_alg="http://www.w3.org/2001/04/xmlenc#sha256",
        )
        return base64.b64encode(str(response).encode()).decode()

    def farewell(self, back: str) -> str:
        """The address by which it signs its person out here."""
        server = Server(config=self.config())
        name = NameID(format=NAMEID_FORMAT_PERSISTENT, text=self.sub)
        _, request = server.create_logout_request(back, server.config.entityid, name_id=name)
        sent = server.apply_binding(
            saml2.BINDING_HTTP_REDIRECT,
            str(request),
            back,
            sign=True,
            sigalg="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        )
        return dict(sent["headers"])["Location"]


class _Answers(BaseHTTPRequestHandler):
    server: IdentityProvider

    def do_GET(self) -> None:
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        server = Server(config=self.server.config())
        signed = {"sigalg": query["SigAlg"], "signature": query["Signature"]}
        if self.path.startswith("/slo"):
            self._leave(server, query, signed)
            return
        # It believes no request that is not signed by us.
        asked = server.parse_authn_request(
            query["SAMLRequest"],
            saml2.BINDING_HTTP_REDIRECT,
            relay_state=query.get("RelayState"),
            **signed,
        )
        self.server.asked = message = asked.message
        back = message.assertion_consumer_service_url
        text = self.server.answer_to(message.id, back, message.issuer.text)
        self._page(
            f'<form method="post" action="{back}"><input name="SAMLResponse" value="{text}">'
            "<button>Videre</button></form>"
        )

    def _leave(self, server: Server, query: dict[str, str], signed: dict[str, str]) -> None:
        if "SAMLRequest" not in query:
            self._page("Ude")
            return
        asked = server.parse_logout_request(
            query["SAMLRequest"],
            saml2.BINDING_HTTP_REDIRECT,
            relay_state=query.get("RelayState"),
            **signed,
        )
        self.server.asked = asked.message
        self._page("Ude")

    def _page(self, body: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


def privileges(*words: str, cvr: str = CVR, more: str = "") -> str:
    """A list of privileges as it is sent."""
    rights = "".join(f"<Privilege>{word}</Privilege>" for word in words)
    text = (
        '<?xml version="1.0" encoding="UTF-8"?><bpp:PrivilegeList'
        ' xmlns:bpp="http://digst.dk/oiosaml/basic_privilege_profile">'
        f'<PrivilegeGroup Scope="urn:dk:gov:saml:cvrNumberIdentifier:{cvr}">{rights}{more}'
        "</PrivilegeGroup></bpp:PrivilegeList>"
    )
    return base64.b64encode(text.encode()).decode()


def answer_in(page: str) -> str:
    """What the provider's page would post."""
    [text] = re.findall(r'name="SAMLResponse" value="([^"]+)"', page)
    return text


def encrypted(text: str, certificate: Path) -> str:
    """The answer with its assertion encrypted for whoever has that certificate's key."""
    root = etree.fromstring(base64.b64decode(text))
    assertion = root.find("{urn:oasis:names:tc:SAML:2.0:assertion}Assertion")
    template = xmlsec.template
    data = template.encrypted_data_create(
        root, xmlsec.Transform.AES256, type=xmlsec.EncryptionType.ELEMENT, ns="xenc"
    )
    template.encrypted_data_ensure_cipher_value(data)
    info = template.encrypted_data_ensure_key_info(data, ns="ds")
    key = template.add_encrypted_key(info, xmlsec.Transform.RSA_OAEP)
    template.encrypted_data_ensure_cipher_value(key)

    manager = xmlsec.KeysManager()
    form = xmlsec.constants.KeyDataFormatCertPem
    manager.add_key(xmlsec.Key.from_file(str(certificate), form))
    context = xmlsec.EncryptionContext(manager)
    context.key = xmlsec.Key.generate(
        xmlsec.constants.KeyDataAes, 256, xmlsec.constants.KeyDataTypeSession
    )
    holder = etree.SubElement(root, "{urn:oasis:names:tc:SAML:2.0:assertion}EncryptedAssertion")
    holder.append(assertion)
    context.encrypt_xml(data, assertion)
    return base64.b64encode(etree.tostring(root)).decode()
