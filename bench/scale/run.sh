#!/bin/sh
# What a key costs among many: read for the first time, read ahead at the start, kept in memory, and decided about.
# On a PostgreSQL that this starts and ends by itself, or on embedded Derby. KEYS (1000000), STORE (postgres or derby),
# HEAP (6g). From the repository's root: bench/scale/run.sh
set -eu
cd "$(dirname "$0")/../.."
mvn -B -o -q test -pl apikeys-ejb -am -Djacoco.skip -Dspotless.check.skip -Dtest=ScaleBench \
  -Dsurefire.failIfNoSpecifiedTests=false -DargLine=-Xmx"${HEAP:-6g}" -Dapikeys.bench.store="${STORE:-postgres}" \
  -Dapikeys.bench.keys="${KEYS:-1000000}" 2>&1 | sed -n 's/^.*BENCH \(.*: .*\)/\1/p'
