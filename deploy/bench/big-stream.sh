#!/usr/bin/env bash
# One stream of 1 GiB through the meter with a heap of 96 MiB and 32 MiB of network buffers: nothing is collected on the way.
# Ends with 0 only if every frame arrived, and the usage that ends the stream was metered.
#
#   big-stream.sh [MEBIBYTES]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source "$here/lib.sh"

mebibytes=${1:-1024}
export BEDROCK_METER_HEAP=96m BEDROCK_METER_DIRECT=32m

prepare ''
start_upstream
start_target 03-metered
load big --mebibytes "$mebibytes" --port "$port" --pid "$target_pid" --upstream-port "$upstream_port"
kill -0 "$target_pid" || fail "the meter ended: $(tail -20 "$work/03-metered.log")"

# What the upstream reports for this stream: one output token for each of its content frames. A new series shows 0 for a
# minute, so that no scraper misses its first increase.
expected=$((mebibytes * 16)) counted=0
for ((i = 0; i < 90 && counted == 0; i++)); do
    counted=$(http_get "$ready_port" /metrics |
        sed -n 's/^bedrock_meter_tokens_total{.*type="output".*} \([0-9]*\).*/\1/p')
    sleep 1
done
[[ $counted == "$expected" ]] || fail "the meter counted '$counted' output tokens instead of $expected"
echo "$mebibytes MiB passed through a heap of $BEDROCK_METER_HEAP and $BEDROCK_METER_DIRECT of buffers; $counted tokens metered"
