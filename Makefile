# Every target is one verb of dev.py, which needs only python3 (3.11+) and pip; make itself is optional.
PYTHON ?= python3
ARGS ?=

.PHONY: help demo test check setup lock bench soak clean

help:
	@$(PYTHON) dev.py help

demo test check setup lock bench soak clean:
	@$(PYTHON) dev.py $@ $(ARGS)
