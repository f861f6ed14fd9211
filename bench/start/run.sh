#!/usr/bin/env bash
# Time from starting the process to ready, and CPU time until then, of the application against an empty WAR on the same
# server, by turns; and of the least application with a store (./least: an entity, an EJB, a resource, a check, Derby in
# memory), which tells what the server takes for that kind of application at all. Needs a build (mvn package -DskipTests), a
# JDK, curl, unzip and python3.
# Settings by environment: RUNS (5), PORT (18081), JAVA_OPTIONS.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
runs=${RUNS:-5}
port=${PORT:-18081}

micro=$root/apikeys-web/target/payara-micro.jar
apikeys=$(find "$root/apikeys-web/target" -maxdepth 1 -name "apikeys-web-*.war" ! -name "*-thin.war")
[ -f "$micro" ] || { echo "missing $micro: run mvn package -DskipTests first" >&2; exit 1; }

work=$(mktemp -d)
server=
cleanup() {
  if [ -n "$server" ] && kill "$server" 2>/dev/null; then
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$work"
}
trap cleanup EXIT

python3 -c 'import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w") as war:
    war.writestr("index.html", "empty")' "$work/empty.war"
"$here/least/build.sh" "$apikeys" "$work/least.war"
echo "set configs.config.server-config.network-config.network-listeners.network-listener.http-listener.address=127.0.0.1" \
  > "$work/preboot"

# start WAR DATA: sets elapsed to the milliseconds until /health/ready answers 200, and cpu to those of user and system
# time of the process.
start() {
  local begin end stat
  rm -rf "$work/tmp" && mkdir "$work/tmp"
  begin=$(date +%s%3N)
  # shellcheck disable=SC2086  # options are words
  APIKEYS_DATA_DIR=$2 APIKEYS_ADMIN_PASSWORD=correct-horse-battery-staple \
    java -Djava.io.tmpdir="$work/tmp" ${JAVA_OPTIONS:-} -jar "$micro" \
    --nocluster --port "$port" --prebootcommandfile "$work/preboot" \
    --deploy "$1" --contextroot / > "$work/log" 2>&1 &
  server=$!
  until curl -fs -o /dev/null "http://127.0.0.1:$port/health/ready"; do
    if ! kill -0 "$server" 2>/dev/null || [ $(($(date +%s%3N) - begin)) -gt 180000 ]; then
      tail -50 "$work/log" >&2
      exit 1
    fi
    sleep 0.05
  done
  end=$(date +%s%3N)
  stat=$(< "/proc/$server/stat")
  # shellcheck disable=SC2086  # fields are words
  set -- ${stat##*) }
  cpu=$(((${12} + ${13}) * 1000 / $(getconf CLK_TCK)))
  kill "$server"
  wait "$server" 2>/dev/null || true
  server=
  elapsed=$((end - begin))
}

# turn NAME WAR DATA
turn() {
  start "$2" "$3"
  echo "$1 $elapsed $cpu" | tee -a "$work/results"
}

# One start that is not counted: it fills the page cache.
start "$work/empty.war" "$work/data"
for run in $(seq "$runs"); do
  turn empty "$work/empty.war" "$work/none"
  turn least "$work/least.war" "$work/none"
  turn first "$apikeys" "$work/data-$run"
  turn again "$apikeys" "$work/data-$run"
done

python3 - "$work/results" <<'PYTHON'
import statistics, sys
runs = {}
for line in open(sys.argv[1]):
    name, *figures = line.split()
    runs.setdefault(name, []).append([int(one) for one in figures])
median = {name: [statistics.median(column) for column in zip(*rows)] for name, rows in runs.items()}
empty = median["empty"]
print(f"\n{'':38}{'ms':>8}{'times':>7}{'CPU ms':>8}{'times':>7}   (medians of {len(runs['empty'])})")
for name, what in (
    ("empty", "empty WAR"),
    ("least", "least application with a store"),
    ("first", "application, an empty store"),
    ("again", "application, a store that exists"),
):
    wall, cpu = median[name]
    print(f"{what:38}{wall:8.0f}{wall / empty[0]:7.2f}{cpu:8.0f}{cpu / empty[1]:7.2f}")
PYTHON
