# SPDX-License-Identifier: GPL-3.0-or-later
"""The program run: table and messages read while it works, progress shown, stopped by KeyboardInterrupt."""
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import warnings

from ._errors import GiantstepWarning, RuntimeFailure, error_of
from ._program import program
from ._table import Table

_ENDED = 0.9  # seconds that a program which was asked to stop may take
_GLANCE = 0.05  # seconds between two looks at whether we are interrupted


def _is_watched():
    """Whether somebody looks: a terminal or a notebook."""
    return sys.stderr.isatty() or "ipykernel" in sys.modules


class _Bar:
    """A bar of tqdm."""

    def __init__(self, command):
        with warnings.catch_warnings():  # of a notebook without widgets, where the bar is of characters
            warnings.simplefilter("ignore")
            from tqdm.auto import tqdm
        self.bar = tqdm(total=1.0, desc=command, bar_format="{desc}: {percentage:3.0f}%|{bar}| {elapsed}<{remaining}",
                        delay=0.5)

    def __call__(self, part, seconds):
        self.bar.update(part - self.bar.n)

    def close(self):
        self.bar.close()


def _reporter(progress, command):
    """What is called with the part done and the seconds left; None: nobody."""
    if progress is False or (progress is None and not _is_watched()):
        return None
    if callable(progress):
        return progress
    try:
        return _Bar(command)
    except ImportError:
        return None


class _Reader(threading.Thread):
    """A pipe read to its end, in a thread of its own: whoever waits for it can be interrupted.  Lines of progress go to
    `progress', a queue; everything else is kept."""

    def __init__(self, pipe):
        super().__init__(daemon=True)
        self.pipe, self.kept, self.progress = pipe, [], queue.SimpleQueue()
        self.start()

    def run(self):
        for line in self.pipe:
            words = line.split()
            if line.startswith(b"progress: ") and len(words) == 3:
                self.progress.put((min(float(words[1]), 1.0), float(words[2])))
            else:
                self.kept.append(line)
        self.progress.put(None)

    def text(self):
        self.join()
        return b"".join(self.kept).decode("utf-8", "replace")


def _follow(said, report):
    """Report progress until everything has been said."""
    while True:
        try:
            seen = said.progress.get(timeout=_GLANCE)
        except queue.Empty:
            continue
        if seen is None:
            return
        if report:
            report(*seen)


def _stop(process):
    """End a program; it closes its table within 0.7 seconds."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(_ENDED)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _messages(said):
    """Exit code, error, option and messages of what the program said: one JSON object."""
    try:
        told = json.loads(said) if said.strip() else {}
    except ValueError:
        told = {"error": said.strip(), "messages": []}
    return told.get("error"), told.get("option"), told.get("messages", [])


def start(words):
    """The program's process; a group of its own, so that Ctrl-C reaches it through us alone."""
    try:
        return subprocess.Popen([program(), *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, start_new_session=os.name == "posix")
    except OSError as error:
        raise RuntimeFailure(f"{program()}: {error.strerror}") from error


def run(command, words, progress=None):
    """What the command writes to stdout, its messages and its exit code; errors are raised."""
    report = _reporter(progress, command)
    process = start([command, *words, "--errors=json"])
    table, said = _Reader(process.stdout), _Reader(process.stderr)
    try:
        _follow(said, report)
        code = process.wait()
    finally:  # KeyboardInterrupt, or an exception of the callback
        _stop(process)
        table.join()
        said.join()
        process.stdout.close()
        process.stderr.close()
        if isinstance(report, _Bar):
            report.close()
    error, option, messages = _messages(said.text())
    if code not in (0, 3, 4):
        raise error_of(code, error or f"giantstep ended with exit code {code}", option)
    return table.text(), messages, code


def table(command, words, progress=None):
    """The table of a command."""
    text, messages, code = run(command, words, progress)
    for message in messages:
        if message["code"] == 3:
            warnings.warn(message["text"], GiantstepWarning, stacklevel=4)
    return Table(text, [message["text"] for message in messages], code)
