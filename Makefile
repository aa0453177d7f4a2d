# Two commands: `make dataset` sets up .venv and builds the dataset; `make test` sets up and runs the tests.
SUITABLE = import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))
PYTHON ?= $(shell for p in python3.12 python3.11 python3; do $$p -c '$(SUITABLE)' 2>/dev/null && echo $$p && break; done)
BIN = .venv/bin
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable

.DELETE_ON_ERROR:
.PHONY: help dataset test lint format model bench-clean clean

help:
	@echo "make dataset   set up and build dist/, then load it back"
	@echo "make test      set up and run the tests"
	@echo "make lint      ruff and mypy"
	@echo "make format    let ruff put the code in form"
	@echo "make model     train a NER model on the dataset and score it"
	@echo "make bench-clean  score and time the cleaner beside others; BENCH=folder of labelled text, NAMES=spaCy pipeline"
	@echo "make clean     remove .venv, dist and models"

dataset: .venv/ready
	@$(BIN)/python scripts/clean_seeds.py
	@$(BIN)/python scripts/build_dataset.py
	@$(BIN)/python scripts/load_dataset.py

model: dataset
	@$(BIN)/python scripts/train_model.py

test: .venv/ready-dev
	@$(BIN)/python -m pytest --numprocesses auto

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

.venv/python:
	@test -n "$(PYTHON)" && $(PYTHON) -c '$(SUITABLE)' 2>/dev/null || { echo "standoff needs Python 3.11 or 3.12; set PYTHON=/path/to/python3.12" >&2; exit 1; }
	@echo "setting up .venv with $$($(PYTHON) --version) (about a minute)"
	@$(PYTHON) -m venv --clear .venv || { echo "no venv module: on Debian, apt install python3-venv" >&2; exit 1; }
	@touch $@

.venv/ready: pyproject.toml constraints.txt | .venv/python
	@$(INSTALL) '.[build,spacy,html,xmi]'
	@touch $@

.venv/ready-dev: pyproject.toml constraints.txt | .venv/python
	@$(INSTALL) '.[build,spacy,html,xmi,dev]'
	@touch $@ .venv/ready

.venv/ready-bench: pyproject.toml constraints.txt | .venv/python
	@$(INSTALL) '.[build,spacy,bench]'
	@touch $@

clean:
	rm -rf .venv dist models .hypothesis
