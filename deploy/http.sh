# shellcheck shell=bash
# Sourced by the scripts that ask a port of this machine something: HTTP by bash alone, so that nothing need be installed.

# http_get PORT PATH: the whole answer, or nothing where nobody listens.
http_get() {
    { exec {connection}<>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null || return 0
    printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$2" >&"$connection"
    timeout 10 cat <&"$connection" || true
    exec {connection}>&-
}

# is_ready PORT: of the answer to GET /health/ready only the status line is waited for.
is_ready() {
    local line=''
    { exec {connection}<>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null || return 1
    printf 'GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&"$connection"
    read -r -t 5 line <&"$connection" || true
    exec {connection}>&-
    [[ $line == *' 200 '* ]]
}
