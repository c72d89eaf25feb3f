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
.PHONY: help run test lint golden growth compile bench docs catalogue proof slow hostile mutants resume fuzz backends estimator pins clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-10s%s\n", $$1, $$2}' Makefile

run: $(VENV)/run.stamp ## set up, train specs/wine.yaml (or SPEC=…) and show where the results are
	@$(BIN)/specrun run $(SPEC)

test: lint ## set up, lint, check types and imports, run the tests in two processes
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

lint: $(VENV)/dev.stamp ## lint, check types and imports
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy src tests
	@$(BIN)/lint-imports --no-logo

golden: $(VENV)/dev.stamp ## write the golden files anew; read the difference before you commit it
	@$(BIN)/python -m pytest --renew

docs: $(VENV)/dev.stamp ## write the pages of docs/ anew
	@$(BIN)/python -m specrun.compiler.reference docs/language.md
	@$(BIN)/python tests/benchmarks/scripts.py

catalogue: $(VENV)/dev.stamp ## write anew what the installed Keras says of itself
	@$(BIN)/python -m specrun.runtime.keras_facts

growth: $(VENV)/dev.stamp ## measure how `specrun check` grows with the number of layers
	@$(BIN)/python tests/benchmarks/growth.py

compile: $(VENV)/dev.stamp ## measure `specrun compile` against the import of TensorFlow
	@$(BIN)/python tests/benchmarks/compile.py

bench: $(VENV)/dev.stamp ## measure how fast specrun is beside what people write (ADULT=FILE: a table, too), for the README
	@$(BIN)/python -m tests.benchmarks.bench $(if $(ADULT),--adult $(ADULT))

slow: $(VENV)/dev.stamp ## the slow tests: notebooks in a kernel, whole trainings in TensorFlow alone
	@$(BIN)/python -m pytest -m slow

proof: $(VENV)/dev.stamp ## prove what SECURITY.md promises, and print a table of it (ROWS="traps audit": those alone)
	@$(BIN)/python -m tests.proof $(ROWS) --write

hostile: $(VENV)/dev.stamp ## try 1,000,000 texts that want to be code in every place of a spec
	@$(BIN)/python -m tests.hostile 1000000

mutants: $(VENV)/dev.stamp ## change four modules in 3,300 small ways, and see that their tests notice each
	@$(BIN)/python -m tests.proof.mutants

resume: $(VENV)/dev.stamp ## kill 200 trainings at random moments, and hold what they come to against one never killed
	@$(BIN)/python -m tests.resume 200

fuzz: $(VENV)/fuzz.stamp ## let a fuzzer look for faults in the readers for 3 minutes each (or SECONDS=…)
	@$(BIN)/python -m tests.proof.guided all --seconds $(or $(SECONDS),180)

backends: $(VENV)-backends/stamp ## hold the scripts for JAX and PyTorch against the run, in an environment of their own
	@$(VENV)-backends/bin/python tests/backends/prove.py

estimator: $(VENV)/dev.stamp $(VENV)-estimator/stamp ## run the scripts of estimators under TensorFlow 2.15
	@$(BIN)/python tests/estimator/prove.py $(VENV)-estimator/bin/python

pins: $(VENV)/dev.stamp ## pin what pyproject.toml and requirements-dev.in ask for
	@$(PIP) install pip-tools
	@$(PIN) --output-file requirements.txt pyproject.toml
	@$(PIN) --output-file requirements-dev.txt requirements-dev.in
	@$(PIN) --output-file requirements-backends.txt requirements-backends.in
	@echo "requirements-estimator.txt is pinned with Python 3.11 or below, by hand"

clean: ## remove .venv, caches and builds; runs/ stays
	@rm -rf $(VENV) $(VENV)-backends $(VENV)-estimator build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
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
	@PYTHONWARNINGS=ignore $(PIP) install --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/run.stamp
	@echo "installing the pinned development tools"
	@$(PIP) install --requirement requirements-dev.txt
	@touch $@

$(VENV)/fuzz.stamp: requirements-fuzz.txt $(VENV)/dev.stamp
	@echo "installing the fuzzer, of which there are builds for Linux alone"
	@$(PIP) install --requirement $<
	@touch $@

$(VENV)-backends/stamp: requirements-backends.txt
	@echo "installing JAX and PyTorch beside the pinned dependencies"
	@python3.11 -m venv --clear $(VENV)-backends
	@$(VENV)-backends/bin/python -m pip --quiet --disable-pip-version-check install --requirement $<
	@PYTHONWARNINGS=ignore $(VENV)-backends/bin/python -m pip --quiet --disable-pip-version-check install --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)-estimator/stamp: requirements-estimator.txt
	@echo "installing TensorFlow 2.15, the last one with estimators; it needs Python 3.11"
	@python3.11 -m venv --clear $(VENV)-estimator
	@$(VENV)-estimator/bin/python -m pip --quiet --disable-pip-version-check install --requirement $<
	@touch $@
