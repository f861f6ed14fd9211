#!/usr/bin/env bash
# How long the server takes for the first page of each list that the console shows, with the demo data: one call after
# the other over one connection, on the same machine, so that what is measured is the server's time and a little more.
#
# Needs: a build (mvn package -DskipTests), curl, python3. Settings by environment: CALLS (100, of each page), WARM_UP
# (300, of each page), STORE (derby, or postgres: one that the run starts and ends itself), PORT, JAVA_OPTIONS,
# MICRO_OPTIONS, and any APIKEYS_... setting of the server. From the repository's root: bench/console/run.sh
set -euo pipefail
# shellcheck source=../server.sh
. "$(dirname "${BASH_SOURCE[0]}")/../server.sh"

[ "${STORE:-derby}" = derby ] || start_postgres
export APIKEYS_DEMO=true
start_server @"$root/config/payara/java.txt"
echo "load of the machine before: $(load_of_machine)"
python3 - "$url" "$password" "${CALLS:-100}" "${WARM_UP:-300}" << 'PYTHON'
import http.client, json, statistics, sys, time
from urllib.parse import urlsplit

root, password, calls, warm_up = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
connection = http.client.HTTPConnection(urlsplit(root).netloc, timeout=60)


def call(method, path, body=None, headers=None):
    connection.request(method, path, body, headers or {})
    response = connection.getresponse()
    return response.status, response.read()


status, said = call(
    "POST",
    "/api/v1/auth/token",
    json.dumps({"username": "admin", "password": password}),
    {"Content-Type": "application/json"},
)
if status != 200:
    raise SystemExit(f"signing in is answered with {status}: {said[:200]}")
signed_in = {"Authorization": "Bearer " + json.loads(said)["access_token"]}

keys = json.loads(call("GET", "/api/v1/api-keys?size=1", headers=signed_in)[1])
if keys["total"] < 2:
    raise SystemExit("the demo data is not there")

pages = [
    "api-keys", "api-keys?status=active&sort=-last_used", "api-keys?q=key", "api-keys/scopes", "key-requests",
    "key-requests?awaiting_me=true&size=5", "users", "organizations", "audit/events", "audit/holds", "alerts",
    "alerts/counts", "alert-rules", "notices", "webhooks", "plugins", "permission-sets", "policies", "campaigns",
    "report-jobs", "report-schedules", "lifecycle/upcoming", "analytics/usage", "analytics/security",
    "analytics/capacity", "dashboard/stats", "cluster", "settings", "auth/me",
]


def measure(page, times):
    began = time.perf_counter()
    status, said = call("GET", "/api/v1/" + page, headers=signed_in)
    if status != 200:
        raise SystemExit(f"{page} is answered with {status}: {said[:300]}")
    times.append((time.perf_counter() - began) * 1e3)
    return len(said)


# by turns, so that what else the machine does hits all alike
size, times = {}, {page: [] for page in pages}
for _ in range(warm_up):
    for page in pages:
        measure(page, [])
for _ in range(calls):
    for page in pages:
        size[page] = measure(page, times[page])
print(f"{keys['total']} keys")
print(f"{'':40}{'median ms':>10}{'p95 ms':>9}{'bytes':>9}")
for page in sorted(pages, key=lambda one: -statistics.median(times[one])):
    sorted_times = sorted(times[page])
    print(f"{page:40}{statistics.median(sorted_times):10.1f}{sorted_times[len(sorted_times) * 95 // 100]:9.1f}{size[page]:9}")
print(f"slowest median: {max(statistics.median(one) for one in times.values()):.1f} ms (target 50)")
PYTHON
echo "load of the machine after: $(load_of_machine)"
