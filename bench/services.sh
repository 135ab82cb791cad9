# Sourced by run.sh: private servers in a temporary folder, on free ports, ended by the process ids noted here.
# Set PG_BIN or RABBITMQ_SERVER where the servers are not in Debian's places.

WORK=$(mktemp -d "${TMPDIR:-/tmp}/millrace-bench.XXXXXX")
PIDS=()

# own SIGNAL PID: remember what to end at the exit, and how.
own() { PIDS+=("$1 $2"); }

stop_all() {
    local signal pid i
    for ((i = ${#PIDS[@]} - 1; i >= 0; i--)); do # the last started goes first
        read -r signal pid <<< "${PIDS[i]}"
        kill "-$signal" "$pid" 2>/dev/null || continue
        for _ in $(seq 150); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
        kill -KILL "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    PIDS=()
    if [[ ${KEEP:-0} == 1 ]]; then echo "Logs are in $WORK" >&2; else rm -rf "$WORK"; fi
}

fail() { echo "bench: $1" >&2; [[ -n ${2:-} ]] && tail -n 20 "$2" >&2; exit 1; }

free_ports() {
    python3 - "$1" <<'PY'
import socket, sys
held = [socket.create_server(("127.0.0.1", 0)) for _ in range(int(sys.argv[1]))]
print(*(s.getsockname()[1] for s in held))
PY
}

# wait_until WHAT LOG PID COMMAND…: a server has a minute to come up, and may not die meanwhile.
wait_until() {
    local what=$1 log=$2 pid=$3; shift 3
    for _ in $(seq 300); do
        "$@" >/dev/null 2>&1 && return
        kill -0 "$pid" 2>/dev/null || fail "$what ended while starting" "$log"
        sleep 0.2
    done
    fail "$what did not come up within a minute" "$log"
}

start_broker() {
    local server=${RABBITMQ_SERVER:-/usr/lib/rabbitmq/bin/rabbitmq-server} dist epmd
    [[ -x $server ]] || fail "no RabbitMQ server at $server; set RABBITMQ_SERVER"
    read -r AMQP_PORT dist epmd < <(free_ports 3)
    mkdir -p "$WORK/rabbit"
    echo '[].' > "$WORK/rabbit/enabled_plugins"
    epmd -port "$epmd" > "$WORK/epmd.log" 2>&1 & # its own name server, so that nothing outlives the run
    own TERM $!
    HOME="$WORK/rabbit" ERL_EPMD_PORT=$epmd RABBITMQ_NODENAME="bench$$@localhost" RABBITMQ_NODE_IP_ADDRESS=127.0.0.1 \
        RABBITMQ_NODE_PORT=$AMQP_PORT RABBITMQ_DIST_PORT=$dist RABBITMQ_MNESIA_BASE="$WORK/rabbit" RABBITMQ_LOG_BASE="$WORK/rabbit" \
        RABBITMQ_CONFIG_FILE="$WORK/rabbit/none" RABBITMQ_ENABLED_PLUGINS_FILE="$WORK/rabbit/enabled_plugins" \
        RABBITMQ_CONSOLE_LOG=new "$server" > "$WORK/rabbit.log" 2>&1 &
    local script=$!
    until BROKER_PID=$(pgrep -P "$script" -x beam.smp); do # the script is only its parent
        kill -0 "$script" 2>/dev/null || fail "RabbitMQ did not start" "$WORK/rabbit.log"
        sleep 0.1
    done
    own TERM "$BROKER_PID"
    wait_until RabbitMQ "$WORK/rabbit.log" "$BROKER_PID" grep -rqs "Server startup complete" "$WORK/rabbit" --include=*.log
    AMQP_URL="amqp://guest:guest@127.0.0.1:$AMQP_PORT/"
}

start_postgres() {
    local bin as=()
    bin=${PG_BIN:-$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)}
    [[ -x $bin/initdb ]] || fail "no PostgreSQL server found; set PG_BIN to the folder of initdb"
    read -r PG_PORT < <(free_ports 1)
    mkdir -p "$WORK/pg"
    if [[ $(id -u) == 0 ]]; then # PostgreSQL refuses to run as root
        as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
        chmod 755 "$WORK"
        chown postgres "$WORK/pg"
    fi
    "${as[@]}" "$bin/initdb" -D "$WORK/pg/data" -U millrace -A trust -E UTF8 --locale=C --no-sync > "$WORK/initdb.log" 2>&1 \
        || fail "initdb failed" "$WORK/initdb.log"
    "${as[@]}" "$bin/postgres" -D "$WORK/pg/data" -p "$PG_PORT" -h 127.0.0.1 -k "$WORK/pg" -c max_connections=200 > "$WORK/postgres.log" 2>&1 &
    POSTGRES_PID=$!
    own INT "$POSTGRES_PID" # its fast shutdown: clients are not waited for
    wait_until PostgreSQL "$WORK/postgres.log" "$POSTGRES_PID" "$bin/pg_isready" -h 127.0.0.1 -p "$PG_PORT"
    "$bin/createdb" -h 127.0.0.1 -p "$PG_PORT" -U millrace millrace
    POSTGRES="Host=127.0.0.1;Port=$PG_PORT;Username=millrace;Database=millrace"
}

# start_mock [OPTION…]
start_mock() {
    local port
    read -r port < <(free_ports 1)
    MOCK_URL="http://127.0.0.1:$port"
    ASPNETCORE_URLS=$MOCK_URL dotnet "$(dll bench/MockProvider Millrace.Bench.MockProvider)" "$@" > "$WORK/mock.log" 2>&1 &
    MOCK_PID=$!
    own TERM "$MOCK_PID"
    wait_until "the mock provider" "$WORK/mock.log" "$MOCK_PID" curl -fs "$MOCK_URL/v1/models"
}

# One worker with the mock as its only provider. Settings in the environment (Millrace__…) reach it and override these.
start_worker() {
    local port worker
    worker=$(dll src/Worker Millrace.Worker)
    read -r port < <(free_ports 1)
    export ConnectionStrings__RabbitMq=$AMQP_URL ConnectionStrings__Postgres=$POSTGRES
    export Millrace__Providers__mock__Kind=OpenAI Millrace__Providers__mock__Endpoint="$MOCK_URL/v1" Millrace__Providers__mock__ApiKey=x
    export Millrace__Providers__mock__InteractiveConcurrency=${Millrace__Providers__mock__InteractiveConcurrency:-256}
    timeout 120 dotnet "$worker" migrate > "$WORK/migrate.log" 2>&1 || fail "migrate failed" "$WORK/migrate.log"
    ASPNETCORE_URLS="http://127.0.0.1:$port" dotnet "$worker" serve > "$WORK/worker.log" 2>&1 &
    WORKER_PID=$!
    own TERM "$WORKER_PID"
    # Ready is what a caller sees: a generation comes back.
    wait_until "the worker" "$WORK/worker.log" "$WORKER_PID" \
        dotnet "$(dll bench/Driver Millrace.Bench.Driver)" --amqp "$AMQP_URL" --model mock --count 1 --warmup 0 --patience 10
}

dll() { echo "$ROOT/$1/bin/Release/net10.0/$2.dll"; }
