# Everything from a clone, as an ordinary user: `make demo`. It needs Python 3.11 or newer, and make; nothing else.
#
#   make demo                      the site on http://127.0.0.1:8000/ (PORT=8123 for another, RESET=1 starts afresh,
#                                  RESET=1 MUNICIPALITY=nordby as another municipality)
#   make manage ARGS="..."         a management command on the demo's database
#   make test [ARGS="..."]         all tests, on a PostgreSQL and a Valkey of their own
#   make check                     the minute between two commits: the linters, and the tests that a change touches
#   make engine [ARGS=all|short]   the image, and docs/production.md followed, on a container engine (root, Debian)
#   make lint                      everything that judges without running
#   make mutants                   whether the tests find faults that are sown into what must not be wrong
#   make bench                     how fast the pages are; ARGS="--against FOLDER" beside another checkout, in turn
#   make lock                      requirements/*.txt anew, from pyproject.toml
#   make sbom                      what production is made of, as CycloneDX: .state/sbom/python.json and front.json
#   make clean                     removes what make installed and built; the demo's data in .state/ stays

NEW_ENOUGH := -c 'import sys; sys.exit(sys.version_info < (3, 11))'
CANDIDATES := python3 python3.14 python3.13 python3.12 python3.11
PYTHON ?= $(firstword $(shell for p in $(CANDIDATES); do $$p $(NEW_ENOUGH) 2>/dev/null && echo $$p; done))

VENV_PYTHON := .venv/bin/python
INSTALLED := .venv/installed
NODE_MODULES := node_modules/.package-lock.json
BUILT := static/dist/skolefleks.css

# The wheel's npm trusts what this machine trusts, a company's proxy too.
export NODE_USE_SYSTEM_CA := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# What one process has compiled, the next one reads.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo manage test check engine lint mutants bench lock sbom clean setup
.DELETE_ON_ERROR:

setup: $(INSTALLED) $(BUILT)

# `exec`, so that make itself is the demo's parent: a killed make ends it.
demo: setup
	@exec env STARTED_BY_MAKE=1 $(VENV_PYTHON) -m skolefleks.development.demo run

manage: setup
	@$(VENV_PYTHON) -m skolefleks.development.demo manage $(ARGS)

test: setup
	@$(VENV_PYTHON) -m pytest $(ARGS)

# Without a browser; the subjects that differ from BASE, and the house itself.
BASE ?= HEAD

check: lint
	@$(VENV_PYTHON) -m tests.touched $(BASE)

mutants: setup
	@$(VENV_PYTHON) -m tests.mutants $(ARGS)

bench: setup
	@$(VENV_PYTHON) -m tests.bench $(ARGS)

# It says so, and is content, where no engine can run.
engine: setup
	@$(VENV_PYTHON) -m tests.engine $(ARGS)

lint: setup
	@sh .ci/lint

# -- set-up: each step again only when what it is made from has changed ----------------------------------------------

$(INSTALLED): requirements/development.txt
	@test -n "$(PYTHON)" && $(PYTHON) $(NEW_ENOUGH) || { \
	    echo "SkoleFleks needs Python 3.11 or newer; name one that is not on the path: make demo PYTHON=/path/to/it"; \
	    exit 1; }
	@echo "Installing Python packages ..."
	@$(PYTHON) -m venv .venv || { echo "Python cannot make a venv (on Debian: apt install python3-venv)."; exit 1; }
	@# Most of it is never read, and what is read is compiled then.
	@$(VENV_PYTHON) -m pip install -qq --no-compile --require-hashes -r requirements/development.txt
	@touch $@

$(NODE_MODULES): package-lock.json package.json .npmrc $(INSTALLED)
	@echo "Installing Det Fælles Designsystem ..."
	@PATH="$(CURDIR)/.venv/bin:$$PATH" npm ci --silent
	@touch $@

$(BUILT): $(NODE_MODULES) $(wildcard front/*)
	@echo "Building the style sheet ..."
	@PATH="$(CURDIR)/.venv/bin:$$PATH" npm run --silent build
	@touch $@

# The public index alone: nothing that this machine's pip adds to it may get into the lists.
COMPILE := env -u PIP_FIND_LINKS -u PIP_INDEX_URL -u PIP_EXTRA_INDEX_URL PIP_CONFIG_FILE=/dev/null \
    CUSTOM_COMPILE_COMMAND="make lock" $(VENV_PYTHON) -m piptools compile --quiet --generate-hashes \
    --no-emit-index-url --no-emit-options --strip-extras --allow-unsafe $(ARGS)

lock: $(INSTALLED)
	@$(COMPILE) -o requirements/production.txt pyproject.toml
	@$(COMPILE) --extra development -c requirements/production.txt -o requirements/development.txt pyproject.toml
	@$(COMPILE) -o requirements/sbom.txt requirements/sbom.in

# In a venv of its own: it brings thirty packages that nothing else of ours needs.
SBOM := .state/sbom

sbom: setup
	@mkdir -p $(SBOM)
	@$(PYTHON) -m venv $(SBOM)/venv
	@$(SBOM)/venv/bin/pip install -qq --require-hashes -r requirements/sbom.txt
	@$(SBOM)/venv/bin/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible \
	    -o $(SBOM)/python.json requirements/production.txt
	@PATH="$(CURDIR)/.venv/bin:$$PATH" npm sbom --silent --package-lock-only --sbom-format cyclonedx \
	    > $(SBOM)/front.json
	@echo "$(SBOM)/python.json and $(SBOM)/front.json"

clean:
	rm -rf .venv node_modules static/dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
