"""Webhooks as the server signs them (Standard Webhooks)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import time
from typing import Mapping, Optional, Union

_TOLERANCE = 300


def is_genuine_webhook(
    secret: str, headers: Mapping[str, str], body: Union[bytes, str], now: Optional[float] = None
) -> bool:
    """Whether one of the signatures is right and the message was sent within five minutes.

    ``body`` is the bytes as they came, not an object that was parsed.
    """
    key = _secret(secret)
    given = {name.lower(): value for name, value in headers.items()}
    message_id = given.get("webhook-id")
    timestamp = given.get("webhook-timestamp")
    signatures = given.get("webhook-signature")
    if not message_id or not signatures or not re.fullmatch(r"[0-9]{1,12}", timestamp or ""):
        return False
    if abs((time.time() if now is None else now) - int(timestamp or 0)) > _TOLERANCE:
        return False
    data = body.encode("utf-8") if isinstance(body, str) else body
    signed = f"{message_id}.{timestamp}.".encode("utf-8") + data
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
    found = False
    for signature in signatures.split(" "):
        if signature.startswith("v1,"):
            found |= hmac.compare_digest(signature[3:].encode("utf-8"), expected)
    return found


def _secret(text: str) -> bytes:
    try:
        key = base64.b64decode(text[6:], validate=True) if text.startswith("whsec_") else b""
    except binascii.Error:
        key = b""
    if len(key) < 16:
        raise ValueError("a secret of webhooks is whsec_ and the Base64 of 16 bytes or more")
    return key
