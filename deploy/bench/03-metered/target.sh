# Everything on: signing, metering, prices, the durable ledger, meters. The launcher's flags are those of 02-bare-passthrough.
require_jar proxy/target/bedrock-meter.jar
ready_port=$(free_port)
export BENCH_PORT=$port BENCH_ADMIN_PORT=$ready_port BENCH_UPSTREAM_PORT=$upstream_port BENCH_LEDGER=$work/ledger-$RANDOM.db
target_command=("$root/deploy/bedrock-meter" serve --config "$here/03-metered/bedrock-meter.yaml")
