#!/usr/bin/env bash
# What pricing a call and loading a book of 100,000 prices cost (JMH), and how much of the heap such a book keeps.
#
#   prices.sh [JMH options]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
java=$("$root/deploy/java-home")/bin/java

(cd "$root" && mvn -q -B -Pbench -pl deploy/bench/prices -am -DskipTests package)
jars=("$root"/deploy/bench/prices/target/bench-prices-*.jar)
class_path="${jars[0]}:$root/deploy/bench/prices/target/lib/*"
"$java" -cp "$class_path" org.openjdk.jmh.Main "$@"
"$java" -XX:+UseSerialGC -Xms1g -Xmx1g -cp "$class_path" io.bedrockmeter.bench.BookSize
