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
# pip compiles nothing, and Python what is imported: a fifth of what is installed
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup run dev test lint bench lock clean

setup: .venv/ready

.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; ok = (3, 11) <= sys.version_info < (3, 14); \
	  sys.exit(0 if ok else "found Python %s; expected 3.11, 3.12 or 3.13; run make PYTHON=python3.11" % sys.version.split()[0])'
	$(PYTHON) -m venv .venv
	@echo "installing the locked packages, about two minutes the first time"
	$(BIN)/python -m pip install --quiet --no-compile --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

run: setup
	@if [ ! -d "$(DATA)/uploads" ] && [ -z "$$(ls -A "$(DATA)/incoming" 2>/dev/null)" ]; then \
	  echo "no sales files yet; making sample data"; $(CLI) sample-data; fi
	@$(CLI) run

dev: setup
	@$(MAKE) --no-print-directory run || echo "the run failed; the Dagster UI shows why"
	@set -m; trap 'trap - EXIT INT TERM; kill -INT $$(jobs -p) 2>/dev/null; wait' EXIT INT TERM; \
	echo "Dagster        http://127.0.0.1:3000"; \
	echo "operator page  http://127.0.0.1:8000"; \
	echo "MLflow         http://127.0.0.1:5000"; \
	$(CLI) serve & \
	$(BIN)/python -m mlflow ui --backend-store-uri "$(MLFLOW)" --port 5000 --workers 1 & \
	$(BIN)/python -m dagster dev --host 127.0.0.1 --port 3000 & \
	wait

test: setup
	$(BIN)/python -m pytest -n 2 --no-loadscope-reorder

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/lint-imports --no-cache

bench: setup
	$(BIN)/python benchmarks/weekly_cycle.py

# Needs uv. No index address and no host is written, so any mirror serves.
lock:
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes \
	  --no-strip-extras --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
	  --output-file requirements.lock

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
