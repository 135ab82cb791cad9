#!/usr/bin/env bash
# Holds four workers against a limit of requests a minute, for minutes, and counts what the provider saw in every window of 60 s.
# Needs pika (apt install python3-pika), in $PYTHON or /usr/bin/python3.
#   bench/limits.sh [--limit 600] [--minutes 3] [--workers 4] [--no-build] [--keep]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
ROOT=$(cd .. && pwd)
LIMIT=600 MINUTES=3 WORKERS=4 BUILD=1 KEEP=0
while (($#)); do
    case $1 in
        --limit) LIMIT=$2; shift 2 ;;
        --minutes) MINUTES=$2; shift 2 ;;
        --workers) WORKERS=$2; shift 2 ;;
        --no-build) BUILD=0; shift ;;
        --keep) KEEP=1; shift ;;
        *) sed -n '4s/^# *//p' "$0" >&2; exit 64 ;;
    esac
done

source ./services.sh
trap stop_all EXIT
trap 'exit 130' INT TERM
WORKER=${WORKER_DLL:-$(dll src/Worker Millrace.Worker)}
if ((BUILD)); then
    dotnet build -c Release "$ROOT/src/Worker" > "$WORK/build.log" 2>&1 || fail "src/Worker does not build" "$WORK/build.log"
fi

echo "Starting RabbitMQ, PostgreSQL, a provider and $WORKERS workers in $WORK" >&2
start_broker
start_postgres
read -r PORT < <(free_ports 1)
export ConnectionStrings__RabbitMq=$AMQP_URL ConnectionStrings__Postgres=$POSTGRES
export Millrace__Providers__limited__Endpoint="http://127.0.0.1:$PORT/v1" Millrace__Providers__limited__ApiKey=x Millrace__Providers__limited__DefaultModel=m
export Millrace__Limits__0__Provider=limited Millrace__Limits__0__RequestsPerMinute=$LIMIT
timeout 120 dotnet "$WORKER" migrate > "$WORK/migrate.log" 2>&1 || fail "migrate failed" "$WORK/migrate.log"
for n in $(seq "$WORKERS"); do
    read -r port < <(free_ports 1)
    ASPNETCORE_URLS="http://127.0.0.1:$port" dotnet "$WORKER" serve > "$WORK/worker-$n.log" 2>&1 &
    pid=$!
    own TERM "$pid"
    wait_until "worker $n" "$WORK/worker-$n.log" "$pid" curl -fs "http://127.0.0.1:$port/health/ready"
done
"${PYTHON:-/usr/bin/python3}" limits.py --amqp "$AMQP_URL" --port "$PORT" --limit "$LIMIT" --minutes "$MINUTES"
