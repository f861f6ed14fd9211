#!/bin/sh
# Measures the audit log on both stores: see README.md. Needs a build of the modules before it (mvn package -DskipTests).
# RECORDS: how long the log is for proofs and exports; STORES: which stores, with spaces between.
set -eu
cd "$(dirname "$0")/../.."
for store in ${STORES:-derby postgres}; do
  echo "== $store"
  mvn -B -o -q test -pl apikeys-ejb -am -Djacoco.skip -Dtest=AuditBench -Dsurefire.failIfNoSpecifiedTests=false \
    -DargLine=-Xmx"${HEAP:-256m}" -Dapikeys.bench.store="$store" -Dapikeys.bench.records="${RECORDS:-1000000}" 2>&1 |
    sed -n 's/^.*BENCH \(.*: .*\)/\1/p'
done
