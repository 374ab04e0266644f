# SPDX-License-Identifier: GPL-3.0-or-later
"""Learning curves of two-layer networks after giant gradient steps.

Every command of the program `giantstep` that writes a table is a function of this module, and takes the command's options
by name, with `_` for `-` (and `lambda_` for `lambda`, a word of Python):

    >>> import giantstep, numpy as np
    >>> table = giantstep.curve(activation="tanh", target="sin", eta=3, alpha0=[5, 20, np.inf], alpha=np.linspace(.2, 3, 57))
    >>> table["excess_risk"], table.meta["bulk"], table.to_pandas()

The functions are made from the program's own table of options when one is first asked for; `help(giantstep.curve)` lists
them.  The program computes, in a process of its own, so that the numbers are those of its tables to the bit.
"""
from ._errors import Error, GiantstepWarning, RuntimeFailure, UsageError
from ._commands import commands as _commands
from ._function import Function
from ._picture import Picture, plot
from ._program import library, program, version
from ._table import Table, read

__all__ = ["Error", "Function", "GiantstepWarning", "Picture", "RuntimeFailure", "Table", "UsageError", "library", "plot", "program", "read", "version"]


def __getattr__(name):
    if name == "__version__":
        return version()
    if name.startswith("_"):
        raise AttributeError(name)
    try:
        return _commands()[name]
    except KeyError:
        raise AttributeError(f"module 'giantstep' has no attribute {name!r}") from None


def __dir__():
    return sorted(set(__all__) | set(_commands()))
