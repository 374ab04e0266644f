# SPDX-License-Identifier: GPL-3.0-or-later
"""Python functions among the arguments of a command: tabulated, in files that live as long as the call."""
import contextlib
import hashlib
import os
import re
import tempfile

from ._errors import RuntimeFailure, UsageError
from ._function import Function, Unresolved

TAKE_FUNCTIONS = ("activation", "target")


def _function_of(argument, value):
    """A Function, or None if the value is something else."""
    if isinstance(value, Function):
        return value
    pair = isinstance(value, (tuple, list)) and len(value) == 2 and all(callable(part) for part in value)
    if not callable(value) and not pair:
        return None
    try:
        return Function(*value) if pair else Function(value)
    except Unresolved as error:
        raise UsageError(f"--{argument}: the function {error}", 2, argument) from None


def _save(function, folder):
    """The path of its table, which says name and contents."""
    text = function.text()
    name = re.sub(r"\W+", "", getattr(function.value, "__name__", "")) or "function"
    path = os.path.join(folder, f"{name}-{hashlib.sha256(text.encode()).hexdigest()[:12]}.table")
    if re.search(r"[\s(),]", path):
        raise RuntimeFailure(f"{folder!r}: set TMPDIR to a folder without blanks, parentheses or commas in its name")
    with open(path, "w", encoding="ascii") as file:
        file.write(text)
    return path


@contextlib.contextmanager
def named(given):
    """The arguments with every function in the words of the program, table:FILE."""
    functions = {argument: _function_of(argument, given[argument]) for argument in TAKE_FUNCTIONS if argument in given}
    functions = {argument: function for argument, function in functions.items() if function is not None}
    if not functions:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="giantstep-") as folder:
        yield {**given, **{argument: f"table:{_save(function, folder)}" for argument, function in functions.items()}}
