#!/bin/sh
# Calls taken at 20,000 a second with and without the writer at work, and what writing 5,000 of a second takes,
# on a PostgreSQL that this starts and ends by itself. From the repository's root: bench/recording/run.sh
set -eu
cd "$(dirname "$0")/../.."
mvn -B -o -q test -pl apikeys-ejb -am -Djacoco.skip -Dspotless.check.skip -Dtest=RecordingBench \
  -Dsurefire.failIfNoSpecifiedTests=false 2>&1 | sed -n 's/^.*BENCH \(.*: .*\)/\1/p'
