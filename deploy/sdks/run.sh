#!/usr/bin/env bash
# Calls every operation with the SDKs of several languages through the proxy, against a stand-in for Bedrock.
#
#   run.sh [java] [python] [js] [go]     all of them unless some are named
#
# Each SDK is told the endpoint and nothing else. Packages are installed in a directory of their own that is kept for the next
# time ($BEDROCK_METER_SDKS, else a cache directory); a language that is not installed is skipped, and said to be. Ends with 0
# only if no call went wrong and ledger, meters and the stand-in's truth log agree to the picodollar.
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
kept=${BEDROCK_METER_SDKS:-${XDG_CACHE_HOME:-$HOME/.cache}/bedrock-meter-sdks}

skip() { printf '%-22s skipped: %s\n' "$1" "$2"; }

java_calls() {
  "$("$here/../java-home")/bin/java" -Xmx256m -XX:+UseSerialGC -cp "$here/../simulator/target/bedrock-simulator.jar" \
    io.bedrockmeter.simulator.traffic.Traffic --endpoint "$BEDROCK_METER_ENDPOINT" \
    --key "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" --once
}

python_calls() {
  command -v python3 > /dev/null || { skip Python "there is no python3"; return; }
  if ! cmp -s "$here/python/requirements.txt" "$kept/python/requirements.txt"; then
    rm -rf "$kept/python"
    if ! { python3 -m venv "$kept/python" &&
      "$kept/python/bin/pip" install --quiet --disable-pip-version-check -r "$here/python/requirements.txt"; }; then
      skip Python "its packages cannot be had"
      return
    fi
    cp "$here/python/requirements.txt" "$kept/python/"
  fi
  "$kept/python/bin/python" "$here/python/calls.py"
}

js_calls() {
  command -v npm > /dev/null || { skip JavaScript "there is no npm"; return; }
  mkdir -p "$kept/js"
  if ! cmp -s "$here/js/package.json" "$kept/js/package.json"; then
    cp "$here/js/package.json" "$kept/js/"
    if ! npm install --prefix "$kept/js" --silent --no-audit --no-fund; then
      rm "$kept/js/package.json"
      skip JavaScript "its packages cannot be had"
      return
    fi
  fi
  # A module finds its packages beside itself.
  cp "$here/js/calls.mjs" "$kept/js/"
  node "$kept/js/calls.mjs"
}

go_calls() {
  command -v go > /dev/null || { skip Go "there is no go"; return; }
  if ! (cd "$here/go" && go build -o "$kept/go-calls" .); then
    skip Go "its packages cannot be had"
    return
  fi
  "$kept/go-calls"
}

if [[ ${1:-} == --calls ]]; then
  mkdir -p "$kept"
  shift
  for language in "$@"; do "${language}_calls"; done
  exit
fi

for language in "$@"; do
  [[ $language =~ ^(java|python|js|go)$ ]] || { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 64; }
done
(($#)) || set -- java python js go
exec "$here/../demo.sh" --with "${BASH_SOURCE[0]}" --calls "$@"
