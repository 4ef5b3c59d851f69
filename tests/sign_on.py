"""A small OpenID Connect provider, and the browser that goes there and back."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import jwt
import requests


class Provider(ThreadingHTTPServer):
    """Says of everybody what `claims` says; answers nothing sensible while `broken`."""

    claims: dict[str, Any]
    # What the token says beside who it is, and what was asked of it.
    token: dict[str, Any] = {}
    asked: dict[str, Any] = {}
    broken = False
    signs_out = True
    # Of its tokens, in seconds.
    lifetime = 60

    @classmethod
    @contextmanager
    def running(cls, address: str = "127.0.0.1") -> Iterator[Self]:
        with cls((address, 0), _Answers) as provider:
            threading.Thread(target=provider.serve_forever, daemon=True).start()
            yield provider
            provider.shutdown()

    @property
    def url(self) -> str:
        return f"http://{self.server_address[0]!s}:{self.server_port}"


class _Answers(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        url = self.server.url
        query = parse_qs(urlsplit(self.path).query)

        if self.server.broken:
            self._answer({}, 500)
        elif self.path.startswith("/.well-known/"):
            paths = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
            addresses = {f"{name}_endpoint": f"{url}/{path}" for name, path in paths.items()}
            if self.server.signs_out:
                addresses["end_session_endpoint"] = f"{url}/endsession"
            self._answer({"issuer": url, "jwks_uri": f"{url}/keys", **addresses})
        elif self.path.startswith("/authorize"):
            assert query["code_challenge_method"] == ["S256"]
            self.server.asked = query
            [back] = query["redirect_uri"]
            [state] = query["state"]
            self._answer({}, 302, Location=f"{back}?code=c&state={state}")
        else:
            self._answer(self.server.claims)

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        assert form["client_secret"]
        assert form["code_verifier"]
        now = int(time.time())
        token = {
            "iss": self.server.url,
            "aud": "skolefleks",
            "exp": now + self.server.lifetime,
            "jti": str(time.time_ns()),
        }
        said = {"sub": self.server.claims["sub"], **self.server.token}
        signed = jwt.encode(token | said, "k" * 32)
        self._answer({"access_token": "a", "token_type": "Bearer", "id_token": signed})

    def _answer(self, content: dict[str, Any], code: int = 200, **headers: str) -> None:
        self.send_response(code)
        for name, text in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


class Browser(requests.Session):
    """A browser behind the proxy that ends TLS: the site believes in https, the wire is plain."""

    def __init__(self, host: str) -> None:
        super().__init__()
        self.headers.update(
            {"Host": host, "X-Forwarded-Proto": "https", "Origin": f"https://{host}"}
        )

    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        prepared = super().prepare_request(request)
        # By themselves secure cookies are held back from a plain wire.
        cookies = [f"{cookie.name}={cookie.value}" for cookie in self.cookies]
        prepared.headers["Cookie"] = "; ".join(cookies)
        return prepared


def sign_in(
    site: str,
    host: str,
    provider: Provider,
    *,
    session: Browser | None = None,
    process: str = "",
    **claims: Any,
) -> Any:
    """Press the button, be known to the provider by `claims`, and come back.

    The site's answer, with the browser as its `session`.
    """
    provider.claims = {"sub": "lene", "email_verified": True, **claims}
    if session is None:
        session = Browser(host)

    path = f"/konto/sso/sso/login/?process={process or 'login'}"
    form = session.get(site + path)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)', form.text)
    assert token
    data = {"csrfmiddlewaretoken": token[1]}
    answer = session.post(site + path, data=data, allow_redirects=False)

    if answer.status_code == 302:
        there = requests.get(answer.headers["Location"], allow_redirects=False, timeout=10)
        back = urlsplit(there.headers["Location"])
        assert back.netloc == host
        answer = session.get(f"{site}{back.path}?{back.query}", allow_redirects=False)
    answer.session = session  # type: ignore[attr-defined]
    return answer


ADDRESSES = {
    #                                      production, test (without single sign-on)
    "/konto/login/": (200, 200),
    "/konto/logout/": (302, 302),
    "/konto/inaktiv/": (200, 200),
    "/konto/sso/afbrudt/": (200, 200),
    "/konto/sso/sso/login/": (200, 404),
    "/konto/sso/sso/login/callback/": (401, 404),
    "/konto/sso/sso/login/callback/?error=access_denied&state=x": (401, 404),
    "/konto/sso/google/login/": (404, 404),
    "/konto/": (404, 404),
    "/konto/signup/": (404, 404),
    "/konto/password/reset/": (404, 404),
    "/konto/email/": (404, 404),
    "/accounts/login/": (404, 404),
}


def assert_danish(page: str) -> None:
    assert not page or '<html lang="da">' in page
    assert " style=" not in page
    english = {
        "Sign",
        "Log In",
        "Sign In",
        "Account",
        "account",
        "Login Failure",
        "password",
        "Continue",
    }
    words = re.sub(r"<head>.*</head>|<[^>]+>", " ", page, flags=re.DOTALL)
    assert not [word for word in english if re.search(rf"\b{word}\b", words)]
