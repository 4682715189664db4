#!/usr/bin/env bash
# What a call costs without a proxy, through a bare one, and through the meter: interleaved rounds, one table.
#
#   run.sh [--quick] [--rounds N] [--only 02,03] [--keep]
#
# --quick   one round of short windows: shows that all works, proves nothing
# --only    targets by number; the table needs 02 for its ratios
# --keep    keeps the working directory (logs, ledger, figures) and says where it is
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source "$here/lib.sh"

rounds=3 window=3 windows=3 streams=2000 only='' keep=''
while (($#)); do
    case $1 in
        --quick) rounds=1 window=1.5 windows=2 ;;
        --rounds) rounds=$2; shift ;;
        --only) only=$2; shift ;;
        --keep) keep=yes ;;
        *) sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 64 ;;
    esac
    shift
done

prepare "$keep"
require_descriptors $((streams * 2 + 500))

for ((round = 1; round <= rounds; round++)); do
    for target in "$here"/[0-9][0-9]-*/; do
        target=$(basename "$target")
        [[ -z $only || ",$only," == *",${target%%-*},"* ]] || continue
        echo "round $round of $rounds: $target" >&2
        start_upstream
        start_target "$target"
        load suite --target "$target" --out "$work/figures.tsv" --window-seconds "$window" --windows "$windows" \
            --streams "$streams" --port "$port" --pid "$target_pid" --ready-millis "$ready_millis" \
            --upstream-port "$upstream_port" --upstream-pid "$upstream_pid" --key "$caller_key"
        stop_all
    done
done

printf '\n%s cores, %s, Linux %s; %s rounds of %s windows of %s s each\n\n' "$(nproc)" \
    "$("$java" -version 2>&1 | sed -n 2p)" "$(uname -r | cut -d- -f1)" "$rounds" "$windows" "$window"
"$java" -cp "$class_path" io.bedrockmeter.simulator.bench.Report "$work/figures.tsv"
