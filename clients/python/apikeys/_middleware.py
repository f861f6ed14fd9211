"""Middleware that lets only calls with good keys through, for WSGI and ASGI applications."""

from __future__ import annotations

import asyncio
import json
import re
import time
from datetime import datetime
from typing import Any, Awaitable, Callable, Dict, Iterable, List, Optional, Tuple
from urllib.parse import parse_qsl

from ._client import Client

Header = Tuple[str, str]

_TITLES = {
    400: "The credentials can not be read",
    401: "A valid API key is needed",
    403: "This key may not do that",
    413: "The payload is larger than this key may send",
    429: "A limit of this key is reached",
    503: "Nobody can say now whether this call is allowed",
}


_LONGEST_METHOD = 10
_LONGEST_ENDPOINT = 500
_LONGEST_REFERRER = 4096
_MOST_BYTES = 2**50


class _Refused(Exception):
    def __init__(self, status: int, code: str, headers: Iterable[Header] = ()) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.headers = list(headers)

    def answer(self) -> Tuple[bytes, List[Header]]:
        title = _TITLES.get(self.status, "Refused")
        body = json.dumps({"title": title, "status": self.status, "code": self.code}).encode("utf-8")
        headers = [
            ("Content-Type", "application/problem+json"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            *self.headers,
        ]
        if self.status == 401:
            headers.append(("WWW-Authenticate", 'Bearer realm="apikeys"'))
        return body, headers


def _presented(own: List[str], bearers: List[str], query: str) -> str:
    """The key, read as strictly as the server reads one."""
    in_query = [value for name, value in parse_qsl(query, keep_blank_values=True) if name == "api_key"]
    if len(own) > 1 or len(bearers) > 1 or len(in_query) > 1:
        raise _Refused(400, "AMBIGUOUS_CREDENTIALS")
    if any(not key.startswith("pk_") for key in in_query):
        raise _Refused(400, "KEY_IN_URL")
    found = {key.strip() for key in own} | set(in_query)
    found |= {value[7:].strip() for value in bearers if value[:7].lower() == "bearer "}
    if len(found) > 1:
        raise _Refused(400, "AMBIGUOUS_CREDENTIALS")
    if not found:
        raise _Refused(401, "UNAUTHENTICATED")
    return found.pop()


def _decide(client: Client, scope: Optional[str], key: str, call: Dict[str, Any]) -> Tuple[Any, List[Header]]:
    """The key of the call and the headers for its answer; raises when it is refused."""
    call = {name: value for name, value in call.items() if value not in (None, "")}
    if scope is not None:
        call["scopes"] = scope
    try:
        decision = client.keys.verify(key, **call)
        valid, status, code = decision["valid"], decision["status"], decision["code"]
    except Exception:
        # whatever went wrong: without an answer nothing is let through
        raise _Refused(503, "UNAVAILABLE") from None
    headers = _limits(decision.get("rate_limit"), status)
    if valid is not True:
        raise _Refused(status, code, headers)
    return decision["key"], headers


def _call(ip: Optional[str], referrer: str, method: str, path: str, length: str) -> Dict[str, Any]:
    """What is asked about a call, within what the server takes."""
    return {
        # of a link: fe80::1%eth0
        "ip": ip.split("%")[0] if ip else None,
        "referrer": referrer[:_LONGEST_REFERRER].replace("\0", "?"),
        "method": method[:_LONGEST_METHOD],
        "endpoint": path[:_LONGEST_ENDPOINT].replace("\0", "?"),
        "bytes_in": min(int(length), _MOST_BYTES) if re.fullmatch("[0-9]{1,30}", length) else None,
    }


def _limits(limit: Optional[Dict[str, Any]], status: int) -> List[Header]:
    if not limit:
        return []
    reset = datetime.fromisoformat(limit["reset_at"].replace("Z", "+00:00")).timestamp()
    headers = [
        ("X-RateLimit-Limit", str(limit["limit"])),
        ("X-RateLimit-Remaining", str(limit["remaining"])),
        ("X-RateLimit-Reset", str(int(reset))),
    ]
    if status == 429:
        headers.append(("Retry-After", str(max(1, int(reset - time.time()) + 1))))
    return headers


class WsgiMiddleware:
    """Lets calls through whose key is good and holds the scope; they find it in ``environ["apikeys.key"]``.

    ``client`` holds a gateway's key. Every call is asked about; without an answer it is refused (503).
    """

    def __init__(self, app: Callable[..., Iterable[bytes]], client: Client, scope: Optional[str] = None) -> None:
        self._app = app
        self._client = client
        self._scope = scope

    def __call__(self, environ: Dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        try:
            # WSGI joins headers that were sent twice with a comma, which is part of no key
            own = environ["HTTP_X_API_KEY"].split(",") if "HTTP_X_API_KEY" in environ else []
            bearers = environ["HTTP_AUTHORIZATION"].split(",") if "HTTP_AUTHORIZATION" in environ else []
            key = _presented(own, bearers, environ.get("QUERY_STRING", ""))
            length = environ.get("CONTENT_LENGTH") or ""
            path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
            call = _call(
                environ.get("REMOTE_ADDR"), environ.get("HTTP_REFERER", ""), environ["REQUEST_METHOD"], path, length
            )
            environ["apikeys.key"], limits = _decide(self._client, self._scope, key, call)
        except _Refused as refused:
            body, headers = refused.answer()
            start_response(f"{refused.status} {_TITLES.get(refused.status, 'Refused')}", headers)
            return [body]

        def start(status: str, headers: List[Header], *more: Any) -> Any:
            return start_response(status, list(headers) + limits, *more)

        return self._app(environ, start)


class AsgiMiddleware:
    """Lets calls through whose key is good and holds the scope; they find it in ``scope["apikeys.key"]``.

    As :class:`WsgiMiddleware`, for HTTP and for the handshake of WebSockets.
    """

    def __init__(self, app: Callable[..., Awaitable[None]], client: Client, scope: Optional[str] = None) -> None:
        self._app = app
        self._client = client
        self._scope = scope

    async def __call__(self, scope: Dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        try:
            given = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]]
            query = scope.get("query_string", b"").decode("latin-1")
            key = _presented(
                [value for name, value in given if name == "x-api-key"],
                [value for name, value in given if name == "authorization"],
                query,
            )
            headers = dict(given)
            length = headers.get("content-length", "")
            client = scope.get("client")
            call = _call(
                client[0] if client else None,
                headers.get("referer", ""),
                scope.get("method", "GET"),
                scope["path"],
                length,
            )
            decided = await asyncio.get_running_loop().run_in_executor(
                None, _decide, self._client, self._scope, key, call
            )
        except _Refused as refused:
            await self._refuse(refused, scope["type"], receive, send)
            return
        found, limits = decided

        async def answer(message: Dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                more = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in limits]
                message = {**message, "headers": list(message.get("headers", [])) + more}
            await send(message)

        await self._app({**scope, "apikeys.key": found}, receive, answer)

    @staticmethod
    async def _refuse(refused: _Refused, kind: str, receive: Any, send: Any) -> None:
        if kind == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        body, headers = refused.answer()
        encoded = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        await send({"type": "http.response.start", "status": refused.status, "headers": encoded})
        await send({"type": "http.response.body", "body": body})
