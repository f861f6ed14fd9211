#!/usr/bin/env bash
# Verifications a second beside a constant answer of the same server, by turns in one run.
#
# With PEERS=yes also nginx with an empty answer, and HAProxy that looks keys up by their digest and counts three windows
# of each (Debian packages nginx and haproxy; ../peers).
#
# Server on core 0, wrk on core 1. Needs: a build (mvn package -DskipTests), wrk, taskset, python3.
# Settings by environment: SECONDS_EACH (15), WARM_UP (30), ROUNDS (3), CONNECTIONS (32), KEYS (10000),
# UNKNOWN (0.01), PORT (18080), JAVA_OPTIONS, MICRO_OPTIONS (more options for Payara Micro), and any
# APIKEYS_... setting of the server.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
peers=$here/../peers
seconds=${SECONDS_EACH:-15}
warm_up=${WARM_UP:-30}
rounds=${ROUNDS:-3}
connections=${CONNECTIONS:-32}
port=${PORT:-18080}
url=http://127.0.0.1:$port
password=correct-horse-battery-staple

micro=$root/apikeys-web/target/payara-micro.jar
apikeys=$(find "$root/apikeys-web/target" -maxdepth 1 -name "apikeys-web-*.war" ! -name "*-thin.war")
constant=$root/bench/constant/target/constant.war
for needed in "$micro" "$apikeys" "$constant"; do
  [ -f "$needed" ] || { echo "missing $needed: run mvn package -DskipTests first" >&2; exit 1; }
done

work=$(mktemp -d)
server=
nginx=
haproxy=
cleanup() {
  for one in $server $nginx $haproxy; do
    if kill "$one" 2>/dev/null; then
      wait "$one" 2>/dev/null || true
    fi
  done
  rm -rf "$work"
}
trap cleanup EXIT

echo "set configs.config.server-config.network-config.network-listeners.network-listener.http-listener.address=127.0.0.1" \
  > "$work/preboot"
mkdir "$work/tmp"
# shellcheck disable=SC2086  # options are words
APIKEYS_DATA_DIR=$work/data APIKEYS_ADMIN_PASSWORD=$password APIKEYS_TRUSTED_PROXIES=127.0.0.1 \
  taskset -c 0 java -Djava.io.tmpdir="$work/tmp" ${JAVA_OPTIONS:-} -jar "$micro" \
  --nocluster --port "$port" --prebootcommandfile "$work/preboot" ${MICRO_OPTIONS:-} \
  --deploy "$apikeys" --contextroot / --deploy "$constant" > "$work/log" 2>&1 &
server=$!

for _ in $(seq 900); do
  if curl -fs -o /dev/null "$url/health/ready" && curl -fs -o /dev/null "$url/constant/servlet"; then
    ready=yes
    break
  fi
  kill -0 "$server" 2>/dev/null || break
  sleep 0.2
done
[ "${ready:-}" = yes ] || { tail -50 "$work/log" >&2; echo "the server is not ready" >&2; exit 1; }

echo "issuing ${KEYS:-10000} keys"
GATEWAY=$work/gateway BODIES=$work/bodies
export GATEWAY BODIES
taskset -c 1 python3 "$here/make_keys.py" "$url" "$password" "$GATEWAY" "$BODIES" \
  --count "${KEYS:-10000}" --unknown "${UNKNOWN:-0.01}"

declare -A address=(
  [verify]=$url/api/v1/api-keys/verify
  [authorize]="$url/api/v1/authorize?scope=agents:read"
  [resource]=$url/constant/api/answer
  [servlet]=$url/constant/servlet
  [nginx]=http://127.0.0.1:18091/
  [haproxy]=http://127.0.0.1:18092/
)
declare -A process=([verify]=$server [authorize]=$server [resource]=$server [servlet]=$server)
order="verify authorize resource servlet"

if [ "${PEERS:-no}" = yes ]; then
  mkdir "$work/peers"
  cp "$peers/haproxy.cfg" "$work/peers"
  # the issued keys are all but those that the server does not know
  python3 - "$BODIES" "$work/peers/keys.map" "$url" "$GATEWAY" <<'PYTHON'
