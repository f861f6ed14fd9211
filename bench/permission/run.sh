#!/bin/sh
# What the permissions of a call cost (JMH): see bench/README.md. Options go to JMH, for example -prof gc.
set -eu
cd "$(dirname "$0")/../.."
. bench/jmh.sh
mvn -B -q -pl apikeys-api -am compile -Djacoco.skip
measure apikeys-api/target/classes bench/permission/PermissionBenchmark.java "$@"
