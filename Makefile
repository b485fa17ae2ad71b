# SPDX-License-Identifier: PostgreSQL
#
# The front door. Each verb is one line here and one script in scripts/, which can be called alone as well.

SHELL = /bin/bash
.DEFAULT_GOAL = help
.PHONY: help run start stop status psql load install uninstall test lint bench bench-peers clean
# ARGS is for psql, load and test; a `make -j` changes nothing here: each script decides for itself.
MAKEFLAGS += --no-print-directory
.NOTPARALLEL:

help: ## this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 20
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

test: ## all tests, on a private cluster of their own; ARGS='core sql' runs some
	@scripts/test $(ARGS)

lint: ## clang-format, clang-tidy, cppcheck, shellcheck
	@scripts/lint $(ARGS)

bench: ## measure the figures of docs/benchmarks.md
	@bench/run-figures $(ARGS)

bench-peers: ## side by side with other forecasting software
	@bench/run-peers $(ARGS)

clean: ## stop everything and delete .local, the loaded data included (asks first)
	@scripts/clean
