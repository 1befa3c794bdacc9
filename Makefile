# make help lists the targets. Needs make and Python 3.11 or newer; everything else goes into .venv.

PYTHON ?= python3
VENV := .venv
VENV_PYTHON := $(VENV)/bin/python
INSTALLED := $(VENV)/installed
INSTALLED_DEV := $(VENV)/installed-dev
INSTALLED_SPARK := $(VENV)/installed-spark

# A name in PATH or a path, spaces allowed.
export PYTHON
export PYTHONPATH := $(CURDIR)/python
# Text is UTF-8 whatever the locale says.
export PYTHONUTF8 := 1
unexport PYTHONHOME

# Compiling for the linter needs a database, but none that a build may hold.
SQLFLUFF = SEGMENTATION_DATABASE=:memory: $(VENV_PYTHON) -m sqlfluff

# Two processes; the tests of a file stay together, since they share what they built. In the order of their names:
# by number of tests, as is usual, the files with few and long ones would come last, for one process alone.
PYTEST_ARGS ?= --numprocesses 2 --dist loadfile --no-loadscope-reorder --quiet
SPARK_TESTS ?= tests/python/spark

PYTHON_SOURCES := python tests models
SQL_SOURCES := models tests

.DEFAULT_GOAL := help
.PHONY: help look build build-spark forget test test-spark coverage bench campaigns rules lint format requirements audit clean

help:  ## Show this list
	@sed -n 's/^\([a-z-]*\):.*##/\1:/p' Makefile | while IFS=: read -r name text; do \
		printf '  make %-14s%s\n' "$$name" "$$text"; done

# Paths as they were typed: neither make nor a shell reads anything into them.
ifdef SHOP
override SHOP := $(value SHOP)
export SHOP
endif
ifdef INPUT
override INPUT := $(value INPUT)
export INPUT
endif

look: $(INSTALLED)  ## What a build would read, changing nothing: INPUT=file, folder or glob; SHOP, DBT_ARGS as for build
	@$(VENV_PYTHON) -m make_build.look

build: $(INSTALLED)  ## Set up .venv once, build the segments; SHOP=shops/acme.yml, VERBOSE=1 for a line per model, DBT_ARGS='…'
	@$(VENV_PYTHON) -m make_build

build-spark: $(INSTALLED_SPARK) java  ## The same on Apache Spark, in this process; needs Java 17; SHOP, VERBOSE, DBT_ARGS as for build
	@DBT_ARGS="--target spark $$DBT_ARGS" $(VENV_PYTHON) -m make_build

test-spark: $(INSTALLED_DEV) $(INSTALLED_SPARK) java  ## Builds on Spark compared with builds on DuckDB, mart by mart
	@SEGMENTATION_REQUIRE_SPARK=1 $(VENV_PYTHON) -m pytest $(PYTEST_ARGS) $(SPARK_TESTS)

# The id as it was typed: neither make nor a shell reads anything into it.
ifdef CUSTOMER
override CUSTOMER := $(value CUSTOMER)
export CUSTOMER
endif

forget: $(INSTALLED)  ## Remove one customer everywhere, for good: CUSTOMER='the id', SHOP, DBT_ARGS as for build
	@$(VENV_PYTHON) -m privacy forget

test: lint  ## Every check: linters, types, Python and dbt tests, a build of the sample
	@$(VENV_PYTHON) -m pytest $(PYTEST_ARGS)

# The tests that call python/ themselves; the others start dbt again and again.
COVERAGE_ARGS ?= $(addprefix tests/python/,database_file duckdb_plugin generic invoice_reader python_models sample_data segmentation)

coverage: $(INSTALLED_DEV)  ## Branch coverage of python/ by its quicker tests; COVERAGE_ARGS=tests/python for all of them
	@$(VENV_PYTHON) -m pytest $(PYTEST_ARGS) --cov --cov-report term:skip-covered $(COVERAGE_ARGS)

lint: $(INSTALLED_DEV)  ## ruff, mypy and sqlfluff
	@$(VENV_PYTHON) -m ruff check $(PYTHON_SOURCES)
	@$(VENV_PYTHON) -m ruff format --check $(PYTHON_SOURCES)
	@$(VENV_PYTHON) -m mypy
	@$(SQLFLUFF) lint --disable-progress-bar $(SQL_SOURCES)

bench: $(INSTALLED_DEV)  ## Speed and memory beside two rivals; BENCH_ARGS='--lines 1 6 60' (millions; the last takes long)
	@$(VENV_PYTHON) -m benchmarks $(BENCH_ARGS)

