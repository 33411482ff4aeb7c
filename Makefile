# All commands for development. Slow ones print their progress.
SHELL := /bin/bash
TOOLS := $(or $(LOA_TOOLS),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/loa-phuong/tools)
export PATH := $(TOOLS)/bin:$(PATH)
export CARGO_TERM_PROGRESS_WHEN := never
TARGET := $(or $(CARGO_TARGET_DIR),target)
PROGRAM := $(TARGET)/release/loa-phuong
DEBUG_PROGRAM := $(TARGET)/debug/loa-phuong

.PHONY: run build test test-browsers check bench bench-smoke bots dev prepare screenshots

## builds and runs the site with its demo content
run:
	@.ci/install build
	@.ci/build dev
	@$(DEBUG_PROGRAM) serve --demo

## builds the program and the browser's files
build:
	@.ci/install build
	@.ci/build release

## every check and test
test:
	@.ci/install test
	@.ci/test

## reading, rating and commenting in Firefox and WebKit; `make test` runs the shortest of them where they are installed
test-browsers:
	@.ci/install browsers
	@.ci/test browsers

## formatting, lints, queries, types, dependencies
check:
	@.ci/install test
	@.ci/check

## measures sizes and speed of the site
bench: build
	@.ci/install test
	@cargo bench --quiet --locked -p server --bench site
	@.ci/test lighthouse

## measures the performance ratios briefly and fails if one is below its limit
bench-smoke: build
	@cargo bench --quiet --locked -p server --bench site -- --smoke

## updates the list of bots
bots:
	@.ci/bots

## rebuilds and restarts on every change
dev:
	@.ci/install build
	@.ci/dev

## checks every query against a new database and rewrites .sqlx
prepare:
	@.ci/prepare

## updates the README's screenshots
screenshots:
	@.ci/install test
	@.ci/test screenshots
