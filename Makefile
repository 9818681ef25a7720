# make demo   train, evaluate and look at a small MTAN on the embedded data, on the CPU
# make test   lint, type check and the whole test suite
# make soak   trainings that are interrupted and killed at random moments, as a table
# make docs   the pages of docs/ and the reference of the code as a site, in work_dirs/docs
#
# All of them make .venv first. PYTHON chooses the interpreter it is made from (3.10 to 3.12).

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
VERSION := $(shell $(PYTHON) -c 'import sys; print("%d%d" % sys.version_info[:2])')
# The tested versions, for the Python they were tested with.
CONSTRAINTS := $(wildcard requirements/constraints-py$(VERSION).txt)
INSTALL := $(BIN)/python -m pip install $(if $(CONSTRAINTS),-c $(CONSTRAINTS))
PROCESSES = $(shell $(PYTHON) -c 'import os; print(len(os.sched_getaffinity(0)) + 1)')
INPUTS := setup.py pyproject.toml mmmtl/version.py $(CONSTRAINTS)

.PHONY: demo test soak lint docs install clean
.DELETE_ON_ERROR:

demo: $(VENV)/.stack
	$(BIN)/python tools/demo.py

test: $(VENV)/.test lint
	@# One process more than cores, each with one thread: some tests wait for processes of their own.
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n $(PROCESSES) --dist loadfile

soak: $(VENV)/.test
	OMP_NUM_THREADS=1 $(BIN)/python -m tests.reliability.soak

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/bandit -q -c pyproject.toml -r mmmtl mmmtl_bench mmmtl_scenes tools demo

docs: $(VENV)/.docs
	@# -W: a link that leads nowhere and a docstring that cannot be read are errors
	OMP_NUM_THREADS=1 $(BIN)/python -m sphinx -W --keep-going -q docs work_dirs/docs

install: $(VENV)/.stack

$(VENV)/.stack: $(INPUTS)
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) -e '.[stack]'
	@# OpenCV's usual wheel needs libGL, which a machine without a screen may lack.
	$(BIN)/python -c 'import cv2' 2>/dev/null || \
		$(INSTALL) --force-reinstall --no-deps opencv-python-headless
	$(BIN)/python -c 'import mmmtl'
	@touch $@

$(VENV)/.test: $(VENV)/.stack
	$(INSTALL) -e '.[stack,test]'
	@touch $@

$(VENV)/.docs: $(VENV)/.stack
	$(INSTALL) -e '.[stack,docs]'
	@touch $@

clean:
	rm -rf $(VENV) work_dirs
