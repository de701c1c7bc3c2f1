# Two commands do everything on a fresh machine: `make demo` and `make test`.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
PURE := trading roadshow
PACKAGES := $(PURE) infra producers processors gateway
FOR ?=
LONG ?=
DATA ?= data
SEEDS ?= 10000
KILLS ?= 100

.PHONY: help setup lock demo up test check format bench docs chaos soak

help: ## list these commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1	\2/' | expand -t 16

setup: ## make .venv from requirements.lock (the other commands do it by themselves)
	@$(if $(PYTHON),$(PYTHON) infra/deploy/environment.py,echo "Python 3.11 or newer is needed" >&2; exit 1)

lock: setup ## write requirements.lock anew from pyproject.toml
	$(BIN)/pip-compile --quiet --extra dev --generate-hashes --allow-unsafe --strip-extras --no-header \
		--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --output-file requirements.lock pyproject.toml

demo: setup ## a live roadshow in your browser, until Ctrl-C or FOR=60 seconds; DATA=folder keeps its log
	@$(BIN)/shuoguo demo $(if $(FOR),--for $(FOR)) $(if $(filter file,$(origin DATA)),,--data $(DATA))

up: setup ## start everything on one machine, data in DATA=data
	@$(BIN)/shuoguo up --data $(DATA)

test: setup ## every suite, of the long ones a short run; LONG=1 also what takes minutes by itself
	$(BIN)/python -m pytest -n 2 $(if $(LONG),,-m "not long")

check: setup ## format, lint, types, imports, dependencies, security, every branch of the rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/basedpyright $(PURE)
	PYTHONPATH=. $(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/bandit --quiet --severity-level medium --recursive --configfile pyproject.toml $(PACKAGES)
	$(BIN)/python -m pytest --quiet --cov --cov-fail-under=100 tests/unit/trading tests/unit/roadshow tests/scenarios

format: setup ## put the code into its format
	$(BIN)/ruff check --fix --select I .
	$(BIN)/ruff format .

bench: setup ## measure, and write docs/benchmarks.md
	$(BIN)/python -m bench

docs: setup ## write the generated pages of docs/ anew
	$(BIN)/python -m docs.generate

chaos: setup ## the long runs: SEEDS=10000 simulated histories, KILLS=100 kill -9
	$(BIN)/python -m tests.simulation --seeds 0:$(SEEDS)
	SHUOGUO_KILLS=$(KILLS) $(BIN)/python -m pytest tests/chaos

soak: setup ## the demo for an hour, verified at the end
	$(BIN)/shuoguo demo --for 3600
