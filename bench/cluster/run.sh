#!/usr/bin/env bash
# CPU time of a verification by two nodes that share limits, beside one node that counts for itself, by turns in
# one run.
#
# Needs: a build (mvn package -DskipTests), wrk, python3, curl, and PostgreSQL's initdb and pg_ctl (PG_BIN names their
# folder). Settings by environment: SECONDS_EACH (15), WARM_UP (30), ROUNDS (3), CONNECTIONS (16, to each node), KEYS
# (2000), PORT (18180; five more are used), LIMITS (the limits of each key, JSON), JAVA_OPTIONS.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
seconds=${SECONDS_EACH:-15}
warm_up=${WARM_UP:-30}
rounds=${ROUNDS:-3}
connections=${CONNECTIONS:-16}
port=${PORT:-18180}
password=correct-horse-battery-staple
# Counted, lent in parts, and not reached: how many calls were refused is said at the end.
limits=${LIMITS:-'{"requests": {"per_minute": 10000, "per_day": 10000000}}'}

micro=$root/apikeys-web/target/payara-micro.jar
apikeys=$(find "$root/apikeys-web/target" -maxdepth 1 -name "apikeys-web-*.war" ! -name "*-thin.war")
for needed in "$micro" "$apikeys"; do
  [ -f "$needed" ] || { echo "missing $needed: run mvn package -DskipTests first" >&2; exit 1; }
done
# the PostgreSQL of the tests unpacks itself into the second folder
pg_bin=${PG_BIN:-$(find /usr/lib/postgresql "${TMPDIR:-/tmp}/embedded-pg" -maxdepth 2 -name bin 2> /dev/null | sort | tail -1)}
[ -x "$pg_bin/pg_ctl" ] || { echo "no pg_ctl: set PG_BIN" >&2; exit 1; }
# PostgreSQL refuses to run as root; in a user namespace nobody is root.
as_user=()
[ "$(id -u)" -ne 0 ] || as_user=(unshare -U)

work=$(mktemp -d)
servers=()
cleanup() {
  for server in "${servers[@]}"; do
    kill "$server" 2> /dev/null || true
  done
  for server in "${servers[@]}"; do
    wait "$server" 2> /dev/null || true
  done
  "${as_user[@]}" "$pg_bin/pg_ctl" -D "$work/db" -m immediate stop > /dev/null 2>&1 || true
  rm -rf "$work"
}
trap cleanup EXIT

db_port=$((port + 5))
"${as_user[@]}" "$pg_bin/initdb" -D "$work/db" -U postgres -A trust -E UTF8 > /dev/null
# not every distribution of PostgreSQL has createdb beside its server
for database in alone shared; do
  echo "CREATE DATABASE $database" | "${as_user[@]}" "$pg_bin/postgres" --single -D "$work/db" postgres > /dev/null
done
"${as_user[@]}" "$pg_bin/pg_ctl" -D "$work/db" -w -l "$work/db.log" \
  -o "-p $db_port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$work" start > /dev/null

echo "set configs.config.server-config.network-config.network-listeners.network-listener.http-listener.address=127.0.0.1" \
  > "$work/preboot"

# node NAME PORT DATABASE CLUSTER OPTION...: starts a node and waits until it is ready.
node() {
  local name=$1 at=$2 database=$3 cluster=$4
  shift 4
  mkdir -p "$work/$name"
  # shellcheck disable=SC2086  # options are words
  APIKEYS_DATA_DIR=$work/keys-$database APIKEYS_ADMIN_PASSWORD=$password APIKEYS_CLUSTER=$cluster \
    APIKEYS_DB_URL=jdbc:postgresql://127.0.0.1:$db_port/$database APIKEYS_DB_USER=postgres \
    APIKEYS_STOP_DRAIN=PT0S \
    java -Xmx768m -XX:ActiveProcessorCount=1 -Djava.io.tmpdir="$work/$name" ${JAVA_OPTIONS:-} \
    -jar "$micro" --port "$at" --interfaces 127.0.0.1 --prebootcommandfile "$work/preboot" "$@" \
    --deploy "$apikeys" --contextroot / > "$work/$name.log" 2>&1 &
  servers+=($!)
  for _ in $(seq 900); do
    if curl -fs -o /dev/null "http://127.0.0.1:$at/health/ready"; then
      return
    fi
    kill -0 "${servers[-1]}" 2> /dev/null || break
    sleep 0.2
  done
  tail -50 "$work/$name.log" >&2
  echo "$name is not ready" >&2
  exit 1
}

node alone "$port" alone off --nocluster
grid="tcpip:127.0.0.1:$((port + 3)),127.0.0.1:$((port + 4))"
node first "$((port + 1))" shared on --clustermode "$grid" --startport "$((port + 3))"
node second "$((port + 2))" shared on --clustermode "$grid" --startport "$((port + 4))"

