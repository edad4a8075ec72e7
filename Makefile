# The front door. `make demo` brings everything up, `make test` checks everything; both do
# their own set-up and need Python >= 3.11, make and a package registry, nothing else.

PORT ?= 8321
HOME_DIR ?= home/demo
TESTS ?=
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test check check-javascript format help clean

demo: $(VENV)/.ready  ## draw the demo catalogue, index it, serve it at http://127.0.0.1:$(PORT)
	@$(BIN)/samevibe demo --home "$(HOME_DIR)" --port "$(PORT)"

test: $(VENV)/.ready-dev  ## run all tests, Python and browser (TESTS=tests/server for a part)
	$(BIN)/python -m pytest $(TESTS)

check: $(VENV)/.ready-dev  ## formatting, lint and types, Python and JavaScript
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	@$(MAKE) --no-print-directory check-javascript

# Node comes as a Python wheel, in the virtual environment.
check-javascript: node_modules/.ready
	@PATH="$(CURDIR)/$(BIN):$$PATH" node_modules/.bin/biome ci --error-on-warnings

node_modules/.ready: package.json $(VENV)/.ready-dev
	@PATH="$(CURDIR)/$(BIN):$$PATH" npm install --silent --no-package-lock --no-audit --no-fund
	@touch $@

format: $(VENV)/.ready-dev  ## write the formatting that `check` asks for
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:  ## remove the virtual environment and the demo's data
	rm -rf $(VENV) home/demo

help:  ## say what each target does
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

# A stamp a step: pip runs again only when pyproject.toml has changed.
$(VENV)/.ready: pyproject.toml | $(BIN)/python
	@echo "samevibe: installing what it runs on into $(VENV) (a few minutes, once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.ready-dev: pyproject.toml | $(BIN)/python
	@echo "samevibe: installing it and what its tests need into $(VENV) (a few minutes, once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $(VENV)/.ready $@

# PYTHON=/path/to/python chooses another one. A candidate counts when it runs and is new enough.
$(BIN)/python:
	@for python in $(PYTHON) python3.11 python3.12 python3.13 python3; do \
	  if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "samevibe: making $(VENV) with $$python"; \
	    $$python -m venv $(VENV) || { rm -rf $(VENV); \
	      echo "samevibe: $$python can't make a virtual environment (on Debian: apt-get install python3-venv)" >&2; \
	      exit 1; }; \
	    exit 0; \
	  fi; \
	done; \
	echo "samevibe: needs Python 3.11 or newer and found none; install it, or say where it is: make PYTHON=/path/to/python3.11" >&2; \
	exit 1
