# What the measurements of a running server have in common; sourced by them, from bash with set -euo pipefail.
# Sets root, url, password and work (a folder that goes with the script).
# Settings by environment: PORT, JAVA_OPTIONS, MICRO_OPTIONS, PG_BIN, and any APIKEYS_... setting of the server.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
port=${PORT:-18080}
url=http://127.0.0.1:$port
password=correct-horse-battery-staple
micro=$root/apikeys-web/target/payara-micro.jar
apikeys=$(find "$root/apikeys-web/target" -maxdepth 1 -name "apikeys-web-*.war" ! -name "*-thin.war" 2> /dev/null || true)
for needed in "$micro" "$apikeys"; do
  [ -f "$needed" ] || { echo "missing ${needed:-the WAR}: run mvn package -DskipTests first" >&2; exit 1; }
done

work=$(mktemp -d)
server=
pg_bin=
as_user=()

stop_everything() {
  if [ -n "$server" ] && kill "$server" 2> /dev/null; then
    wait "$server" 2> /dev/null || true
  fi
  if [ -n "$pg_bin" ]; then
    "${as_user[@]}" "$pg_bin/pg_ctl" -D "$work/db" -m immediate stop > /dev/null 2>&1 || true
  fi
  rm -rf "$work"
}
trap stop_everything EXIT

# Starts a PostgreSQL of its own, with its own defaults, and lets the server use it.
start_postgres() {
  # the PostgreSQL of the tests unpacks itself into the second folder
  pg_bin=${PG_BIN:-$(find /usr/lib/postgresql "${TMPDIR:-/tmp}/embedded-pg" -maxdepth 2 -name bin 2> /dev/null | sort | tail -1)}
  [ -x "$pg_bin/pg_ctl" ] || { echo "no pg_ctl: set PG_BIN" >&2; exit 1; }
  # PostgreSQL refuses to run as root; in a user namespace nobody is root.
  [ "$(id -u)" -ne 0 ] || as_user=(unshare -U)
  local db_port=$((port + 5))
  "${as_user[@]}" "$pg_bin/initdb" -D "$work/db" -U postgres -A trust -E UTF8 > /dev/null
  echo "CREATE DATABASE apikeys" | "${as_user[@]}" "$pg_bin/postgres" --single -D "$work/db" postgres > "$work/created" 2>&1
  "${as_user[@]}" "$pg_bin/pg_ctl" -D "$work/db" -w -l "$work/db.log" \
    -o "-p $db_port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$work" start > /dev/null
  export APIKEYS_DB_URL=jdbc:postgresql://127.0.0.1:$db_port/apikeys APIKEYS_DB_USER=postgres
}

# start_server OPTION...: starts the application with these options of Java, and waits until it is ready.
start_server() {
  mkdir "$work/tmp"
  cp "$root/config/payara/preboot.txt" "$work/preboot"
  echo "set configs.config.server-config.network-config.network-listeners.network-listener.http-listener.address=127.0.0.1" \
    >> "$work/preboot"
  # shellcheck disable=SC2086  # options are words
  APIKEYS_DATA_DIR=$work/data APIKEYS_ADMIN_PASSWORD=$password APIKEYS_TRUSTED_PROXIES=127.0.0.1 \
    java -Djava.io.tmpdir="$work/tmp" "$@" ${JAVA_OPTIONS:-} -jar "$micro" --nocluster --port "$port" \
    --prebootcommandfile "$work/preboot" ${MICRO_OPTIONS:-} --deploy "$apikeys" --contextroot / > "$work/log" 2>&1 &
  server=$!
  for _ in $(seq 900); do
    if curl -fs -o /dev/null "$url/health/ready"; then
      return
    fi
    kill -0 "$server" 2> /dev/null || break
    sleep 0.3
  done
  tail -50 "$work/log" >&2
  echo "the server is not ready" >&2
  exit 1
}

# How many processes want a core, on average of the last minute.
load_of_machine() {
  cut -d' ' -f1 /proc/loadavg
}
