"""Brings keys of another system along: python3 -m apikeys.moving_in FORMAT FILE.

Callers go on using the keys that they have. Only hashes are sent; where an export has the keys themselves, they
are hashed here. See docs/moving-in.md.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import os
import re
import sys
from datetime import datetime, timezone
from typing import Any, Callable, Dict, Iterator, List, Optional, Sequence, TextIO, Tuple

from ._client import ApiError, Client

Json = Dict[str, Any]

_BATCH = 500
_SHORTEST_KEY = 16
_SHOWN = 6
_HEX = re.compile(r"[0-9a-fA-F]{64}")


class Skipped(Exception):
    """A record that can't or need not be brought along; says why."""


class Unusable(Exception):
    """What was given can't be worked with at all; says why."""


def _rows(document: Any, *names: str) -> List[Any]:
    """The list in an export: the document itself, or one of these fields."""
    if isinstance(document, list):
        return document
    for name in names:
        if isinstance(document, dict) and isinstance(document.get(name), list):
            return document[name]
    raise Unusable(f"the export is neither a list nor an object with one of: {', '.join(names)}")


def _of_value(value: Any) -> Json:
    """A key that the export has itself: hashed here, so that it goes no further."""
    if not isinstance(value, str) or not value:
        raise Skipped("the export has no key")
    if "…" in value or value.endswith("..."):
        raise Skipped("the export has the key masked")
    if len(value) < _SHORTEST_KEY:
        raise Skipped(f"the key has under {_SHORTEST_KEY} characters: too few for a hash to hide it")
    if len(value) > 256:
        raise Skipped("the key has over 256 characters, which no key may have here")
    digest = hashlib.sha256(value.encode("utf-8")).hexdigest()
    return {"algorithm": "sha256", "hash": digest, "prefix": value[:_SHOWN]}


def _of_hash(value: Any, prefix: Any) -> Json:
    """A hash in hexadecimal, in Base64, or of bcrypt."""
    if not isinstance(value, str) or not value:
        raise Skipped("the export has no hash")
    shown = {"prefix": prefix[:32]} if isinstance(prefix, str) and prefix else {}
    if value.startswith("$2"):
        if len(shown.get("prefix", "")) < 4:
            raise Skipped("a bcrypt hash is found by the first 4 or more characters of its key, and they are missing")
        return {"algorithm": "bcrypt", "hash": value, **shown}
    if _HEX.fullmatch(value):
        return {"algorithm": "sha256", "hash": value.lower(), **shown}
    try:
        raw = base64.b64decode(value, validate=True)
    except binascii.Error:
        raw = b""
    if len(raw) != 32:
        raise Skipped("the hash is neither SHA-256 (hexadecimal or Base64) nor bcrypt")
    return {"algorithm": "sha256", "hash": raw.hex(), **shown}


def _of_either(row: Json) -> Json:
    if row.get("key_hash") or row.get("hash"):
        return _of_hash(row.get("key_hash") or row.get("hash"), row.get("key_prefix") or row.get("keyPrefix"))
    return _of_value(row.get("key"))


def _time(value: Any) -> Optional[str]:
    """ISO 8601 in UTC, from that or from milliseconds since 1970."""
    if value in (None, "", 0):
        return None
    if isinstance(value, (int, float)):
        return datetime.fromtimestamp(value / 1000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    parsed = datetime.fromisoformat(str(value).replace("Z", "+00:00").replace(" ", "T", 1))
    aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=timezone.utc)
    return aware.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _words(value: Any) -> List[str]:
    """Scopes as a list, as JSON in a text, or as words."""
    if isinstance(value, list):
        return [str(word) for word in value]
    if isinstance(value, str) and value.startswith("["):
        return [str(word) for word in json.loads(value)]
    return re.split(r"[\s,]+", value.strip()) if isinstance(value, str) and value.strip() else []


def _unkey(document: Any) -> Iterator[Callable[[], Json]]:
    def read(row: Json) -> Json:
        if row.get("deleted_at") or row.get("deletedAt") or row.get("enabled") in (False, 0):
            raise Skipped("deleted or disabled there")
        hashed = row.get("hash")
        value = hashed.get("value") if isinstance(hashed, dict) else hashed
        key = {
            **_of_hash(value, row.get("start")),
            "name": row.get("name") or row.get("keyId") or row.get("id"),
            "expires_at": _time(row.get("expires")),
            "scopes": _words(row.get("permissions")),
        }
        identity = row.get("externalId") or row.get("ownerId") or row.get("owner_id")
        if identity:
            key["metadata"] = {"unkey_identity": str(identity)}
        return key

    for row in _rows(document, "keys", "data"):
        yield lambda row=row: read(row)


