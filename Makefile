# Two commands matter: `make run` shows the whole way on a synthetic site, `make test` proves it.
# Everything is installed into .venv from hash-pinned files; nothing on the machine is changed.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# The first Python from 3.11 to 3.13 that really runs and can make virtual environments.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
  if $$p -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; \
  then command -v $$p; break; fi; done)
UV := $(shell command -v uv 2>/dev/null)
VENV := .venv
BIN := $(VENV)/bin
DEMO ?= demo
# One thread a library call: tasks are what runs side by side.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1

.PHONY: help setup setup-dev run up down test check soak bench lock docs format clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(VENV)/.ready ## build .venv with evenkeel in it
setup-dev: $(VENV)/.ready-dev ## the same, with what tests and checks need

$(VENV)/.ready: requirements.txt pyproject.toml
	@$(MAKE) --no-print-directory install LOCK=requirements.txt
	@touch $@

$(VENV)/.ready-dev: requirements-dev.txt pyproject.toml
	@$(MAKE) --no-print-directory install LOCK=requirements-dev.txt
	@touch $@ $(VENV)/.ready

.PHONY: install
install:
	@test -n "$(PYTHON)" || { echo "found no Python 3.11 to 3.13 with venv; install one, or name it: make PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
ifneq ($(UV),)
	@$(UV) pip install --quiet --require-hashes --python $(BIN)/python -r $(LOCK)
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
else
	@echo "installing with pip (about a minute; uv, where present, takes seconds)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(LOCK)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
endif

run: setup ## simulate a site, run the night through Airflow, print the queues
	@$(BIN)/evenkeel demo $(DEMO)
	@$(BIN)/python dags/serve.py night --site $(DEMO)
	@$(BIN)/evenkeel queue --site $(DEMO) --explain
	@echo
	@echo "Next: see one alert whole      $(BIN)/evenkeel alert show ALERT_ID --as CLINICIAN --site $(DEMO)"
	@echo "      watch it in Airflow      make up      (and make down)"

up: setup ## start Airflow on the demo site, on loopback
	@$(BIN)/python dags/serve.py up --site $(DEMO)

down: ## stop it, leaving no process behind
	@$(BIN)/python dags/serve.py down --site $(DEMO)

test: setup-dev ## the whole test suite, with coverage of lines and branches
	@.ci/services
	@$(BIN)/python -m pytest -n 2 --dist worksteal --cov --cov-report=term:skip-covered -q

check: setup-dev ## formatting, lint, types, import directions, docs, lock
	@$(BIN)/ruff format --check --quiet . || { echo "found unformatted files; run make format"; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet --site-dir public
	@! grep -nE 'https?://|--index-url|--find-links' requirements.txt requirements-dev.txt
	@echo "check: all clean"

format: setup-dev ## format and mend what ruff can mend
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --fix --quiet .

docs: setup-dev ## serve the documentation on loopback
	@$(BIN)/mkdocs serve --dev-addr 127.0.0.1:8200

soak: setup-dev ## the full-size runs that are too long for every change
	@$(BIN)/python -m pytest -m soak -q

bench: setup-dev ## ratios against floors measured in the same run
	@for script in benchmarks/*.py; do $(BIN)/python $$script; done

lock: ## pin every requirement again, with hashes and without addresses (needs uv)
	@test -n "$(UV)" || { echo "found no uv; make lock needs it: pip install uv"; exit 1; }
	@rm -f requirements.txt requirements-dev.txt
	@$(UV) pip compile pyproject.toml --group build $(COMPILE) -o requirements.txt
	@$(UV) pip compile pyproject.toml --group dev -c requirements.txt $(COMPILE) -o requirements-dev.txt
COMPILE := --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url --no-emit-find-links

clean: ## remove what was built; never touches a site
	@rm -rf $(VENV) public .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage*
