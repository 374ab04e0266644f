# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the program is."""
import ctypes
import functools
import os
import pathlib
import shutil
import subprocess

from ._errors import RuntimeFailure


@functools.lru_cache(maxsize=None)
def _found(chosen):
    if chosen:
        return chosen
    here = pathlib.Path(__file__).resolve().parent
    # In a wheel; installed beside PREFIX/lib/python3.X/dist-packages/giantstep; in the source tree.
    places = [here / "bin" / "giantstep"]
    places += [up / "bin" / "giantstep" for up in here.parents[2:4]]
    places += [here.parents[1] / "build" / "giantstep"]
    for place in places:
        if os.access(place, os.X_OK) and place.is_file():
            return str(place)
    found = shutil.which("giantstep")
    if not found:
        raise RuntimeFailure("the program giantstep is not found: put it on the path, or name it in GIANTSTEP_PROGRAM")
    return found


def program():
    """The path of the program: that of the environment's GIANTSTEP_PROGRAM, else the one that was installed with this
    module, else the one on the path."""
    return _found(os.environ.get("GIANTSTEP_PROGRAM"))


def library():
    """The shared library libgiantstep.so.0, loaded by ctypes: that of the wheel, of the source tree, or the system's.  The
    headers in include/giantstep say what its functions take."""
    here = pathlib.Path(__file__).resolve().parent
    places = [here / "lib", *(up for up in here.parents[1:3]), here.parents[1] / "build"]
    for place in places:
        if (place / "libgiantstep.so.0").is_file():
            return ctypes.CDLL(str(place / "libgiantstep.so.0"))
    try:
        return ctypes.CDLL("libgiantstep.so.0")
    except OSError as error:
        raise RuntimeFailure(f"the library giantstep is not found: {error}") from None


def ask(*arguments):
    """What the program prints."""
    done = subprocess.run([program(), *arguments], capture_output=True, text=True, encoding="utf-8")
    if done.returncode != 0:
        raise RuntimeFailure(done.stderr.strip())
    return done.stdout


def version():
    """The version of the program."""
    return ask("--version").split()[1]
