import asyncio
import base64
import json
import pathlib
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from apikeys import ApiError, AsgiMiddleware, Client, WsgiMiddleware, is_genuine_webhook, is_well_formed_key

KEY = "sk_live_gKFNdynC_bXIiKiRWh88a6goi9ZMQJJNTDE48oY54"
VECTOR = json.loads(
    (pathlib.Path(__file__).parents[2] / "webhook-vector.json").read_text(encoding="utf-8")
)


class FakeServer:
    """Answers (status, headers, body) in turn, and keeps what it was asked."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.calls = []
        self.bodies = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do(self):
                outer.calls.append((self.command, self.path, dict(self.headers)))
                outer.bodies.append(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
                answer = outer.answers.pop(0)
                if answer is None:
                    self.connection.close()
                    return
                status, headers, body = answer
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body.encode())

            do_GET = do_POST = do_PUT = do_DELETE = do

            def log_message(self, *arguments):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        self.waited = []
        self.client = Client(
            api_key=KEY, base_url=f"http://127.0.0.1:{self.http.server_port}", sleep=self.waited.append
        )

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.http.shutdown()
        self.http.server_close()


class OfflineTest(unittest.TestCase):
    def test_tells_a_mistyped_key_without_asking(self):
        self.assertTrue(is_well_formed_key(KEY))
        for text in ("", "sk_live_x", KEY[:-1] + "5", KEY + "0", KEY.lower(), KEY + "\n"):
            self.assertFalse(is_well_formed_key(text))
        with self.assertRaisesRegex(ValueError, "checksum"):
            Client(api_key=KEY[:-1] + "5")
        with self.assertRaisesRegex(ValueError, "production"):
            Client(api_key=KEY, environment="staging")
        with self.assertRaisesRegex(ValueError, "api_key or token"):
            Client()
        Client(api_key="a-custom-key-of-somebody")

    def test_shows_no_secret(self):
        self.assertNotIn(KEY, repr(Client(api_key=KEY)))

    def test_verifies_a_webhook_and_none_that_was_changed_or_is_old(self):
        headers = {
            "Webhook-Id": VECTOR["id"],
            "Webhook-Timestamp": VECTOR["timestamp"],
            "Webhook-Signature": "v1,AAAA " + VECTOR["signature"],
        }
        now = int(VECTOR["timestamp"])
        body = VECTOR["body"].encode("utf-8")
        other = "whsec_" + base64.b64encode(bytes(24)).decode()
        self.assertTrue(is_genuine_webhook(VECTOR["secret"], headers, body, now))
        self.assertFalse(is_genuine_webhook(VECTOR["secret"], headers, body + b" ", now))
        self.assertFalse(is_genuine_webhook(VECTOR["secret"], headers, body, now + 301))
        self.assertFalse(is_genuine_webhook(VECTOR["secret"], headers, body, now - 301))
        self.assertFalse(is_genuine_webhook(VECTOR["secret"], {**headers, "Webhook-Id": "x"}, body, now))
        self.assertFalse(is_genuine_webhook(VECTOR["secret"], {}, body, now))
        self.assertFalse(is_genuine_webhook(other, headers, body, now))
        with self.assertRaises(ValueError):
            is_genuine_webhook("short", headers, body, now)

    def test_tries_again_and_waits_as_long_as_retry_after_says(self):
        answers = [(429, {"Retry-After": "7"}, "{}"), (503, {}, "{}"), None, (200, {}, '{"name":"x"}')]
        with FakeServer(*answers) as server:
            self.assertEqual(server.client.keys.get(1), {"name": "x"})
            self.assertEqual(len(server.calls), 4)
            self.assertEqual(server.waited[0], 7)
            self.assertLess(server.waited[1], server.waited[2] * 2)

    def test_repeats_no_post_whose_fate_it_does_not_know(self):
        with FakeServer(None) as server:
            with self.assertRaises(Exception):
                server.client.keys.verify(KEY)
            self.assertEqual(len(server.calls), 1)

    def test_repeats_a_creation_under_one_idempotency_key(self):
        with FakeServer(None, (201, {}, '{"id":7}')) as server:
            self.assertEqual(server.client.keys.create(name="x")["id"], 7)
            first, second = (call[2]["Idempotency-Key"] for call in server.calls)
            self.assertEqual(first, second)

    def test_follows_no_redirect_and_does_not_wait_for_an_hour(self):
        with FakeServer((302, {"Location": "http://127.0.0.1:9/"}, ""), (429, {"Retry-After": "3600"}, "{}")) as server:
            with self.assertRaises(ApiError) as moved:
                server.client.me()
            self.assertEqual(moved.exception.status, 302)
            with self.assertRaises(ApiError) as limited:
                server.client.me()
            self.assertEqual(limited.exception.retry_after, 3600)
            self.assertEqual(server.waited, [])

    def test_takes_no_page_of_another_server_for_an_answer(self):
        for body in ("<html>Sign in</html>", "", "null", '{"any": "thing"}'):
            with FakeServer((200, {}, body), (200, {}, body)) as server:
                for call in (lambda: list(server.client.users.list()), lambda: server.client.keys.verify(KEY)):
                    with self.assertRaises(ApiError) as answered:
                        call()
                    self.assertEqual(answered.exception.code, "UNREADABLE_ANSWER")
        page = (200, {}, "<html>Sign in</html>")
        with FakeServer(page, page, page, (204, {}, ""), (200, {}, '["one"]')) as server:
            keys = server.client.keys
            for call in (lambda: keys.get(1), lambda: keys.create(name="x"), lambda: keys.update(1)):
                with self.assertRaises(ApiError):
                    call()
            self.assertIsNone(server.client.agents.update(1))
            self.assertEqual(list(server.client.agents.list()), ["one"])

    def test_says_where_a_redirect_leads(self):
        with FakeServer((302, {"Location": "https://elsewhere.example/"}, "")) as server:
            with self.assertRaisesRegex(ApiError, "elsewhere.example"):
                server.client.keys.get(1)

    def test_does_not_stumble_over_a_retry_after_that_is_none(self):
        with FakeServer((429, {"Retry-After": "\xb2"}, "{}"), (200, {}, '{"name":"x"}')) as server:
            self.assertEqual(server.client.keys.get(1), {"name": "x"})

    def test_asks_about_any_call_that_a_client_can_make(self):
        granted = (200, {}, '{"valid":true,"status":200,"code":"VALID","key":{"id":1},"rate_limit":null}')
        with FakeServer(granted, granted) as server:
            statuses = []
            environ = {
                "REQUEST_METHOD": "UNSUBSCRIBE",
                "HTTP_X_API_KEY": KEY,
                "REMOTE_ADDR": "fe80::1%eth0",
                "PATH_INFO": "/a\0b",
                "CONTENT_LENGTH": "\xb2",
            }
            app = WsgiMiddleware(lambda given, start: [given["apikeys.key"]], server.client)
            self.assertEqual(app(environ, lambda status, headers: statuses.append(status)), [{"id": 1}])
            asked = json.loads(server.bodies[0])
            self.assertEqual((asked["method"], asked["ip"], asked["endpoint"]), ("UNSUBSCRIB", "fe80::1", "/a?b"))
            self.assertNotIn("bytes_in", asked)

            async def call():
                passed = []

                async def application(scope, receive, send):
                    passed.append(scope["apikeys.key"])

                headers = [(b"x-api-key", KEY.encode()), (b"content-length", b"9" * 20)]
                scope = {"type": "http", "method": "GET", "path": "/a\0", "headers": headers, "client": ("::1%lo", 1)}
                await AsgiMiddleware(application, server.client)(scope, None, None)
                return passed

            self.assertEqual(asyncio.run(call()), [{"id": 1}])
            self.assertEqual(json.loads(server.bodies[1])["bytes_in"], 2**50)


if __name__ == "__main__":
    unittest.main()
