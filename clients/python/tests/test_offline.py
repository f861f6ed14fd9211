import base64
import json
import pathlib
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from apikeys import ApiError, Client, is_genuine_webhook, is_well_formed_key

KEY = "sk_live_gKFNdynC_bXIiKiRWh88a6goi9ZMQJJNTDE48oY54"
VECTOR = json.loads(
    (pathlib.Path(__file__).parents[2] / "webhook-vector.json").read_text(encoding="utf-8")
)


class FakeServer:
    """Answers (status, headers, body) in turn, and keeps what it was asked."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.calls = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do(self):
                outer.calls.append((self.command, self.path, dict(self.headers)))
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
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


if __name__ == "__main__":
    unittest.main()
