# Every command works from a bare clone; what it needs is made on the way.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/bash

PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13 python3.14; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
PY := $(BIN)/python
INSTALLED := .venv/.installed
PORT ?= 8000
JOBS ?= 2
# Pages; the parts of documents end without a line break, which would be a space on paper.
TEMPLATES := '*.html' ':!documents/templates'
# For tools that read the settings and need no server.
NO_SERVERS := DATABASE_URL=postgres://nobody@127.0.0.1:1/none REDIS_URL=redis://127.0.0.1:1

.PHONY: help
help: ## this list
	@grep -hE '^[a-z][a-z-]*:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

.PHONY: demo
demo: $(INSTALLED) ## the whole portal on http://127.0.0.1:8000 (PORT=…), with one case driven through
	@.ci/system pages
	@$(PY) manage.py demo --port $(PORT)

.PHONY: demo-once
demo-once: $(INSTALLED) ## the same, headless: prints one JSON line and ends
	@.ci/system pages >&2
	@$(PY) manage.py demo --once --port $(PORT)

.PHONY: test
test: $(INSTALLED) ## every test, the browser tests included
	@.ci/system tests
	$(PY) -m pytest -n $(JOBS) --dist worksteal $(ARGS)

.PHONY: bench
bench: $(INSTALLED) ## what calculations cost and how the cost grows, as a table
	@.ci/system pages >&2
	@$(NO_SERVERS) $(PY) -m tests.bench
	@$(PY) -m tests.bench.with_servers
	@$(PY) -m tests.bench.on_history

.PHONY: chaos
chaos: $(INSTALLED) ## 200 certificates issued while workers, broker and database are killed
	@.ci/system pages >&2
	@$(PY) -m tests.chaos $(ARGS)

.PHONY: lint
lint: $(INSTALLED) ## formatting, linters, types, layers, migrations, templates, translations
	@.ci/system tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(NO_SERVERS) $(BIN)/mypy .
	$(BIN)/lint-imports
	$(PY) manage.py makemigrations --check --dry-run
	$(NO_SERVERS) $(PY) -m tests.portal.production check --deploy --fail-level WARNING
	git ls-files -z $(TEMPLATES) | xargs -0 --no-run-if-empty $(BIN)/djade --check --target-version 5.2
	$(NO_SERVERS) $(PY) manage.py check_catalogues

.PHONY: format
format: $(INSTALLED) ## put code and templates into their one form
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .
	git ls-files -z $(TEMPLATES) | xargs -0 --no-run-if-empty $(BIN)/djade --target-version 5.2

.PHONY: messages
messages: $(INSTALLED) ## gather new texts into the translation catalogues
	@.ci/system tests
	$(NO_SERVERS) $(PY) manage.py makemessages -l kk -l ru --no-obsolete --add-location file \
		-i '.venv*' -i var -i staticfiles -i tests

.PHONY: lock
lock: ## renew the locked requirements (needs uv)
	uv pip compile pyproject.toml $(LOCK) -o requirements.txt
	uv pip compile pyproject.toml $(LOCK) --group dev -c requirements.txt -o requirements-dev.txt
LOCK := --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --upgrade --quiet

.PHONY: clean
clean: ## remove the environment, the servers' data and everything generated
	rm -rf .venv var staticfiles .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +
	find . -name '*.mo' -delete

$(INSTALLED): requirements-dev.txt verify/pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: apt-get install python3" >&2; exit 1; }
	@PYTHON=$(PYTHON) .ci/system python >&2
	@test -x $(PY) || $(PYTHON) -m venv --clear .venv >&2
	@echo "Installing the locked requirements…" >&2
	@$(PY) -m pip install --disable-pip-version-check --quiet --require-hashes -r requirements-dev.txt >&2
	@printf '%s\n' "$$PWD" "$$PWD/verify" \
		> "$$($(PY) -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/ctkz_portal.pth"
	@printf '%s\n' "#!$$PWD/$(PY)" 'from ctkz_verify.cli import run' '' 'run()' > $(BIN)/ctkz-verify
	@chmod +x $(BIN)/ctkz-verify
	@touch $@
