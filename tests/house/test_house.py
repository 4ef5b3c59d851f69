"""The laws of the house: what every address, form, template and file keeps to, without anybody having to remember it."""

from __future__ import annotations

import ast
import inspect
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import URLPattern, get_resolver

from skolefleks.models import Role
from skolefleks.permissions import GRANTS, Permission

ROOT = settings.BASE_DIR


FLOORS = ("skolefleks", "budget", "applications", "visitation")


TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


CODE = [
    path
    for floor in FLOORS
    for path in sorted((ROOT / floor).rglob("*.py"))
    if "migrations" not in path.parts
]


TESTS = sorted((ROOT / "tests").rglob("*.py"))


# allauth's own views: they carry no mark of ours, and show and change nothing but one's own sign-in.
THIRD_PARTY = {
    "openid_connect_login": "sends the browser to the municipality's sign-on",
    "openid_connect_callback": "where the sign-on sends it back",
    "socialaccount_login_cancelled": "says that one turned back at the sign-on",
    "socialaccount_login_error": "says that the sign-on failed",
    "socialaccount_signup": "closed: nobody signs up by themselves",
    "socialaccount_connections": "one's own sign-on accounts",
}


# POST without a key: signing in and out twice is the same as once.
SIGN_IN = {"account_login", "account_logout", "account_inactive", "demo"} | THIRD_PARTY.keys()


SIGN_IN_TEMPLATES = re.compile(r"^(account|socialaccount|allauth)/|^demo\.html|^_log_out\.html")


CRISPY = re.compile(r"^dkfds/")  # the template pack: crispy hands it html that is ready


def addresses(patterns=None, prefix=""):
    for pattern in patterns or get_resolver().url_patterns:
        if isinstance(pattern, URLPattern):
            yield prefix + str(pattern.name), pattern.callback
        else:
            yield from addresses(
                pattern.url_patterns,
                prefix + (f"{pattern.namespace}:" if pattern.namespace else ""),
            )


ADDRESSES = sorted(addresses(), key=lambda address: address[0])


OWN = [(name, view) for name, view in ADDRESSES if name not in THIRD_PARTY]


def methods(view):
    """What `view` answers, as its require_... decorator says."""
    while view:
        known = inspect.getclosurevars(view).nonlocals
        if "request_method_list" in known:
            return set(known["request_method_list"])
        view = getattr(view, "__wrapped__", None)
    return {"GET", "HEAD", "POST", "PUT", "DELETE"}


def named(paths):
    return pytest.mark.parametrize(
        "path", paths, ids=[str(path.relative_to(ROOT)) for path in paths]
    )


def shown(template):
    return str(template.relative_to(ROOT / "templates"))


# -- addresses and rights ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("name", "view"), OWN, ids=[name for name, _ in OWN])
def test_every_address_says_who_may_enter(name, view):
    marked = getattr(view, "allowed", None)
    assert marked == "public" or all(isinstance(right, Permission) for right in marked)


def test_what_is_public_is_known():
    public = {name for name, view in OWN if view.allowed == "public"}
    assert public == {"account_login", "account_logout", "account_inactive", "demo", "healthz"}


def test_the_views_of_others_are_known_by_name():
    assert {name for name, view in ADDRESSES if not hasattr(view, "allowed")} <= THIRD_PARTY.keys()


@pytest.mark.parametrize(("name", "view"), OWN, ids=[name for name, _ in OWN])
def test_every_view_that_takes_a_form_takes_it_once(name, view):
    if name not in SIGN_IN and "POST" in methods(view):
        assert getattr(view, "once", False), f"{name} accepts POST and is not `once`"


def test_the_law_of_once_would_notice():
    views = dict(OWN)
    assert "POST" in methods(views["decide"])
    assert methods(views["case"]) == {"GET", "HEAD"}
    assert "POST" in methods(lambda request: None)


@pytest.mark.parametrize("permission", Permission)
def test_every_right_is_somebodys(permission):
    assert GRANTS[permission]


@pytest.mark.parametrize("role", Role)
def test_every_role_has_a_right(role):
    assert [permission for permission, roles in GRANTS.items() if role in roles]


# -- templates --------------------------------------------------------------------------------------------------------
@named(TEMPLATES)
def test_every_form_that_changes_something_carries_token_and_key(path):
    for form in re.findall(r"<form(?=[^>]*method=\"post\").*?</form>", path.read_text(), re.DOTALL):
        assert "{% csrf_token %}" in form
        assert "{% idempotency_key %}" in form or SIGN_IN_TEMPLATES.search(shown(path))


PARTS = [
    path for path in TEMPLATES if path.name.startswith("_") or path.parent.name == "components"
]


@named(PARTS)
def test_every_part_says_what_it_needs(path):
    assert path.read_text().startswith("{# needs:")


def test_there_are_parts_forms_and_addresses_to_judge():
    assert len(PARTS) > 20
    assert len(OWN) > 20
    assert sum('method="post"' in path.read_text() for path in TEMPLATES) > 10


INLINE = re.compile(
    r"<style|<script(?![^>]*\bsrc=)|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", re.IGNORECASE
)


@named(TEMPLATES)
def test_no_script_and_no_style_stands_in_a_template(path):
    assert not INLINE.search(path.read_text())


@pytest.mark.parametrize(
    "text", ["<script>", "<p style='x'>", '<a onclick="x">', '<a href="javascript:x">', "<style>"]
)
def test_the_law_of_scripts_would_notice(text):
    assert INLINE.search(text)


@named([path for path in TEMPLATES if not CRISPY.search(shown(path))])
def test_no_template_trusts_text(path):
    assert not re.search(r"\|\s*(safe|safeseq)\b|autoescape off", path.read_text())


