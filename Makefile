# Every target makes .venv by itself; PYTHON picks the interpreter (3.11 to 3.13).
PYTHON ?= $(shell for python in python3 python3.12 python3.11 python3.13; do \
	$$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && \
	{ echo $$python; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/.stamps

.PHONY: app static test lint unit browser vendor types train bench audit screenshots clean

app: $(STAMPS)/app
	$(BIN)/python app.py

# A folder that any file server can serve: make static SITE=<folder>
SITE ?= build/site
static: $(STAMPS)/app
	$(BIN)/python -m digit static $(SITE)

test: lint audit unit browser

lint: $(STAMPS)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: $(STAMPS)/dev
	$(BIN)/python -m pytest -m "not browser"

browser: $(STAMPS)/dev $(STAMPS)/chromium
	$(BIN)/python -m pytest -m browser -s

# Wants npm, and changes nothing where the packages are those that lie here already.
vendor: $(VENV)/bin/python
	$(BIN)/python assets/vendor/fetch.py

# Wants npx: the types of the page's modules.
types:
	npx --yes --package typescript@5.9.3 tsc -p .

train: $(STAMPS)/app
	$(BIN)/python train.py

# Wants the data sets: DIGIT_DATA_DIR=<folder> make bench
bench: $(STAMPS)/app
	$(BIN)/python benchmarks/evaluate.py
	$(BIN)/python benchmarks/real_world.py
	$(BIN)/python benchmarks/corruptions.py --limit 1000
	$(BIN)/python benchmarks/latency.py
	$(BIN)/python benchmarks/startup.py
	$(BIN)/python benchmarks/load.py
	$(BIN)/python benchmarks/throughput.py
	$(BIN)/python benchmarks/training.py
	$(BIN)/python benchmarks/soak.py --minutes 1

# Known holes in what is installed. Fails when there is one, not when nobody can be asked.
audit: $(STAMPS)/dev $(STAMPS)/audit
	@$(VENV)/audit/bin/pip-audit --timeout 10 --progress-spinner off \
		--path "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')" > $(VENV)/audit.txt 2>&1; \
	if grep -E "^Found [0-9]+ known" $(VENV)/audit.txt; then cat $(VENV)/audit.txt; exit 1; fi; \
	grep "^No known" $(VENV)/audit.txt || true; \
	echo "$$(grep -c "could not be audited" $(VENV)/audit.txt) packages could not be audited$$( \
		grep -q "ConnectionError" $(VENV)/audit.txt && echo ': no answer from the network')"

screenshots: $(STAMPS)/dev $(STAMPS)/chromium
	$(BIN)/python tests/browser/screenshots.py

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed, and none was found: make PYTHON=<path>"; exit 1; }
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Debian and Ubuntu: apt install python3-venv"; exit 1; }

$(STAMPS)/app: requirements.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --disable-pip-version-check -r requirements.txt
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/dev: requirements-dev.txt requirements.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --disable-pip-version-check -r requirements-dev.txt
	@mkdir -p $(STAMPS) && touch $@ $(STAMPS)/app

$(STAMPS)/audit: | $(VENV)/bin/python
	$(BIN)/python -m venv $(VENV)/audit
	$(VENV)/audit/bin/python -m pip install --disable-pip-version-check -q pip-audit==2.10.1
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/chromium: $(STAMPS)/dev
	$(BIN)/python tests/browser/chromium.py
	@touch $@

clean:
	rm -rf $(VENV)
