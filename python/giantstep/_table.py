# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables: a dict of numpy arrays with the program's preamble."""
import numpy


def _array(cells):
    try:
        return numpy.array([float(cell) for cell in cells])
    except ValueError:
        return numpy.array(cells)


class Table(dict):
    """Columns by name, each a numpy array: of floats, or of texts (`status`, `verdict`).

    meta       the preamble: every parameter, versions, and under `run.` the run; texts by key
    messages   what the program said on the way, notes and warnings
    exit_code  0; 3: some row is loose or failed; 4: `validate` disagrees
    text       the table as the program wrote it, tsv
    """

    def __init__(self, text, messages=(), exit_code=0):
        lines = text.split("\n")
        begin = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
        names = lines[begin].split("\t") if begin < len(lines) else []
        rows = [line.split("\t") for line in lines[begin + 1:] if line]
        columns = zip(*rows) if rows else ([] for _ in names)
        super().__init__((name, _array(cells)) for name, cells in zip(names, columns))
        self.meta = dict(line[2:].split(": ", 1) for line in lines[:begin] if ": " in line)
        self.messages = list(messages)
        self.exit_code = exit_code
        self.text = text

    @property
    def columns(self):
        """Names of the columns, in order."""
        return list(self)

    @property
    def rows(self):
        """Number of rows."""
        return len(next(iter(self.values()))) if self else 0

    def where(self, **values):
        """The rows in which columns have these values, as a dict of arrays: table.where(alpha0=5, eta=3)."""
        chosen = numpy.ones(self.rows, dtype=bool)
        for name, value in values.items():
            chosen &= self[_column(self, name)] == value
        return {name: column[chosen] for name, column in self.items()}

    def to_pandas(self):
        """A pandas.DataFrame; its attrs are the meta."""
        import pandas
        frame = pandas.DataFrame(dict(self))
        frame.attrs.update(self.meta)
        return frame

    def save(self, path):
        """Write the table, tsv, as the program would have."""
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.text)

    def plot(self, *others, **options):
        """A picture of this table, and of others over it: see giantstep.plot."""
        from ._picture import plot
        return plot(self, *others, **options)

    def __repr__(self):
        return f"<giantstep.Table of {self.meta.get('giantstep.command', '?')}: {self.rows} rows, {' '.join(self)}>"

    def _repr_html_(self):
        shown = min(self.rows, 12)
        cell = lambda value: f"{value:.6g}" if isinstance(value, float) else str(value)
        head = "".join(f"<th>{name}</th>" for name in self)
        body = "".join("<tr>" + "".join(f"<td>{cell(column[i])}</td>" for column in self.values()) + "</tr>"
                       for i in range(shown))
        more = f"<p>{self.rows} rows</p>" if shown < self.rows else ""
        return f"<table><tr>{head}</tr>{body}</table>{more}"


def _column(table, name):
    return name[:-1] if name.endswith("_") and name not in table else name


def read(path):
    """A table that the program wrote, tsv."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    table = Table(text)
    if "giantstep.command" not in table.meta:
        raise ValueError(f"{path!r} is not a tsv table of giantstep")
    return table
