"""Every kind of page is valid HTML, as `html-validate` judges it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

ROOT = Path(__file__).resolve().parents[2]
CHECKER = ROOT / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"
NODE = Path(sys.executable).parent / "node"

# Two addresses that differ in these alone are one kind of page.
KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f-]+|SF-[0-9]{4}-[0-9]+|[0-9]+|[?#].*")
LEADS_OUT = re.compile(r"/static/|/konto/log|\.(pdf|xlsx|csv|ics)|/demo")

PEOPLE = ("leader", "staff", "ppr", "chair", "chief", "follower", "admin")
BEGINNINGS = ("/", "/ansoegninger/?fane=kladder", "/ansoegninger/?fane=indsatser")


def pages_of(client: Client) -> dict[str, str]:
    """The text of one page of each kind that links lead to from the first."""
    pages: dict[str, str] = {}
    waiting = list(BEGINNINGS)
    while waiting:
        address = waiting.pop(0)
        kind = KEY.sub("N", address)
        if kind in pages or LEADS_OUT.search(address):
            continue
        answer = client.get(address)
        pages[kind] = ""
        if answer.status_code == 200 and "html" in answer["Content-Type"]:
            pages[kind] = answer.content.decode()
            waiting += re.findall(r'href="(/[^"]*)"', pages[kind])
    return {kind: text for kind, text in pages.items() if text}


def faults_in(pages: dict[str, str], folder: Path) -> list[str]:
    for number, text in enumerate(pages.values()):
        (folder / f"{number}.html").write_text(text)
    config = ["--config", str(ROOT / ".htmlvalidate.json"), "--formatter", "json"]
    command = [NODE, CHECKER, *config, *sorted(folder.glob("*.html"))]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    kinds = list(pages)
    faults = []
    for file in json.loads(done.stdout):
        kind = kinds[int(Path(file["filePath"]).stem)]
        faults += [f"{kind}: {message['message']}" for message in file["messages"]]
    return faults


@pytest.mark.long
def test_every_kind_of_page_is_valid_html(released, draft, request, client_for, tmp_path):
    pages = {}
    for name in PEOPLE:
        person = request.getfixturevalue(name)
        for kind, text in pages_of(client_for(person)).items():
            pages[f"{name} {kind}"] = text
    assert len(pages) > 80
    assert faults_in(pages, tmp_path) == []


@pytest.mark.long
def test_a_fault_would_be_told(tmp_path):
    page = '<!DOCTYPE html><html lang="da"><head><title>x</title></head><body>'
    faults = faults_in({"x": page + '<p id="a"></p><p id="a"></p></body></html>'}, tmp_path)
    assert faults == ['x: Duplicate ID "a"']
