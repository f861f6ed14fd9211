"""Against a real server: APIKEYS_URL, and APIKEYS_TEST_TOKEN of an administrator."""

import asyncio
import os
import time
import unittest
from wsgiref.util import setup_testing_defaults

from apikeys import ApiError, AsgiMiddleware, Client, WsgiMiddleware, is_well_formed_key

TOKEN = os.environ.get("APIKEYS_TEST_TOKEN")


@unittest.skipIf(TOKEN is None, "APIKEYS_TEST_TOKEN is not set")
class ServerTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.admin = Client(token=TOKEN)

    def issue(self, **fields):
        return self.admin.keys.create(**{"name": "python", "rate_limits": {"unlimited": True}, **fields})

    def test_works_as_the_seeds_write_it(self):
        issued = self.issue(scopes=["users:manage"])
        client = Client(api_key=issued["key"], environment="production")
        users = client.users.list()
        self.assertTrue(any("username" in user for user in users))

    def test_reads_all_pages(self):
        tag = f"py-{time.time_ns()}"
        for number in range(5):
            self.issue(tags=[tag], name=f"page {number}")
        names = [key["name"] for key in self.admin.keys.list(tag=tag, size=2, sort="id")]
        self.assertEqual(names, [f"page {number}" for number in range(5)])

    def test_lives_a_key(self):
        issued = self.issue(scopes=["agents:read"])
        self.assertTrue(is_well_formed_key(issued["key"]))
        self.assertEqual(self.admin.keys.update(issued["id"], description="changed")["description"], "changed")
        self.assertEqual(self.admin.keys.verify(issued["key"], scopes="agents:read")["code"], "VALID")
        rotated = self.admin.keys.rotate(issued["key_id"])
        self.assertNotEqual(rotated["key"], issued["key"])
        self.admin.keys.revoke(issued["id"], "tried")
        self.assertEqual(self.admin.keys.verify(rotated["key"])["code"], "REVOKED")
        with self.assertRaises(ApiError) as missing:
            self.admin.keys.get(999999999)
        self.assertEqual((missing.exception.status, missing.exception.code), (404, "NOT_FOUND"))

    def gateway(self):
        return Client(api_key=self.issue(scopes=["keys:verify"])["key"], retries=0)

    def check(self, call):
        good = self.issue(scopes=["agents:read"])
        self.assertEqual(call([("X-API-Key", good["key"])])[0], 200)
        self.assertEqual(call([("Authorization", "Bearer " + good["key"])])[2], good["key_id"])
        other = self.issue(scopes=["agents:write"])
        self.assertEqual(call([("X-API-Key", other["key"])])[0], 403)
        status, headers, _ = call([])
        self.assertEqual(status, 401)
        self.assertIn("www-authenticate", headers)
        self.assertEqual(call([("X-API-Key", good["key"]), ("X-API-Key", "other")])[0], 400)
        self.assertEqual(call([], "api_key=" + good["key"])[0], 400)
        limited = self.issue(scopes=["agents:read"], rate_limits={"requests": {"per_day": 1}})
        status, headers, _ = call([("X-API-Key", limited["key"])])
        self.assertEqual((status, headers["x-ratelimit-limit"]), (200, "1"))
        status, headers, _ = call([("X-API-Key", limited["key"])])
        self.assertEqual(status, 429)
        self.assertGreaterEqual(int(headers["retry-after"]), 1)

    def test_protects_a_wsgi_application(self):
        def application(environ, start_response):
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [environ["apikeys.key"]["key_id"].encode()]

        def run(app, headers, query=""):
            environ = {"QUERY_STRING": query, "REMOTE_ADDR": "127.0.0.1"}
            setup_testing_defaults(environ)
            for name, value in headers:
                variable = "HTTP_" + name.upper().replace("-", "_")
                environ[variable] = f"{environ[variable]},{value}" if variable in environ else value
            seen = []
            body = b"".join(app(environ, lambda status, given: seen.append((status, given))))
            status, given = seen[0]
            return int(status[:3]), {name.lower(): value for name, value in given}, body.decode()

        app = WsgiMiddleware(application, self.gateway(), scope="agents:read")
        self.check(lambda headers, query="": run(app, headers, query))
        gone = Client(api_key="a-gateway-key-of-nobody", base_url="http://127.0.0.1:9", retries=0)
        status, _, _ = run(WsgiMiddleware(application, gone), [("X-API-Key", "any-key-at-all")])
        self.assertEqual(status, 503)

    def test_protects_an_asgi_application(self):
        async def application(scope, receive, send):
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": scope["apikeys.key"]["key_id"].encode()})

        app = AsgiMiddleware(application, self.gateway(), scope="agents:read")

        def run(headers, query=""):
            sent = []

            async def send(message):
                sent.append(message)

            scope = {
                "type": "http",
                "method": "GET",
                "path": "/agents",
                "query_string": query.encode(),
                "headers": [(name.lower().encode(), value.encode()) for name, value in headers],
                "client": ("127.0.0.1", 4711),
            }
            asyncio.run(app(scope, None, send))
            given = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
            return sent[0]["status"], given, sent[1]["body"].decode()

        self.check(run)


if __name__ == "__main__":
    unittest.main()
