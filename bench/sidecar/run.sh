#!/usr/bin/env bash
# The sidecar's decisions a second beside nginx with an empty answer, by turns in one run.
#
# Sidecar, nginx, a constant answer of Vert.x and HAProxy (a look-up by digest, three counting windows; ../peers) on core 0,
# wrk and the API key server on core 1. The server's work on what is reported is not the sidecar's, and takes wrk's core:
# with SERVER=stand-in something that only lends takes its place. Needs: a build (mvn package -DskipTests), wrk, nginx, haproxy, taskset, curl, python3.
# Settings by environment: SERVER (real), SECONDS_EACH (15), WARM_UP (60), ROUNDS (3), CONNECTIONS (32), KEYS (10000),
# UNKNOWN (0.01), PORT (18080), SIDECAR_OPTIONS (of its Java), and any APIKEYS_SIDECAR_... setting.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
peers=$here/../peers
verify=$here/../verify
seconds=${SECONDS_EACH:-15}
warm_up=${WARM_UP:-60}
rounds=${ROUNDS:-3}
connections=${CONNECTIONS:-32}
port=${PORT:-18080}
server_url=http://127.0.0.1:$port
url=http://127.0.0.1:18093
password=correct-horse-battery-staple

micro=$root/apikeys-web/target/payara-micro.jar
apikeys=$(find "$root/apikeys-web/target" -maxdepth 1 -name "apikeys-web-*.war" ! -name "*-thin.war")
jar=$root/clients/sidecar/target/apikeys-sidecar.jar
for needed in "$micro" "$apikeys" "$jar"; do
  [ -f "$needed" ] || { echo "missing $needed: run mvn package -DskipTests first" >&2; exit 1; }
done

work=$(mktemp -d)
running=()
cleanup() {
  for one in "${running[@]}"; do
    if kill "$one" 2>/dev/null; then
      wait "$one" 2>/dev/null || true
    fi
  done
  rm -rf "$work"
}
trap cleanup EXIT

# await_ready URL LOG
await_ready() {
  for _ in $(seq 900); do
    curl -fs -o /dev/null "$1" && return
    sleep 0.2
  done
  tail -50 "$2" >&2
  echo "$1 is not ready" >&2
  exit 1
}

mkdir "$work/tmp" "$work/peers" "$work/sidecar"
GATEWAY=$work/gateway BODIES=$work/bodies
export GATEWAY BODIES
if [ "${SERVER:-real}" = stand-in ]; then
  taskset -c 1 java -XX:TieredStopAtLevel=1 -Xmx256m -cp "$jar" "$here/Lender.java" "$port" > "$work/log" 2>&1 &
  server=$!
  running+=("$server")
  await_ready "$server_url/" "$work/log"
  echo the-gateway > "$GATEWAY"
  python3 - "$BODIES" "${KEYS:-10000}" "${UNKNOWN:-0.01}" <<'PYTHON'
import json, random, secrets, sys
path, count, unknown = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
with open(path, "w") as out:
    for number in range(count):
        key = ("none" if random.random() < unknown else "some") + secrets.token_hex(22)
        call = {"key": key, "scopes": ["agents:read"], "ip": "203.0.113.9", "referrer": "https://app.example.com/x",
                "method": "GET", "endpoint": "/agents"}
        out.write(json.dumps(call, separators=(",", ":")) + "\n")
PYTHON
else
  echo "set configs.config.server-config.network-config.network-listeners.network-listener.http-listener.address=127.0.0.1" \
    > "$work/preboot"
  APIKEYS_DATA_DIR=$work/data APIKEYS_ADMIN_PASSWORD=$password \
    taskset -c 1 java -Djava.io.tmpdir="$work/tmp" -jar "$micro" \
    --nocluster --port "$port" --prebootcommandfile "$work/preboot" \
    --deploy "$apikeys" --contextroot / > "$work/log" 2>&1 &
  server=$!
  running+=("$server")
  await_ready "$server_url/health/ready" "$work/log"

  echo "issuing ${KEYS:-10000} keys"
  python3 "$verify/make_keys.py" "$server_url" "$password" "$GATEWAY" "$BODIES" \
    --count "${KEYS:-10000}" --unknown "${UNKNOWN:-0.01}"
fi

# shellcheck disable=SC2086  # options are words
(cd "$work/sidecar" && APIKEYS_SIDECAR_SERVER=$server_url APIKEYS_SIDECAR_KEY_FILE=$GATEWAY APIKEYS_SIDECAR_PORT=18093 \
  APIKEYS_SIDECAR_TRUSTED_PROXIES=127.0.0.1 \
  exec taskset -c 0 java ${SIDECAR_OPTIONS:-} -jar "$jar" > "$work/sidecar.log" 2>&1) &
sidecar=$!
running+=("$sidecar")
await_ready "$url/health/ready" "$work/sidecar.log"

