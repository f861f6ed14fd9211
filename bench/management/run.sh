#!/bin/sh
# Keys created a second beside bare inserts of the same rows, and requests approved a second,
# on a PostgreSQL that this starts and ends by itself. From the repository's root: bench/management/run.sh
set -eu
cd "$(dirname "$0")/../.."
mvn -B -o -q test -pl apikeys-ejb -am -Djacoco.skip -Dspotless.check.skip -Dtest=ManagementBench \
  -Dsurefire.failIfNoSpecifiedTests=false 2>&1 | sed -n 's/^.*BENCH \(.*: .*\)/\1/p'
