# From a fresh clone `make run` and `make test` do all the set-up; every other target uses .venv as well.
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000
DEMO ?= 1
export DEBUG ?= 1
# A file's tests stay in one process; tests/conftest.py puts the files in order.
SHARED := -n auto --dist loadfile --no-loadscope-reorder

.PHONY: install run test test-postgres lint fix benchmark guide lock

install: .venv/installed

.venv/installed: requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Cần Python 3.11 trở lên (make PYTHON=python3.12 …)."; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

run: install
	@$(BIN)/python manage.py migrate --verbosity 0
ifeq ($(DEMO)$(DEBUG),11)
	@$(BIN)/python manage.py load_demo --if-empty
endif
	@$(BIN)/python manage.py serve --port $(PORT)

test: install
	$(BIN)/python -m pytest $(SHARED)

test-postgres: install
	$(BIN)/python tests/with_postgres.py $(BIN)/python -m pytest $(SHARED)

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint templates --check --lint
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py check --fail-level WARNING

fix: install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djlint templates --reformat --quiet

benchmark: install
	$(BIN)/python tests/with_postgres.py $(BIN)/python tests/benchmark/run.py

# The pictures of the guides in docs/huong-dan, taken anew; needs Chromium.
guide: install
	$(BIN)/python docs/huong-dan/chup_hinh.py

# Needs uv; writes no registry's address.
lock:
	uv pip compile --universal --generate-hashes --no-header --python-version 3.11 requirements.in --output-file requirements.lock
	uv pip compile --universal --generate-hashes --no-header --python-version 3.11 requirements-dev.in --output-file requirements-dev.lock
