"""What a site proves of itself after an accident: `python -m tests.accidents.proof`, JSON."""

from __future__ import annotations

import json

import django

django.setup()

from budget.books import proof  # noqa: E402
from skolefleks import audit, installation, storage  # noqa: E402


def main() -> None:
    wrong = [check.title for check in proof.prove() if not check.holds]
    lost = [name for name in installation.names_in_use() if not storage.path_of(name).exists()]
    print(json.dumps({"wrong": wrong, "lost": lost, "trail": audit.verify().is_intact}))


if __name__ == "__main__":
    main()
