# SPDX-License-Identifier: GPL-3.0-or-later
"""From Python's values to the texts that options take."""
import collections
import functools
import math

from ._errors import UsageError
from ._program import ask

Option = collections.namedtuple("Option", "command name metavar kind role default words help")

# How nested sequences are written: what stands between the outer items, and between those of an item.
_NESTED = {"schedule": (",", ":"), "second-layer": (",", ":")}


@functools.lru_cache(maxsize=None)
def options():
    """Commands by name, each a dict of options by name: the program's own table."""
    table = collections.defaultdict(dict)
    for line in ask("--list-options").splitlines()[1:]:
        option = Option(*line.split("\t"))
        table[option.command][option.name] = option
    return dict(table)


def argument_name(option):
    """The name of an option in Python."""
    name = option.replace("-", "_")
    return "lambda_" if name == "lambda" else name


def option_name(argument):
    return argument.rstrip("_").replace("_", "-")


def _number(value):
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value)
    value = float(value)
    return repr(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)


def _is_sequence(value):
    return hasattr(value, "__iter__") and not isinstance(value, str)


def text_of(name, value):
    """The text of a value: numbers by repr, so that they are read back to the bit; sequences as lists."""
    outer, inner = _NESTED.get(name, (";", ","))
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        value = list(value.items())
    if not _is_sequence(value):
        if not hasattr(value, "__float__"):
            raise UsageError(f"--{name}: {value!r} is neither a number nor a text", 2, name)
        if math.isnan(float(value)):
            raise UsageError(f"--{name}: 'nan' is not a number", 2, name)
        return _number(value)
    items = list(value)
    nested = any(_is_sequence(item) for item in items)
    if nested:
        return outer.join(inner.join(text_of(name, x) for x in (item if _is_sequence(item) else [item])) for item in items)
    return ",".join(text_of(name, item) for item in items)


def arguments(given):
    """The command line of keyword arguments; those that are None are left out."""
    words = []
    for argument, value in given.items():
        if value is not None:
            name = option_name(argument)
            words.append(f"--{name}={text_of(name, value)}")
    return words
