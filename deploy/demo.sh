#!/usr/bin/env bash
# Shows bedrock-meter at work on this machine, with a stand-in for Amazon Bedrock: no AWS account, no network.
#
#   deploy/demo.sh          simulator, proxy, traffic, and Prometheus and Grafana where they are installed; Ctrl-C ends all
#   deploy/demo.sh --once   one round of calls over every operation; ends with 0 only if ledger, meters and truth agree
#   deploy/demo.sh --with COMMAND...
#                           the same with the calls of a command, which finds the endpoint and a key in its environment
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
root=$(dirname -- "$here")
source "$here/http.sh"
once=false
command=()
case "${1:-}" in
  '') ;;
  --once) once=true ;;
  --with) once=true; command=("${@:2}") ;;
  *) printf 'usage: deploy/demo.sh [--once | --with COMMAND...]\n' >&2; exit 2 ;;
esac

java_home=$("$here/java-home")
java="$java_home/bin/java"
simulator_jar=$here/simulator/target/bedrock-simulator.jar
work=$(mktemp -d "${TMPDIR:-/tmp}/bedrock-meter-demo.XXXXXX")
started=()

# The key that the proxy itself signs with.
proxy_key=AKIADEMOPROXY0000001
proxy_secret=demo-secret-of-the-proxy

