# The commands a person needs. Each says what it does while it takes long.
SHELL := /bin/bash
TOOLS := $(or $(LOA_TOOLS),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/loa-phuong/tools)
export PATH := $(TOOLS)/bin:$(PATH)
export CARGO_TERM_PROGRESS_WHEN := never
TARGET := $(or $(CARGO_TARGET_DIR),target)
PROGRAM := $(TARGET)/release/loa-phuong

.PHONY: run build test check bench bench-smoke bots dev prepare screenshots

## builds and runs the site with its demo content
run: build
	@$(PROGRAM) serve --demo

## builds the program and the browser's files
build:
	@.ci/install build
	@node frontend/build.mjs
	@echo "program: compiling (about five minutes the first time)"
	@cargo build --quiet --locked --release -p server --bin loa-phuong

## every check and test
test:
	@.ci/install test
	@.ci/test

## formatting, lints, queries, types, dependencies
check:
	@.ci/install test
	@.ci/check

## prints what the site weighs and how fast it is
bench: build
	@.ci/install test
	@cargo bench --quiet --locked -p server --bench site
	@.ci/test lighthouse

## the ratios alone, shortly: fails when one has collapsed
bench-smoke: build
	@cargo bench --quiet --locked -p server --bench site -- --smoke

## brings the newest list of programs that are no people
bots:
	@.ci/bots

## rebuilds and restarts on every change
dev:
	@.ci/install build
	@.ci/dev

## checks every query against a fresh database and writes .sqlx anew
prepare:
	@.ci/prepare

## takes the README's pictures anew
screenshots:
	@.ci/install test
	@.ci/test screenshots