echo "issuing ${KEYS:-2000} keys on each database"
for database in alone shared; do
  at=$port
  [ "$database" = alone ] || at=$((port + 1))
  python3 "$here/../verify/make_keys.py" "http://127.0.0.1:$at" "$password" "$work/gateway-$database" \
    "$work/bodies-$database" --count "${KEYS:-2000}" --unknown 0 --limits "$limits"
done

# User and system time of a server so far, in clock ticks.
cpu_ticks() {
  local stat
  stat=$(< "/proc/$1/stat")
  set -- ${stat##*) }
  echo $((${12} + ${13}))
}

# The same of PostgreSQL: of every process that serves a connection or works in the background.
database_ticks() {
  local sum=0 of
  for of in $(pgrep -P "$(head -1 "$work/db/postmaster.pid")"); do
    sum=$((sum + $(cpu_ticks "$of" 2> /dev/null || echo 0)))
  done
  echo "$sum"
}

load() {
  GATEWAY=$work/gateway-$1 BODIES=$work/bodies-$1 wrk -t1 -c"$connections" -d"$3"s \
    -s "$here/../verify/verify.lua" "http://127.0.0.1:$2/api/v1/api-keys/verify" | sed -n 's/^RESULT //p'
}

# measure alone|shared SECONDS: one line "name requests errors ticks ticks-of-the-database".
measure() {
  local before=0 after=0 database
  local pids=("${servers[0]}") ports=("$port")
  [ "$1" = alone ] || { pids=("${servers[1]}" "${servers[2]}"); ports=("$((port + 1))" "$((port + 2))"); }
  for pid in "${pids[@]}"; do before=$((before + $(cpu_ticks "$pid"))); done
  database=$(database_ticks)
  local loads=()
  for at in "${ports[@]}"; do
    load "$1" "$at" "$2" > "$work/result-$at" &
    loads+=($!)
  done
  wait "${loads[@]}"
  for pid in "${pids[@]}"; do after=$((after + $(cpu_ticks "$pid"))); done
  database=$(($(database_ticks) - database))
  local requests=0 errors=0
  for at in "${ports[@]}"; do
    read -r one _ _ _ wrong < "$work/result-$at"
    requests=$((requests + one)) errors=$((errors + wrong))
  done
  echo "$1 $requests $errors $((after - before)) $database"
}

for name in alone shared; do
  echo "warming up: $name, ${warm_up} s"
  measure "$name" "$warm_up" > /dev/null
done
for _ in $(seq "$rounds"); do
  for name in alone shared; do
    measure "$name" "$seconds" | tee -a "$work/results"
  done
done

token=$(curl -fs -H 'Content-Type: application/json' \
  -d "{\"username\": \"admin\", \"password\": \"$password\"}" "http://127.0.0.1:$((port + 1))/api/v1/auth/token" \
  | python3 -c 'import json, sys; print(json.load(sys.stdin)["access_token"])')
curl -fs -H "Authorization: Bearer $token" "http://127.0.0.1:$((port + 1))/api/v1/cluster" \
  | python3 -c 'import json, sys; c = json.load(sys.stdin); print("nodes up:", sum(n["state"] == "up" for n in c["nodes"]), c["limits"])'

for at in "$port" "$((port + 1))" "$((port + 2))"; do
  curl -fs "http://127.0.0.1:$at/metrics?scope=application" \
    | sed -n 's/^apikeys_verifications_total{.*code="\([A-Z_]*\)".*} \([0-9.E]*\)$/\1 \2/p' | tr '\n' ' '
  echo "(verifications of node $at)"
done

python3 - "$work/results" "$(getconf CLK_TCK)" "$seconds" << 'PYTHON'
import statistics, sys
runs = {}
for line in open(sys.argv[1]):
    name, *numbers = line.split()
    runs.setdefault(name, []).append([int(n) for n in numbers])
hertz, seconds = int(sys.argv[2]), int(sys.argv[3])
def micros(column):
    return {name: statistics.median(r[column] / hertz / r[0] * 1e6 for r in rows) for name, rows in runs.items()}
cpu, database = micros(2), micros(3)
print(f"\n{'':24}{'requests/s':>12}{'CPU us':>9}{'database':>10}{'errors':>8}   (medians)")
for name, rows in runs.items():
    rate = statistics.median(r[0] / seconds for r in rows)
    said = "one node, its own limits" if name == "alone" else "two nodes, shared limits"
    print(f"{said:24}{rate:12.0f}{cpu[name]:9.1f}{database[name]:10.1f}{sum(r[1] for r in rows):8}")
ratio = cpu["shared"] / cpu["alone"]
print(f"CPU time with shared limits / with own limits: {ratio:.2f}")
print(f"two nodes of a core each / one of a core, by CPU time of the nodes: {2 / ratio:.2f}")
PYTHON
