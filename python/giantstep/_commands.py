# SPDX-License-Identifier: GPL-3.0-or-later
"""A function for every command that writes a table, made from the program's table of options."""
import functools
import inspect

from ._errors import UsageError
from ._given import TAKE_FUNCTIONS, named
from ._options import argument_name, arguments, option_name, options
from ._program import ask
from ._run import table

# Options that say where a table goes or how it is told; a function returns it instead.
_OURS = {"output", "format", "force", "resume", "shard", "quiet", "errors", "progress", "dry-run"}


def _summary():
    lines = [line.split(None, 1) for line in ask("help").splitlines() if line.startswith("  ")]
    return {words[0]: words[1] for words in lines if len(words) == 2}


def _doc(command, summary, own):
    lines = [f"{summary[0].upper()}{summary[1:]}.", "", f"Returns a giantstep.Table.  Options of `giantstep {command}`:", ""]
    for option in own:
        default = f" [{option.default}]" if option.default and option.kind != "flag" else ""
        words = f" ({option.words})" if option.words and option.kind == "choice" else ""
        callables = "; or a Python function" if option.name in TAKE_FUNCTIONS else ""
        lines.append(f"    {argument_name(option.name):17} {option.help}{callables}{words}{default}")
    lines += ["", "    progress          None: a bar of tqdm in terminals and notebooks, if there is one; False: none; or a",
              "                      function of the part done, from 0 to 1, and the seconds left"]
    return "\n".join(lines)


def _signature(own):
    kind = inspect.Parameter.KEYWORD_ONLY
    names = [argument_name(option.name) for option in own] + ["progress"]
    return inspect.Signature([inspect.Parameter(name, kind, default=None) for name in names])


def _make(command, summary, of_command):
    own = [option for name, option in of_command.items() if name not in _OURS]
    shows = "progress" in of_command

    def function(*, progress=None, **given):
        for argument in given:
            if option_name(argument) in _OURS:
                raise UsageError(f"--{option_name(argument)}: not taken here: the table is returned, see Table.save", 2)
        with named(given) as given:
            words = arguments(given)
            if shows and progress is not False:
                words.append("--progress=lines")
            return table(command, words, progress)

    function.__name__ = function.__qualname__ = command
    function.__module__ = "giantstep"
    function.__doc__ = _doc(command, summary, own)
    function.__signature__ = _signature(own)
    return function


@functools.lru_cache(maxsize=None)
def commands():
    """Functions by name."""
    summary = _summary()
    return {command: _make(command, summary[command], own) for command, own in options().items() if "format" in own}
