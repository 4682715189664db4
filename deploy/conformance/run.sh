#!/usr/bin/env bash
# Puts the conformance set to a proxy: for each case the upstream answers with the bytes of the case, and the proxy's own report must tell
# the usage that the case tells. Ends with 0 only if every case holds, whole and in pieces of one byte.
#
#   run.sh                                              starts the proxy of this checkout and ends it
#   run.sh --proxy URL --admin URL --upstream-port PORT
#                                                       a proxy that runs: its upstream.endpoint is http://127.0.0.1:PORT, nobody
#                                                       else calls it meanwhile, and its ledger is only for this
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
root=$(cd -- "$here/../.." && pwd -P)
java="$("$here/../java-home")/bin/java"
jar=$here/../simulator/target/bedrock-simulator.jar

[[ -f $jar && -f $root/proxy/target/bedrock-meter.jar ]] || mvn --batch-mode --quiet -f "$root/pom.xml" -DskipTests package

put() {
  for piece in 65536 1; do
    "$java" -Xmx256m -XX:+UseSerialGC -cp "$jar" io.bedrockmeter.simulator.conformance.Conformance \
      --cases "$here/cases" "$@" --piece-bytes "$piece"
  done
}

if (($#)); then
  (($# == 6)) || { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 64; }
  put "$@"
  exit
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/bedrock-meter-conformance.XXXXXX")
proxy=''
finish() {
  [[ -z $proxy ]] || { kill "$proxy" 2>/dev/null || true; wait "$proxy" 2>/dev/null || true; }
  rm -rf -- "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

upstream_port=$((20000 + RANDOM % 12000))
cat > "$work/config.yaml" <<EOF
listen: {port: 0}
admin: {port: 0}
upstream:
  region: us-east-1
  endpoint: http://127.0.0.1:$upstream_port
  auth: {access-key-id: AKIACONFORMANCE00001, secret-access-key: a-secret-that-opens-nothing}
metering: {resolve: false}
limits: {async-invocations: true, batch: true}
ledger: {path: $work/ledger.db}
EOF
"$here/../bedrock-meter" serve --config "$work/config.yaml" > "$work/proxy.log" 2>&1 &
proxy=$!
ready() { sed -n "s/.*ready.*$1=\\([0-9]*\\).*/\\1/p" "$work/proxy.log" | head -n 1; }
for _ in $(seq 150); do
  [[ -n $(ready admin) ]] && break
  kill -0 "$proxy" 2>/dev/null || { cat "$work/proxy.log" >&2; exit 1; }
  sleep 0.2
done
put --proxy "http://127.0.0.1:$(ready data)" --admin "http://127.0.0.1:$(ready admin)" --upstream-port "$upstream_port"
