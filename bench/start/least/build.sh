#!/bin/sh
# Builds the least application with a store: one entity, one EJB, one resource, one check, embedded Derby. build.sh APPLICATION.war LEAST.war
set -eu
here=$(cd "$(dirname "$0")" && pwd)
application=$(realpath "$1")
made=$(realpath -m "$2")
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
cd "$here/../../.."
for artifact in jakarta.platform:jakarta.jakartaee-api:10.0.0 org.eclipse.microprofile.health:microprofile-health-api:4.0.1; do
  mvn -B -q org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy -Dartifact="$artifact" -DoutputDirectory="$build/api" \
    -Dmdep.useBaseVersion=true -N
done
mkdir -p "$build/war/WEB-INF/classes/META-INF"
javac --release 17 -cp "$build/api/*" -d "$build/war/WEB-INF/classes" "$here"/*.java
cp "$here/persistence.xml" "$build/war/WEB-INF/classes/META-INF"
(cd "$build/war" && unzip -q "$application" 'WEB-INF/lib/derby*.jar')
echo '<beans xmlns="https://jakarta.ee/xml/ns/jakartaee" version="4.0" bean-discovery-mode="annotated"/>' > "$build/war/WEB-INF/beans.xml"
(cd "$build/war" && jar --create --file "$made" .)
