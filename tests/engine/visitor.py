"""A school leader at a browser: by the proxy and the sign-on, with a paper to lay on a case."""

from __future__ import annotations

import os
import re
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from tests.applications.papers.files import pdf
from tests.engine.machine import TOOLS
from tests.sign_on import Browser, Provider, sign_in

HOST = "skolefleks.example.dk"

SITE = f"https://{HOST}"

LEADER = "leder@example.dk"

SCHOOL = "Baltorpskolen"

START_SECONDS = 20

EXAMINE_SECONDS = 90


class Visitor:
    """One person, their browser, and the case they write."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.certificates = ""
        self.browser = Browser(HOST)
        self.case = ""

    @contextmanager
    def proxy(self, folder: Path, configuration: str) -> Iterator[None]:
        """Caddy with the document's own configuration, on certificates of its own."""
        file = folder / "Caddyfile"
        file.write_text("{\n local_certs\n skip_install_trust\n admin off\n}\n" + configuration)
        env = {**os.environ, "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
        self.certificates = str(folder / "caddy/pki/authorities/local/root.crt")

        with (folder / "caddy.log").open("wb") as log:
            command = [TOOLS / "bin/caddy", "run", "--config", file, "--adapter", "caddyfile"]
            process = subprocess.Popen(command, env=env, stdout=log, stderr=log)
        try:
            self._await_proxy()
            yield
        finally:
            process.terminate()
            process.wait()

    def sign_in(self) -> None:
        """Afresh, in a browser that remembers nothing."""
        self.browser = Browser(HOST)
        # What a visitor claims of the wire must not reach the site: the proxy says it.
        self.browser.headers["X-Forwarded-Proto"] = "http"
        self.browser.verify = self.certificates
        # Else what this machine trusts would come before it.
        self.browser.trust_env = False
        answer = sign_in(SITE, HOST, self.provider, session=self.browser, email=LEADER)
        assert (answer.status_code, answer.headers.get("Location")) == (302, "/"), answer.text
        assert self.is_signed_in()

    def is_signed_in(self) -> bool:
        return self.browser.get(SITE + "/", allow_redirects=False).status_code == 200

    def lay_on(self, name: str) -> bytes:
        """Lay a paper on the case, where need be a new one; its bytes as they come back."""
        if not self.case:
            answer = self._post("/ansoegninger/ny/")
            self.case = answer.headers["Location"].removesuffix("elever/")
        before = self.papers()
        answer = self._post(f"{self.case}bilag/", file=(name, pdf()))
        assert answer.status_code == 302, answer.text

        # It can be fetched once the worker has examined it.
        deadline = time.monotonic() + EXAMINE_SECONDS
        while len(papers := self.papers()) == len(before):
            assert time.monotonic() < deadline, "the paper is not examined"
            time.sleep(0.5)
        return papers[-1]

    def papers(self) -> list[bytes]:
        """Every paper of the case, fetched."""
        page = self.browser.get(f"{SITE}{self.case}bilag/").text
        links = dict.fromkeys(re.findall(r'href="(/sager/[\w-]+/bilag/[0-9a-f-]{36}/)"', page))
        answers = [self.browser.get(SITE + link) for link in links]
        assert all(answer.status_code == 200 for answer in answers)
        return [answer.content for answer in answers]

    def _post(self, path: str, **files: tuple[str, bytes]) -> requests.Response:
        page = self.browser.get(SITE + path).text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)', page)
        assert token, page
        form = {"csrfmiddlewaretoken": token[1], "idempotency_key": str(uuid.uuid4())}
        headers = {"Referer": SITE + path}
        sent = {"data": form, "files": files or None, "headers": headers}
        return self.browser.post(SITE + path, allow_redirects=False, **sent)

    def _await_proxy(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                requests.get(SITE + "/healthz", verify=self.certificates, timeout=5)
            except (OSError, requests.RequestException):
                time.sleep(0.2)
            else:
                return
        raise SystemExit("The proxy does not start.")
