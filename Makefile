# Two commands are enough: `make demo` and `make test`; each sets up what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEMO := build/demo

.DEFAULT_GOAL := help
.PHONY: help setup demo test explore browser postgis lint format lock docs faults pictures map-check bench reliability round-trip clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort

setup: $(STAMP) ## make .venv with the locked dependencies and the project itself

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Shanhai needs Python 3.11 or newer; set PYTHON=python3.11 or later")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

demo: $(STAMP) ## generate the demo city, run it, say where the map lies
	$(BIN)/shanhai demo $(DEMO) || test $$? -eq 1

# the same random cases every time, so that a failure is the change's; `make explore` looks at new ones
test: $(STAMP) browser postgis ## the whole test suite
	$(BIN)/python -m pytest -n 2 --dist loadfile --hypothesis-profile=ci

explore: $(STAMP) ## the property tests on new random cases; may find what no one has seen yet
	$(BIN)/python -m pytest -n 2 --dist loadfile -m hypothesis --hypothesis-profile=default

browser: ## Chromium and a CJK font for the browser tests
	@sh scripts/install-browser.sh

postgis: ## PostgreSQL with PostGIS for the database tests
	@sh scripts/install-postgis.sh

pictures: demo browser ## renew the pictures of the README from the demo city
	PYTHONPATH=. $(BIN)/python docs/pictures/take.py $(DEMO)

map-check: $(STAMP) browser ## the map's browser tests, then its sizes and times beside plain folium
	$(BIN)/python -m pytest -q tests/maps
	$(BIN)/python benchmarks/map_scale.py

lint: $(STAMP) ## ruff, mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(STAMP) ## let ruff put the code in shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# every extra but bench: the peers of the benchmarks are no part of the product
EXTRAS := postgis watershed sign docx dev

lock: $(STAMP) ## renew requirements.lock
	$(BIN)/python -m pip install --quiet pip-tools
	$(BIN)/pip-compile --quiet $(addprefix --extra ,$(EXTRAS)) --generate-hashes --allow-unsafe --strip-extras \
		--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header \
		--output-file requirements.lock pyproject.toml

bench: .venv-bench/.installed ## time the program against its peers; 1 where a goal is not reached
	.venv-bench/bin/python -m benchmarks.run

.venv-bench/.installed: pyproject.toml
	test -x .venv-bench/bin/python || $(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check -e '.[bench]'
	touch $@

reliability: $(STAMP) ## kill runs at 100 random moments, shuffle rows, fill the disk, run two at once
	$(BIN)/python tests/reliability/table.py 100

faults: $(STAMP) ## the table of planted faults: found, missed, false alarms
	@PYTHONPATH=.:tests:tests/faults $(BIN)/python tests/faults/judge.py

round-trip: $(STAMP) ## the demo city written in every format: is the report the same?
	rm -rf build/round-trip
	$(BIN)/shanhai demo build/round-trip/demo --only-data
	PYTHONPATH=.:tests $(BIN)/python tests/round_trip.py build/round-trip/demo build/round-trip

docs: $(STAMP) ## write the generated pages of docs/
	$(BIN)/python -m scripts.docs docs

clean: ## remove everything made here
	rm -rf $(VENV) .venv-bench build dist .shanhai-cache .pytest_cache .mypy_cache .ruff_cache *.egg-info
