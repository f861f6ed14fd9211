#!/bin/sh
# How quickly a month of ten million calls is told by the day, and how quickly calls are rolled up, on a real
# PostgreSQL that this starts and ends by itself. From the repository's root: bench/insight/run.sh
exec mvn -q -pl apikeys-ejb -am test -Dtest=InsightBench -Dsurefire.failIfNoSpecifiedTests=false -Djacoco.skip \
  -Dspotless.check.skip
