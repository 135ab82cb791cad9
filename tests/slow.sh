#!/usr/bin/env bash
# Every test, three times with different seeds, on a machine that is made slow: two busy loops for each core run beside it, and the runtime believes that it has one
# core less, so that the thread pool begins with a worker thread less. A test that fails here decides by the clock. The last line is that of the last run of ./test.sh;
# the exit code is not zero if one of the three failed.
#
#   tests/slow.sh              every test
#   tests/slow.sh Postgres     the tests whose full name holds this text
#
# MILLRACE_TEST_ROUNDS is how many times, 3 by default.
set -euo pipefail
cd "$(dirname "$0")/.."

./test.sh --build

loops=()
trap 'kill "${loops[@]}" 2>/dev/null' EXIT
cores=$(nproc)
for ((loop = 0; loop < 2 * cores; loop++)); do
    (while :; do :; done) &
    loops+=($!)
done

export DOTNET_PROCESSOR_COUNT=$((cores > 1 ? cores - 1 : 1)) MILLRACE_TEST_LIMIT=7200
code=0
for ((round = 1; round <= ${MILLRACE_TEST_ROUNDS:-3}; round++)); do
    export MILLRACE_TEST_SEED=$((RANDOM * 32768 + RANDOM))
    echo "Round $round, seed $MILLRACE_TEST_SEED:"
    ./test.sh --built "$@" || code=1
done
exit $code
