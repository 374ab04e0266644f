#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The Python module: tests/python/module.py under the system's python3, on the module installed and (with pip and
# setuptools there) on the wheel.  Skipped, with a message, where there is no python3 or no numpy.
# Run from the top of the tree; needs BUILD and GIANTSTEP as set by `make check`.
set -u
BUILD=${BUILD:-build}
G=$(realpath "${GIANTSTEP:-$BUILD/giantstep}")
unset MAKEFLAGS MFLAGS MAKELEVEL
. "$(dirname "$0")/../report.bash"
export OPENBLAS_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=1

python=
for candidate in /usr/bin/python3 python3; do
    if command -v "$candidate" >/dev/null && "$candidate" -c 'import numpy' 2>/dev/null; then python=$candidate; break; fi
done
if [ -z "$python" ]; then
    echo "ok - # SKIP no python3 with numpy: install python3-numpy to test the Python module"
    exit 0
fi

check() { # name, folder of the module, program
    if PYTHONPATH=$2 GIANTSTEP_PROGRAM=$3 timeout 300 "$python" -B tests/python/module.py >"$T/log" 2>&1; then
        report 0 "$1: $(grep -E '^Ran ' "$T/log")"
    else
        report 1 "$1"; cat "$T/log"
    fi
}
make -s -o "$BUILD/giantstep" install BUILD="$BUILD" PREFIX="$T/prefix" PYTHON="$(command -v "$python")" >"$T/log" 2>&1
report $? "make install"
folder=$(dirname "$(find "$T/prefix" -name giantstep -path '*packages*' -type d)")
[ -f "$folder/giantstep/__init__.py" ]; report $? "the module is installed"
check "the module in the tree" "$PWD/python" "$G"
awk '/^```python/ { inside = 1; next } /^```/ { inside = 0; print "" } inside' docs/python.md >"$T/session"
PYTHONPATH=$PWD/python GIANTSTEP_PROGRAM=$G "$python" -B -m doctest "$T/session" >"$T/log" 2>&1 && grep -q '>>>' "$T/session"
report $? "docs/python.md gives what it shows"; cat "$T/log"
if command -v gnuplot >/dev/null; then
    PYTHONPATH=$PWD/python GIANTSTEP_PROGRAM=$G timeout 200 "$python" -B -c '
import json, sys
for cell in json.load(open("examples/notebook.ipynb"))["cells"]:
    if cell["cell_type"] == "code":
        assert cell["outputs"] or not cell["source"][-1].strip(), "a cell of the notebook was not executed"
        exec("".join(cell["source"]))' >"$T/log" 2>&1
    report $? "cells of examples/notebook.ipynb run"; grep -v '^eta' "$T/log"
fi
found=$(PYTHONPATH=$folder "$python" -c 'import giantstep; print(giantstep.program())')
is "the installed module finds the program beside it" "$found" "$T/prefix/bin/giantstep"
loaded=$(PYTHONPATH=$folder "$python" -c 'import giantstep; print(giantstep.library()._name)')
is "and the library" "$loaded" "$T/prefix/lib/libgiantstep.so.0"

if "$python" -c 'import setuptools, wheel, pip' 2>/dev/null; then
    make -s -o "$BUILD/giantstep" wheel BUILD="$BUILD" PYTHON="$(command -v "$python")" >"$T/log" 2>&1
    report $? "make wheel"
    "$python" -m pip install --quiet --no-deps --no-index --target "$T/wheel" "$BUILD"/wheel/giantstep-*.whl >"$T/log" 2>&1
    report $? "the wheel is installed"
    found=$(PYTHONPATH=$T/wheel PATH=/usr/bin:/bin "$python" -c 'import giantstep; t = giantstep.curve(); print(giantstep.program(), t.rows, giantstep.library()._name)')
    is "it carries the program and the library" "$found" "$T/wheel/giantstep/bin/giantstep 1 $T/wheel/giantstep/lib/libgiantstep.so.0"
fi
make -s uninstall BUILD="$BUILD" PREFIX="$T/prefix" PYTHON="$(command -v "$python")" >/dev/null
is "uninstall leaves no file" "$(find "$T/prefix" -type f)" ""

echo "$failures failed"
[ $failures = 0 ]
