#!/usr/bin/env python3
"""Issues the keys of the measurement over the API and writes the requests that wrk will send.

Signs in as admin, issues a gateway's key and COUNT keys with three scopes, three limits, an address range
and a referrer each, over a few kept-alive connections, and writes one JSON body a line; about 1 % of
the lines hold a well-formed key that nobody issued.
"""
import argparse
import http.client
import json
import random
import secrets
import threading
import zlib
from urllib.parse import urlsplit

BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
THREADS = 4
# Counted in three windows, and never reached.
LIMITS = '{"requests": {"per_minute": 1000000, "per_hour": 10000000, "per_day": 100000000}}'


class Client:
    """One kept-alive connection; opens another when the server has closed it."""

    def __init__(self, root, token=None):
        self.address = urlsplit(root).netloc
        self.headers = {"Content-Type": "application/json"}
        if token:
            self.headers["Authorization"] = "Bearer " + token
        self.connection = None

    def post(self, path, body, expected):
        for last in (False, True):
            try:
                if self.connection is None:
                    self.connection = http.client.HTTPConnection(self.address, timeout=60)
                self.connection.request("POST", path, json.dumps(body), self.headers)
                response = self.connection.getresponse()
                text = response.read().decode()
                break
            except (http.client.HTTPException, OSError):
                self.connection = None
                if last:
                    raise
        if response.status != expected:
            raise RuntimeError(f"POST {path} was answered with {response.status}: {text}")
        return json.loads(text)


def base62(length):
    return "".join(secrets.choice(BASE62) for _ in range(length))


def unknown_key():
    """A key of the right form with the right checksum that nobody issued."""
    body = f"sk_live_{base62(8)}_{base62(26)}"
    rest, digits = zlib.crc32(body.encode()), ""
    while rest:
        rest, digit = divmod(rest, 62)
        digits = BASE62[digit] + digits
    return body + digits.rjust(6, "0")


def issue(root, token, numbers, limits, keys):
    client = Client(root, token)
    for number in numbers:
        answer = client.post(
            "/api/v1/api-keys",
            {
                "name": f"bench {number}",
                "scopes": ["agents:read", "deployments:write", "metrics:read"],
                "rate_limits": limits,
                "restrictions": {
                    "ip": {"allow": ["203.0.113.0/24"]},
                    "referrers": ["https://*.example.com/*"],
                },
            },
            201,
        )
        keys[number] = answer["key"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", help="for example http://127.0.0.1:8080")
    parser.add_argument("password", help="of the administrator")
    parser.add_argument("gateway_file", help="gets the gateway's key")
    parser.add_argument("bodies_file", help="gets one request body a line")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--unknown", type=float, default=0.01, help="share of unknown keys")
    parser.add_argument("--limits", default=LIMITS, help="rate limits of the keys, JSON")
    options = parser.parse_args()
    limits = json.loads(options.limits)

    signed_in = Client(options.root).post(
        "/api/v1/auth/token", {"username": "admin", "password": options.password}, 200
    )
    token = signed_in["access_token"]
    gateway = Client(options.root, token).post(
        "/api/v1/api-keys",
        {
            "name": "bench gateway",
            "scopes": ["keys:verify", "usage:write"],
            "rate_limits": {"unlimited": True},
        },
        201,
    )
    with open(options.gateway_file, "w", encoding="ascii") as file:
        file.write(gateway["key"])

    keys = [None] * options.count
    threads = [
        threading.Thread(
            target=issue, args=(options.root, token, range(i, options.count, THREADS), limits, keys)
        )
        for i in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if None in keys:
        raise SystemExit("not every key was issued")

    keys += [unknown_key() for _ in range(int(options.count * options.unknown))]
    random.Random(42).shuffle(keys)
    with open(options.bodies_file, "w", encoding="ascii") as file:
        for key in keys:
            body = {
                "key": key,
                "scopes": ["agents:read"],
                "ip": "203.0.113.9",
                "referrer": "https://app.example.com/x",
                "method": "GET",
                "endpoint": "/agents",
            }
            file.write(json.dumps(body, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
