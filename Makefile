# everwhen. `make demo` shows it working, `make test` tests it, `make check` is what CI runs first.
# Everything is installed into .venv in this folder.

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.ready
PLOTS := .venv/.plots

.PHONY: demo test check bench bench-all bench-plots format clean

demo: $(STAMP)
	@$(BIN)/everwhen demo

test: $(STAMP)
	$(BIN)/pytest -n auto --dist loadfile -q

check: $(STAMP)
	$(BIN)/ruff check src tests tools
	$(BIN)/ruff format --check src tests tools
	$(BIN)/mypy
	$(BIN)/lint-imports

# LOCOMO=path/to/locomo.json STORIES=path/to/stories.jsonl
bench: $(STAMP)
	$(BIN)/everwhen bench speed
	$(BIN)/everwhen bench stories $(or $(STORIES),tests/behaviour/stories/own_b.jsonl)
	$(if $(LOCOMO),$(BIN)/everwhen bench locomo $(LOCOMO),@echo "LOCOMO=path/to/locomo.json runs that too")

# DATA=folder of the data sets, laid out as tools/bench_all.toml says; ONLY=locomo,window for some
bench-all: $(STAMP) $(PLOTS)
	$(if $(DATA),$(BIN)/python tools/bench_all.py --data $(DATA) $(if $(ONLY),--only $(ONLY)),@echo "DATA=path/to/folder of the data sets"; exit 1)

bench-plots: $(PLOTS)
	$(BIN)/python tools/bench_plots.py
	$(BIN)/python tools/bench_tables.py

format: $(STAMP)
	$(BIN)/ruff check --fix src tests tools
	$(BIN)/ruff format src tests tools

$(PLOTS): $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[plots]'
	touch $(PLOTS)

$(STAMP): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "everwhen needs Python 3.11 or newer; try make PYTHON=python3.12")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	touch $(STAMP)

clean:
	rm -rf .venv dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
