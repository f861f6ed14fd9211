#!/usr/bin/env bash
# The longest stop of all threads of the server in MINUTES of verifications at half of the rate that it reaches, with the
# options of Java in config/payara/java.txt: collections and whatever else the JVM stops for, from its own log. Server
# and load generator share the cores, as on a small machine.
#
# Needs: a build (mvn package -DskipTests), wrk, curl, python3. Settings by environment: MINUTES (10), WARM_UP (60 s), KEYS
# (5000), CONNECTIONS (32), STORE (derby, or postgres), PORT, JAVA_OPTIONS (after those of the file), MICRO_OPTIONS, and any
# APIKEYS_... setting of the server. From the repository's root: bench/pauses/run.sh
set -euo pipefail
# shellcheck source=../server.sh
. "$(dirname "${BASH_SOURCE[0]}")/../server.sh"

connections=${CONNECTIONS:-32}
[ "${STORE:-derby}" = derby ] || start_postgres
start_server @"$root/config/payara/java.txt" -Xlog:safepoint*:file="$work/stops":uptime -Xlog:gc*:file="$work/gc":uptime
GATEWAY=$work/gateway BODIES=$work/bodies
export GATEWAY BODIES
python3 "$root/bench/verify/make_keys.py" "$url" "$password" "$GATEWAY" "$BODIES" --count "${KEYS:-5000}"

# load SECONDS PAUSE: requests a second, p50 and p99 in microseconds, errors; each connection waits PAUSE ms in between.
load() {
  { cat "$root/bench/verify/verify.lua"; echo "function delay() return $2 end"; } > "$work/load.lua"
  wrk -t1 -c"$connections" -d"$1"s -s "$work/load.lua" "$url/api/v1/api-keys/verify" \
    | awk '$1 == "RESULT" {printf "%.0f %d %d %d\n", $2 / ($3 / 1e6), $4, $5, $6}'
}

load "${WARM_UP:-60}" 0 > /dev/null
read -r full _ < <(load 15 0)
pause=$((connections * 2000 / full))
echo "at most $full requests/s; now $connections connections that wait $pause ms between two"
began=$(wc -l < "$work/stops")
collections=$(grep -c "Pause" "$work/gc" || true)
echo "load of the machine before: $(load_of_machine)"
read -r half p50 p99 errors < <(load "$(python3 -c "print(int(${MINUTES:-10} * 60))")" "$pause")
echo "load of the machine after: $(load_of_machine)"
echo "$half requests/s for ${MINUTES:-10} minutes: p50 $p50 us, p99 $p99 us, $errors errors;" \
  "$(($(grep -c "Pause" "$work/gc" || true) - collections)) lines of pauses in the collector's log"
tail -n +"$((began + 1))" "$work/stops" | python3 -c '
import re, sys
stops = []
for line in sys.stdin:
    found = re.search(r"^\[([\d.]+)s\].*Safepoint \"(\w+)\".*Reaching safepoint: *(\d+) ns.* At safepoint: *(\d+) ns.*Total: *(\d+) ns", line)
    if found:
        stops.append((int(found[5]) / 1e6, int(found[3]) / 1e6, found[2], float(found[1])))
if not stops:
    raise SystemExit("the log of stops is not understood")
stops.sort(reverse=True)
print(f"{len(stops)} stops, {sum(1 for one in stops if one[0] > 20)} of them over 20 ms, {sum(one[0] for one in stops) / 1e3:.2f} s in all; the longest:")
for total, reaching, why, at in stops[:8]:
    print(f"  {total:6.1f} ms ({reaching:.1f} ms until all threads stood) {why} at {at:.0f} s")'
