# The product with its defaults, everything on, between attackers and upstream.
require_jar proxy/target/bedrock-meter.jar
ready_port=$(free_port)
export ATTACK_PORT=$port ATTACK_ADMIN_PORT=$ready_port ATTACK_UPSTREAM_PORT=$upstream_port ATTACK_LEDGER=$work/ledger.db
target_command=("$root/deploy/bedrock-meter" serve --config "$here/proxy/bedrock-meter.yaml")