@named(TEMPLATES)
def test_no_template_asks_the_database_or_judges_a_role(path):
    text = re.sub(r"forloop\.(first|last)", "", path.read_text())
    assert not re.search(
        r"\{[{%][^}%]*\.(all|count|exists|first|last|filter|roles|memberships|objects)\b", text
    )


# -- files ------------------------------------------------------------------------------------------------------------
BUILT = {"node_modules", "dist", ".venv", ".state", "migrations"}


WRITTEN = [
    path
    for folder in (*FLOORS, "templates", "tests", "front", "docs")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in {".py", ".html", ".css", ".scss", ".js", ".mjs", ".md"}
    and not BUILT & set(path.parts)
]


NO_ROOMS = {
    f"{name}.py" for name in "utils helpers services signals mixins managers constants".split()
}


def test_no_file_is_longer_than_400_lines():
    assert {
        str(path.relative_to(ROOT)): n
        for path in WRITTEN
        if (n := len(path.read_text().splitlines())) > 400
    } == {}


def test_no_file_is_a_drawer_for_everything():
    assert [path for path in WRITTEN if path.name in NO_ROOMS] == []


def functions(path):
    """(name, lines of its body, without docstring) of each function in `path`."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            yield node.name, body[-1].end_lineno - body[0].lineno + 1 if body else 0


@named(CODE)
def test_no_function_is_longer_than_a_screen(path):
    assert [name for name, length in functions(path) if length > 30] == []


def test_no_test_is_longer_than_15_lines():
    long = [
        (path.name, name, n)
        for path in TESTS
        for name, n in functions(path)
        if name.startswith("test_") and n > 15
    ]
    assert long == []


@named(CODE)
def test_every_module_opens_with_a_sentence(path):
    text = path.read_text()
    assert not text.strip() or ast.get_docstring(ast.parse(text))


@named(CODE)
def test_nothing_happens_behind_ones_back(path):
    """No signals, no `save` of one's own, no html trusted but the charts drawn here."""
    text = path.read_text()
    assert not re.search(r"def save\(|@receiver|^from django.*\bsignals\b", text, re.MULTILINE)
    assert "mark_safe" not in text or path.relative_to(ROOT) == Path("budget/charts.py")


def assignments_of_status(path):
    """The lines of `path` that set a status: `x.status = ...` and `update(status=...)`."""
    for node in ast.walk(ast.parse(path.read_text())):
        targets = node.targets if isinstance(node, ast.Assign) else []
        sets = any(
            isinstance(target, ast.Attribute) and target.attr == "status" for target in targets
        )
        named = {keyword.arg for keyword in node.keywords} if isinstance(node, ast.Call) else set()
        updates = (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "update"
        )
        if sets or (updates and "status" in named):
            yield f"{path.relative_to(ROOT).parts[0]}: {ast.unparse(node)}"


def test_only_move_writes_a_status():
    lines = {
        line
        for path in CODE
        if "management" not in path.parts
        for line in assignments_of_status(path)
    }
    assert lines == {
        "skolefleks: rows.update(status=step.target)",
        "skolefleks: thing.status = step.target",
        "applications: application.status = locked.status",  # read from the row that was just locked
    }


def imports(path):
    """Everything that `path` imports, in full: `from budget import actions` is budget.actions."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_only_the_committees_acts_and_the_books_own_rooms_move_money():
    knows = [
        path for path in CODE if any(name.startswith("budget.actions") for name in imports(path))
    ]
    rooms = {
        path.relative_to(ROOT).with_suffix("").parts[:2]
        for path in knows
        if path.name != "load_demo.py"
    }
    assert ("visitation", "actions") in rooms
    assert {room for room in rooms if room[0] != "budget"} == {("visitation", "actions")}
    assert {name for floor, name in rooms if floor == "budget"} <= {
        "actions",
        "views",
        "management",
        "tasks",
    }


MACHINE = re.compile(r"(?<![\w.])/(work|root|home|Users)/\w")


def test_nothing_written_names_a_place_on_somebodys_machine():
    texts = [
        path
        for path in (*WRITTEN, ROOT / "README.md", ROOT / "Makefile", ROOT / "pyproject.toml")
        if path.exists()
    ]
    assert [
        path.name for path in texts if MACHINE.search(path.read_text()) and path != Path(__file__)
    ] == []


# -- migrations and floors --------------------------------------------------------------------------------------------
def test_no_migration_is_missing(db):
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def lint_imports(folder):
    lint = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [lint, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture
def copy_of_the_house(tmp_path):
    for floor in FLOORS:
        shutil.copytree(
            ROOT / floor,
            tmp_path / floor,
            ignore=shutil.ignore_patterns("*.json", "*.csv", "__pycache__"),
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_floors_hold(copy_of_the_house):
    answer = lint_imports(copy_of_the_house)
    assert answer.returncode == 0, answer.stdout


BREACHES = {
    "look down, never up": ("budget/models", "import applications.models"),
    "cannot move money": ("applications/actions", "import budget.actions"),
    "Only the committee's acts spend": ("visitation/views", "import budget.actions"),
    "the same rooms": ("applications/models", "import applications.forms"),
}


@pytest.mark.parametrize("contract", BREACHES)
def test_a_step_up_would_be_noticed(contract, copy_of_the_house):
    room, line = BREACHES[contract]
    folder = copy_of_the_house / room
    file = folder / "__init__.py" if folder.exists() else folder.with_suffix(".py")
    file.write_text(f"{file.read_text()}\n{line}\n")
    answer = lint_imports(copy_of_the_house)
    assert answer.returncode == 1
    assert re.search(rf"{contract}.* BROKEN", answer.stdout)
