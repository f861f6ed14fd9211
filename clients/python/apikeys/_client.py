"""The client of the API."""

from __future__ import annotations

import email.utils
import http.client
import json
import os
import random
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Sequence, Union

from ._format import environment_of, is_well_formed_key

Json = Dict[str, Any]
Id = Union[int, str]

_LONGEST_WAIT = 60.0
_FIRST_PAUSE = 0.25
_LONGEST_PAUSE = 8.0
_COLLECTIONS = {"requests": "key-requests"}


class ApiError(Exception):
    """What the server answered instead of what was asked for (RFC 9457)."""

    def __init__(self, status: int, problem: Json, retry_after: Optional[float]) -> None:
        detail = problem.get("detail") or problem.get("title") or problem.get("error") or "no detail"
        super().__init__(f"{status} {problem.get('code', '')}: {detail}")
        self.status = status
        self.code: Optional[str] = problem.get("code")
        self.detail: Optional[str] = problem.get("detail")
        self.errors: List[Json] = problem.get("errors", [])
        self.request_id: Optional[str] = problem.get("request_id")
        self.retry_after = retry_after


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect would hand the key to somebody else."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> None:
        return None


class Pages:
    """A list, read page by page as it is iterated over."""

    def __init__(self, client: "Client", path: str, query: Mapping[str, Any]) -> None:
        self._client = client
        self._path = path
        self._query = query

    def __iter__(self) -> Iterator[Json]:
        query: Dict[str, Any] = {"size": 100, **self._query}
        while True:
            page = self._client.request("GET", self._path, query=query)
            if isinstance(page, list):
                page = {"items": page}
            items = next((v for v in page.values() if isinstance(v, list)), None) if isinstance(page, dict) else None
            if items is None:
                raise _unreadable(self._path)
            yield from items
            if page.get("next_cursor"):
                query["cursor"] = page["next_cursor"]
            elif items and "total" in page and (page["page"] - 1) * page["size"] + len(items) < page["total"]:
                query["page"] = page["page"] + 1
            else:
                return


class Resource:
    """A collection of the API, such as ``client.users``."""

    def __init__(self, client: "Client", path: str) -> None:
        self._client = client
        self._path = path

    def list(self, **query: Any) -> Pages:
        return Pages(self._client, self._path, query)

    def get(self, id: Id) -> Json:
        return self._json("GET", self._one(id))

    def create(self, idempotency_key: Optional[str] = None, **fields: Any) -> Json:
        key = idempotency_key or str(uuid.uuid4())
        return self._json("POST", self._path, body=fields, idempotency_key=key)

    def update(self, id: Id, if_match: Optional[str] = None, **fields: Any) -> Json:
        headers = {"If-Match": if_match} if if_match else {}
        return self._json("PUT", self._one(id), body=fields, headers=headers)

    def delete(self, id: Id, **query: Any) -> Json:
        return self._client.request("DELETE", self._one(id), query=query)

    def _json(self, method: str, path: str, **sent: Any) -> Any:
        """What has to be JSON: a page of something in between is none."""
        answer = self._client.request(method, path, **sent)
        if isinstance(answer, str):
            raise _unreadable(path)
        return answer

    def _one(self, id: Id) -> str:
        return f"{self._path}/{urllib.parse.quote(str(id), safe='')}"


class Keys(Resource):
    """API keys: what can be done with them beyond a collection's own."""

    def revoke(self, id: Id, reason: Optional[str] = None) -> Json:
        return self.delete(id, **({} if reason is None else {"reason": reason}))

    def rotate(self, id: Id, overlap: Optional[str] = None) -> Json:
        body = {} if overlap is None else {"overlap": overlap}
        return self._client.request("POST", self._one(id) + "/rotate", body=body)

    def renew(self, id: Id, expires_at: str) -> Json:
        return self._client.request("POST", self._one(id) + "/renew", body={"expires_at": expires_at})

    def usage(self, id: Id) -> Json:
        return self._client.request("GET", self._one(id) + "/usage")

    def effective_permissions(self, id: Id) -> Json:
        return self._client.request("GET", self._one(id) + "/effective-permissions")

    def scopes(self) -> Json:
        return self._client.request("GET", self._path + "/scopes")

    def import_hashes(self, keys: Sequence[Json], hmac_secret: Optional[str] = None) -> Json:
        """Takes keys of another system as hashes; see docs/moving-in.md."""
        body: Json = {"keys": list(keys)}
        if hmac_secret is not None:
            body["hmac_secret"] = hmac_secret
        return self._client.request("POST", self._path + "/import", body=body)

    def verify(self, key: str, **call: Any) -> Json:
        """Asks whether a call with this key may go on; the answer says why not.

        ``scopes`` (a list, or an expression), ``ip``, ``referrer``, ``method``, ``endpoint``, ``resource``,
        ``environment``, ``cost``, ``bytes_in`` and ``explain`` are as in the API.
        """
        path = self._path + "/verify"
        decision = self._client.request("POST", path, body={"key": key, **call})
        if not isinstance(decision, dict) or not isinstance(decision.get("valid"), bool):
            raise _unreadable(path)
        return decision


