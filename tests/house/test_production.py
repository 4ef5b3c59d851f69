"""What the image runs, run without Docker: the same command lines and settings, on the suite's
database.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from socket import create_server
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
import redis
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from psycopg.conninfo import make_conninfo

from skolefleks.development import servers
from skolefleks.development.demo import write_secrets
from skolefleks.operations import start
from tests.production import (
    ADMINISTRATOR,
    HOST,
    IMAGE,
    LEADER,
    SECRETS,
    TRUSTED,
    Site,
    bring_up,
    knock,
)
from tests.sign_on import ADDRESSES, Browser, Provider, assert_danish, sign_in

LISTED = "192.0.2.7"


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with Provider.running() as running:
        yield running


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    name = f"production_{os.getpid()}"
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield name
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, provider: Provider, database: str
) -> Iterator[Site]:
    """Everything the compose file starts, on a database of its own and a Valkey of its own."""
    state = tmp_path_factory.mktemp("production")
    write_secrets(state)
    (state / "password").write_text("known to nobody")
    with create_server(("127.0.0.1", 0)) as probe:
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    addresses = {
        "ALLOWED_HOSTS": HOST,
        "OIDC_SERVER_URL": provider.url,
        "OIDC_CLIENT_ID": "skolefleks",
        "BREAK_GLASS_NETWORKS": LISTED,
    }
    files = {name: str(state / file) for name, file in SECRETS.items()}
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
            patch.setenv(name, make_conninfo(os.environ[name], dbname=database))
        patch.delenv("VALKEY_URL")
        with servers.running(tmp_path_factory.mktemp("servers"), durable=False) as up:
            assert up.processes
            site = Site(state, url, addresses | files | TRUSTED | up.env(), up.processes)
            bring_up(site)
            yield site


# -- what is served --------------------------------------------------------------------
def test_the_login_page_is_served_with_its_look(site: Site) -> None:
    page = site.get("/konto/login/")
    assert page.status_code == 200
    assert '<html lang="da">' in page.text
    links = re.findall(r'(?:href|src)="(/static/[^"#]+)', page.text)
    assert any(re.search(r"skolefleks\.[0-9a-f]{12}\.css$", link) for link in links)
    assert [site.get(link).status_code for link in links] == [200] * len(links)


def test_what_is_served_statically_is_kept_for_good_by_browsers(site: Site) -> None:
    page = site.get("/konto/login/")
    style = site.get(re.search(r'href="([^"]+\.css)"', page.text)[1])  # type: ignore[index]
    assert "immutable" in style.headers["Cache-Control"]


def test_the_browser_is_told_to_trust_nobody_else(site: Site, provider: Provider) -> None:
    headers = site.get("/konto/login/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert f"form-action 'self' {provider.url};" in policy + ";"
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert (headers["X-Frame-Options"], headers["X-Content-Type-Options"]) == ("DENY", "nosniff")


def test_without_tls_one_is_sent_to_tls(site: Site) -> None:
    answer = site.get("/konto/login/", headers={"X-Forwarded-Proto": "http"})
    assert (answer.status_code, answer.headers["Location"]) == (301, f"https://{HOST}/konto/login/")


def test_a_host_nobody_named_is_refused(site: Site) -> None:
    assert site.get("/konto/login/", headers={"Host": "elsewhere.example"}).status_code == 400


# -- who gets in -----------------------------------------------------------------------
WAYS_IN = ("OIDC_SERVER_URL", "BREAK_GLASS_NETWORKS")


def test_nobody_could_enter_so_it_does_not_start(site: Site) -> None:
    web = ("python", "-c", "import skolefleks.wsgi")
    done = site.run(*web, service="web", **dict.fromkeys(WAYS_IN, ""))
    assert (done.returncode, "Nobody could sign in" in done.stdout) == (3, True)


@pytest.mark.parametrize("missing", WAYS_IN)
def test_one_way_in_is_enough(
    site: Site, settings: Any, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    of_production = site.settings(monkeypatch, **{missing: ""})
    for name in ("PRODUCTION", "SOCIALACCOUNT_PROVIDERS", "BREAK_GLASS_NETWORKS"):
        setattr(settings, name, of_production[name])
    start.require_a_way_in()


def test_production_passes_djangos_own_examination_and_has_no_demo(site: Site) -> None:
    assert site.get("/demo/").status_code == 404
    examined = "check --deploy --fail-level WARNING"
    done = site.manage_all(examined, "load_demo")
    # What is said and what went wrong come by two ways, and in either order.
    refused, sound = sorted(done.stdout.splitlines())
    assert sound == "System check identified no issues (0 silenced)."
    assert (done.returncode, refused) == (1, "CommandError: Demoen findes ikke i produktion.")
    people = {email for (email,) in site.rows("SELECT email FROM skolefleks_user")}
    assert people == {LEADER, ADMINISTRATOR}


def test_a_password_opens_nothing(site: Site) -> None:
    session = Browser(HOST)
    page = session.get(site.url + "/konto/login/")
    assert 'type="password"' not in page.text
    form = {
        "login": LEADER,
        "password": "skolefleks",
        "csrfmiddlewaretoken": session.cookies["__Host-csrftoken"],
    }
    assert session.post(site.url + "/konto/login/", data=form).status_code == 403
    assert "__Host-skolefleks" not in session.cookies
    assert site.rows("SELECT count(*) FROM skolefleks_user WHERE password NOT LIKE '!%'") == [(0,)]


def test_a_known_person_comes_in_by_single_sign_on(site: Site, provider: Provider) -> None:
    assert "Log ind med kommunens login" in site.get("/konto/login/").text
    answer = sign_in(site.url, HOST, provider, email=LEADER.upper())
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    start = answer.session.get(site.url + "/")
    assert (start.status_code, "Lene Leder" in start.text) == (200, True)


def test_the_session_is_for_this_site_over_tls_and_ends_with_the_browser(
    site: Site, provider: Provider
) -> None:
    cookie = sign_in(site.url, HOST, provider, email=LEADER).headers["Set-Cookie"]
    session = re.search(r"skolefleks=[^;]+(;[^,]+)", cookie)[1]  # type: ignore[index]
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= set(session.split("; "))
    assert "expires" not in session.lower()


def test_a_person_keeps_their_way_in_when_their_address_changes(
    site: Site, provider: Provider
) -> None:
    sign_in(site.url, HOST, provider, email=LEADER)
    assert sign_in(site.url, HOST, provider, email="gift@skolefleks.example").status_code == 302


@pytest.mark.parametrize(
    ("claims", "sentence", "reason"),
    [
        ({"sub": "nobody", "email": "no@b.example"}, "Du er ikke oprettet i SkoleFleks", "unknown"),
        (
            {"sub": "a new colleague", "email": LEADER},
            "E-mailen hører til et andet login",
            "other_identity",
        ),
        (
            {"sub": "unsure", "email": LEADER, "email_verified": False},
            "Din e-mail er ikke bekræftet",
            "not_verified",
        ),
        (
            {"sub": "no address at all", "email": None},
            "Kommunens login oplyste ingen e-mail",
            "no_address",
        ),
    ],
    ids=["unknown", "an address handed on", "unverified", "without an address"],
)
def test_somebody_else_is_told_why_and_the_log_says_it_too(
    site: Site, provider: Provider, claims: dict[str, Any], sentence: str, reason: str
) -> None:
    sign_in(site.url, HOST, provider, email=LEADER)
    people = site.rows("SELECT count(*) FROM skolefleks_user")
    answer = sign_in(site.url, HOST, provider, **claims)
    assert answer.status_code == 403
    assert sentence in answer.text
    assert f'"reason": "{reason}"' in site.log("web")
    assert answer.session.get(site.url + "/", allow_redirects=False).status_code == 302
    assert site.rows("SELECT count(*) FROM skolefleks_user") == people


def test_no_claim_is_kept_but_those_that_are_used(site: Site, provider: Provider) -> None:
    claims = {"cpr": "010115-1234", "dk:gov:saml:attribute:CprNumberIdentifier": "0101151234"}
    sign_in(site.url, HOST, provider, email=LEADER, name="Lene 0101151234", **claims)
    kept = site.rows("SELECT extra_data::text FROM socialaccount_socialaccount")
    assert [text for (text,) in kept if "1234" in text or "cpr" in text.lower()] == []
    assert LEADER in str(kept)


def test_who_signs_out_is_signed_out_at_the_sign_on_too(site: Site, provider: Provider) -> None:
    session = sign_in(site.url, HOST, provider, email=LEADER).session
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', session.get(site.url + "/").text)
    form = {"csrfmiddlewaretoken": token[1]}  # type: ignore[index]
    answer = session.post(site.url + "/konto/logout/", data=form, allow_redirects=False)
    way = urlsplit(answer.headers["Location"])
    assert f"{way.scheme}://{way.netloc}{way.path}" == f"{provider.url}/endsession"
    back = parse_qs(way.query)["post_logout_redirect_uri"]
    assert back == [f"https://{HOST}/konto/login/"]
    assert session.get(site.url + "/", allow_redirects=False).status_code == 302


def test_nobody_ties_another_identity_to_themselves(site: Site, provider: Provider) -> None:
    session = sign_in(site.url, HOST, provider, email=LEADER).session
    answer = sign_in(
        site.url,
        HOST,
        provider,
        session=session,
        process="connect",
        sub="mine",
        email="x@y.example",
    )
    assert answer.status_code == 403
    assert site.rows("SELECT uid FROM socialaccount_socialaccount") == [("lene",)]


def test_a_sign_on_that_fails_says_so_in_words(site: Site, provider: Provider) -> None:
    provider.broken = True
    try:
        answer = sign_in(site.url, HOST, provider, email=LEADER)
    finally:
        provider.broken = False
    assert answer.status_code == 503
    assert "Login lykkedes ikke" in answer.text


def test_a_token_that_a_wrong_clock_calls_expired_is_told_to_the_operator(
    site: Site, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider, "lifetime", -300)
    answer = sign_in(site.url, HOST, provider, email=LEADER)
    assert (answer.status_code, "Login lykkedes ikke" in answer.text) == (401, True)
    assert '"exception_type": "ExpiredSignatureError"' in site.log("web")


@pytest.mark.parametrize("path", ADDRESSES)
def test_every_address_of_sign_in_is_danish_and_without_styles(site: Site, path: str) -> None:
    answer = site.get(path)
    assert answer.status_code == ADDRESSES[path][0]
    assert_danish(answer.text)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ADDRESSES)
def test_outside_production_every_address_of_sign_in_works_too(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == ADDRESSES[path][1]
    assert_danish(answer.text)


# -- what does not start ---------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("DEBUG", "1", "DEBUG is set"),
        ("SECRET_KEY_FILE", "", "SECRET_KEY_FILE is missing"),
        ("SECRET_KEY_FILE", "/nowhere/key", "SECRET_KEY_FILE: /nowhere/key cannot be read"),
        ("SECRET_KEY_FILE", os.devnull, "is empty"),
        ("ENCRYPTION_KEYS_FILE", "", "ENCRYPTION_KEYS_FILE is missing"),
        (
            "DATABASE_PASSWORD_FILE",
            "/nowhere/password",
            "DATABASE_PASSWORD_FILE: /nowhere/password cannot be read",
        ),
        ("ALLOWED_HOSTS", " ", "ALLOWED_HOSTS is missing"),
        ("OIDC_CLIENT_ID", "", "OIDC_CLIENT_ID is missing"),
        ("BREAK_GLASS_NETWORKS", "10.0.0.1/8", "BREAK_GLASS_NETWORKS: 10.0.0.1/8 has host bits"),
        ("SKOLEFLEKS_MODE", "live", "SKOLEFLEKS_MODE is demo, test or production"),
    ],
)
def test_settings_that_do_not_do_are_refused(
    site: Site, monkeypatch: pytest.MonkeyPatch, name: str, text: str, said: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=said):
        site.settings(monkeypatch, **{name: text})


def test_the_site_does_not_start_without_its_keys(site: Site) -> None:
    done = site.run(
        "gunicorn", "--check-config", "skolefleks.wsgi:application", ENCRYPTION_KEYS_FILE=""
    )
    assert done.returncode != 0
    assert "ImproperlyConfigured: ENCRYPTION_KEYS_FILE is missing." in done.stdout


# -- health ----------------------------------------------------------------------------
def test_all_parts_are_well(site: Site) -> None:
    report = site.becomes(200)
    assert {name: report[name] for name in ("database", "valkey", "worker", "ok")} == dict.fromkeys(
        ("database", "valkey", "worker", "ok"), True
    )
    assert report["outbox_age"] == 0


def test_the_image_asks_after_its_own_health_as_docker_will(site: Site) -> None:
    site.becomes(200)
    command = json.loads(re.findall(r"HEALTHCHECK .*\n +CMD (.*)", IMAGE)[0])
    port = site.url.rpartition(":")[2]
    assert site.run(*(word.replace(":8000", f":{port}") for word in command)).returncode == 0


@pytest.mark.parametrize("service", ["worker", "mailer"])
def test_a_worker_shows_that_it_is_alive_and_a_frozen_one_does_not(
    site: Site, service: str
) -> None:
    site.becomes(200)
    assert site.is_healthy(service)
    with site.frozen(service):
        three_minutes_ago = time.time() - 180
        os.utime(site.pulse(service), (three_minutes_ago, three_minutes_ago))
        assert not site.is_healthy(service)
    deadline = time.monotonic() + 20
    while not site.is_healthy(service):
        assert time.monotonic() < deadline


@pytest.mark.long
def test_a_worker_that_stands_still_is_seen_and_its_return_too(site: Site) -> None:
    site.becomes(200)
    with site.frozen("worker"), redis.Redis.from_url(site.env["VALKEY_URL"]) as valkey:
        valkey.set(":1:worker.heartbeat", int(time.time()) - 60)
        code, report = site.health()
        assert (code, report["worker"], report["valkey"], report["ok"]) == (200, False, True, True)
        assert report["warnings"] == ["worker"]
    site.becomes(200)


def test_without_valkey_the_site_says_so_and_still_lets_people_in(
    site: Site, provider: Provider
) -> None:
    with site.frozen("valkey"):
        code, report = site.health()
        assert (code, report["valkey"], report["database"]) == (200, False, True)
        assert report["warnings"] == ["valkey", "worker"]
        assert sign_in(site.url, HOST, provider, email=LEADER).headers["Location"] == "/"
    site.becomes(200)


# -- the emergency door (last: its alarms are mails, and nobody takes them here) ----------
def test_the_emergency_door_is_there_from_listed_addresses_only(site: Site) -> None:
    act = f"break_glass noed@skolefleks.example --by {ADMINISTRATOR}"
    made = site.run("python", "manage.py", *act.split())
    password, secret = re.findall(r"(?m)^(?:Password|Secret): +(.*)$", made.stdout)
    form = {
        "email": "noed@skolefleks.example",
        "password": password,
        "code": format_hotp_value(hotp_value(secret, int(time.time()) // 30)),
    }
    assert knock(site, "198.51.100.9", form).status_code == 404
    assert knock(site, LISTED, form | {"code": "000000"}).status_code == 422
    assert knock(site, LISTED, form).headers["Location"] == "/"
    site.manage(f"{act} --end")
    assert knock(site, LISTED, form).status_code == 422
