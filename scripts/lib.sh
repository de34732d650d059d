# SPDX-License-Identifier: Apache-2.0
# What the scripts share; sourced, not run. Needs bash.

# Where the repository is.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# say TEXT: a line about what goes on.
say() { printf '%s\n' "$*" >&2; }

# die TEXT: ends the script with a sentence.
die() {
    say "$(basename "$0"): $*"
    exit 1
}

# The Debian packages whose files are missing: headers for SQLite, zlib and PostgreSQL's client, and what SwiftPM runs.
missing_packages() {
    local include=/usr/include
    [ -e $include/sqlite3.h ] || echo libsqlite3-dev
    [ -e $include/zlib.h ] || echo zlib1g-dev
    [ -e $include/postgresql/libpq-fe.h ] || [ -e $include/libpq-fe.h ] || echo libpq-dev
    command -v git >/dev/null || echo git
    local command
    for command in "$@"; do
        case $command in
        python3-venv) python3 -c 'import ensurepip, venv' 2>/dev/null ;;
        postgresql) postgres_programs >/dev/null ;;
        postgresql-client) command -v psql >/dev/null ;;
        *) command -v "$command" >/dev/null ;;
        esac || echo "$command"
    done
}

# install_packages [COMMAND…]: installs what the build needs and is not there, and packages named like the commands;
# also python3-venv, postgresql and postgresql-client. With postgresql Debian may make and start a cluster of its own; it
# belongs to the machine, and nothing here uses it.
install_packages() {
    [ "$(uname)" = Linux ] || return 0
    local missing
    missing=$(missing_packages "$@" | xargs)
    [ -n "$missing" ] || return 0
    command -v apt-get >/dev/null || die "these Debian packages are missing, or what corresponds to them here: $missing"
    local sudo=
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || die "run as root, or install these packages first: $missing"
        sudo=sudo
    fi
    say "installing Debian packages: $missing"
    # Not every package list is fresh enough, and not every update is needed.
    # shellcheck disable=SC2086
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q $missing </dev/null >/dev/null 2>&1 ||
        { $sudo apt-get update -q </dev/null &&
            $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q $missing </dev/null; } ||
        die "could not install: $missing"
}

# postgres_programs: prints the folder of PostgreSQL's server programs: that of the path, or else Debian's newest.
# Returns 1 when there is none.
postgres_programs() {
    local folder found
    while read -r folder; do
        # A link in the path says nothing about the programs beside it.
        found=$(readlink -f "$folder/initdb") || continue
        found=$(dirname "$found")
        if [ -x "$found/initdb" ] && [ -x "$found/pg_ctl" ] && [ -x "$found/postgres" ]; then
            echo "$found"
            return
        fi
    done < <(
        dirname "$(command -v initdb || echo /usr/lib/postgresql/initdb)"
        printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV
    )
    return 1
}

# postgres_user: prints who runs PostgreSQL's server, which refuses to run as root.
postgres_user() {
    if [ "$(id -u)" != 0 ]; then
        id -un
    elif id -u postgres >/dev/null 2>&1; then
        echo postgres
    else
        echo nobody
    fi
}

# as_user USER COMMAND…: runs a command as that user, which must be the one who runs this, unless that one is root.
as_user() {
    local user=$1
    shift
    if [ "$(id -un)" = "$user" ]; then "$@"; else
        [ "$(id -u)" = 0 ] || die "this is for root or $user"
        setpriv --reuid "$user" --regid "$(id -g "$user")" --init-groups -- "$@"
    fi
}

# enters USER FOLDER: whether that user can enter the folder.
enters() { (cd / && as_user "$1" test -x "$2"); }

# need_swift: ends the script when there is no Swift, or one that is too old.
need_swift() {
    local version
    command -v swift >/dev/null || die "Swift is missing; install Swift 6.3 from https://www.swift.org/install"
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
    [ "${version%%.*}" -gt 6 ] || { [ "${version%%.*}" -eq 6 ] && [ "${version#*.}" -ge 3 ]; } ||
        die "Swift 6.3 or newer is needed, and this is ${version:-of an unknown version}; see https://www.swift.org/install"
}

server_pid=
server_url=

# start_server BINARY FOLDER [OPTION…]: starts `watcher serve`, waits until it listens, and sets server_pid and
# server_url. What it logs goes to FOLDER/server.log. Returns 1 when it ends instead.
start_server() {
    local binary=$1 folder=$2
    shift 2
    # The server's own redirection comes a moment later, and the line of an earlier server must not be read.
    rm -f "$folder/server.out"
    : >"$folder/server.out"
    "$binary" serve "$@" >"$folder/server.out" 2>"$folder/server.log" </dev/null &
    server_pid=$!
    server_url=
    local _
    for _ in $(seq 600); do
        server_url=$(sed -n 's/^watcher: listening on //p' "$folder/server.out")
        [ -z "$server_url" ] || return 0
        kill -0 "$server_pid" 2>/dev/null || break
        sleep 0.05
    done
    say "the server did not listen; it said:"
    cat "$folder/server.log" >&2
    stop_server || true
    return 1
}

# stop_server: has the server end, and waits for it; returns its exit code. One that has not ended after 20 seconds is
# killed, and the code is not 0.
stop_server() {
    [ -n "$server_pid" ] || return 0
    local pid=$server_pid status=0 deadline=$((SECONDS + 20))
    server_pid=
    kill "$pid" 2>/dev/null || true
    # Not with wait: it has no bound, and a signal to this shell cuts it short.
    while kill -0 "$pid" 2>/dev/null; do
        if [ "$SECONDS" -gt "$deadline" ]; then
            say "the server did not end within 20 seconds: killing it"
            kill -KILL "$pid" 2>/dev/null || true
            wait "$pid" 2>/dev/null || true
            return 137
        fi
        sleep 0.05 || true
    done
    wait "$pid" || status=$?
    return "$status"
}

# is_taken PORT: whether something listens on that port of this machine.
is_taken() {
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# duration SECONDS: as people say it.
duration() {
    if [ "$1" -lt 60 ]; then echo "$1 s"; else echo "$(($1 / 60)) m $(($1 % 60)) s"; fi
}
