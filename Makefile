# Fogbreak's one Makefile; `make help` explains it. Needs Python 3.11 or newer with pip, and make.

.DEFAULT_GOAL := help
SHELL := /bin/sh
PORT ?= 8000
PYTHON ?=
VENV ?= .venv
WORKERS ?= 2
PY := $(VENV)/bin/python
# A file's tests share their servers, so they stay in one process; tests/conftest.py says which come first.
PARALLEL = $(PY) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder
export PYTHON VENV

.PHONY: help demo test check format lock messages bench bench-store bench-detection bench-counts bench-page bench-reports bench-faults bench-deaths bench-probe bench-metrics bench-attack bench-notify lighthouse pictures fuzz fuzz-guided try-api try-production clean

help: ## this text
	@echo 'Fogbreak: a status page that tells an outage from a risk-control wave.'
	@echo
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1@\2/p' $(firstword $(MAKEFILE_LIST)) | awk -F@ '{printf "%-24s %s\n", $$1, $$2}'
	@echo
	@echo 'Options: PORT=8080 (demo), PYTHON=python3.12 (which Python makes $(VENV)), VENV=/elsewhere,'
	@echo '         VAR_DIR=/elsewhere (where the demo keeps its data), WORKERS=2 (test), ARGS="-k words" (test)'

demo: $(VENV)/.run-time ## a pretend payment world and the page that watches it, on http://127.0.0.1:8000 (PORT=...)
	@test -x $(PY) || { echo 'fogbreak: $(PY) is there, but its Python is not yours to run; use another: make demo VENV=/tmp/fogbreak-venv VAR_DIR=/tmp/fogbreak-var' >&2; exit 1; }
	@exec env FOGBREAK_DEMO=1 $(PY) manage.py demo --port $(PORT) $(ARGS)

test: $(VENV)/.development ## the whole suite (ARGS="tests/analysis -k words" for a part)
	@$(PARALLEL) $(or $(ARGS),--ignore=tests/production)

try-production: $(VENV)/.development ## README's "For real" word by word, on each database and broker (postgresql, redis, rabbitmq, nginx, prometheus)
	@$(PARALLEL) tests/production $(ARGS)

check: $(VENV)/.development ## format, lint, types, words, imports, templates, translations, migrations, nginx, locks
	@$(PY) .ci/check.py

format: $(VENV)/.development ## puts the code into the shape that `make check` wants
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

lock: $(VENV)/.development ## resolves pyproject.toml anew into the lock files, as far as needed
	@$(PY) .ci/lock.py

messages: $(VENV)/.development ## collects texts for translation and compiles the translated ones
	@DEBUG=1 $(PY) manage.py messages

bench: bench-detection bench-counts bench-page bench-reports bench-probe ## every benchmark

bench-detection: $(VENV)/.development ## the detector against generated days, beside three simple rules
	@$(PY) -m tests.bench.bench_detection $(ARGS)

bench-counts: $(VENV)/.development ## the watch over plain counts beside an EWMA (ARGS="SERIES.csv:WINDOWS.json")
	@$(PY) -m tests.bench.bench_counts $(ARGS)

bench-page: $(VENV)/.development ## the page under load beside nginx, and from a change to the page (nginx, h2load)
	@$(PY) -m tests.bench.bench_page $(ARGS)

bench-reports: $(VENV)/.development ## the reader of posts beside a plain n-gram model (requirements-train.lock)
	@$(PY) -m tests.bench.bench_reports

bench-store: $(VENV)/.development ## checks at size: handing out, making, storing, counting, judging (nginx, postgresql, redis)
	@$(PY) -m tests.bench.bench_store $(ARGS)

bench-faults: $(VENV)/.development ## breaks a running site and looks whether it heals (ARGS="--seeds 20 --side-by-side 3 --minutes 60")
	@$(PY) -m tests.bench.bench_faults $(ARGS)

bench-deaths: $(VENV)/.development ## kills between the statements of each step (ARGS=40 per step; DATABASE_URL)
	@DEBUG=1 DJANGO_SETTINGS_MODULE=statuspage.settings $(PY) -m tests.faults.killing $(ARGS)

bench-probe: $(VENV)/.development ## what a check costs and how it is timed, beside blackbox_exporter (nginx, h2load)
	@$(PY) -m tests.bench.bench_probe $(ARGS)

bench-metrics: $(VENV)/.development ## a scrape of /metrics with 10,000 probes beside prometheus_client (ARGS="--probes 2000")
	@$(PY) -m tests.bench.bench_metrics $(ARGS)

bench-attack: $(VENV)/.development ## the page while 2,000 strangers drip, flood and pour, with and without nginx
	@$(PY) -m tests.bench.bench_attack $(ARGS)

bench-notify: $(VENV)/.development ## mails: how many, how soon, and what is lost or doubled while things are killed (postgresql, redis)
	@$(PY) -m tests.bench.bench_notify $(ARGS)

lighthouse: $(VENV)/.development ## Lighthouse on the page in an outage, as on a phone (chromium, npm)
	@$(PY) -m tests.bench.bench_lighthouse $(ARGS)

pictures: $(VENV)/.development ## the page in each of its states, as pictures to look at (chromium, fonts-noto-cjk; ARGS="--scenes risk --whole")
	@$(PY) -m tests.bench.pictures $(ARGS)

fuzz: $(VENV)/.development ## ten million inputs for the parsers of foreign bytes (ARGS="--minutes 5 --only html")
	@DEBUG=1 DJANGO_SETTINGS_MODULE=statuspage.settings $(PY) -m tests.fuzz.run $(ARGS)

fuzz-guided: $(VENV)/.development ## inputs for one parser, led by what they reach; needs `pip install atheris` (ARGS="http --inputs 1000000")
	@DEBUG=1 DJANGO_SETTINGS_MODULE=statuspage.settings $(PY) -m tests.fuzz.guided $(ARGS)

try-api: $(VENV)/.development ## a thousand examples of every operation of the own API against its description
	@API_EXAMPLES=1000 $(PY) -m pytest -n $(WORKERS) tests/api/test_contract.py $(ARGS)

clean: ## removes what was made: environment, data of the demo, caches
	@rm -rf $(VENV) var .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.run-time: requirements.lock .ci/venv.sh
	@sh .ci/venv.sh requirements.lock $@

$(VENV)/.development: requirements-dev.lock .ci/venv.sh
	@sh .ci/venv.sh requirements-dev.lock $@