def _kong(document: Any) -> Iterator[Callable[[], Json]]:
    def read(credential: Json, consumer: str, groups: List[str]) -> Json:
        key = {
            **_of_value(credential.get("key")),
            "name": f"{consumer} {str(credential.get('id', ''))[:8]}".strip(),
            "scopes": groups,
            "tags": _words(credential.get("tags")),
            "metadata": {"kong_consumer": consumer},
        }
        if credential.get("ttl"):
            created = credential.get("created_at") or datetime.now(timezone.utc).timestamp()
            key["expires_at"] = _time((created + credential["ttl"]) * 1000)
        return key

    if isinstance(document, dict) and "consumers" in document:
        for consumer in document["consumers"]:
            who = consumer.get("username") or consumer.get("custom_id") or "consumer"
            groups = [entry["group"] for entry in consumer.get("acls", [])]
            for credential in consumer.get("keyauth_credentials", []):
                yield lambda one=credential, who=who, groups=groups: read(one, who, groups)
        return
    for credential in _rows(document, "data"):
        yield lambda one=credential: read(one, str((one.get("consumer") or {}).get("id", "consumer")), [])


def _gravitee(document: Any) -> Iterator[Callable[[], Json]]:
    def read(row: Json) -> Json:
        if row.get("revoked") or row.get("expired") or row.get("paused"):
            raise Skipped("revoked, expired or paused there")
        application = row.get("application") or {}
        name = application.get("name") if isinstance(application, dict) else str(application)
        return {
            **_of_value(row.get("key")),
            "name": name or f"gravitee {row.get('id', '')}".strip(),
            "expires_at": _time(row.get("expireAt") or row.get("expire_at")),
            "metadata": {"gravitee_id": str(row.get("id", ""))},
        }

    for row in _rows(document, "data", "keys"):
        yield lambda row=row: read(row)


def _native(document: Any) -> Iterator[Callable[[], Json]]:
    """Seeds 000, 001 and 003: a table of keys with snake_case columns, or with rateLimit as 001 writes it."""

    def read(row: Json) -> Json:
        if row.get("is_active") in (False, 0) or row.get("status", "active") != "active":
            raise Skipped("not active there")
        key = {
            **_of_either(row),
            "name": row.get("name"),
            "description": row.get("description"),
            "scopes": _words(row.get("scopes") or row.get("permissions")),
            "expires_at": _time(row.get("expires_at")),
        }
        for limit in ("rate_limit", "rate_limits", "rateLimit"):
            if row.get(limit):
                key["rate_limits" if limit == "rateLimit" else limit] = row[limit]
        return key

    for row in _rows(document, "api_keys", "keys", "data"):
        yield lambda row=row: read(row)


def _store(document: Any) -> Iterator[Callable[[], Json]]:
    """Seed 002: users with one key each, known by e-mail address."""

    def read(row: Json) -> Json:
        preference = row.get("keyPreference") or row
        key = {
            **_of_either({**row, **preference}),
            "name": preference.get("keyName") or row.get("key_name"),
            "metadata": {"email": row.get("email")},
        }
        if preference.get("balance"):
            key["credits"] = {"balance": preference["balance"]}
        return key

    for row in _rows(document, "users", "keys", "data"):
        yield lambda row=row: read(row)


def _dashboard(document: Any) -> Iterator[Callable[[], Json]]:
    """Seed 004: the list that GET /api/keys answers, with whole keys."""

    def read(row: Json) -> Json:
        return {
            **_of_either(row),
            "name": row.get("name"),
            "description": row.get("description"),
            "scopes": _words(row.get("permissions")),
        }

    for row in _rows(document, "data"):
        yield lambda row=row: read(row)


FORMATS: Dict[str, Callable[[Any], Iterator[Callable[[], Json]]]] = {
    "unkey": _unkey,
    "kong": _kong,
    "gravitee": _gravitee,
    "native": _native,
    "store": _store,
    "dashboard": _dashboard,
}


def convert(
    form: str, document: Any, scopes: Optional[Dict[str, List[str]]] = None
) -> Tuple[List[Json], List[Tuple[int, str]]]:
    """The orders for ``POST /api/v1/api-keys/import``, and what is left out, by its place, with the reason.

    ``scopes`` says what a scope of the other system is here; without it they keep their names.
    """
    orders, left_out = [], []
    try:
        reads = list(FORMATS[form](document))
    except (ValueError, TypeError, KeyError, AttributeError):
        raise Unusable(f"the export is not as {form} has it") from None
    for index, read in enumerate(reads):
        try:
            order = read()
            if scopes is not None:
                order["scopes"] = _mapped(order.get("scopes", []), scopes)
            if not order.get("name"):
                raise Skipped("it has no name")
            order["name"] = str(order["name"])[:100]
            orders.append({name: value for name, value in order.items() if value not in (None, [], {})})
        except Skipped as reason:
            left_out.append((index, str(reason)))
        except (ValueError, TypeError, KeyError, AttributeError):
            left_out.append((index, "the record is not as the format has it"))
    return orders, left_out


