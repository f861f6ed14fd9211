#!/usr/bin/env bash
# 20,000 usage records a second, sent in reports of a thousand over HTTP, beside verifications: what that does to the
# verifications' response times, by turns with nothing reported; whether each record was taken, and is counted in the end.
# On a PostgreSQL that the run starts and ends itself. With WRITER=only or WRITER=no the first or the second half alone: the
# other half is how long the writer takes for what 5,000 calls a second come to, in one process without HTTP.
#
# Needs: a build (mvn package -DskipTests), wrk, curl, python3, and PostgreSQL's initdb and pg_ctl. Settings by environment:
# RECORDS (20000 a second), KEYS (1000), SECONDS_EACH (20), ROUNDS (3), WARM_UP (30), CONNECTIONS (8), PAUSE (3 ms between two
# calls of a connection), PORT, JAVA_OPTIONS, MICRO_OPTIONS, and any APIKEYS_... setting of the server.
# From the repository's root: bench/recording/run.sh
set -euo pipefail

if [ "${WRITER:-yes}" != no ]; then
  cd "$(dirname "${BASH_SOURCE[0]}")/../.."
  mvn -B -o -q test -pl apikeys-ejb -am -Djacoco.skip -Dspotless.check.skip -Dtest=RecordingBench \
    -Dsurefire.failIfNoSpecifiedTests=false 2>&1 | sed -n 's/^.*BENCH \(.*: .*\)/\1/p'
  [ "${WRITER:-yes}" != only ] || exit 0
fi
# shellcheck source=../server.sh
. "$(dirname "${BASH_SOURCE[0]}")/../server.sh"

start_postgres
start_server @"$root/config/payara/java.txt"
GATEWAY=$work/gateway BODIES=$work/bodies
export GATEWAY BODIES
python3 "$root/bench/verify/make_keys.py" "$url" "$password" "$GATEWAY" "$BODIES" --count "${KEYS:-1000}"
{ cat "$root/bench/verify/verify.lua"; echo "function delay() return ${PAUSE:-3} end"; } > "$work/load.lua"

# verify SECONDS: requests a second, p50 and p99 in microseconds, errors
verify() {
  wrk -t1 -c"${CONNECTIONS:-8}" -d"$1"s -s "$work/load.lua" "$url/api/v1/api-keys/verify" \
    | awk '$1 == "RESULT" {printf "%.0f %d %d %d\n", $2 / ($3 / 1e6), $4, $5, $6}'
}

# report SECONDS: how many records were sent and taken, and how late the latest report was sent, in seconds
report() {
  python3 - "$url" "$GATEWAY" "${RECORDS:-20000}" "$1" "${KEYS:-1000}" << 'PYTHON'
import http.client, json, random, sys, threading, time
from urllib.parse import urlsplit

root, gateway, rate, seconds, keys = sys.argv[1], open(sys.argv[2]).read(), int(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5])
headers = {"Content-Type": "application/json", "X-API-Key": gateway}
SENDERS, AT_ONCE = 2, 1000
random.seed(1)


def body():
    return json.dumps({"records": [{
        # the gateway's own key is the first
        "key_id": f"key-{2 + random.randrange(keys)}", "endpoint": f"/agents/{random.randrange(10)}", "method": "GET",
        "status_code": 200, "response_time": random.randrange(1000) / 1e6, "bytes_in": 100, "bytes_out": 1000,
        "ip": f"203.0.113.{random.randrange(200)}"} for _ in range(AT_ONCE)]}).encode()


bodies = [body() for _ in range(20)]
taken, late, lock = [0], [0.0], threading.Lock()
begin = time.perf_counter() + 0.2


def send(first):
    connection = http.client.HTTPConnection(urlsplit(root).netloc, timeout=60)
    for number in range(first, rate * seconds // AT_ONCE, SENDERS):
        due = begin + number * AT_ONCE / rate
        time.sleep(max(0, due - time.perf_counter()))
        with lock:
            late[0] = max(late[0], time.perf_counter() - due)
        connection.request("POST", "/api/v1/usage", bodies[number % len(bodies)], headers)
        response = connection.getresponse()
        said = response.read()
        if response.status != 202:
            raise SystemExit(f"a report is answered with {response.status}: {said[:300]}")
        with lock:
            taken[0] += json.loads(said)["accepted"]


threads = [threading.Thread(target=send, args=(i,)) for i in range(SENDERS)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
took = time.perf_counter() - begin
print(f"{rate * seconds} {taken[0]} {late[0]:.2f} {taken[0] / took:.0f}")
PYTHON
}

metric() {
  curl -s "$url/metrics" | awk -v name="$1" 'index($1, name) {print $2; exit}'
}

echo "warming up"
report "${WARM_UP:-30}" > "$work/warmed" &
verify "${WARM_UP:-30}" > /dev/null
wait "$!"
all=$(cut -d' ' -f2 "$work/warmed")
for _ in $(seq "${ROUNDS:-3}"); do
  echo "quiet $(verify "${SECONDS_EACH:-20}") load $(load_of_machine)" | tee -a "$work/results"
  report "${SECONDS_EACH:-20}" > "$work/reported" &
  reporting=$!
  told=$(verify "${SECONDS_EACH:-20}")
  wait "$reporting"
  read -r sent taken late rate < "$work/reported"
  all=$((all + taken))
  echo "reporting $told load $(load_of_machine): $taken of $sent records taken, $rate/s, the latest $late s late;" \
    "counts written $(metric apikeys_usage_flush_lag_millis || true) ms ago" | tee -a "$work/results"
done
python3 - "$work/results" << 'PYTHON'
import statistics, sys
p99, p50 = {}, {}
for line in open(sys.argv[1]):
    words = line.split()
    p50.setdefault(words[0], []).append(int(words[2]))
    p99.setdefault(words[0], []).append(int(words[3]))
for name, times in (("p50", p50), ("p99", p99)):
    quiet, reporting = (statistics.median(times[one]) for one in ("quiet", "reporting"))
    print(f"{name}: {quiet / 1e3:.2f} ms, while records are taken {reporting / 1e3:.2f} ms: {reporting / quiet:.2f} of it")
PYTHON

# every record that was taken is counted in the end, whatever became of its details: the sums follow the calls
for _ in $(seq 120); do
  sleep 1
  [ "$(metric apikeys_usage_batches_waiting)" != 0 ] && [ "$(metric apikeys_usage_batches_waiting)" != 0.0 ] || break
done
counted=$("${as_user[@]}" psql -h 127.0.0.1 -p "$((port + 5))" -U postgres -At apikeys \
  -c "SELECT SUM(timed) FROM usage_total WHERE api_key_id > 1" 2> /dev/null || echo "unknown: no psql")
echo "$all records taken, $counted counted; $(metric apikeys_usage_details_shed || true) without their details"
