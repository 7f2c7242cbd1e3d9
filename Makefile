# The front door. Each target installs what it needs and says so; with all in place that costs a moment.

PYTHON := .venv/bin/python
COMPILE_LOCK := uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock"

.DEFAULT_GOAL := help

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

run:  ## the program on demo data: a window, or with no display one whole pass in the terminal
	@sh setup/prepare.sh run
	@.venv/bin/mailint --demo

test: lint  ## all checks and all tests
	@$(PYTHON) -m pytest

lint:  ## format, style, types and layers
	@sh setup/prepare.sh test
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy
	.venv/bin/lint-imports

format:  ## let ruff format and mend
	@sh setup/prepare.sh test
	$(PYTHON) -m ruff format .
	$(PYTHON) -m ruff check --fix .

forms:  ## compile forms/ and resources/ again
	@sh setup/prepare.sh run
	$(PYTHON) hatch_build.py

lock:  ## choose the newest versions that pyproject.toml allows; needs uv
	$(COMPILE_LOCK) --upgrade --all-extras --group build --group dev pyproject.toml -o requirements-dev.lock
	$(COMPILE_LOCK) --constraints requirements-dev.lock --extra demo --extra postgresql --group build pyproject.toml -o requirements.lock
	grep '^uv==' requirements.lock | cut -d' ' -f1 | $(COMPILE_LOCK) - -o setup/uv.lock

translations:  ## collect the words to translate in resources/translations/
	@sh setup/prepare.sh run
	@mkdir -p resources/translations
	.venv/bin/pyside6-lupdate -silent -no-obsolete -locations none $$(git ls-files 'mailint_gui/*.py' 'forms/*.ui') -ts resources/translations/mailint.ts $(wildcard resources/translations/mailint_*.ts)

bundle:  ## a stand-alone program in dist/mailint
	@sh setup/prepare.sh bundle
	$(PYTHON) -m PyInstaller --noconfirm build.spec

bench:  ## figures beside their peers
	@sh setup/prepare.sh bench
	$(PYTHON) -m benchmarks

screenshots:  ## pictures of every screen, to screenshots/
	@sh setup/prepare.sh test
	$(PYTHON) -m tests.ui.screenshots screenshots

clean:  ## everything that can be made again
	rm -rf .venv build dist screenshots mailint_gui/ui/_generated mailint_gui/wording/_translations tests/servers/oidc/node_modules .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

.PHONY: help run test lint format forms lock translations bundle bench screenshots clean
