import base64
import hashlib
import io
import json
import os
import secrets
import tempfile
import unittest
from unittest import mock

from apikeys import Client, moving_in

TOKEN = os.environ.get("APIKEYS_TEST_TOKEN")
VALUE = "a-key-of-another-system-0123456789"
SHA256 = hashlib.sha256(VALUE.encode()).hexdigest()
BCRYPT = "$2b$10$" + "a" * 53


class ConversionTest(unittest.TestCase):
    def one(self, form, document, scopes=None):
        orders, left_out = moving_in.convert(form, document, scopes)
        self.assertEqual(left_out, [])
        self.assertEqual(len(orders), 1)
        self.assertNotIn(VALUE, json.dumps(orders))
        return orders[0]

    def test_unkey(self):
        hashed = base64.b64encode(bytes.fromhex(SHA256)).decode()
        rows = [{"hash": {"value": hashed, "variant": "sha256_base64"}, "start": "a-ke", "name": "n", "expires": 1893456000000}]
        order = self.one("unkey", {"keys": rows})
        self.assertEqual((order["hash"], order["algorithm"], order["prefix"]), (SHA256, "sha256", "a-ke"))
        self.assertEqual(order["expires_at"], "2030-01-01T00:00:00Z")
        self.assertEqual(moving_in.convert("unkey", [{**rows[0], "enabled": False}])[1][0][0], 0)

    def test_kong(self):
        dump = {"consumers": [{"username": "alice", "acls": [{"group": "readers"}], "keyauth_credentials": [{"key": VALUE}]}]}
        order = self.one("kong", dump, {"readers": ["agents:read"]})
        self.assertEqual((order["hash"], order["name"], order["scopes"]), (SHA256, "alice", ["agents:read"]))
        self.one("kong", {"data": [{"id": "3f4e", "key": VALUE, "consumer": {"id": "c1"}, "ttl": 60, "created_at": 1}]})
        self.assertIn("no scope for readers", moving_in.convert("kong", dump, {})[1][0][1])

    def test_gravitee(self):
        row = {"id": "1", "key": VALUE, "application": {"name": "App"}, "expireAt": "2030-01-01T00:00:00.000+01:00"}
        order = self.one("gravitee", {"data": [row]})
        self.assertEqual((order["name"], order["expires_at"]), ("App", "2029-12-31T23:00:00Z"))
        self.assertEqual(len(moving_in.convert("gravitee", [{**row, "revoked": True}])[1]), 1)

    def test_seeds(self):
        studio = {"name": "CI", "key_hash": BCRYPT, "key_prefix": "sk_live_a1b2c3d4", "scopes": '["agents:read"]', "rate_limit": 100, "status": "active"}
        order = self.one("native", [studio])
        self.assertEqual((order["algorithm"], order["prefix"], order["rate_limit"]), ("bcrypt", "sk_live_a1b2c3d4", 100))
        platform = {"name": "p", "key": VALUE, "rateLimit": {"requests": {"perMinute": 10}}}
        self.assertEqual(self.one("native", [platform])["rate_limits"], {"requests": {"perMinute": 10}})
        store = {"email": "u@example.com", "key": VALUE, "keyPreference": {"keyName": "Production Key", "balance": 7}}
        self.assertEqual(self.one("store", [store])["credits"], {"balance": 7})
        self.assertEqual(self.one("dashboard", {"data": [{"name": "d", "key": VALUE, "permissions": ["read"]}]})["scopes"], ["read"])

    def test_leaves_out_what_can_not_be_brought(self):
        rows = [
            {"name": "masked", "key": "pk_live_1234abcd…"},
            {"name": "short", "key": "abc"},
            {"name": "none"},
            {"name": "strange", "key_hash": "md5:1234"},
            {"name": "bcrypt without prefix", "key_hash": BCRYPT},
            {"key": VALUE},
            "no record",
            {"name": "long", "key": "x" * 300},
        ]
        orders, left_out = moving_in.convert("native", rows)
        self.assertEqual(orders, [])
        self.assertEqual([index for index, _ in left_out], list(range(len(rows))))

    def test_says_what_is_wrong_with_a_file(self):
        def told(text, *more, form="kong"):
            with tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, "export.json")
                if text is not None:
                    with open(path, "wb") as file:
                        file.write(text)
                err = io.StringIO()
                with mock.patch("sys.stderr", err), self.assertRaises(SystemExit) as end:
                    moving_in.main([form, path, "--dry-run", *[option.format(path) for option in more]], io.StringIO())
                self.assertEqual(end.exception.code, 2)
                return err.getvalue()

        self.assertIn("can't be read: No such file", told(None))
        self.assertIn("is no JSON in UTF-8", told(b"{bad"))
        self.assertIn("is no JSON in UTF-8", told(b"\xff\xfe[]"))
        self.assertIn("neither a list nor an object", told(b'{"data": 5}'))
        self.assertIn("not as kong has it", told(b'{"consumers": [7]}'))
        self.assertIn('like {"their scope"', told(b"[]", "--scopes", "{}"))
        with mock.patch.dict(os.environ, clear=True):
            self.assertIn("APIKEYS_HMAC_SECRET", told(b"[]", "--hmac"))
        orders, left_out = moving_in.convert("kong", [1, None])
        self.assertEqual((orders, [index for index, _ in left_out]), ([], [0, 1]))

    def test_says_when_nobody_answers(self):
        out = io.StringIO()
        with tempfile.TemporaryDirectory() as folder, mock.patch.dict(os.environ, {"APIKEYS_TOKEN": "t"}):
            path = os.path.join(folder, "export.json")
            with open(path, "w", encoding="utf-8") as file:
                json.dump([{"key": VALUE, "name": "n"}], file)
            self.assertEqual(moving_in.main(["native", path, "--url", "http://127.0.0.1:1"], out), 2)
        self.assertIn("http://127.0.0.1:1 can't be reached", out.getvalue())

    def test_shows_no_hash_in_a_dry_run(self):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as export:
            json.dump([{"name": "n", "key": VALUE}], export)
            export.flush()
            out = io.StringIO()
            self.assertEqual(moving_in.main(["native", export.name, "--dry-run"], out), 0)
        self.assertIn("1 would be imported", out.getvalue())
        self.assertNotIn(SHA256, out.getvalue())


@unittest.skipIf(TOKEN is None, "APIKEYS_TEST_TOKEN is not set")
class BringingTest(unittest.TestCase):
    def test_brings_keys_that_go_on_working(self):
        values = [secrets.token_urlsafe(30) for _ in range(3)]
        rows = [{"name": f"moved {i}", "key": value, "scopes": ["agents:read"]} for i, value in enumerate(values)]
        rows.append({"name": "refused", "key": secrets.token_urlsafe(30), "scopes": ["no:such"]})
        with tempfile.NamedTemporaryFile("w", suffix=".json") as export:
            json.dump({"api_keys": rows}, export)
            export.flush()
            with mock.patch.dict(os.environ, {"APIKEYS_TOKEN": TOKEN}):
                first, second = io.StringIO(), io.StringIO()
                self.assertEqual(moving_in.main(["native", export.name], first), 1)
                moving_in.main(["native", export.name], second)
        self.assertIn("3 imported", first.getvalue())
        self.assertIn("rejected: refused", first.getvalue())
        self.assertIn("0 imported, 3 were here already", second.getvalue())
        admin = Client(token=TOKEN)
        for value in values:
            self.assertEqual(admin.keys.verify(value, scopes="agents:read")["code"], "VALID")


if __name__ == "__main__":
    unittest.main()
