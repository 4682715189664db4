# Sourced by the scripts beside it: finds a JDK and the jars, starts and stops programs by their process id.
# Every program is started in this shell's own process group and ended by its id when the script ends, however it ends.

source "$here/../http.sh"

# The virtual machine of the yardstick: what deploy/bedrock-meter gives the product.
subject_flags=(-XX:+UseSerialGC --enable-native-access=ALL-UNNAMED -Xms256m -Xmx256m -XX:MaxDirectMemorySize=256m
    -XX:+ExitOnOutOfMemoryError -Dio.netty.leakDetection.level=disabled)
load_flags=(-XX:+UseSerialGC -Xms512m -Xmx1g -Dio.netty.leakDetection.level=disabled --enable-native-access=ALL-UNNAMED)

pids=()

fail() {
    echo "$*" >&2
    exit 1
}

# A JDK, not a bare runtime: the load asks jcmd for the live heap.
find_jdk() {
    BEDROCK_METER_JAVA_HOME=$("$root/deploy/java-home")
    export BEDROCK_METER_JAVA_HOME
    java=$BEDROCK_METER_JAVA_HOME/bin/java
    [[ -x $BEDROCK_METER_JAVA_HOME/bin/jcmd ]] ||
        fail "$BEDROCK_METER_JAVA_HOME has no jcmd; set BEDROCK_METER_JAVA_HOME to a JDK 21 or newer"
}

# prepare KEEP: a JDK, the jars, a directory to work in, and the end of all that is started.
prepare() {
    root=$(cd "$here/../.." && pwd)
    find_jdk
    class_path="$root/deploy/simulator/target/bedrock-simulator.jar:$root/deploy/simulator/target/lib/*"
    require_jar deploy/simulator/target/bedrock-simulator.jar
    if "$java" -XX:+UseCompactObjectHeaders -version >/dev/null 2>&1; then
        subject_flags+=(-XX:+UseCompactObjectHeaders)
    fi
    proxy_core=0
    load_core=$((($(nproc) > 1) ? 1 : 0))
    work=$(mktemp -d "${TMPDIR:-/var/tmp}/bedrock-bench.XXXXXX")
    keep=$1
    trap 'stop_all; if [[ -n $keep ]]; then echo "kept: $work" >&2; else rm -rf "$work"; fi' EXIT
    trap 'exit 130' INT TERM
}

require_jar() {
    [[ -f $root/$1 ]] || (cd "$root" && mvn -q -B -DskipTests package) || fail "cannot build $1"
}

require_descriptors() {
    ulimit -n "$(ulimit -Hn)"
    (($(ulimit -n) == -1 || $(ulimit -n) >= $1)) || fail "needs $1 open files, has $(ulimit -n); raise ulimit -n"
}

# start CORE COMMAND...: in the background; `started` is its process id.
start() {
    local pin=()
    if command -v taskset >/dev/null; then
        pin=(taskset -c "$1")
    fi
    (exec "${pin[@]}" "${@:2}") &
    started=$!
    pids+=("$started")
}

# The load, beside the upstream, until it is done.
load() {
    start "$load_core" "$java" "${load_flags[@]}" -cp "$class_path" io.bedrockmeter.simulator.bench.Load "$@" >&2
    wait "$started" || fail "the load failed; see above"
}

# A port that was free a moment ago.
free_port() {
    local candidate
    while :; do
        candidate=$((20000 + RANDOM % 12000))
        (: <>"/dev/tcp/127.0.0.1/$candidate") 2>/dev/null || break
    done
    echo "$candidate"
}

# await PORT PID LOG: until it is ready.
await() {
    for ((i = 0; i < 3000; i++)); do
        kill -0 "$2" 2>/dev/null || fail "it ended before it was ready: $(tail -20 "$3")"
        is_ready "$1" && return
        sleep 0.01
    done
    fail "not ready after 30 s: $(tail -20 "$3")"
}

start_upstream() {
    upstream_port=$(free_port)
    local begun=$(date +%s%N)
    start "$load_core" "$java" "${load_flags[@]}" -cp "$class_path" \
        io.bedrockmeter.simulator.bench.FastBedrock --port "$upstream_port" >"$work/upstream.log" 2>&1
    upstream_pid=$started
    await "$upstream_port" "$upstream_pid" "$work/upstream.log"
    ready_millis=$((($(date +%s%N) - begun) / 1000000))
}

# start_target NAME: what NAME/target.sh says, between load and upstream; nothing at all if it names no command. Calls are signed
# if it sets caller_key.
start_target() {
    port=$(free_port) ready_port='' caller_key='' target_command=()
    source "$here/$1/target.sh"
    if ((${#target_command[@]} == 0)); then
        port=$upstream_port target_pid=$upstream_pid
        return
    fi
    local begun=$(date +%s%N)
    start "$proxy_core" "${target_command[@]}" >"$work/$1.log" 2>&1
    target_pid=$started
    await "${ready_port:-$port}" "$target_pid" "$work/$1.log"
    ready_millis=$((($(date +%s%N) - begun) / 1000000))
}

stop_all() {
    local pid
    for pid in "${pids[@]}"; do
        kill "$pid" 2>/dev/null || true
    done
    for pid in "${pids[@]}"; do
        wait "$pid" 2>/dev/null || true
    done
    pids=()
}
