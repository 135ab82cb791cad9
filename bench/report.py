"""Prints the table of a benchmark from its JSON lines: medians over the pairs, and how they compare. Exit status 1 on any failure."""
import json
import math
import re
import sys
from statistics import median

PROCESSES = ("worker", "broker", "postgres", "mock")


def middle(runs, value):
    """The median of what the runs have of it, or None when none has any."""
    values = [found for found in map(value, runs) if found is not None]
    return median(values) if values else None


def milliseconds(runs, name):
    pair = [middle(runs, lambda r, p=p: (r["run"].get(name) or {}).get(p)) for p in ("p50", "p95")]
    return "-" if None in pair else " / ".join(f"{value:.1f}" for value in pair)


def ideal_per_second(run):
    """What a fleet without any cost would do: the generations go in waves of those in flight. None at full speed."""
    parts = {key: int(value) for key, value in re.findall(r"-([cdf])(\d+)", run["model"])}
    ms = parts.get("f", 0) + parts.get("c", 1) * parts.get("d", 0)
    waves = math.ceil(run["generations"] / run["inFlight"])
    return run["generations"] * 1000 / (waves * ms) if ms else None


def cpu_ms(record):
    """Milliseconds of processor time for one generation, by process. The warm-up of the run is in both, so it divides out."""
    spent = {name: after - before for name, before, after in zip(PROCESSES, record["cpuBefore"], record["cpuAfter"])}
    return {name: seconds * 1000 / record["asked"] for name, seconds in spent.items()}


def line(name, fleet, ceiling="", note=""):
    print(f"  {name:<34}{fleet:>16}{ceiling:>16}  {note}".rstrip())


def table(workload, fleet, ceiling):
    run = fleet[0]["run"]
    print(f"\n{workload}: {run['generations']} generations of {run['model']}, {run['inFlight']} in flight, {len(fleet)} pairs")
    line("medians", "fleet", "ceiling")
    pairs = [f["run"]["perSecond"] / c["run"]["perSecond"] for f, c in zip(fleet, ceiling)]
    shown = " ".join(f"{ratio:.2f}" for ratio in pairs)
    rates = [middle(side, lambda r: r["run"]["perSecond"]) for side in (fleet, ceiling)]
    line("generations/s", f"{rates[0]:.1f}", f"{rates[1]:.1f}", f"ratio to the ceiling {median(pairs):.2f} ({shown})")
    ideal = ideal_per_second(run)
    if ideal:
        line("share of the ideal", f"{rates[0] / ideal:.3f}", f"{rates[1] / ideal:.3f}", f"ideal {ideal:.1f} generations/s")
    line("first-token overhead p50 / p95 ms", milliseconds(fleet, "overheadMs"), milliseconds(ceiling, "overheadMs"))
    line("pick-up p50 / p95 ms", milliseconds(fleet, "pickUpMs"))
    line("chunk events a generation", f"{middle(fleet, lambda r: r['run']['chunksPerGeneration']):.2f}")
    line("provider calls a generation", f"{middle(fleet, lambda r: r['providerCalls'] / r['asked']):.3f}")
    spent = [(name, middle(fleet, lambda r, n=name: cpu_ms(r)[n])) for name in PROCESSES]
    spent.append(("driver", middle(fleet, lambda r: r["run"]["cpuSeconds"] * 1000 / r["run"]["generations"])))
    own = middle(ceiling, lambda r: r["run"]["cpuSeconds"] * 1000 / r["run"]["generations"])
    line("CPU ms a generation", f"{sum(ms for _, ms in spent):.2f}", f"{own:.2f}", ", ".join(f"{n} {ms:.2f}" for n, ms in spent))
    line("CPU seconds of the worker", f"{middle(fleet, lambda r: r['cpuAfter'][0] - r['cpuBefore'][0]):.2f}")
    line("resident memory of the worker MB", f"{max(r['workerRssMb'] for r in fleet)}")
    line("failures", *(str(sum(r["run"]["failures"] for r in side)) for side in (fleet, ceiling)))
    for record in fleet:
        if record["run"].get("problems"):
            line("", "", "", str(record["run"]["problems"]))


def main():
    with open(sys.argv[1], encoding="utf-8") as lines:
        records = [json.loads(text) for text in lines]
    for record in records:
        if record["workload"] == "warmup" and record["run"]["failures"]:
            print(f"\nwarm-up: {record['run']['failures']} failures {record['run'].get('problems')}")
    for workload in dict.fromkeys(r["workload"] for r in records if r["workload"] != "warmup"):
        by_kind = {k: [r for r in records if r["workload"] == workload and r["run"]["kind"] == k] for k in ("fleet", "ceiling")}
        table(workload, by_kind["fleet"], by_kind["ceiling"])
    return 1 if any(r["run"]["failures"] for r in records) else 0


if __name__ == "__main__":
    sys.exit(main())
