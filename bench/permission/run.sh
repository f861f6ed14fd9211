#!/bin/sh
# What the permissions of a call cost (JMH): see bench/README.md. Options go to JMH, for example -prof gc.
set -eu
cd "$(dirname "$0")/../.."
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
mvn -B -q -pl apikeys-api -am compile -Djacoco.skip
for artifact in org.openjdk.jmh:jmh-core:1.37 org.openjdk.jmh:jmh-generator-annprocess:1.37 \
  net.sf.jopt-simple:jopt-simple:5.0.4 org.apache.commons:commons-math3:3.6.1; do
  mvn -B -q org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
    -Dartifact="$artifact" -DoutputDirectory="$build/lib" -N
done
mkdir "$build/classes"
javac -cp "apikeys-api/target/classes:$build/lib/*" -d "$build/classes" bench/permission/PermissionBenchmark.java
java -cp "apikeys-api/target/classes:$build/classes:$build/lib/*" org.openjdk.jmh.Main "$@"
