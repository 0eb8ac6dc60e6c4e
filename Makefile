# Every target makes .venv by itself; PYTHON picks the interpreter (3.11 to 3.13).
PYTHON ?= $(shell for python in python3 python3.12 python3.11 python3.13; do \
	$$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && \
	{ echo $$python; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/.stamps

.PHONY: app static test parts install lint javascript unit browser test-extras vendor train bench audit screenshots clean

app: $(STAMPS)/app
	$(BIN)/python app.py

# A folder that any file server can serve: make static SITE=<folder>
SITE ?= build/site
static: $(STAMPS)/app
	$(BIN)/python -m digit static $(SITE)

PARTS := install lint javascript audit unit browser
test: $(PARTS)

# The parts of `make test`, for .ci/run, which times them.
parts:
	@echo $(PARTS)

install: $(STAMPS)/dev $(STAMPS)/chromium

lint: $(STAMPS)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/vulture

# Format, lint and types of the JavaScript; `unit` tests its stages in Node.
javascript:
	@if command -v npm > /dev/null; then \
		$(MAKE) --no-print-directory node_modules/.installed && npm run --silent check; \
	else \
		echo "Left out, because npm is not installed: Biome and TypeScript over the JavaScript, its stages in Node"; \
	fi

node_modules/.installed: package-lock.json
	npm ci --no-audit --no-fund
	@touch $@

unit: $(STAMPS)/dev
	$(BIN)/python -m pytest -m "not browser" -n 2 --dist loadfile

browser: $(STAMPS)/dev $(STAMPS)/chromium
	$(BIN)/python -m pytest -m browser -s

# What `unit` skips: tests of optional packages, in an environment on top of .venv.
test-extras: $(STAMPS)/extras
	DIGIT_EXTRAS=1 $(VENV)/extras/bin/python -m pytest -m extras

# Needs npm, and changes nothing while the version in package.json stays the same.
vendor: $(VENV)/bin/python node_modules/.installed
	$(BIN)/python assets/vendor/fetch.py

train: $(STAMPS)/app
	$(BIN)/python train.py

# Wants the data sets: DIGIT_DATA_DIR=<folder> make bench
bench: $(STAMPS)/app
	$(BIN)/python -m benchmarks.evaluate
	$(BIN)/python -m benchmarks.real_world
	$(BIN)/python -m benchmarks.corruptions --limit 1000
	$(BIN)/python -m benchmarks.latency
	$(BIN)/python -m benchmarks.startup
	$(BIN)/python -m benchmarks.load
	$(BIN)/python -m benchmarks.throughput
	$(BIN)/python -m benchmarks.training
	$(BIN)/python -m benchmarks.soak --minutes 1

# Known holes in what is installed. Fails when there is one, not when there is no network.
audit: $(STAMPS)/dev $(STAMPS)/audit
	@$(VENV)/audit/bin/pip-audit --timeout 10 --progress-spinner off \
		--path "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')" > $(VENV)/audit.txt 2>&1; \
	if grep -E "^Found [0-9]+ known" $(VENV)/audit.txt; then cat $(VENV)/audit.txt; exit 1; fi; \
	grep "^No known" $(VENV)/audit.txt || true; \
	echo "$$(grep -c "could not be audited" $(VENV)/audit.txt) packages could not be audited$$( \
		grep -q "ConnectionError" $(VENV)/audit.txt && echo ': no answer from the network')"

screenshots: $(STAMPS)/dev $(STAMPS)/chromium
	$(BIN)/python -m tests.browser.kit.screenshots

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

# Looks packages up in .venv where it has none of its own.
$(STAMPS)/extras: requirements-extras.txt requirements-onnx.txt requirements-ray.txt $(STAMPS)/dev
	rm -rf $(VENV)/extras
	$(BIN)/python -m venv $(VENV)/extras
	purelib='import sysconfig; print(sysconfig.get_path("purelib"))'; \
	$(BIN)/python -c "$$purelib" > "$$($(VENV)/extras/bin/python -c "$$purelib")/layer.pth"
	$(VENV)/extras/bin/python -m pip install --disable-pip-version-check -r requirements-extras.txt
	@touch $@

$(STAMPS)/chromium: $(STAMPS)/dev
	$(BIN)/python -m tests.browser.kit.chromium
	@touch $@

clean:
	rm -rf $(VENV)
