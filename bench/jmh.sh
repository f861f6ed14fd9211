# What the measurements by JMH have in common; sourced by them, from sh with set -eu and the project's root as folder.
# Sets build (a folder that goes with the script) and offers measure.

build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT

# measure CLASSPATH SOURCE [OPTION...]: compiles a benchmark beside these classes, and runs it; options go to JMH.
measure() {
  classes=$1
  source=$2
  shift 2
  for artifact in org.openjdk.jmh:jmh-core:1.37 org.openjdk.jmh:jmh-generator-annprocess:1.37 \
    net.sf.jopt-simple:jopt-simple:5.0.4 org.apache.commons:commons-math3:3.6.1; do
    mvn -B -q org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
      -Dartifact="$artifact" -DoutputDirectory="$build/lib" -N
  done
  mkdir "$build/classes"
  javac -cp "$classes:$build/lib/*" -d "$build/classes" "$source"
  java -cp "$build/classes:$classes:$build/lib/*" org.openjdk.jmh.Main "$@"
}
