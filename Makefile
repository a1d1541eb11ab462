# Two commands do all the set-up: `make demo` and `make test`. `make check` is everything CI does.
PYTHON  ?= python3
VENV    := .venv
BIN     := $(VENV)/bin
READY   := $(VENV)/.ready
FILE    ?= examples/officer-in-kazakhstan.toml
export SAFECONDUCT_CACHE ?= $(CURDIR)/$(VENV)/cache

.PHONY: demo test browser accessibility check lint types imports knowledge fuzz bench serve update-golden lock clean help

help:
	@echo "make demo    answer for an officer in Kazakhstan (FILE=... for another situation)"
	@echo "make test    run the tests"
	@echo "make check   everything that CI runs"
	@echo "make serve   the guide in a browser"
	@echo "make bench   measure against named peers"

$(READY): requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)

demo: $(READY)
	@$(BIN)/safeconduct plan $(FILE) --top 3

test: $(READY)
	@$(BIN)/python -m pytest -q -n auto

# Installs Chromium, fonts and axe-core; without them the browser tests say what is missing.
browser:
	@tests/web/install-browser
# Every kind of page in every language, light and dark, both ways: `make test` looks at a part.
accessibility: $(READY) browser
	@SAFECONDUCT_AXE=all $(BIN)/python -m pytest -q tests/web/test_browser.py

lint: $(READY)
	@$(BIN)/ruff check src tests benchmarks
types: $(READY)
	@$(BIN)/mypy
imports: $(READY)
	@$(BIN)/lint-imports
knowledge: $(READY)
	@$(BIN)/safeconduct check

check: lint types imports knowledge test

bench: $(READY)
	@$(BIN)/python -m benchmarks
serve: $(READY)
	@$(BIN)/safeconduct serve
update-golden: $(READY)
	@$(BIN)/python -m pytest -q tests/golden --update-golden
lock: $(READY)
	@$(BIN)/python -m piptools compile --quiet --all-extras --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-header --strip-extras --allow-unsafe --output-file requirements.lock pyproject.toml
clean:
	rm -rf $(VENV) build dist