class Client:
    """A client of the API. ``api_key`` or ``token`` says who calls.

    Collections are attributes: ``client.users``, ``client.webhooks``, ``client.agents``: whatever the
    server at ``base_url`` has below ``/api/v1``.
    """

    def __init__(
        self,
        api_key: Optional[str] = None,
        token: Optional[str] = None,
        base_url: Optional[str] = None,
        environment: Optional[str] = None,
        retries: int = 3,
        timeout: float = 10.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if (api_key is None) == (token is None):
            raise ValueError("give api_key or token, and one of them only")
        own = environment_of(api_key) if api_key else None
        if api_key and own and not is_well_formed_key(api_key):
            raise ValueError("this API key is mistyped: its checksum is wrong")
        if own and environment is not None and own != environment:
            raise ValueError(f"this API key is for {own}, not for {environment}")
        root = base_url or os.environ.get("APIKEYS_URL") or "http://localhost:8080"
        if urllib.parse.urlsplit(root).scheme not in ("http", "https"):
            raise ValueError("base_url is an http or https address")
        self._root = root.rstrip("/")
        self._credential = {"X-API-Key": api_key} if api_key else {"Authorization": f"Bearer {token}"}
        self._retries = retries
        self._timeout = timeout
        self._sleep = sleep
        self._opener = urllib.request.build_opener(_NoRedirects)
        self.keys = Keys(self, "/api/v1/api-keys")
        self.api_keys = self.keys

    def __repr__(self) -> str:
        return f"Client({self._root!r})"

    def __getattr__(self, name: str) -> Resource:
        if name.startswith("_"):
            raise AttributeError(name)
        return Resource(self, "/api/v1/" + _COLLECTIONS.get(name, name.replace("_", "-")))

    @classmethod
    def sign_in(cls, username: str, password: str, **options: Any) -> "Client":
        """Signs a person in, and answers a client with their token."""
        anonymous = cls(token="none", **options)
        anonymous._credential = {}
        answer = anonymous.request(
            "POST", "/api/v1/auth/token", body={"username": username, "password": password}
        )
        return cls(token=answer["access_token"], **options)

    def me(self) -> Json:
        return self.request("GET", "/api/v1/auth/me")

    def report(self, records: Sequence[Json]) -> Json:
        """Reports what calls came to; see POST /api/v1/usage."""
        return self.request("POST", "/api/v1/usage", body={"records": list(records)})

    def request(
        self,
        method: str,
        path: str,
        query: Optional[Mapping[str, Any]] = None,
        body: Any = None,
        headers: Optional[Mapping[str, str]] = None,
        idempotency_key: Optional[str] = None,
    ) -> Any:
        """Sends a request and answers its JSON.

        Tried again after a pause that doubles, or as long as Retry-After says: when the server said that it
        did nothing (429, 503), and else only what can be repeated (GET, PUT, DELETE, or an idempotency key).
        """
        url = self._root + path
        given = {name: _text(value) for name, value in (query or {}).items() if value is not None}
        if given:
            url += "?" + urllib.parse.urlencode(given)
        all_headers = {"Accept": "application/json, application/problem+json", **self._credential, **(headers or {})}
        data = None
        if body is not None:
            data = json.dumps(body).encode("utf-8")
            all_headers["Content-Type"] = "application/json"
        if idempotency_key is not None:
            all_headers["Idempotency-Key"] = idempotency_key
        repeatable = method != "POST" or idempotency_key is not None
        attempt = 0
        while True:
            try:
                return self._send(method, url, data, all_headers)
            except ApiError as error:
                again = error.status in (429, 503) or (repeatable and error.status in (502, 504))
                if not again or attempt >= self._retries or (error.retry_after or 0) > _LONGEST_WAIT:
                    raise
                wait = error.retry_after
            except (OSError, http.client.HTTPException):
                if not repeatable or attempt >= self._retries:
                    raise
                wait = None
            self._sleep(_backoff(attempt) if wait is None else wait)
            attempt += 1

    def _send(self, method: str, url: str, data: Optional[bytes], headers: Mapping[str, str]) -> Any:
        request = urllib.request.Request(url, data=data, method=method, headers=dict(headers))
        try:
            with self._opener.open(request, timeout=self._timeout) as answer:
                text = answer.read().decode("utf-8", "replace")
        except urllib.error.HTTPError as error:
            with error:
                problem = _parsed(error.read().decode("utf-8", "replace"))
                if 300 <= error.code < 400:
                    place = error.headers.get("Location")
                    problem = {"detail": f"redirects to {place}, which is not followed: is base_url right?"}
                raise ApiError(
                    error.code,
                    problem if isinstance(problem, dict) else {},
                    _retry_after(error.headers.get("Retry-After")),
                ) from None
        if not text:
            return None
        parsed = _parsed(text)
        return text if parsed is None else parsed


def _unreadable(path: str) -> ApiError:
    detail = f"{path} did not answer as an API key server does: is base_url right, and nothing in between?"
    return ApiError(200, {"code": "UNREADABLE_ANSWER", "detail": detail}, None)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _retry_after(header: Optional[str]) -> Optional[float]:
    """Seconds, from seconds or an HTTP date."""
    if header is None:
        return None
    if header.isascii() and header.isdigit():
        return float(header)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(header).timestamp() - time.time())
    except (TypeError, ValueError):
        return None


def _backoff(attempt: int) -> float:
    return min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**attempt) * (0.5 + random.random() / 2)
