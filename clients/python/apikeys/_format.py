"""The server's standard form of a key."""

from __future__ import annotations

import re
import zlib
from typing import Optional

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_KEY = re.compile(r"(sk|pk)_(live|test|dev)_[0-9A-Za-z]{8}_[0-9A-Za-z]{32}")
_LABELS = {"live": "production", "test": "staging", "dev": "development"}
_CHECKSUM = 6


def is_well_formed_key(text: str) -> bool:
    """Whether a text is a key of the standard form with the right checksum, without asking."""
    if not _KEY.fullmatch(text):
        return False
    value = zlib.crc32(text[:-_CHECKSUM].encode("ascii"))
    digits = ""
    for _ in range(_CHECKSUM):
        value, digit = divmod(value, 62)
        digits = _ALPHABET[digit] + digits
    return text.endswith(digits)


def environment_of(text: str) -> Optional[str]:
    """The environment that a key of the standard form names; None for any other text."""
    match = _KEY.fullmatch(text)
    return _LABELS[match.group(2)] if match else None