import hashlib, http.client, json, sys
from urllib.parse import urlsplit
bodies, written, root, gateway = sys.argv[1:]
connection = http.client.HTTPConnection(urlsplit(root).netloc)
headers = {"Content-Type": "application/json", "X-API-Key": open(gateway).read()}
with open(written, "w") as out:
    for number, body in enumerate(open(bodies)):
        connection.request("POST", "/api/v1/api-keys/verify", body.strip(), headers)
        if json.loads(connection.getresponse().read())["valid"]:
            digest = hashlib.sha256(json.loads(body)["key"].encode()).hexdigest().upper()
            out.write(f"{digest} key-{number}\n")
PYTHON
  taskset -c 0 nginx -p "$work/peers" -c "$(cd "$peers" && pwd)/nginx.conf" > "$work/nginx.log" 2>&1 &
  nginx=$!
  (cd "$work/peers" && exec taskset -c 0 haproxy -f haproxy.cfg > "$work/haproxy.log" 2>&1) &
  haproxy=$!
  for peer in nginx haproxy; do
    curl -s -o /dev/null --retry 50 --retry-connrefused --retry-delay 1 "${address[$peer]}" \
      || { cat "$work/$peer.log" >&2; exit 1; }
  done
  # nginx works in a process of its own
  process[nginx]=$(pgrep -P "$nginx")
  process[haproxy]=$haproxy
  order="$order nginx haproxy"
fi

# User and system time of a process so far, in clock ticks.
cpu_ticks() {
  local stat
  stat=$(< "/proc/$1/stat")
  set -- ${stat##*) }
  echo $((${12} + ${13}))
}

# measure NAME SECONDS: one line "name requests microseconds p50 p99 errors ticks".
measure() {
  local before after result as=verify
  case $1 in authorize | haproxy) as=authorize ;; esac
  before=$(cpu_ticks "${process[$1]}")
  result=$(AS=$as taskset -c 1 wrk -t1 -c"$connections" -d"$2"s -s "$here/verify.lua" "${address[$1]}" \
    | sed -n 's/^RESULT //p')
  after=$(cpu_ticks "${process[$1]}")
  echo "$1 $result $((after - before))"
}

# Every key is answered rightly before anything is measured.
python3 - "$url" "$GATEWAY" "$BODIES" <<'PYTHON'
import collections, http.client, itertools, json, sys
from urllib.parse import urlsplit
connection = http.client.HTTPConnection(urlsplit(sys.argv[1]).netloc)
headers = {"Content-Type": "application/json", "X-API-Key": open(sys.argv[2]).read()}
codes = collections.Counter()
for body in itertools.islice(open(sys.argv[3]), 500):
    connection.request("POST", "/api/v1/api-keys/verify", body.strip(), headers)
    response = connection.getresponse()
    codes[json.loads(response.read()).get("code")] += 1
print("codes of 500 calls:", dict(codes))
if not set(codes) <= {"VALID", "NOT_FOUND"} or codes["VALID"] < 450:
    raise SystemExit("the server does not answer as it should")
PYTHON

for name in $order; do
  echo "warming up: $name, ${warm_up} s"
  measure "$name" "$warm_up" > /dev/null
done
for round in $(seq "$rounds"); do
  for name in $order; do
    measure "$name" "$seconds" | tee -a "$work/results"
  done
done

hertz=$(getconf CLK_TCK)
python3 - "$work/results" "$hertz" <<'PYTHON'
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
    errors = sum(r[4] for r in rows)
    print(f"{name:10}{rate[name]:12.0f}{p50:9.2f}{p99:9.2f}{cpu[name]:9.1f}{errors:8}")
for own in ("verify", "authorize"):
    for name in rate:
        if name not in ("verify", "authorize"):
            print(
                f"{own} / {name}: {rate[own] / rate[name]:.2f} of its requests/s,"
                f" {cpu[own] / cpu[name]:.2f} of its CPU time"
            )
PYTHON
