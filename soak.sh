#!/usr/bin/env bash
# The tests that take long because they are large: thousands of streams at once, what memory they take, and programs of hundreds of megabytes. ./test.sh builds them and leaves
# them out; this runs them alone, so that what they measure is theirs. The same arguments and the same last line as ./test.sh.
set -euo pipefail
cd "$(dirname "$0")"

MILLRACE_TEST_SIZE=soak exec ./test.sh "$@"
