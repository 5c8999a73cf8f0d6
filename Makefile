# recond: `make run` does the main job on a practice disk, `make test` passes the tests; both install what they need.
SHELL := /bin/bash
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo -E)
RECOND := $(SUDO) .venv/bin/recond
CACHE := $(or $(RECOND_CACHE),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/recond)
export RECOND_CACHE := $(CACHE)
# The workshop's key, which signs images: the person's own, also where sudo is at work.
export RECOND_SIGNING_KEY := $(or $(RECOND_SIGNING_KEY),$(or $(XDG_CONFIG_HOME),$(HOME)/.config)/recond/signing.key)

# Where `make run` keeps its records, certificates and labels.
DATA ?= practice-data
# The desktop that `make vm-desktop` installs, and where it keeps pictures of the screen.
DESKTOP ?= debian-xfce
SCREENS ?= build/screens
# Firmware(s) of the virtual PC: bios, uefi, or both.
FIRMWARE ?= both

.PHONY: help run test lint image profiles vm vm-tests vm-desktop fuzz docs clean
.DEFAULT_GOAL := help

help: ## Show this list
	@echo "recond: reconditions donated PCs (audit, wipe, install, label, record)."
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 18

run: ## Set up, then the whole chain on a practice disk, with the embedded server
	@scripts/setup run
	@$(SUDO) FAST=1 profiles/build debian-base
	@$(RECOND) --data $(DATA) practice

test: ## Set up, then style, types, import contract and all tests
	@scripts/setup run test
	@$(MAKE) --no-print-directory lint
	@$(SUDO) FAST=1 profiles/build debian-base
	@$(SUDO) .venv/bin/pytest -n 2 --dist loadfile

lint: # Style, formatting, import contract, types, translations
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports
	.venv/bin/mypy
	scripts/catalogs --check

profiles: ## Build the OS images of every profile, into the cache
	@scripts/setup run
	@$(SUDO) profiles/build

image: ## Build the stick's image; prints its path, size and SHA-256
	@scripts/setup run image
	@$(SUDO) profiles/build
	@$(SUDO) live-image/build --profiles $(CACHE)/profiles

vm: ## A virtual PC: boot the stick, run the chain, boot the result (FIRMWARE=bios|uefi|both)
	@scripts/setup run image vm
	@$(SUDO) FAST=1 profiles/build debian-base
	@$(SUDO) .venv/bin/python scripts/vm --firmware $(FIRMWARE)

vm-tests: ## More of the virtual PC: what boots, by test (slow)
	@scripts/setup run image vm test
	@$(SUDO) FAST=1 profiles/build debian-base
	@$(SUDO) .venv/bin/pytest -m vm tests/vm --ignore tests/vm/test_desktop.py

vm-desktop: ## A desktop in the virtual PC, UEFI and BIOS (DESKTOP=debian-xfce; SCREENS=folder keeps pictures)
	@scripts/setup run image vm test
	@$(SUDO) DESKTOP=$(DESKTOP) DESKTOP_DISK=$(DESKTOP_DISK) SCREENS=$(SCREENS) .venv/bin/pytest -s -m vm tests/vm/test_desktop.py

fuzz: ## Ten times ten thousand new drive histories, none of them the same as the last time (slow)
	@scripts/setup run test
	@RECOND_FUZZ=10 .venv/bin/pytest -q tests/drives/test_histories.py

docs: ## The guides as a site that needs no network (build/site), and the manual pages (build/man)
	@scripts/setup run
	@.venv/bin/mkdocs --quiet build
	@echo "build/site/index.html"
	@.venv/bin/python scripts/make-man

clean: ## Remove what make made in this folder (the cache stays)
	$(SUDO) rm -rf .venv $(DATA) build dist