campaigns: $(INSTALLED_DEV)  ## Kill builds, break the disk, feed any bytes; CAMPAIGN_ARGS='kills --kills 100' picks a campaign
	@PYTHONPATH=$(CURDIR)/python:$(CURDIR)/tests $(VENV_PYTHON) -m campaigns $(CAMPAIGN_ARGS)

rules: $(INSTALLED_DEV)  ## Change SQL rules one at a time and list what no test notices; RULES_ARGS='models/staging --limit 20'
	@PYTHONPATH=$(CURDIR)/python:$(CURDIR)/tests $(VENV_PYTHON) -m campaigns.rules $(RULES_ARGS)

format: $(INSTALLED_DEV)  ## Rewrite Python and SQL in the project's layout
	@$(VENV_PYTHON) -m ruff check --fix-only $(PYTHON_SOURCES)
	@$(VENV_PYTHON) -m ruff format $(PYTHON_SOURCES)
	@$(SQLFLUFF) fix --disable-progress-bar $(SQL_SOURCES)

# Resolved with everything first, then the part that users need under the same pins.
COMPILE = $(VENV_PYTHON) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-strip-extras --no-emit-index-url --custom-compile-command 'make requirements' --upgrade

requirements: $(INSTALLED_DEV)  ## Pin the newest packages that pyproject.toml allows
	@$(COMPILE) pyproject.toml --extra dev --extra metrics --output-file requirements-dev.txt
	@$(COMPILE) pyproject.toml --constraint requirements-dev.txt --output-file requirements.txt
	@$(COMPILE) pyproject.toml --extra spark --constraint requirements-dev.txt --output-file requirements-spark.txt

# Strict: a package that cannot be looked up is a failure, not a line under "no known vulnerabilities".
audit: $(INSTALLED_DEV)  ## Look the pinned packages up in the database of known vulnerabilities (network)
	@$(VENV_PYTHON) -m pip_audit --strict --require-hashes --disable-pip --requirement requirements.txt

clean:  ## Remove .venv, logs and what dbt compiled; the database and the published files stay
	@rm -rf $(VENV) target logs dbt_packages .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find python tests models -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV_PYTHON):
	@command -v "$$PYTHON" >/dev/null || { \
		echo "No Python under the name $$PYTHON: install Python 3.11 or newer, or name one with make PYTHON=…"; exit 1; } >&2
	@"$$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$$PYTHON is $$("$$PYTHON" --version 2>&1), and Python 3.11 or newer is needed: name one with make PYTHON=…"; \
		exit 1; } >&2
	@"$$PYTHON" -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$$PYTHON has no module venv or ensurepip: install it (Debian and Ubuntu: apt install python3-venv)"; \
		exit 1; } >&2
	@"$$PYTHON" -m venv --clear $(VENV)

$(INSTALLED): requirements.txt $(VENV_PYTHON)
	@echo "Installing the pinned packages into $(VENV); this happens once and takes a minute or two."
	@$(VENV_PYTHON) -m pip install -qq --disable-pip-version-check --require-hashes --requirement $< || { \
		echo "The packages could not be installed: pip says why above, and make clean starts anew."; exit 1; } >&2
	@touch $@

$(INSTALLED_DEV): requirements-dev.txt $(INSTALLED)
	@echo "Installing the packages for development into $(VENV)."
	@$(VENV_PYTHON) -m pip install -qq --disable-pip-version-check --require-hashes --requirement $< || { \
		echo "The packages could not be installed: pip says why above, and make clean starts anew."; exit 1; } >&2
	@touch $@

$(INSTALLED_SPARK): requirements-spark.txt $(INSTALLED)
	@echo "Installing PySpark and dbt-spark into $(VENV); half a gigabyte, a minute or two."
	@$(VENV_PYTHON) -m pip install -qq --disable-pip-version-check --require-hashes --requirement $< || { \
		echo "The packages could not be installed: pip says why above, and make clean starts anew."; exit 1; } >&2
	@touch $@

.PHONY: java
java:
	@if [ -n "$$JAVA_HOME" ]; then [ -x "$$JAVA_HOME/bin/java" ]; else command -v java >/dev/null; fi || { \
		echo "Spark needs Java 17 and finds no java: install it (Debian and Ubuntu: apt install openjdk-17-jre-headless), or set JAVA_HOME."; \
		exit 1; } >&2
