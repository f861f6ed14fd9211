#!/bin/sh
# What a decision of the Java client costs (JMH): see bench/README.md. Options go to JMH, for example -prof gc.
set -eu
cd "$(dirname "$0")/../.."
. bench/jmh.sh
mvn -B -q -pl clients/java -am test-compile -Djacoco.skip \
  org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath -Dmdep.outputFile="$build/classpath"
measure "clients/java/target/classes:clients/java/target/test-classes:$(cat "$build/classpath")" \
  bench/client/CachedDecisionBenchmark.java "$@"
