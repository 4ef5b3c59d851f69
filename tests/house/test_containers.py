"""What stands in `Dockerfile` and `docker-compose.yml`: nobody is root, secrets are files,
everything is looked after.
"""

from __future__ import annotations

import re

import pytest

from tests.production import IMAGE, OURS, PROJECT, SERVICES


@pytest.mark.parametrize("name", SERVICES)
def test_no_service_is_root_or_can_become_it(name: str) -> None:
    service = SERVICES[name]
    assert service["user"].split(":")[0] not in {"", "root", "0"}
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] is True
    assert not {"privileged", "cap_add", "devices", "pid", "network_mode"} & set(service)


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_asked_how_it_is_or_runs_once(name: str) -> None:
    service = SERVICES[name]
    asked = "test" in service.get("healthcheck", {}) or (name == "web" and "HEALTHCHECK" in IMAGE)
    assert asked != (service["restart"] == "no")


def test_secrets_come_from_files_and_only_the_site_is_reached_from_this_machine() -> None:
    told = []
    for service in SERVICES.values():
        for name, text in service.get("environment", {}).items():
            told.append(f"{name}={text}")
    secret = [line for line in told if re.search(r"(?i)secret|password|keys|token", line)]
    assert all(re.fullmatch(r"\w+_FILE=/run/secrets/\w+", line) for line in secret)
    assert not any(re.search(r"://[^/@]*:[^/@]*@", line) for line in told)
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {"web": ["127.0.0.1:8000:8000"]}


def test_whoever_opens_strangers_files_reaches_nobody_outside() -> None:
    outside = {name for name, service in SERVICES.items() if "outside" in service["networks"]}
    assert outside == {"web", "mailer"}
    assert "--queues=celery" in SERVICES["worker"]["command"]
    assert "--queues=outward" in SERVICES["mailer"]["command"]
    assert SERVICES["mailer"]["volumes"] == []


def test_only_the_web_process_keeps_a_pool_of_connections() -> None:
    assert [
        name for name, service in OURS.items() if "DATABASE_POOL" in service["environment"]
    ] == ["web"]


def test_the_image_runs_as_nobody_special_and_is_built_by_hash() -> None:
    assert re.findall(r"(?m)^USER (.*)", IMAGE)[-1] == SERVICES["web"]["user"]
    assert "--require-hashes" in IMAGE
    assert "npm ci" in IMAGE
    assert re.findall(r"(?m)^COPY --from=\w+ \S+ (sbom/\S+)$", IMAGE) == [
        "sbom/front.json",
        "sbom/python.json",
    ]
    allowed = {
        line[1:]
        for line in (PROJECT / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    copied = re.findall(r"(?m)^COPY (?!--from)(.*) \S+$", IMAGE)
    assert set(" ".join(copied).split()) == allowed


def test_every_image_is_held_by_its_digest_the_same_in_both_files() -> None:
    compose = (PROJECT / "docker-compose.yml").read_text()
    ours = ("SKOLEFLEKS_IMAGE", "skolefleks")
    in_compose = set(re.findall(r"\$\{(\w+_IMAGE):-([^}]+)\}", compose)) - {ours}
    in_dockerfile = set(re.findall(r"(?m)^ARG (\w+_IMAGE)=(.*)$", IMAGE))
    assert len(in_compose) == 4
    assert in_dockerfile < in_compose
    held = re.compile(r"[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}")
    assert all(held.fullmatch(image) for _, image in in_compose)
