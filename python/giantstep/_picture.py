# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of tables by `giantstep plot`."""
import os
import tempfile

from ._options import arguments
from ._run import run
from ._table import Table


class Picture:
    """A picture: shown by notebooks; `svg` is its text, `save(path)` draws it as .pdf, .png or .svg, `script()` is the
    script of gnuplot with its data."""

    def __init__(self, tables, options):
        self._tables, self._options = tables, options
        self.svg = self._draw("svg").decode("utf-8")

    def _run(self, *more):
        with tempfile.TemporaryDirectory() as folder:
            paths = []
            for i, table in enumerate(self._tables):
                paths.append(table)
                if isinstance(table, Table):
                    paths[-1] = os.path.join(folder, f"table{i + 1}.tsv")
                    table.save(paths[-1])
            return run("plot", [os.fspath(path) for path in paths] + arguments(self._options) + list(more), False)[0]

    def _draw(self, ending):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, f"picture.{ending}")
            self._run("--output", path)
            with open(path, "rb") as file:
                return file.read()

    def save(self, path):
        """Draw it to a file whose ending is the format."""
        self._run("--output", os.fspath(path), "--force")

    def script(self):
        """The script of gnuplot, with the data in it."""
        return self._run("--script")

    def _repr_svg_(self):
        return self.svg


def plot(*tables, **options):
    """A picture of tables, each a giantstep.Table or the path of a file, over each other.  Options of `giantstep plot`: x, y,
    by, log."""
    return Picture(tables, options)
