# What a contributor types. Everything lives in .venv; only Python 3.11 or later is needed.

# The first of these that runs and is new enough; `make test PYTHON=/path/to/python` chooses another.
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for python in python3.11 python3; do \
	$$python -c '$(NEW_ENOUGH)' 2>/dev/null && echo $$python && break; done)

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
SOURCES := src tests scripts benchmarks page hatch_build.py

# Two test processes, one thread each: threads of XLA and BLAS would only fight over the same cores. The older
# emitters of XLA compile in two thirds of the time; what must be as users have it runs in processes of its own.
ONE_THREAD := XLA_FLAGS="--xla_cpu_multi_thread_eigen=false --xla_cpu_use_fusion_emitters=false \
	--xla_cpu_parallel_codegen_split_count=1" \
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1

export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help test check types docs page pagetest chromium pytest campaign demo format constraints clean

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

test: ## Check style and types, build the site, and run the tests; types are checked while these begin
	$(MAKE) --no-print-directory --jobs 2 page chromium
	$(MAKE) --no-print-directory --jobs 2 check types docs pagetest pytest

check: .venv/.test-installed ## Check style and format
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)

types: .venv/.test-installed ## Check types
	$(BIN)/pyright

docs: .venv/.test-installed ## Build the documentation site, into site/; a broken link is an error
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet

page: .venv/.test-installed ## Build the page of the explorer, if its sources have changed
	$(BIN)/python page/bundle.py build

pagetest: .venv/.test-installed ## Check the types of the page and run its own tests; Node comes with the environment
	$(BIN)/python page/bundle.py check
	$(BIN)/python page/bundle.py test

chromium: ## Install the browser that the tests drive, where there is none and this may be done
	@if command -v chromium >/dev/null || command -v chromium-browser >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update --quiet=2 && DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --yes \
			--no-install-recommends chromium fonts-dejavu-core; \
	else echo "The tests of the page need Chromium. Got none on the PATH. Run: sudo apt-get install chromium"; fi

pytest: page chromium ## Run the tests alone
	$(ONE_THREAD) $(BIN)/pytest -n 2

campaign: page chromium ## Kill, break and flood what there is, for a quarter of an hour or more; its numbers go to reliability.json
	cd tests && PYTHONPATH=. OMP_NUM_THREADS=1 ../$(BIN)/python -m campaigns --seed 0 --kills 300 --inputs 5000 \
		--requests 5000 --places --sequences --pages 60 --out ../reliability.json

demo: .venv/.installed ## Train a network that reverses, and explain it; the page is runs/demo/explanation.html
	test -e runs/demo || $(BIN)/mannscope train --recipe reversal-stack --out runs/demo
	$(BIN)/mannscope explain runs/demo --out runs/demo/explanation.html

format: .venv/.test-installed ## Sort imports and format the code
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

constraints: .venv/.test-installed ## Pin what is installed now, after an upgrade by hand
	$(BIN)/python -m pip freeze --exclude-editable | sed "s/+cpu$$//" > constraints.new
	mv constraints.new constraints.txt
	touch .venv/.installed .venv/.test-installed

clean: ## Remove the environment, caches and builds; traces and checkpoints stay
	rm -rf page/node_modules src/mannscope/explorer/static
	rm -rf .venv build dist site .pytest_cache .ruff_cache .hypothesis .jax_cache
	find $(SOURCES) -name __pycache__ -type d -prune -exec rm -rf {} +

# pip is made last, so an environment cut short is made again.
$(BIN)/pip:
	@test -n "$(PYTHON)" || { \
		echo "Python must be 3.11 or later. Got none on the PATH. Pass PYTHON=/path/to/python3.11."; exit 2; }
	$(PYTHON) -m venv .venv

# Stamps: an environment is brought up to date only when what it is made from has changed.
.venv/.installed: pyproject.toml constraints.txt | $(BIN)/pip
	$(PIP) install -c constraints.txt -e .
	touch $@

.venv/.test-installed: pyproject.toml constraints.txt | $(BIN)/pip
	$(PIP) install --no-compile -c constraints.txt -e ".[test]"
	touch .venv/.installed $@