# Every key is answered rightly before anything is measured, and HAProxy's map is of those that are known.
cp "$peers/haproxy.cfg" "$work/peers"
python3 - "$url" "$GATEWAY" "$BODIES" "$work/peers/keys.map" <<'PYTHON'
import collections, hashlib, http.client, json, sys
from urllib.parse import urlsplit
root, gateway, bodies, written = sys.argv[1:]
connection = http.client.HTTPConnection(urlsplit(root).netloc)
headers = {"Content-Type": "application/json", "X-API-Key": open(gateway).read().strip()}
codes = collections.Counter()
with open(written, "w") as out:
    for number, body in enumerate(open(bodies)):
        connection.request("POST", "/api/v1/api-keys/verify", body.strip(), headers)
        decision = json.loads(connection.getresponse().read())
        codes[decision.get("code")] += 1
        if decision.get("valid"):
            digest = hashlib.sha256(json.loads(body)["key"].encode()).hexdigest().upper()
            out.write(f"{digest} key-{number}\n")
print("codes:", dict(codes))
if not set(codes) <= {"VALID", "NOT_FOUND"} or codes["VALID"] < 0.9 * sum(codes.values()):
    raise SystemExit("the sidecar does not answer as it should")
PYTHON

taskset -c 0 java -cp "$jar" "$here/Constant.java" 18094 > "$work/constant.log" 2>&1 &
constant=$!
running+=("$constant")
await_ready http://127.0.0.1:18094/ "$work/constant.log"
taskset -c 0 nginx -p "$work/peers" -c "$(cd "$peers" && pwd)/nginx.conf" > "$work/nginx.log" 2>&1 &
nginx=$!
(cd "$work/peers" && exec taskset -c 0 haproxy -f haproxy.cfg > "$work/haproxy.log" 2>&1) &
haproxy=$!
running+=("$nginx" "$haproxy")
await_ready http://127.0.0.1:18091/ "$work/nginx.log"
curl -s -o /dev/null --retry 50 --retry-connrefused --retry-delay 1 http://127.0.0.1:18092/

declare -A address=(
  [verify]=$url/api/v1/api-keys/verify
  [authorize]="$url/api/v1/authorize?scope=agents:read"
  [nginx]=http://127.0.0.1:18091/
  [haproxy]=http://127.0.0.1:18092/
  [constant]=http://127.0.0.1:18094/
)
# nginx works in a process of its own
declare -A process=(
  [verify]=$sidecar [authorize]=$sidecar [nginx]=$(pgrep -P "$nginx") [haproxy]=$haproxy [constant]=$constant
)

# User and system time of a process so far, in clock ticks.
cpu_ticks() {
  local stat
  stat=$(< "/proc/$1/stat")
  set -- ${stat##*) }
  echo $((${12} + ${13}))
}

# count NAME: one of the sidecar's counts.
count() {
  curl -s "$url/metrics" | sed -n "s/^apikeys_client_$1_total //p"
}

# Waits until the server has what the turn before came to, so that its work on that is not in this turn.
await_reports() {
  for _ in $(seq 300); do
    [ -z "$(find "$work/sidecar" -name '*.json' -print -quit)" ] && break
    sleep 0.2
  done
  sleep 2
}

# measure NAME SECONDS: one line "name requests microseconds p50 p99 errors ticks".
measure() {
  local before after result as=verify
  case $1 in authorize | haproxy | constant) as=authorize ;; esac
  await_reports
  before=$(cpu_ticks "${process[$1]}")
  result=$(AS=$as taskset -c 1 wrk -t1 -c"$connections" -d"$2"s -s "$verify/verify.lua" "${address[$1]}" \
    | sed -n 's/^RESULT //p')
  after=$(cpu_ticks "${process[$1]}")
  echo "$1 $result $((after - before))"
}

order="authorize verify constant nginx haproxy"
for name in $order; do
  echo "warming up: $name, ${warm_up} s"
  measure "$name" "$warm_up" > /dev/null
done
for round in $(seq "$rounds"); do
  for name in $order; do
    here_before=$(count decided_here) asked_before=$(count asked)
    measure "$name" "$seconds" | tee -a "$work/results"
    case $name in
      authorize | verify)
        echo "  decided here: $(($(count decided_here) - here_before)), asked: $(($(count asked) - asked_before))" ;;
    esac
  done
done
echo "reports that wait at the end: $(find "$work/sidecar" -name '*.json' | wc -l) files, dropped: $(count dropped_reports)"

python3 - "$work/results" "$(getconf CLK_TCK)" <<'PYTHON'
import statistics, sys
runs = {}
for line in open(sys.argv[1]):
    name, *numbers = line.split()
    runs.setdefault(name, []).append([int(n) for n in numbers])
hertz = int(sys.argv[2])
rate, cpu = {}, {}
print(f"\n{'':10}{'requests/s':>12}{'p50 ms':>9}{'p99 ms':>9}{'CPU us':>9}{'errors':>8}   (medians)")
for name, rows in runs.items():
    rate[name] = statistics.median(r[0] / (r[1] / 1e6) for r in rows)
    cpu[name] = statistics.median(r[5] / hertz / r[0] * 1e6 for r in rows)
    p50 = statistics.median(r[2] for r in rows) / 1e3
    p99 = statistics.median(r[3] for r in rows) / 1e3
    print(f"{name:10}{rate[name]:12.0f}{p50:9.2f}{p99:9.2f}{cpu[name]:9.1f}{sum(r[4] for r in rows):8}")
for own in ("authorize", "verify"):
    for peer in ("nginx", "constant", "haproxy"):
        print(
            f"{own} / {peer}: {rate[own] / rate[peer]:.2f} of its requests/s,"
            f" {cpu[own] / cpu[peer]:.2f} of its CPU time"
        )
PYTHON
