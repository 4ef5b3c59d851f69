"""What all base images begin with: a root of Debian's packages.

It needs nothing that `make setup` installs, and may be fetched beside it:

    python3 -m tests.engine.root
"""

from __future__ import annotations

import subprocess

from tests.engine.machine import CACHE, alone, install_packages, why_not

TAR = CACHE / "root.tar"

PACKAGES = "python3-venv,redis-tools,tzdata,ca-certificates"


def fetch() -> None:
    """Unpack Debian's packages into the tar, unless it is there."""
    if TAR.exists():
        return
    unfinished = CACHE / "unfinished.tar"
    unfinished.unlink(missing_ok=True)
    options = ["--quiet", "--variant=minbase", f"--include={PACKAGES}"]
    # What is unpacked is read once, into an image: nothing need reach the disk before that.
    options.append("--dpkgopt=force-unsafe-io")
    for folder in ("doc", "man", "locale"):
        options.append(f"--dpkgopt=path-exclude=/usr/share/{folder}/*")
    subprocess.run(["mmdebstrap", *options, "bookworm", unfinished], check=True)
    unfinished.rename(TAR)


if __name__ == "__main__":
    if not why_not():
        with alone():
            install_packages()
            fetch()
