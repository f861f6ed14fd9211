#!/usr/bin/env bash
# Time from starting the process to ready, of the application against an empty WAR on the same server,
# by turns. Needs a build (mvn package -DskipTests), curl and python3.
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
echo "set configs.config.server-config.network-config.network-listeners.network-listener.http-listener.address=127.0.0.1" \
  > "$work/preboot"

# start WAR DATA: sets elapsed to the milliseconds until /health/ready answers 200.
start() {
  local begin end
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
  kill "$server"
  wait "$server" 2>/dev/null || true
  server=
  elapsed=$((end - begin))
}

# One start of each that is not counted: it fills the page cache.
start "$work/empty.war" "$work/data"
for run in $(seq "$runs"); do
  start "$work/empty.war" "$work/none"
  echo "empty $elapsed" | tee -a "$work/results"
  start "$apikeys" "$work/data-$run"
  echo "first $elapsed" | tee -a "$work/results"
  start "$apikeys" "$work/data-$run"
  echo "again $elapsed" | tee -a "$work/results"
done

python3 - "$work/results" <<'PYTHON'
import statistics, sys
runs = {}
for line in open(sys.argv[1]):
    name, milliseconds = line.split()
    runs.setdefault(name, []).append(int(milliseconds))
median = {name: statistics.median(values) for name, values in runs.items()}
print(f"\nempty WAR                   {median['empty']:7.0f} ms (median of {len(runs['empty'])})")
for name, what in (("first", "on an empty store"), ("again", "on a store that exists")):
    print(
        f"application {what:22}{median[name]:7.0f} ms, {median[name] / median['empty']:.2f} times"
    )
PYTHON
