#!/bin/sh
# What a decision of the Java client costs (JMH): see bench/README.md. Options go to JMH, for example -prof gc.
set -eu
cd "$(dirname "$0")/../.."
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
mvn -B -q -pl clients/java -am test-compile -Djacoco.skip \
  org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath -Dmdep.outputFile="$build/classpath"
for artifact in org.openjdk.jmh:jmh-core:1.37 org.openjdk.jmh:jmh-generator-annprocess:1.37 \
  net.sf.jopt-simple:jopt-simple:5.0.4 org.apache.commons:commons-math3:3.6.1; do
  mvn -B -q org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
    -Dartifact="$artifact" -DoutputDirectory="$build/lib" -N
done
mkdir "$build/classes"
classes="clients/java/target/classes:clients/java/target/test-classes:$(cat "$build/classpath"):$build/lib/*"
javac -cp "$classes" -d "$build/classes" bench/client/CachedDecisionBenchmark.java
java -cp "$build/classes:$classes" org.openjdk.jmh.Main "$@"
