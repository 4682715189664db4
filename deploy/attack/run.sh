#!/usr/bin/env bash
# Attacks a proxy with all that wears proxies down, at once, while healthy callers want their answers; judges what that did.
#
#   run.sh [--quick] [--keep] [OPTION VALUE...]
#
# --quick   15 s instead of 60, fewer attackers: shows that all works
# --keep    keeps the working directory (log, ledger) and says where it is
# Other options go to the attack: --rate, --idle, --attackers, --addresses, --seconds (README.md)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
source "$here/../bench/lib.sh"

options=() keep=''
while (($#)); do
    case $1 in
        --quick) options+=(--seconds 15 --idle 300 --attackers 120 --warm-up-seconds 5 --rest-seconds 10) ;;
        --keep) keep=yes ;;
        --*) (($# > 1)) || { sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 64; }
            options+=("$1" "$2"); shift ;;
        *) sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 64 ;;
    esac
    shift
done

prepare "$keep"
require_descriptors 8000
start_upstream
start_target proxy
printf '%s cores, %s, Linux %s\n\n' "$(nproc)" "$("$java" -version 2>&1 | sed -n 2p)" "$(uname -r | cut -d- -f1)"
start "$load_core" "$java" "${load_flags[@]}" -cp "$class_path" io.bedrockmeter.simulator.attack.Attack \
    --port "$port" --pid "$target_pid" "${options[@]}"
stood=0
wait "$started" || stood=$?
echo
http_get "$ready_port" /metrics | grep '^bedrock_meter_refusals_total' | tr -d '\r' || true
exit "$stood"
