"""The commands of docs/production.md, as they stand there."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from tests.engine.bases import PROJECT
from tests.engine.clock import step

TEXT = (PROJECT / "docs/production.md").read_text()


def block(heading: str, language: str = "sh", number: int = 0) -> str:
    """The first block of `language` under a heading, or under a step or a word in bold.

    `number` counts from 0: the block after that many others.
    """
    begins = re.search(rf"^(?:## |\*\*(?:\d\. )?){re.escape(heading)}", TEXT, re.MULTILINE)
    assert begins, f"docs/production.md has no {heading}"
    blocks = re.findall(
        rf"^```{language}\n(.*?)^```", TEXT[begins.end() :], re.MULTILINE | re.DOTALL
    )
    assert len(blocks) > number, f"nothing in {language} under {heading}"
    return str(blocks[number])


def run(heading: str, folder: Path, typed: str = "", number: int = 0) -> str:
    """Run a block in `folder`, as it stands; what it said."""
    text = block(heading, number=number)
    lines = text.splitlines()
    # Commands of the engine stand alone on their lines: the seconds of each are told.
    if len(lines) > 1 and all(line.startswith("docker ") for line in lines):
        said = ""
        for line in lines:
            with step(f"{heading}: {line}"):
                said += _run(heading, line, folder)
        return said
    return _run(heading, text, folder, typed)


def _run(heading: str, text: str, folder: Path, typed: str = "") -> str:
    command = ["bash", "-euo", "pipefail", "-c", text]
    done = subprocess.run(
        command,
        cwd=folder,
        input=typed,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    # The words too: this engine's `exec` has no exit code for a newer compose.
    if done.returncode != 0 or "CommandError" in done.stdout:
        raise SystemExit(f"docs/production.md, {heading}:\n{done.stdout[-6000:]}")
    return done.stdout
