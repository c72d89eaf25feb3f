# Set-up and checks. Everything is installed into .venv, whatever environment is active.

# The first of these that fits makes .venv; `make run PYTHON=/path/to/python3.12` names one.
PYTHON = python3.13 python3.12 python3.11 python3
SPEC = specs/wine.yaml

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
PIN := $(BIN)/pip-compile --quiet --strip-extras --allow-unsafe --no-annotate --no-header \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links

unexport PYTHONPATH PYTHONHOME
.DELETE_ON_ERROR:
.PHONY: help run test lint golden growth docs catalogue pins clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-10s%s\n", $$1, $$2}' Makefile

run: $(VENV)/run.stamp ## set up, train specs/wine.yaml (or SPEC=…) and show where the results are
	@$(BIN)/specrun run $(SPEC)

test: lint ## set up, lint, check types and imports, run the tests
	@$(BIN)/python -m pytest

lint: $(VENV)/dev.stamp ## lint, check types and imports
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy src tests
	@$(BIN)/lint-imports --no-logo

golden: $(VENV)/dev.stamp ## write the golden files anew; read the difference before you commit it
	@$(BIN)/python -m pytest --renew

docs: $(VENV)/dev.stamp ## write docs/language.md anew
	@$(BIN)/python -m specrun.compiler.reference docs/language.md

catalogue: $(VENV)/dev.stamp ## write anew what the installed Keras says of itself
	@$(BIN)/python -m specrun.runtime.keras_facts

growth: $(VENV)/dev.stamp ## measure how `specrun check` grows with the number of layers
	@$(BIN)/python tests/benchmarks/growth.py

pins: $(VENV)/dev.stamp ## pin what pyproject.toml and requirements-dev.in ask for
	@$(PIP) install pip-tools
	@$(PIN) --output-file requirements.txt pyproject.toml
	@$(PIN) --output-file requirements-dev.txt requirements-dev.in

clean: ## remove .venv, caches and builds; runs/ stays
	@rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@for python in $(PYTHON); do \
		if "$$python" -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; \
		then echo "making $(VENV) with $$("$$python" --version)"; exec "$$python" -m venv --clear $(VENV); fi; \
	done; \
	echo "specrun needs Python 3.11, 3.12 or 3.13, with its venv module; none of these is one: $(PYTHON)" >&2; \
	echo "install one, or name one: make run PYTHON=/path/to/python3.12" >&2; \
	exit 1

$(VENV)/run.stamp: requirements.txt pyproject.toml | $(BIN)/python
	@echo "installing the pinned dependencies; the first time this takes some minutes"
	@$(PIP) install --requirement requirements.txt
	@$(PIP) install --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/run.stamp
	@echo "installing the pinned development tools"
	@$(PIP) install --requirement requirements-dev.txt
	@touch $@
