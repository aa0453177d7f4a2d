# Two commands: `make dataset` sets up .venv and builds the dataset; `make test` sets up and runs the tests.
SUITABLE = import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))
PYTHON ?= $(shell for p in python3.12 python3.11 python3; do $$p -c '$(SUITABLE)' 2>/dev/null && echo $$p && break; done)
BIN = .venv/bin
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable

.DELETE_ON_ERROR:
.PHONY: help dataset test test-server doccano lint format model bench-clean clean

help:
	@echo "make dataset   set up and build dist/, then load it back"
	@echo "make test      set up and run the tests"
	@echo "make test-server  install a doccano (700 MB, once) and run the tests that need one, a browser or a Hub"
	@echo "make doccano   set up what pushes to a doccano and pulls from it, and say how to start"
	@echo "make lint      ruff and mypy"
	@echo "make format    let ruff put the code in form"
	@echo "make model     train a NER model on the dataset and score it"
	@echo "make bench-clean  score and time the cleaner beside others; BENCH=folder of labelled text, NAMES=spaCy pipeline"
	@echo "make clean     remove .venv, .venv-doccano, dist and models"

dataset: .venv/ready
	@$(BIN)/python scripts/clean_seeds.py
	@$(BIN)/python scripts/build_dataset.py
	@$(BIN)/python scripts/load_dataset.py

model: dataset
	@$(BIN)/python scripts/train_model.py

test: .venv/ready-dev
	@$(BIN)/python -m pytest --numprocesses auto --dist worksteal

test-server: .venv-doccano/ready .venv/ready-dev
	@$(BIN)/python -m pytest tests/hub --numprocesses auto
	@.venv-doccano/bin/python -m pytest tests/server

doccano: .venv-doccano/ready
	@echo "start a server:  .venv-doccano/bin/standoff doccano up"
	@echo "send it work:    .venv-doccano/bin/standoff doccano push --help"
	@echo "for a team:      compose.yaml"

lint: .venv/ready-dev
	@$(BIN)/ruff check --no-cache
	@$(BIN)/ruff format --no-cache --check
	@$(BIN)/mypy --cache-dir=/dev/null

format: .venv/ready-dev
	@$(BIN)/ruff check --no-cache --fix
	@$(BIN)/ruff format --no-cache

BENCH = ../shared/bench
NAMES =
bench-clean: .venv/ready-bench
	@$(BIN)/python benchmarks/clean.py --bench $(BENCH) $(if $(NAMES),--names $(NAMES))

.venv/python .venv-doccano/python:
	@test -n "$(PYTHON)" && $(PYTHON) -c '$(SUITABLE)' 2>/dev/null || { echo "standoff needs Python 3.11 or 3.12; set PYTHON=/path/to/python3.12" >&2; exit 1; }
	@echo "setting up $(@D) with $$($(PYTHON) --version) (about a minute)"
	@$(PYTHON) -m venv --clear $(@D) || { echo "no venv module: on Debian, apt install python3-venv" >&2; exit 1; }
	@touch $@

.venv/ready: pyproject.toml constraints.txt | .venv/python
	@$(INSTALL) '.[build,spacy,html,xmi]'
	@touch $@

.venv/ready-dev: pyproject.toml constraints.txt | .venv/python
	@$(INSTALL) '.[build,spacy,html,xmi,agree,dev]'
	@touch $@ .venv/ready

# beside .venv: the client of doccano and the rest of what we use hold each other back
.venv-doccano/ready: pyproject.toml constraints-doccano.txt | .venv-doccano/python
	@.venv-doccano/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints-doccano.txt \
		--editable '.[build,spacy,agree,doccano,dev,server-test]'
	@touch $@

.venv/ready-bench: pyproject.toml constraints.txt | .venv/python
	@$(INSTALL) '.[build,spacy,bench]'
	@touch $@

clean:
	rm -rf .venv .venv-doccano dist models .hypothesis
