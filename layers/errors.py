"""The two errors a user meets; each carries one sentence in both languages and becomes an exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from layers.text import Text


class ShanhaiError(Exception):
    """Base of every error meant for the user: says what is wrong, where, and what to do."""

    exit_code = 2

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.message = message

    def __reduce__(self) -> tuple[type[ShanhaiError], tuple[Text]]:
        """Come back whole from another process."""
        return type(self), (self.message,)


class ConfigError(ShanhaiError):
    """Usage or configuration is wrong (exit 2)."""

    exit_code = 2


class DataError(ShanhaiError):
    """Data is missing or unfit, so nothing can be judged (exit 3)."""

    exit_code = 3