finish() {
  local pid
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${started[@]}"; do wait "$pid" 2>/dev/null || true; done
  rm -rf -- "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

say() { printf '%s\n' "$*"; }

give_up() {
  say "demo: $1" >&2
  shift
  local log
  for log in "$@"; do tail -n 20 -- "$log" >&2; done
  exit 1
}

# wait_for SECONDS PORT PID LOG
wait_for() {
  local left=$(( $1 * 5 ))
  until is_ready "$2"; do
    kill -0 "$3" 2>/dev/null || give_up "a program ended before it was ready (port $2)" "$4"
    (( left-- > 0 )) || give_up "port $2 is not ready after $1 s" "$4"
    sleep 0.2
  done
}

newest_source=$(find "$root/metering/src/main" "$root/proxy/src/main" "$here/simulator/src/main" "$root/pom.xml" -type f \
  -newer "$simulator_jar" -print -quit 2>/dev/null || true)
if [[ ! -f $simulator_jar || ! -f $root/proxy/target/bedrock-meter.jar || -n $newest_source ]]; then
  say "building (once; a few minutes where nothing was downloaded yet) ..."
  mvn --batch-mode --quiet -f "$root/pom.xml" -DskipTests package || give_up "the build failed; see above"
fi

data_port=8080
admin_port=8081
if $once; then
  # One round may run beside anything else, on ports that are free.
  data_port=0
  admin_port=0
fi

ready_line() { sed -n "s/.*$1=\\([0-9]*\\).*/\\1/p" "$work/proxy.log" | head -n 1; }

for record in 1 2 3; do
  printf '{"recordId":"%s","modelInput":{"anthropic_version":"bedrock-2023-05-31","max_tokens":200,"messages":[%s]}}\n' \
    "$record" '{"role":"user","content":"what did the meter read last night"}'
done > "$work/records.jsonl"
"$java" -Xmx256m -XX:+UseSerialGC -jar "$simulator_jar" --port 0 --admin-port 0 --truth-log "$work/truth.ndjson" \
  --access-key "$proxy_key" --secret-key "$proxy_secret" --object "demo/records.jsonl=$work/records.jsonl" > "$work/simulator.log" 2>&1 &
simulator=$!
started+=("$simulator")
for _ in $(seq 150); do
  grep -q 'ready' "$work/simulator.log" && break
  kill -0 "$simulator" 2>/dev/null || give_up "the simulator did not start" "$work/simulator.log"
  sleep 0.2
done
upstream=$(sed -n 's/.*data \(http:[^ ]*\).*/\1/p' "$work/simulator.log" | head -n 1)
mantle=$(sed -n 's/.*mantle \(http:[^ ]*\).*/\1/p' "$work/simulator.log" | head -n 1)
[[ -n $upstream ]] || give_up "the simulator did not say where it listens" "$work/simulator.log"

# The callers have virtual keys of the proxy.
(umask 077; head -c 32 /dev/urandom | base64 > "$work/master-secret")
# new_key ACCOUNT: its id, its secret and its bearer key, a line each.
new_key() {
  "$here/bedrock-meter" keys create --account "$1" --file "$work/keys.json" --master-secret-file "$work/master-secret" --json |
    sed -En 's/^ *"(access_key_id|secret_access_key|bearer_key)" : "(.*)".*/\2/p'
}
mapfile -t search < <(new_key search/ranking)
mapfile -t support < <(new_key support/chat)
(( ${#search[@]} == 3 && ${#support[@]} == 3 )) || give_up "no keys could be made"

cat > "$work/config.yaml" <<EOF
listen: {port: $data_port}
admin: {port: $admin_port}
upstream:
  region: us-east-1
  endpoint: $upstream
  mantle-endpoint: $mantle
  auth: {access-key-id: $proxy_key, secret-access-key: $proxy_secret}
auth:
  mode: keys
  file: $work/keys.json
  master-secret-file: $work/master-secret
  replay-guard: $( (( ${#command[@]} )) && printf true || printf false )
ledger: {path: $work/ledger.db}
limits: {async-invocations: true, batch: true}
$($once && printf "metering: {meter-hold: 0s}")
EOF
"$here/bedrock-meter" check-config "$work/config.yaml" > /dev/null
"$here/bedrock-meter" serve --config "$work/config.yaml" > "$work/proxy.log" 2>&1 &
proxy=$!
started+=("$proxy")
for _ in $(seq 300); do
  admin_port=$(ready_line admin)
  [[ -n $admin_port ]] && break
  kill -0 "$proxy" 2>/dev/null || give_up "the proxy did not start" "$work/proxy.log"
  sleep 0.2
done
data_port=$(ready_line data)
endpoint=http://127.0.0.1:$data_port
admin=http://127.0.0.1:$admin_port
wait_for 30 "$admin_port" "$proxy" "$work/proxy.log"

# What a batch job came to is in the ledger some seconds after its end.
wait_for_batch_jobs() {
  local left=60
  local open='^bedrock_meter_batch_jobs\{state="(Submitted|Validating|Scheduled|InProgress|Stopping)"\} [^0]'
  while http_get "$admin_port" /metrics | grep -Eq "$open"; do
    (( left-- > 0 )) || give_up "a batch job was not followed to its end" "$work/proxy.log"
    sleep 0.5
  done
}

traffic=("$java" -Xmx256m -XX:+UseSerialGC -cp "$simulator_jar" io.bedrockmeter.simulator.traffic.Traffic
  --endpoint "$endpoint" --key "${search[0]}:${search[1]}" --key "${support[0]}:${support[1]}")

# What programs of others find in their environment.
callers_environment() {
  export BEDROCK_METER_ENDPOINT=$endpoint AWS_ENDPOINT_URL_BEDROCK_RUNTIME=$endpoint AWS_ENDPOINT_URL_BEDROCK=$endpoint \
    AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1 AWS_ACCESS_KEY_ID=${search[0]} \
    AWS_SECRET_ACCESS_KEY=${search[1]} BEDROCK_METER_BEARER_KEY=${search[2]}
  unset AWS_PROFILE AWS_SESSION_TOKEN AWS_BEARER_TOKEN_BEDROCK HTTP_PROXY HTTPS_PROXY http_proxy https_proxy
}

if $once; then
  if (( ${#command[@]} )); then
    (callers_environment; "${command[@]}") || give_up "'${command[*]}' failed" "$work/proxy.log"
  else
    say "one round of calls through $endpoint, by the unmodified AWS SDK:"
    "${traffic[@]}" --once || give_up "a call did not go as it should" "$work/proxy.log"
  fi
  wait_for_batch_jobs
  say
  "$here/bedrock-meter" usage --ledger "$work/ledger.db" --group-by team,model,mode,type
  say
  "$here/bedrock-meter" usage --ledger "$work/ledger.db" --group-by model,mode,type --format json > "$work/usage.json"
  http_get "$admin_port" /metrics | sed '1,/^\r*$/d' > "$work/metrics.txt"
  "$java" -Xmx128m -XX:+UseSerialGC -cp "$simulator_jar" io.bedrockmeter.simulator.traffic.Reconcile \
    --truth "$work/truth.ndjson" --usage-json "$work/usage.json" --metrics "$work/metrics.txt"
  exit
fi

if command -v prometheus > /dev/null; then
  prometheus --config.file="$here/prometheus/prometheus.yml" --storage.tsdb.path="$work/prometheus" \
    --web.listen-address=127.0.0.1:9090 > "$work/prometheus.log" 2>&1 &
  started+=("$!")
  prometheus_note="http://127.0.0.1:9090"
else
  prometheus_note="not installed (Debian: apt-get install prometheus)"
fi
grafana_program=$(command -v grafana-server || command -v grafana || true)
if [[ -n $grafana_program ]]; then
  server=("$grafana_program")
  [[ $(basename -- "$grafana_program") == grafana ]] && server+=(server)
  PROMETHEUS_URL=http://127.0.0.1:9090 DASHBOARDS_PATH=$root/grafana/dashboards \
    GF_PATHS_DATA=$work/grafana GF_PATHS_LOGS=$work/grafana GF_PATHS_PROVISIONING=$root/grafana/provisioning \
    GF_SERVER_HTTP_ADDR=127.0.0.1 GF_AUTH_ANONYMOUS_ENABLED=true GF_ANALYTICS_REPORTING_ENABLED=false \
    GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH=$root/grafana/dashboards/cost-overview.json \
    "${server[@]}" --homepath "${GRAFANA_HOME:-/usr/share/grafana}" > "$work/grafana.log" 2>&1 &
  started+=("$!")
  grafana_note="http://127.0.0.1:3000"
else
  grafana_note="not installed; the dashboards are in grafana/"
fi

"${traffic[@]}" > "$work/traffic.log" 2>&1 &
started+=("$!")

cat <<EOF

  endpoint     $endpoint      (HTTP/1.1 and HTTP/2)
  metrics      $admin/metrics
  Prometheus   $prometheus_note
  Grafana      $grafana_note
  a demo key   ${search[0]} / ${search[1]}   (team search, app ranking)
  as a bearer  ${search[2]}

  Try it from another terminal:

    export AWS_ACCESS_KEY_ID=${search[0]} AWS_SECRET_ACCESS_KEY=${search[1]} AWS_REGION=us-east-1
    aws bedrock-runtime converse --endpoint-url $endpoint --model-id us.anthropic.claude-haiku-4-5-20251001-v1:0 \\
      --messages '[{"role":"user","content":[{"text":"Hello"}]}]'

    python3 -c 'import boto3; r = boto3.client("bedrock-runtime", endpoint_url="$endpoint").converse(
      modelId="amazon.nova-lite-v1:0", messages=[{"role": "user", "content": [{"text": "Hello"}]}]); print(r["usage"],
      r["ResponseMetadata"]["HTTPHeaders"]["x-bedrock-meter-cost-usd"], "USD")'

    curl $endpoint/openai/v1/chat/completions -H 'Authorization: Bearer ${search[2]}' \\
      -d '{"model": "openai.gpt-oss-20b-1:0", "messages": [{"role": "user", "content": "Hello"}]}'

    JavaScript:  new BedrockRuntimeClient({ endpoint: "$endpoint" })
    Java:        BedrockRuntimeClient.builder().endpointOverride(URI.create("$endpoint"))

  Spend so far, from the ledger (Ctrl-C ends everything):
EOF

while true; do
  table=$("$here/bedrock-meter" usage --ledger "$work/ledger.db" --group-by team,model)
  printf '\n%s\n' "$(date +%T)"
  printf '%s\n' "$table"
  sleep 5
  for pid in "${started[@]:0:2}"; do
    kill -0 "$pid" 2>/dev/null || give_up "a program ended by itself" "$work/proxy.log" "$work/simulator.log"
  done
done