def _mapped(names: Sequence[str], scopes: Dict[str, List[str]]) -> List[str]:
    unknown = [name for name in names if name not in scopes]
    if unknown:
        raise Skipped(f"the map has no scope for {', '.join(unknown)}")
    return sorted({scope for name in names for scope in scopes[name]})


def bring(client: Client, orders: Sequence[Json], hmac_secret: Optional[str], out: TextIO) -> bool:
    """Sends the orders; whether all of them are in now. Repeated, it brings only what is missing."""
    imported = present = 0
    complete = True
    for start in range(0, len(orders), _BATCH):
        batch = orders[start : start + _BATCH]
        for result in client.keys.import_hashes(batch, hmac_secret)["results"]:
            order = batch[result["index"]]
            if result["status"] == "imported":
                imported += 1
            elif "is here already" in (result["error"] or ""):
                present += 1
            else:
                complete = False
                print(f"rejected: {order['name']}: {result['error']}", file=out)
    print(f"{imported} imported, {present} were here already", file=out)
    return complete


def _json_of(path: str) -> Any:
    try:
        with sys.stdin if path == "-" else open(path, encoding="utf-8") as source:
            return json.load(source)
    except OSError as error:
        raise Unusable(f"{path} can't be read: {error.strerror}") from None
    except ValueError as error:  # of JSON, and of UTF-8
        raise Unusable(f"{path} is no JSON in UTF-8: {error}") from None


def _scope_map(path: str) -> Dict[str, List[str]]:
    scopes = _json_of(path)
    right = isinstance(scopes, dict) and all(
        isinstance(ours, list) and all(isinstance(scope, str) for scope in ours) for ours in scopes.values()
    )
    if not right:
        raise Unusable(f'{path} is no object like {{"their scope": ["our:scope"]}}')
    return scopes


def main(arguments: Optional[Sequence[str]] = None, out: TextIO = sys.stdout) -> int:
    parser = argparse.ArgumentParser(prog="moving_in", description=__doc__)
    parser.add_argument("format", choices=sorted(FORMATS))
    parser.add_argument("file", help="the export, as JSON; - reads it from the standard input")
    parser.add_argument("--url", default=os.environ.get("APIKEYS_URL", "http://localhost:8080"))
    parser.add_argument("--scopes", help='JSON file: {"their scope": ["our:scope"]}')
    parser.add_argument("--hmac", action="store_true", help="the hashes are HMACs; the secret is in APIKEYS_HMAC_SECRET")
    parser.add_argument("--dry-run", action="store_true", help="say what would be brought, and send nothing")
    given = parser.parse_args(arguments)

    secret = os.environ.get("APIKEYS_HMAC_SECRET") if given.hmac else None
    if given.hmac and not secret:
        parser.error("set APIKEYS_HMAC_SECRET, under which the hashes were made")
    try:
        scopes = _scope_map(given.scopes) if given.scopes else None
        orders, left_out = convert(given.format, _json_of(given.file), scopes)
    except Unusable as reason:
        parser.error(str(reason))
    if given.hmac:
        orders = [{**order, "algorithm": "hmac-sha256"} for order in orders]
    for index, reason in left_out:
        print(f"left out: record {index}: {reason}", file=out)
    if given.dry_run:
        for order in orders:
            shown = {name: value for name, value in order.items() if name != "hash"}
            print(json.dumps(shown, ensure_ascii=False), file=out)
        print(f"{len(orders)} would be imported, {len(left_out)} left out", file=out)
        return 0
    token = os.environ.get("APIKEYS_TOKEN")
    key = os.environ.get("APIKEYS_KEY")
    if not token and not key:
        parser.error("set APIKEYS_TOKEN (a person's) or APIKEYS_KEY (with the scope keys:write)")
    client = Client(api_key=key if not token else None, token=token, base_url=given.url)
    try:
        complete = bring(client, orders, secret, out)
    except ApiError as error:
        print(f"stopped: {error}", file=out)
        return 2
    except OSError as error:  # also what urllib says of a server that can't be reached
        print(f"stopped: {given.url} can't be reached: {error}; what was sent is in, run it again", file=out)
        return 2
    return 0 if complete and not left_out else 1


if __name__ == "__main__":
    sys.exit(main())
