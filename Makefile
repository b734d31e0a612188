# Every target installs what it needs into .venv from the hashed locks first.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
ROOMS := legalpro bot webhooks payments daraja storage reports sandbox

.PHONY: help demo tour test soak bench check lint types format picture pictures words lock clean

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(READY): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed"; exit 2; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q $(ROOMS)
	@touch $@

demo: $(READY) ## everything on this machine, no account needed; runs until Ctrl-C
	$(BIN)/legalpro demo

tour: $(READY) ## the whole story told in the terminal
	$(BIN)/legalpro tour

test: $(READY) ## every test
	$(BIN)/python -m pytest

SEEDS ?= 10000
SEED ?= 1
soak: $(READY) ## every crash point, more kills, SEEDS=10000 simulated worlds from SEED=1 on; takes some hours
	SEEDS=$(SEEDS) SEED=$(SEED) $(BIN)/python -m pytest tests/simulation/test_simulation_seeds.py
	EXAMPLES=$${EXAMPLES:-300} $(BIN)/python -m pytest tests/simulation/test_simulation_machine.py
	$(BIN)/python -m pytest -m soak

bench: $(READY) ## measure what is claimed to be fast; ROWS=1000000 for the office's figures of a large firm
	$(BIN)/python -m benchmarks.start
	$(BIN)/python -m benchmarks.figures

lint: $(READY) ## style and common mistakes
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY) ## strict types
	$(BIN)/mypy

check: lint types test ## all that continuous integration runs

format: $(READY) ## write the code as the formatter wants it
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

picture: $(READY) ## draw the lifecycle into the README
	$(BIN)/python -m payments.picture README.md

pictures: $(READY) ## take the README's pictures of the demo again (needs a browser)
	$(BIN)/python -m tests.browser.pictures docs/pictures

words: $(READY) ## bring the catalogues of translations up to date with the phrases; new ones stand there empty
	$(BIN)/pybabel --quiet extract --keyword Phrase --keyword Counted:1,2 --no-default-keywords \
		--add-location=file --omit-header --output .venv/phrases.pot bot
	$(BIN)/pybabel --quiet update --input-file .venv/phrases.pot --output-file bot/locale/sw.po --locale sw \
		--no-fuzzy-matching --ignore-obsolete --omit-header --width 100

lock: ## pin every package again, with hashes (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		pyproject.toml --extra embedded -o requirements/run.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		pyproject.toml --extra embedded --group dev -o requirements/dev.txt

clean: ## forget the environment and every cache
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info build
