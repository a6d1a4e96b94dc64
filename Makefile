# `make run` and `make test` are all that a newcomer needs; `make help` lists the rest.
# Needed beforehand: Python 3.11 or newer with its venv module, and make.

PYTHON ?= python3
CONFIG := configs/article-2014.toml
ARGS :=

VENV := .venv
BIN := $(VENV)/bin
# A copied or moved checkout would run the code of its origin: stamps name the place, and an
# environment that make made elsewhere is made anew.
PLACE := $(firstword $(shell pwd | cksum))
MADE := $(VENV)/.made-$(PLACE)
INSTALLED := $(VENV)/.installed-$(PLACE)

.PHONY: help run test test-browser test-cluster test-versions test-wheel reliability versions-lowest versions-newest check lint types contracts wheel docs bench format clean
# Goals share one environment, and pip must not run twice in it at once.
.NOTPARALLEL:
.DELETE_ON_ERROR:

help: ## list these goals
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' Makefile
	@echo 'Settings:  PYTHON=python3.12  CONFIG=FILE (for run)  ARGS="..." (for run and test)'

run: $(INSTALLED)-run ## simulate the article's firms and print the shares of the scenarios
	$(BIN)/orgsim run $(CONFIG) $(ARGS)

test: $(INSTALLED)-test ## run the tests
	$(BIN)/pytest $(ARGS)

test-browser: $(INSTALLED)-browser ## open reports in a real Chromium on this machine
	$(BIN)/pytest -n0 tests/browser $(ARGS)

test-cluster: $(INSTALLED)-test ## run sweeps on a real Slurm of two nodes on this machine
	$(BIN)/pytest -n0 tests/cluster $(ARGS)

test-wheel: wheel $(INSTALLED)-test ## install the wheel where nothing can compile, and run it
	$(BIN)/pytest -n0 tests/wheel $(ARGS)

reliability: $(INSTALLED)-test ## try to break it, and count (half an hour; ARGS="--tiny" to try)
	PYTHONPATH=tests $(BIN)/python -m reliability $(ARGS)

test-versions: ## run, sweep and report with the lowest and with the newest libraries
	@$(MAKE) --no-print-directory VENV=.venv-lowest versions-lowest
	@$(MAKE) --no-print-directory VENV=.venv-newest versions-newest

# Not in the project's configuration of pytest, which asks for plugins that are not needed here.
TEST_VERSIONS = $(BIN)/python -m pytest -v -c tests/versions/pytest.ini tests/versions

versions-lowest: $(VENV)/.lowest-$(PLACE)
	$(TEST_VERSIONS) $(ARGS)

versions-newest: $(VENV)/.newest-$(PLACE)-$(shell date +%F)
	$(TEST_VERSIONS) $(ARGS)

$(VENV)/.lowest-$(PLACE): pyproject.toml constraints-lowest.txt | $(MADE)
	@echo 'Installing the lowest versions that orgsim allows into $(VENV) ...'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--constraint constraints-lowest.txt --editable '.[cluster,report,xarray]' pytest
	@touch $@

# The newest are looked for once a day; constraints of the user's own pip hold.
$(VENV)/.newest-$(PLACE)-%: pyproject.toml | $(MADE)
	@echo 'Installing the newest versions into $(VENV) ...'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade \
		--upgrade-strategy eager --editable '.[cluster,report,xarray]' pytest
	@touch $@

check: lint types contracts test test-browser test-cluster test-versions test-wheel ## everything that CI checks

lint: $(INSTALLED)-dev ## style and format
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(INSTALLED)-dev ## static types
	$(BIN)/mypy

contracts: $(INSTALLED)-dev ## which module may import which
	$(BIN)/lint-imports --no-logo

wheel: $(INSTALLED)-dev ## build dist/orgsim-*.whl, with compiled kernels for x86-64 (a minute)
	@# The kernels go into the wheel and do not stay here, where they would stand in for compiling.
	$(BIN)/python -m orgsim.cli.prebuild && $(BIN)/python -m build --wheel --quiet; \
		built=$$?; rm -rf src/orgsim/engine/cpu/prebuilt; exit $$built
	@ls dist/*.whl

docs: $(INSTALLED)-dev ## make the generated pages anew (a quarter of an hour)
	$(BIN)/orgsim schema --out configs/orgsim.schema.json
	$(BIN)/python docs/generate.py
	$(BIN)/python docs/verdict_rates.py

bench: $(INSTALLED)-bench ## time orgsim beside its peers (half an hour; ARGS="--tiny" to try)
	$(BIN)/python -m benchmarks $(ARGS)

format: $(INSTALLED)-dev ## rewrite the code in the project's format
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean: ## remove the environment and caches, never results
	rm -rf $(VENV) .venv-lowest .venv-newest build dist src/orgsim/engine/cpu/prebuilt .coverage .hypothesis .import_linter_cache .mypy_cache \
		.pytest_cache .ruff_cache .bench
	find src tests -name __pycache__ -prune -exec rm -rf {} +

$(INSTALLED)-test: EXTRA := [test]
$(INSTALLED)-browser: EXTRA := [browser]
$(INSTALLED)-dev: EXTRA := [dev]
$(INSTALLED)-bench: EXTRA := [bench]
# By environment, for pip then binds the build backend too, which --constraint does not.
$(INSTALLED)-%: export PIP_CONSTRAINT := constraints.txt
$(INSTALLED)-%: export PIP_BUILD_CONSTRAINT := constraints.txt
$(INSTALLED)-run $(INSTALLED)-test $(INSTALLED)-browser $(INSTALLED)-dev $(INSTALLED)-bench: pyproject.toml constraints.txt | $(MADE)
	@echo 'Installing orgsim$(EXTRA) into $(VENV): once, a minute or two ...'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.$(EXTRA)'
	@touch $@

$(MADE):
	@command -v $(PYTHON) >/dev/null || { \
		echo 'orgsim needs Python 3.11 or newer: apt install python3 python3-venv' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "orgsim needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) -V 2>&1):" \
			'apt install python3.11 python3.11-venv, then make PYTHON=python3.11' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make virtual environments: apt install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv $(if $(wildcard $(VENV)/.made-*),--clear) $(VENV)
	@touch $@
