# The product as in 03-metered, whose callers have a virtual key and prove it.
require_jar proxy/target/bedrock-meter.jar
ready_port=$(free_port)
export BENCH_PORT=$port BENCH_ADMIN_PORT=$ready_port BENCH_UPSTREAM_PORT=$upstream_port BENCH_LEDGER=$work/ledger-$RANDOM.db
export BENCH_KEYS=$work/keys-$RANDOM.json BEDROCK_METER_MASTER_SECRET=a-secret-that-opens-nothing-either-0
caller_key=$("$root/deploy/bedrock-meter" keys create --account bench/load --file "$BENCH_KEYS" --json |
    sed -En 's/^ *"(access_key_id|secret_access_key)" : "(.*)".*/\2/p' | paste -sd:)
[[ -n $caller_key ]] || fail "no key could be made"
sed -e 's/^  mode: open$/  mode: keys\n  file: ${BENCH_KEYS}\n  master-secret: ${BEDROCK_METER_MASTER_SECRET}\n  clock-skew: 15m/' \
    -e '/^accounts:/,/^  default:/d' "$here/03-metered/bedrock-meter.yaml" >"$work/04-verified.yaml"
target_command=("$root/deploy/bedrock-meter" serve --config "$work/04-verified.yaml")
