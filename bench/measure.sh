# Sourced by run.sh: one run of the fleet or of the ceiling, as one JSON line in $RESULTS.

# cpu PID: seconds of processor time of a process, of its children, and of those it has waited for.
cpu() {
    local pid files=()
    for pid in "$1" $(pgrep -P "$1"); do files+=("/proc/$pid/stat"); done
    cat "${files[@]}" 2>/dev/null | awk -v root="$1" -v hz="$(getconf CLK_TCK)" '
        { id = $1; sub(/.*\) /, ""); total += $12 + $13; if (id == root) total += $14 + $15 } END { printf "%.2f", total / hz }'
}

rss_mb() { awk '/^VmRSS/ { printf "%.0f", $2 / 1024 }' "/proc/$1/status"; }

provider_calls() { curl -fs "$MOCK_URL/stats" | grep -o '"total":[0-9]*' | cut -d: -f2; }

all_cpu() { echo "$(cpu "$WORKER_PID") $(cpu "$BROKER_PID") $(cpu "$POSTGRES_PID") $(cpu "$MOCK_PID")"; }

# run_one WORKLOAD fleet|ceiling MODEL COUNT IN_FLIGHT
run_one() {
    local workload=$1 kind=$2 model=$3 count=$4 in_flight=$5 line before after calls warmup
    # At full speed the just-in-time compiler is most of what one would see of a young process; between paced chunks it has
    # time to spare. The ceiling is young in every run, the worker only in the first.
    case $kind-$model in
        *-d*) warmup=$in_flight ;;
        ceiling-*) warmup=10000 ;;
        *) warmup=2000 ;;
    esac
    local common=(--model "$model" --count "$count" --in-flight "$in_flight" --warmup "$warmup")
    before=$(all_cpu)
    calls=$(provider_calls)
    if [[ $kind == fleet ]]; then
        line=$(dotnet "$(dll bench/Driver Millrace.Bench.Driver)" --amqp "$AMQP_URL" "${common[@]}") || true
    else
        line=$(dotnet "$(dll bench/Ceiling Millrace.Bench.Ceiling)" --url "$MOCK_URL/v1" "${common[@]}") || true
    fi
    [[ -n $line ]] || fail "the $kind run of $workload gave no result" "$WORK/worker.log"
    after=$(all_cpu)
    calls=$(($(provider_calls) - calls))
    printf '{"workload":"%s","run":%s,"cpuBefore":[%s],"cpuAfter":[%s],"providerCalls":%d,"asked":%d,"workerRssMb":%d}\n' \
        "$workload" "$line" "${before// /,}" "${after// /,}" "$calls" $((count + warmup)) "$(rss_mb "$WORKER_PID")" >> "$RESULTS"
    echo "  $workload $kind: $(grep -o '"perSecond":[0-9.]*' <<< "$line" | cut -d: -f2) generations/s" >&2
}
