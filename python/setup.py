# SPDX-License-Identifier: GPL-3.0-or-later
"""The wheel: the module, with the program and the shared library that `make` built (in GIANTSTEP_BUILD, else ../build)."""
import os
import pathlib
import re
import shutil

from setuptools import Distribution, setup
from setuptools.command.build_py import build_py

HERE = pathlib.Path(__file__).resolve().parent
BUILD = pathlib.Path(os.environ.get("GIANTSTEP_BUILD", HERE.parent / "build"))
CARRIED = {"giantstep": "bin", "libgiantstep.so.0": "lib"}


class Build(build_py):
    def run(self):
        super().run()
        for name, folder in CARRIED.items():
            if not (BUILD / name).is_file():
                raise SystemExit(f"{BUILD / name} is not there: run make first")
            place = pathlib.Path(self.build_lib) / "giantstep" / folder
            place.mkdir(parents=True, exist_ok=True)
            shutil.copy2(BUILD / name, place / name)


class Compiled(Distribution):
    """Of this machine's kind, for any Python 3."""

    def has_ext_modules(self):
        return True


def command_classes():
    classes = {"build_py": Build}
    try:
        from wheel.bdist_wheel import bdist_wheel
    except ImportError:
        return classes

    class Wheel(bdist_wheel):
        def get_tag(self):
            return ("py3", "none", super().get_tag()[2])

    return {**classes, "bdist_wheel": Wheel}


def version():
    header = os.environ.get("GIANTSTEP_VERSION")
    if header:
        return header
    text = (HERE.parent / "include" / "giantstep" / "giantstep.h").read_text()
    return re.search(r'^#define GST_VERSION "(.*)"', text, re.M).group(1)


setup(version=version(), distclass=Compiled, cmdclass=command_classes())
