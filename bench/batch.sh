#!/usr/bin/env bash
# A batch on four workers against a provider with a limit, with faults of the provider and `kill -9` of workers: every line must be in the output once, the
# provider must never see more than its limit in a minute, and the time must be what the limit allows. README.md beside this tells what each figure means.
# Beside it somebody asks for single answers: first on the idle fleet, then while the batch runs.
#   bench/batch.sh [--lines 50000] [--limit 15000] [--faults 0.01] [--kill-every 25] [--no-build] [--keep]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
ROOT=$(cd .. && pwd)
LINES=50000 LIMIT=15000 FAULTS=0.01 KILL_EVERY=25 BUILD=1 KEEP=0
while (($#)); do
    case $1 in
        --lines) LINES=$2; shift 2 ;;
        --limit) LIMIT=$2; shift 2 ;;
        --faults) FAULTS=$2; shift 2 ;;
        --kill-every) KILL_EVERY=$2; shift 2 ;;
        --no-build) BUILD=0; shift ;;
        --keep) KEEP=1; shift ;;
        *) sed -n '5s/^# *//p' "$0" >&2; exit 64 ;;
    esac
done

source ./services.sh
trap stop_all EXIT
trap 'exit 130' INT TERM
if ((BUILD)); then
    for project in src/Worker bench/MockProvider bench/Driver; do
        dotnet build -c Release "$ROOT/$project" > "$WORK/build.log" 2>&1 || fail "$project does not build" "$WORK/build.log"
    done
fi

echo "Starting RabbitMQ, PostgreSQL, a provider of $LIMIT calls a minute and four workers in $WORK" >&2
start_broker
start_postgres
start_mock --limit "$LIMIT" --faults "$FAULTS"
WORKER=$(dll src/Worker Millrace.Worker)
export ConnectionStrings__RabbitMq=$AMQP_URL ConnectionStrings__Postgres=$POSTGRES Millrace__DefaultProvider=mock
export Millrace__Providers__mock__Kind=OpenAI Millrace__Providers__mock__Endpoint="$MOCK_URL/v1" Millrace__Providers__mock__ApiKey=x
export Millrace__Providers__mock__DefaultModel=mock-c5-d20-f100 Millrace__Providers__mock__BulkConcurrency=64
export Millrace__Limits__0__Provider=mock Millrace__Limits__0__RequestsPerMinute=$LIMIT
timeout 120 dotnet "$WORKER" migrate > "$WORK/migrate.log" 2>&1 || fail "migrate failed" "$WORK/migrate.log"

declare -a WORKERS PORTS
read -ra PORTS < <(free_ports 4)
start() { # start N: worker N, on its own port
    ASPNETCORE_URLS="http://127.0.0.1:${PORTS[$1]}" dotnet "$WORKER" serve >> "$WORK/worker$1.log" 2>&1 &
    WORKERS[$1]=$!
    own TERM "$!"
}
for n in 0 1 2 3; do start $n; done
for n in 0 1 2 3; do wait_until "worker $n" "$WORK/worker$n.log" "${WORKERS[n]}" curl -fs "http://127.0.0.1:${PORTS[n]}/health/ready"; done

pick_up() { # pick_up: p50 and p95 in milliseconds, of 60 answers, two at a time
    dotnet "$(dll bench/Driver Millrace.Bench.Driver)" --amqp "$AMQP_URL" --model mock-c5-d20-f100 --count 60 --in-flight 2 --warmup 20 2>> "$WORK/driver.log" |
        python3 -c 'import json, sys; p = json.loads(sys.stdin.readline())["pickUpMs"]; print("%.0f / %.0f ms" % (p["p50"], p["p95"]))'
}

IDLE=$(pick_up) || fail "the idle fleet did not answer" "$WORK/driver.log"
curl -fs -X POST "$MOCK_URL/window/restart"
awk -v n="$LINES" 'BEGIN { for (i = 1; i <= n; i++) printf "{\"custom_id\":\"line-%d\",\"prompt\":\"Say the number %d.\"}\n", i, i }' > "$WORK/in.jsonl"
dotnet "$WORKER" batch run "$WORK/in.jsonl" -o "$WORK/out.jsonl" 2> "$WORK/batch.log" &
BATCH=$!
own TERM "$BATCH"

(sleep 15; pick_up > "$WORK/pickup") &
own TERM "$!"
rss_mb() { awk '/^VmRSS/ { printf "%.0f", $2 / 1024 }' "/proc/$1/status" 2>/dev/null || echo 0; }
killed=0 peak=0 since=0
while kill -0 "$BATCH" 2>/dev/null; do
    sleep 1
    since=$((since + 1))
    for n in 0 1 2 3; do mb=$(rss_mb "${WORKERS[n]}"); ((${mb:-0} > peak)) && peak=$mb; done
    if ((KILL_EVERY > 0 && since % KILL_EVERY == 0)); then
        n=$((killed % 4))
        kill -9 "${WORKERS[n]}" 2>/dev/null || true
        wait "${WORKERS[n]}" 2>/dev/null || true # its end is no news
        killed=$((killed + 1))
        start $n
    fi
done
wait "$BATCH" && code=0 || code=$?

tail -n 3 "$WORK/batch.log" >&2
echo "interactive pick-up p50 / p95: $IDLE idle, $(cat "$WORK/pickup") beside the batch"
python3 - "$WORK/out.jsonl" "$LINES" "$LIMIT" "$(curl -fs "$MOCK_URL/window")" "$killed" "$peak" "$code" <<'PY'
import json, sys
path, lines, limit, window, killed, peak, code = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), json.loads(sys.argv[4]), *sys.argv[5:]
ids = [json.loads(line)["custom_id"] for line in open(path)]
whole = len(ids) == lines == len(set(ids))
# What the limit allows: every call in its time
even = window["calls"] / limit * 60
print(f"{len(ids)} lines, {len(set(ids))} different, of {lines}; {killed} workers killed; exit code {code}")
print(f"{window['calls']} calls in {window['seconds']:.1f} s, {window['calls'] / window['seconds'] * 60:.0f} a minute of {limit} ({even / window['seconds']:.3f} of the pace)")
print(f"most in a minute: {window['mostInAMinute']}; refused by the provider: {window['refused']}; largest worker: {peak} MB")
sys.exit(0 if whole and window["refused"] == 0 and window["mostInAMinute"] <= limit and code == "0" else 1)
PY
