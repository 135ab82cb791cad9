#!/usr/bin/env bash
# Measures one worker against what its SDK does without a fleet. README.md beside this tells what each figure means.
#   bench/run.sh [--workload burst,paced,quiet,short] [--pairs 3] [--scale 1.0] [--no-build] [--keep] [--results FILE]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
ROOT=$(cd .. && pwd)
WORKLOADS=burst,paced,quiet,short PAIRS=3 SCALE=1 BUILD=1 KEEP=0 KEPT_RESULTS=
while (($#)); do
    case $1 in
        --workload) WORKLOADS=$2; shift 2 ;;
        --pairs) PAIRS=$2; shift 2 ;;
        --scale) SCALE=$2; shift 2 ;;
        --results) KEPT_RESULTS=$2; shift 2 ;;
        --no-build) BUILD=0; shift ;;
        --keep) KEEP=1; shift ;;
        *) sed -n '3s/^# *//p' "$0" >&2; exit 64 ;;
    esac
done

source ./services.sh
source ./measure.sh
trap stop_all EXIT
trap 'exit 130' INT TERM
RESULTS=$WORK/results.jsonl

# workload NAME: model, generations, in flight
workload() {
    case $1 in
        burst) echo mock-c50 3000 200 ;;             # the provider as fast as it can
        paced) echo mock-c50-d20-f100 1000 200 ;;    # a provider at 50 tokens a second
        quiet) echo mock-c50-d20-f100 200 20 ;;      # the same, with room to spare
        short) echo mock-c1 3000 200 ;;              # one chunk: what a generation costs apart from its text
        *) fail "'$1' is no workload; there are burst, paced, quiet and short" ;;
    esac
}

for name in ${WORKLOADS//,/ }; do workload "$name" > /dev/null; done
if ((BUILD)); then
    for project in src/Worker bench/MockProvider bench/Ceiling bench/Driver; do
        dotnet build -c Release "$ROOT/$project" > "$WORK/build.log" 2>&1 || fail "$project does not build" "$WORK/build.log"
    done
fi

echo "Starting RabbitMQ, PostgreSQL, the mock provider and one worker in $WORK" >&2
start_broker
start_postgres
start_mock
start_worker
run_one warmup fleet mock-c50 8000 200

for name in ${WORKLOADS//,/ }; do
    read -r model count in_flight < <(workload "$name")
    count=$(awk -v n="$count" -v s="$SCALE" 'BEGIN { n = int(n * s); print n < 1 ? 1 : n }')
    for _ in $(seq "$PAIRS"); do
        run_one "$name" fleet "$model" "$count" "$in_flight"
        run_one "$name" ceiling "$model" "$count" "$in_flight"
    done
done

echo "$(nproc) processors, load $(cut -d' ' -f1-3 /proc/loadavg), commit $(git -C "$ROOT" rev-parse --short HEAD 2>/dev/null || echo unknown)"
[[ -z $KEPT_RESULTS ]] || cp "$RESULTS" "$KEPT_RESULTS"
python3 report.py "$RESULTS"
