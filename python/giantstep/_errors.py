# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong, in the words of the program."""


class Error(Exception):
    """An error of the program: its text, `exit_code`, and `option`, the one it is about (or None)."""

    def __init__(self, text, exit_code=1, option=None):
        super().__init__(text)
        self.exit_code = exit_code
        self.option = option


class UsageError(Error, ValueError):
    """A wrong option or a bad value: exit code 2."""


class RuntimeFailure(Error, RuntimeError):
    """A file that could not be written, no memory, or no program: exit code 1."""


class GiantstepWarning(UserWarning):
    """Some row is loose or failed: exit code 3."""


def error_of(exit_code, text, option=None):
    kind = UsageError if exit_code == 2 else RuntimeFailure
    return kind(text, exit_code, option)
