# SPDX-License-Identifier: GPL-3.0-or-later
# The Python module: nothing is compiled.  `make install` puts it where the system's python3 looks for modules under PREFIX;
# where there is no python3 it is left out.
PYTHON ?= $(firstword $(wildcard /usr/bin/python3) $(shell command -v python3 2>/dev/null))
PYTHON_SOURCES := $(wildcard python/giantstep/*.py)
PYTHON_FOLDER = $(if $(PYTHON),$(shell $(PYTHON) tools/python-folder $(PREFIX)))

.PHONY: install-python uninstall-python wheel
install: install-python
install-python:
	$(if $(PYTHON),,@echo "no python3: the module is not installed")
	$(if $(PYTHON),install -d $(DESTDIR)$(PYTHON_FOLDER)/giantstep)
	$(if $(PYTHON),install -m 644 $(PYTHON_SOURCES) $(DESTDIR)$(PYTHON_FOLDER)/giantstep)

uninstall: uninstall-python
uninstall-python:
	$(if $(PYTHON),rm -rf $(DESTDIR)$(PYTHON_FOLDER)/giantstep)

wheel: all ## a wheel of the Python module with program and library, in $(BUILD)/wheel (wants pip, setuptools, wheel)
	@rm -rf $(BUILD)/python && mkdir -p $(BUILD)/wheel && cp -r python $(BUILD)/python
	GIANTSTEP_BUILD=$(abspath $(BUILD)) GIANTSTEP_VERSION=$(VERSION) $(PYTHON) -m pip wheel --quiet --no-deps \
	    --no-build-isolation --no-index --wheel-dir $(BUILD)/wheel $(BUILD)/python
	@ls $(BUILD)/wheel
