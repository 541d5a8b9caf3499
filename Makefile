# Everything a person types. Paths stay relative, so a folder with a space in its name works.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
DATA := $(or $(PURCHASE_ASSETS_DATA),data)
MLFLOW := $(subst postgresql://,postgresql+psycopg2://,$(or $(PURCHASE_ASSETS_MLFLOW_URI),sqlite:///$(DATA)/mlflow.db))
CLI := $(BIN)/python -m purchase_assets.cli
export DAGSTER_HOME := $(CURDIR)
export DO_NOT_TRACK := 1
export GX_ANALYTICS_ENABLED := false
export GRADIO_ANALYTICS_ENABLED := False
# MLflow would start seven processes for jobs that nobody asks of it
export MLFLOW_SERVER_ENABLE_JOB_EXECUTION := false
# pip compiles nothing, and Python what is imported: a fifth of what is installed
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup run dev team test check quick-tests coverage lint bench pictures lock clean

PIP_INSTALL := $(BIN)/python -m pip install --quiet --no-compile --no-deps
FOR_DEVELOPMENT := for development: tests, browser, Spark

setup: .venv/ready

# what runs it: the lock up to its mark

.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; ok = (3, 11) <= sys.version_info < (3, 14); \
	  sys.exit(0 if ok else "found Python %s; expected 3.11, 3.12 or 3.13; run make PYTHON=python3.11" % sys.version.split()[0])'
	$(PYTHON) -m venv .venv
	@echo "installing the locked packages, about a minute the first time"
	@sed '/^# $(FOR_DEVELOPMENT)/q' requirements.lock > .venv/run.lock
	$(PIP_INSTALL) --require-hashes -r .venv/run.lock
	$(PIP_INSTALL) --no-build-isolation --editable .
	@touch $@

# what tests and checks it: the whole lock
.venv/development: .venv/ready
	@echo "installing the packages for development, about a minute the first time"
	$(PIP_INSTALL) --require-hashes -r requirements.lock
	@touch $@

run: setup
	@if [ ! -d "$(DATA)/uploads" ] && [ -z "$$(ls -A "$(DATA)/incoming" 2>/dev/null)" ]; then \
	  echo "no sales files yet; making sample data"; $(CLI) sample-data; fi
	@$(CLI) run

# in the environment: as an argument, everybody's process list would show its password
dev: export MLFLOW_BACKEND_STORE_URI := $(MLFLOW)
dev: setup
	@$(MAKE) --no-print-directory run || echo "the run failed; the Dagster UI shows why"
	@set -m; trap 'trap - EXIT INT TERM; kill -INT $$(jobs -p) 2>/dev/null; wait' EXIT INT TERM; \
	echo "Dagster        http://127.0.0.1:3000"; \
	echo "operator page  http://127.0.0.1:8000"; \
	echo "MLflow         http://127.0.0.1:5000"; \
	$(CLI) serve & \
	$(BIN)/python -m mlflow ui --port 5000 --workers 1 & \
	$(BIN)/python -m dagster dev --host 127.0.0.1 --port 3000 & \
	wait

# as deploy/compose.yaml says, without containers: PostgreSQL, MLflow, code server, web server, daemon,
# pages, and Caddy in front; Ctrl-C ends them all
team: setup
	$(BIN)/python deploy/team.py

# in memory where there is room: each of Dagster's many small transactions waits for the disk
export PYTEST_DEBUG_TEMPROOT := $(shell [ "$$(df --output=avail /dev/shm 2>/dev/null | tail -1)" -gt 6000000 ] \
  2>/dev/null && echo /dev/shm)
# one worker more than cores: a test that waits for a daemon or a server leaves its own idle
PYTEST := $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

test: .venv/development
	$(PYTEST) $(PYTEST_OPTIONS)

# every test, and one figure; `.venv/bin/coverage report -m` says which lines none has run.
# What commands and daemons run in processes of their own is not counted.
coverage: .venv/development
	$(PYTEST) --cov=purchase_assets --cov-report= $(PYTEST_OPTIONS)
	@echo "lines of purchase_assets that the tests run: $$($(BIN)/python -m coverage report --format=total) %"

# before every commit, both at once: lint waits for a network, and mypy has one thread
check: .venv/development
	@$(MAKE) --no-print-directory --jobs=2 lint quick-tests

# what is slow is said in purchase_assets_tests/conftest.py
quick-tests: .venv/development
	$(PYTEST) -n 2 -m "not slow"

lint: .venv/development
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/deptry .
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml purchase_assets
	$(BIN)/python -m purchase_assets_tests.audit

bench: .venv/development
	$(BIN)/python benchmarks/weekly_cycle.py

# Half an hour: the daemon waits for files as it always does. NAMES="lineage week" takes just those.
pictures: .venv/development
	$(BIN)/python docs/pictures.py $(NAMES)

# Needs uv. No index address and no host is written, so any mirror serves. Two parts: what runs the
# project, then what only development needs.
COMPILE := uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
  --no-strip-extras --no-emit-index-url --no-emit-find-links --no-header --no-annotate
lock:
	@mkdir -p build && cp requirements.lock build/all.lock
	$(COMPILE) --all-extras --output-file build/all.lock > /dev/null
	$(COMPILE) --extra build --extra postgres --constraint build/all.lock --output-file build/run.lock > /dev/null
	@{ cat build/run.lock; echo "# $(FOR_DEVELOPMENT)"; \
	  awk 'NR == FNR { if (/==/) run[$$1]; next } /==/ { wanted = !($$1 in run) } wanted' \
	  build/run.lock build/all.lock; } > requirements.lock

clean:
	rm -rf .venv .coverage .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
