# make read      read an example article in the terminal
# make install   only install, so that .venv/bin/kildespor runs
# make test      everything that must hold before a change goes in

PYTHON ?= python3
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: read install test chromium

read: install
	.venv/bin/kildespor read examples/sjokabel.txt

install: .venv/.installed

test: .venv/.installed-test chromium
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/pytest -q

# The pages are tested in a real browser, which the system's package manager brings.
chromium:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
	|| { command -v apt-get >/dev/null && test "$$(id -u)" = 0 \
	     && apt-get update -qq && apt-get install -qq --yes --no-install-recommends chromium; } \
	|| echo "Chromium is not here and could not be installed, so the pages are NOT tested in a browser: apt-get install chromium"

.venv/.installed: pyproject.toml | .venv/bin/pip
	.venv/bin/pip install --quiet --editable .
	touch $@

.venv/.installed-test: pyproject.toml | .venv/bin/pip
	.venv/bin/pip install --quiet --editable '.[test]'
	touch $@ .venv/.installed

.venv/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Kildespor needs Python 3.11 or later; name it with make PYTHON=..."; exit 1; }
	$(PYTHON) -m venv .venv
