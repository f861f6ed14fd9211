#!/usr/bin/env bash
# Whole verifications over HTTP among a thousand and among a million keys that are all in memory, in random order, by turns:
# requests a second, p50 and p99, and the server's CPU time an answer. One issued key is copied under as many secrets in a
# PostgreSQL that the run starts and ends itself.
#
# Server on core 0; wrk and PostgreSQL share core 1. Needs: a build (mvn package -DskipTests), wrk, taskset, curl, python3, and
# PostgreSQL's initdb and pg_ctl. Settings by environment: KEYS (1000000), FEW (1000), SECONDS_EACH (15), WARM_UP (60), ROUNDS (3),
# CONNECTIONS (32), PORT, JAVA_OPTIONS, MICRO_OPTIONS, and any APIKEYS_... setting of the server.
# From the repository's root: bench/scale/calls.sh
set -euo pipefail

# shellcheck source=../server.sh
. "$(dirname "${BASH_SOURCE[0]}")/../server.sh"
keys=${KEYS:-1000000}
few=${FEW:-1000}
driver=$(find "${HOME}/.m2/repository/org/postgresql/postgresql" -name "postgresql-*.jar" | sort | tail -1)

start_postgres
export APIKEYS_HASH=sha256 APIKEYS_VERIFY_CACHED_KEYS=$((keys + 1000)) APIKEYS_VERIFY_WARM_KEYS=0
start_server -Xmx3g
taskset -acp 0 "$server" > /dev/null
taskset -acp 1 "$(head -1 "$work/db/postmaster.pid")" > /dev/null
GATEWAY=$work/gateway SECRETS=$work/secrets
export GATEWAY SECRETS
python3 "$root/bench/verify/make_keys.py" "$url" "$password" "$GATEWAY" "$work/bodies" --count 1 --unknown 0
template=$(python3 -c 'import json, sys; print(json.loads(open(sys.argv[1]).readline())["key"])' "$work/bodies")
echo "copying a key $keys times"
java -cp "$driver" "$root/bench/scale/Copies.java" "${APIKEYS_DB_URL}" "$APIKEYS_DB_USER" "$template" "$keys" "$SECRETS"

cpu_ticks() {
  local stat
  stat=$(< "/proc/$server/stat")
  # shellcheck disable=SC2086  # fields are words
  set -- ${stat##*) }
  echo $((${12} + ${13}))
}

# among KEYS SECONDS: one line "KEYS requests microseconds p50 p99 errors ticks"
among() {
  local before result
  before=$(cpu_ticks)
  result=$(AMONG=$1 taskset -c 1 wrk -t1 -c"${CONNECTIONS:-32}" -d"$2"s -s "$root/bench/scale/calls.lua" \
    "$url/api/v1/api-keys/verify" | sed -n 's/^RESULT //p')
  echo "$1 $result $(($(cpu_ticks) - before))"
}

cached() {
  curl -fs "$url/metrics" | awk '/^apikeys_cache_keys/ {print int($NF)}'
}

echo "warming up"
among "$few" "${WARM_UP:-60}" > /dev/null
while held=$(cached) && [ "$held" -lt "$keys" ]; do
  IN_TURN=$((held / 10 * 9)) among "$keys" 20 > /dev/null
  echo "in memory: $(cached)"
done
among "$keys" 30 > /dev/null
for _ in $(seq "${ROUNDS:-3}"); do
  among "$few" "${SECONDS_EACH:-15}" | tee -a "$work/results"
  among "$keys" "${SECONDS_EACH:-15}" | tee -a "$work/results"
done
python3 - "$work/results" "$(getconf CLK_TCK)" << 'PYTHON'
import statistics, sys
runs = {}
for line in open(sys.argv[1]):
    keys, *numbers = line.split()
    runs.setdefault(keys, []).append([int(n) for n in numbers])
figures = {}
print(f"\n{'keys':>10}{'requests/s':>12}{'p50 ms':>9}{'p99 ms':>9}{'CPU us':>9}{'errors':>8}   (medians)")
for keys, rows in runs.items():
    figures[keys] = [
        statistics.median(row[0] / (row[1] / 1e6) for row in rows),
        statistics.median(row[2] for row in rows) / 1e3,
        statistics.median(row[3] for row in rows) / 1e3,
        statistics.median(row[5] / int(sys.argv[2]) / row[0] * 1e6 for row in rows),
    ]
    print("{:>10}{:12.0f}{:9.2f}{:9.2f}{:9.1f}".format(keys, *figures[keys]) + f"{sum(row[4] for row in rows):8}")
few, many = figures.values()
print(f"many / few: {many[1] / few[1]:.2f} of its p50, {many[3] / few[3]:.2f} of its CPU time")
PYTHON
