# What a person types. `make` alone lists it.
#
#   make demo PORT=8080 DATA=data      TESTS="tests/unit -k time" narrows `make test`

PYTHON ?= python3
PORT   ?= 8080
DATA   ?= data
TESTS  ?=

VENV := .venv
BIN  := $(VENV)/bin

LOCKED    := $(VENV)/.stamp-lock
INSTALLED := $(VENV)/.stamp-package
PACKAGES  := console/node_modules/.stamp
CONSOLE   := archive_api/static/.stamp

CONSOLE_SOURCES := $(shell find console -path console/node_modules -prune -o -type f -print)

# Where Python is told to keep no bytecode, every start of `saksi` and every test would compile all of it anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo test soak check check-python check-console check-packages bench lock reference clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' $(MAKEFILE_LIST) | expand -t 16

setup: $(INSTALLED) $(CONSOLE) ## build .venv, the console and verifikasi.html; the second time does nothing

demo: setup ## a whole Saksi with six simulated cameras at http://127.0.0.1:$(PORT); Ctrl-C stops it
	@exec $(BIN)/saksi up --demo --port $(PORT) --data "$(DATA)"

test: setup ## every test, on real servers
	@scripts/install-browser
	@exec $(BIN)/python -m pytest --numprocesses=4 --dist=loadfile $(TESTS)

soak: setup ## an hour of the demo city, of kills, bad lines and hostile bytes, checked picture by picture
	SAKSI_CITY_MINUTES=10 $(BIN)/python -m pytest -s tests/acceptance/test_city.py
	SAKSI_KILLS=200 $(BIN)/python -m pytest tests/faults/test_recorder_killed.py
	SAKSI_FAULT_S=120 $(BIN)/python -m pytest -s tests/faults/test_recorder_bad_*.py
	SAKSI_FUZZ_INPUTS=1000000 $(BIN)/python -m pytest tests/unit/recorder/rtp/test_fuzz.py

check: setup ## lint, format, types, import rules, the console's types, known faults of packages
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target check-packages check-python check-console

check-python:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check-console:
	scripts/with-node npm --prefix console run --silent check

check-packages:
	$(BIN)/python -m scripts.audit

bench: setup ## every benchmark, one table
	@exec $(BIN)/python -m bench

reference: $(INSTALLED) ## write docs/reference anew from the code
	$(BIN)/python -m scripts.reference

lock: $(INSTALLED) ## resolve pyproject.toml anew into requirements.lock
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/python -m uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links -o requirements.lock

clean: ## remove what set-up built; data stays
	rm -rf $(VENV) console/node_modules archive_api/static saksi/custody/page .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

# Each step leaves a stamp only when it went through, so an interrupted set-up takes up where it stopped.

$(BIN)/python:
	@echo "[1/4] Python environment in $(VENV)"
	@scripts/make-venv "$(PYTHON)" $(VENV)

$(LOCKED): requirements.lock | $(BIN)/python
	@echo "[2/4] Python packages, every one checked against its hash (a minute or two the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(INSTALLED): pyproject.toml $(LOCKED)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

$(PACKAGES): console/package.json console/package-lock.json $(LOCKED)
	@echo "[3/4] Console packages"
	@scripts/with-node npm --prefix console ci --no-audit --no-fund --loglevel=error
	@touch $@

$(CONSOLE): $(CONSOLE_SOURCES) $(PACKAGES)
	@echo "[4/4] Console and verifikasi.html"
	@scripts/with-node npm --prefix console run --silent build
	@touch $@
