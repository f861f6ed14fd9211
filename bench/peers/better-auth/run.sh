#!/usr/bin/env bash
# Verifications of API keys a second by better-auth, from npm, with its keys in memory and in SQLite.
#
# As ../../verify/run.sh measures: the server has core 0, wrk core 1, 32 connections, 1 % of the keys unknown, each store
# warmed up and then measured by turns. better-auth checks hash, expiry and permissions here; limits are switched off for it, and
# it knows no addresses and referrers. Needs: node 20, npm, wrk, taskset, curl. It is installed into a folder that is
# removed again, or into NPM_FOLDER, which stays.
# Settings by environment: SECONDS_EACH (15), WARM_UP (20), ROUNDS (3), CONNECTIONS (32), KEYS (2000), UNKNOWN (0.01),
# PORT (18093), STORES ("memory sqlite"), VERSION (1.3.34), SQLITE (12.4.1).
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
seconds=${SECONDS_EACH:-15}
warm_up=${WARM_UP:-20}
port=${PORT:-18093}
work=$(mktemp -d)
folder=${NPM_FOLDER:-$work/npm}
declare -A servers
cleanup() {
  for one in "${servers[@]}"; do
    if kill "$one" 2> /dev/null; then
      wait "$one" 2> /dev/null || true
    fi
  done
  rm -rf "$work"
}
trap cleanup EXIT

if [ ! -d "$folder/node_modules/better-auth" ]; then
  mkdir -p "$folder"
  (cd "$folder" && npm init -y > /dev/null \
    && case " ${STORES:-sqlite} " in *" sqlite "*) sqlite=better-sqlite3@${SQLITE:-12.4.1} ;; esac \
    && npm install --no-audit --no-fund "better-auth@${VERSION:-1.3.34}" ${sqlite:-} > npm.log 2>&1) \
    || { tail -20 "$folder/npm.log" >&2; exit 1; }
fi
cp "$here/server.mjs" "$folder/server.mjs"

# User and system time of a process so far, in clock ticks.
cpu_ticks() {
  local stat
  stat=$(< "/proc/$1/stat")
  set -- ${stat##*) }
  echo $((${12} + ${13}))
}

# measure STORE SECONDS: one line "store requests microseconds p50 p99 errors ticks".
measure() {
  local before after result
  before=$(cpu_ticks "${servers[$1]}")
  # the load sends the header of a gateway, which nobody reads here
  result=$(BODIES=$work/$1.bodies GATEWAY=$work/gateway taskset -c 1 wrk -t1 -c"${CONNECTIONS:-32}" -d"$2"s \
    -s "$here/../../verify/verify.lua" "http://127.0.0.1:${ports[$1]}/verify" | sed -n 's/^RESULT //p')
  after=$(cpu_ticks "${servers[$1]}")
  echo "$1 $result $((after - before))"
}

echo none > "$work/gateway"
declare -A ports
for store in ${STORES:-memory sqlite}; do
  ports[$store]=$port
  (cd "$folder" && NODE_ENV=production STORE=$store FILE=$work/keys.sqlite PORT=$port BODIES=$work/$store.bodies \
    KEYS=${KEYS:-2000} UNKNOWN=${UNKNOWN:-0.01} exec taskset -c 0 node server.mjs) > "$work/$store.log" 2>&1 &
  servers[$store]=$!
  port=$((port + 1))
  for _ in $(seq 600); do
    grep -q '^ready' "$work/$store.log" && break
    kill -0 "${servers[$store]}" 2> /dev/null || { cat "$work/$store.log" >&2; exit 1; }
    sleep 0.5
  done
  # it has to answer rightly before anything is measured
  valid=0
  for body in $(head -50 "$work/$store.bodies"); do
    case $(curl -s -H 'Content-Type: application/json' -d "$body" "http://127.0.0.1:${ports[$store]}/verify") in
      *'"valid":true'*) valid=$((valid + 1)) ;;
    esac
  done
  [ "$valid" -ge 45 ] || { echo "$store: $valid of 50 keys are valid" >&2; cat "$work/$store.log" >&2; exit 1; }
  measure "$store" "$warm_up" > /dev/null
done

for _ in $(seq "${ROUNDS:-3}"); do
  for store in ${STORES:-memory sqlite}; do
    measure "$store" "$seconds" | tee -a "$work/results"
  done
done

python3 - "$work/results" "$(getconf CLK_TCK)" << 'PYTHON'
import statistics, sys
turns = {}
for line in open(sys.argv[1]):
    name, *figures = line.split()
    turns.setdefault(name, []).append([int(figure) for figure in figures])
tick = 1e6 / int(sys.argv[2])
print(f"{'better-auth':12} {'requests/s':>10} {'p50 ms':>8} {'p99 ms':>8} {'CPU us':>8} {'errors':>7}")
for name, rows in turns.items():
    median = lambda pick: statistics.median(pick(row) for row in rows)
    print(f"{name:12} {median(lambda r: r[0] / (r[1] / 1e6)):10.0f} {median(lambda r: r[2] / 1e3):8.1f}"
          f" {median(lambda r: r[3] / 1e3):8.1f} {median(lambda r: r[5] * tick / r[0]):8.0f} {sum(r[4] for r in rows):7}")
PYTHON
