# SPDX-License-Identifier: PostgreSQL
#
# The front door. Each verb is one line here and one script in scripts/, which can be called alone as well.

SHELL = /bin/bash
.DEFAULT_GOAL = help
.PHONY: help all run start stop status psql load install uninstall installcheck deb dist release test test-versions test-mutations check lint format bench bench-analytics bench-etl bench-page bench-peers bench-quality clean screenshots
# ARGS is for psql, load and test; a `make -j` changes nothing here: each script decides for itself.
MAKEFLAGS += --no-print-directory
.NOTPARALLEL:

help: ## this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 22
	@echo
	@echo "  HTTP_PORT=9000 make run, echo 'SELECT 1' | make psql ARGS=-At; more in docs/operation.md"

run: ## build, start everything, load, show the address; Ctrl-C stops it
	@scripts/tracker run

start: ## the same in the background
	@scripts/tracker start

stop: ## stop what runs in the background
	@scripts/tracker stop

status: ## what runs, and where
	@scripts/tracker status

psql: ## a shell on the database, or SQL from standard input; ARGS='-At' is passed on
	@scripts/tracker psql $(ARGS)

load: ## load what is new from the ad platform, now; ARGS=--full fetches everything again
	@scripts/tracker load $(ARGS)

install: ## the extension into this machine's PostgreSQL (PG_CONFIG=…), for CREATE EXTENSION there
	@scripts/install-extension install

uninstall: ## take it out again
	@scripts/install-extension uninstall

installcheck: ## the SQL tests against a server that has it (PGHOST, PGPORT, PGUSER; PG_CONFIG=…)
	@scripts/install-extension installcheck

# What `pgxn install` calls before install.
all:
	@scripts/install-extension build

deb: ## Debian packages of the extension and of the server, into .local/deb
	@scripts/deb $(ARGS)

dist: ## the archive for PGXN, into .local/dist
	@scripts/dist

release: ## whether this can be released, and the commands for it; tags nothing by itself
	@scripts/release

test: ## all tests, on a private cluster of their own; ARGS='core Forecast* sql' runs some
	@scripts/test $(ARGS)

test-versions: ## the SQL tests on PostgreSQL 13 to 18, and pg_upgrade; ARGS='17' runs some
	@scripts/test-versions $(ARGS)

test-mutations: ## do the core's tests notice a wrong operator? SEED=1 N=30 WING=arima; not in CI
	@scripts/test-mutations $(ARGS)

check: ## what your change touches, in about a minute
	@scripts/check $(ARGS)

lint: ## layout, clang-tidy, cppcheck, shellcheck, names in SQL
	@scripts/lint $(ARGS)

format: ## layout of C++, SQL and TypeScript put right
	@scripts/format $(ARGS)

screenshots: ## take the pictures of docs/screenshots anew
	@scripts/screenshots

bench: ## measure the figures of docs/benchmarks.md
	@bench/run-figures $(ARGS)

bench-analytics: ## anomalies, promotions and advice against shops whose truth is known
	@bench/run-analytics $(ARGS)

bench-page: ## the page: Lighthouse, 200 dashboards, a shop of 1,000 products × 3 years
	@bench/page $(ARGS)

bench-etl: ## imports beside a bare COPY; needs PGHOST and PGPORT of a cluster with the extension
	@bench/etl $(ARGS)

bench-peers: ## side by side with other forecasting software
	@bench/run-peers $(ARGS)

bench-quality: ## every method and combination beside those of other packages
	@bench/quality $(ARGS)

clean: ## stop everything and delete .local, the loaded data included (asks first)
	@scripts/clean
