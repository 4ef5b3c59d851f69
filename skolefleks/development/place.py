"""Where the servers of one state folder live, as whom they run, and where their programs are."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from contextlib import contextmanager
from importlib import metadata, util
from pathlib import Path
from typing import TYPE_CHECKING

from skolefleks.development.processes import Child, NotStarted, Processes, run_as

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Of the database and of the role that owns it: no superuser, so that the guards
# bind it too.
NAME = "skolefleks"

# Bytes; the kernel's limit.
SOCKET_PATH_MAX = 107

LONGEST_SOCKET = f"/{NAME}-xxxxxxxx/.s.PGSQL.5432"

# PostgreSQL refuses to run as root: the first of these that exists runs it.
ACCOUNTS = ("postgres", "nobody")


def municipality(state: Path) -> str:
    """Whose data the demo has: without it the next start would add the other figures."""
    note = state / "municipality"
    if not note.exists():
        return ""
    return note.read_text()


def note_municipality(state: Path, name: str) -> None:
    (state / "municipality").write_text(name)


class Place:
    """The folder of one state's data and that of its sockets."""

    def __init__(self, state: Path, sockets: Path) -> None:
        self.folder = lasting_folder(state)
        self.sockets = sockets
        self.folder.mkdir(mode=0o711, parents=True, exist_ok=True)

    def program(self, wheel: str, folders: Sequence[str], path: Path) -> Path:
        """The program at `path` of a wheel: where it is installed, or in a copy of `folders`.

        It is copied where the account that runs it may not enter the installation.
        """
        # Finds the package, does not run it.
        spec = util.find_spec(folders[0])
        if spec is None or spec.origin is None:
            raise NotStarted(
                f"The package {wheel} is not installed; requirements/development.txt has it."
            )

        installed = Path(spec.origin).parent.parent
        if is_open(installed / path):
            return installed / path

        copy = self.folder / f"{wheel}-{metadata.version(wheel)}"
        if not copy.exists():
            unfinished = new_folder(self.folder / f"{wheel}.new")
            for folder in folders:
                shutil.copytree(installed / folder, unfinished / folder)
            for entry in unfinished.rglob("*"):
                give(entry)
            unfinished.rename(copy)
        return copy / path

    def start(
        self,
        processes: Processes,
        name: str,
        command: Sequence[str | Path],
        farewell: signal.Signals,
    ) -> Child:
        """Start a server in a bare environment: nothing of ours reaches it, and no PG* variable."""
        env = {"PATH": os.defpath, "LC_ALL": "C", "HOME": str(self.sockets)}
        return processes.start(
            name,
            command,
            env=env,
            cwd=self.sockets,
            farewell=farewell,
            account=account(),
            server=True,
        )


def account() -> pwd.struct_passwd | None:
    """Whom the servers run as, where that is not ourselves."""
    if os.geteuid() != 0:
        return None

    entries = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in ACCOUNTS:
        if name in entries:
            return entries[name]
    raise NotStarted(
        "PostgreSQL does not run as root, and none of these users exists:"
        f" {', '.join(ACCOUNTS)}."
    )


def lasting_folder(state: Path) -> Path:
    """Where data lies for good: the state, or a folder in /var/lib.

    The latter is for root, whose account may not enter a closed folder.
    """
    if is_open(state):
        return state
    return Path("/var/lib", NAME, hashlib.sha256(bytes(state)).hexdigest()[:16])


def is_open(path: Path) -> bool:
    """Whether the account may enter the folder, or run the program; the kernel itself is asked."""
    command = ["test", "-x", str(path)]
    return (
        subprocess.run(command, cwd="/", check=False, **run_as(account())).returncode
        == 0
    )


def give(path: Path) -> None:
    """Let the account own the path."""
    owner = account()
    if owner is not None:
        os.chown(path, owner.pw_uid, owner.pw_gid)


def new_folder(folder: Path) -> Path:
    """The folder, new and empty, ours or the account's."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    give(folder)
    return folder


def write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)


@contextmanager
def socket_folder(state: Path) -> Iterator[Path]:
    """A private folder for the sockets, with a path short enough for the kernel."""
    note = state / "sockets"
    _remove_folder_of_killed_run(note)

    folder = Path(tempfile.mkdtemp(prefix=f"{NAME}-", dir=_room_for_sockets()))
    give(folder)
    write_private(note, str(folder))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        note.unlink(missing_ok=True)


def _remove_folder_of_killed_run(note: Path) -> None:
    if not note.exists():
        return

    folder = Path(note.read_text())
    # The note may be anything by now: only what we would have named so is removed.
    if folder.name.startswith(f"{NAME}-"):
        shutil.rmtree(folder, ignore_errors=True)


def _room_for_sockets() -> str:
    rooms = [os.environ.get("XDG_RUNTIME_DIR", ""), tempfile.gettempdir()]
    rooms.append("/tmp")  # noqa: S108  mkdtemp makes it private

    for room in rooms:
        longest = len(os.fsencode(room)) + len(LONGEST_SOCKET)
        is_short = longest <= SOCKET_PATH_MAX
        if room and is_short and os.access(room, os.W_OK) and is_open(Path(room)):
            return room
    raise NotStarted(
        "No folder for temporary files (TMPDIR) is open"
        " and has a path short enough for sockets."
    )
