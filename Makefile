# Every target prepares what it needs by itself, in a fresh clone too; a second run finds it ready.
PYTHON_HERE := .venv/bin/python
# Tests start binrelay hundreds of times; compiling it each time takes longer than most of them.
unexport PYTHONDONTWRITEBYTECODE
# Most journeys wait for a server, not for the processor.
WORKERS ?= 5

.PHONY: help setup demo conversations crashes test lint check bench compare corpus fuzz hostile lock clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 15

setup: ## what a server needs to run binrelay, in .venv
	@.ci/setup runtime
	@echo "Ready: $(CURDIR)/.venv/bin/binrelay"

demo: ## a whole network on this machine: who receives what, and why
	@.ci/setup runtime
	@.venv/bin/binrelay demo $(DEMO)

test: ## all tests; as root, installs the servers they use
	@.ci/setup development
	@.ci/setup servers
	@$(PYTHON_HERE) -m pytest -q -n $(WORKERS) --dist worksteal $(TESTS)

conversations: ## ten thousand generated conversations (make test lives through twelve hundred)
	@.ci/setup development
	@EVERY_CONVERSATION=1 $(PYTHON_HERE) -m pytest -q -n $(WORKERS) --dist worksteal tests/generated

crashes: ## the daemon, or one of two, dies at every point of every flow (make test tries each point once)
	@.ci/setup development
	@.ci/setup servers
	@EVERY_CRASH=1 $(PYTHON_HERE) -m pytest -q -n $(WORKERS) --dist worksteal tests/journeys/test_crashes.py tests/journeys/test_crashes_of_two.py

lint: ## format, rules and types
	@.ci/setup development
	@$(PYTHON_HERE) -m ruff format --check --quiet
	@$(PYTHON_HERE) -m ruff check --quiet
	@$(PYTHON_HERE) -m mypy --no-error-summary
	@echo "Format, rules and types are in order."

check: lint test ## lint, then test

bench: ## speed and memory, measured here (a quarter of an hour)
	@.ci/setup development
	@.ci/setup servers
	@$(PYTHON_HERE) -m tests.bench
	@$(PYTHON_HERE) -m tests.bench.waiting
	@$(PYTHON_HERE) -m tests.bench.compare --peers binrelay --delays 0 --results build/bench/growth.jsonl
	@$(PYTHON_HERE) -m tests.bench.arrival
	@$(PYTHON_HERE) -m tests.bench.several
	@$(PYTHON_HERE) -m tests.bench.rest

compare: ## the whole daemon beside its peers (40 minutes); then docs/benchmarks.md of this and of `make bench`
	@.ci/setup development
	@.ci/setup servers
	@$(PYTHON_HERE) -m tests.bench.compare $(COMPARE)
	@$(PYTHON_HERE) -m tests.bench.report

corpus: ## the mails that nobody here wrote: what is recognised, held, passed on whole
	@.ci/setup development
	@$(PYTHON_HERE) -m tests.corpus_table

fuzz: ## every reader of strangers' bytes under a fuzzer (SECONDS=600 each, FUZZ="mime relay" names some); x86_64
	@.ci/setup development
	@.ci/setup fuzz
	@$(PYTHON_HERE) -m tests.fuzz $(or $(SECONDS),60) $(FUZZ)

hostile: ## mails that want to cost much, up to 25 MB: milliseconds, loop stall, memory (HOSTILE="1000000 blanks" narrows it)
	@.ci/setup development
	@$(PYTHON_HERE) -m tests.hostile $(HOSTILE)

lock: ## writes the lock files anew from pyproject.toml (UPGRADE=--upgrade renews every pin)
	@.ci/setup development
	@.ci/lock $(UPGRADE)
	@echo "Locked: $$(grep -c '==' deploy/requirements.txt) packages to run it, $$(grep -c '==' .ci/requirements.txt) to work on it."

clean: ## removes everything made here, .venv included
	@rm -rf .venv build demo-mails *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo "Clean."
