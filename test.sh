#!/usr/bin/env bash
# Builds everything once and runs every test. The last line is `N passed, N failed, N skipped`; the exit code is not zero if a
# test failed or none ran. Needs the .NET SDK. Broker and database come from the environment (MILLRACE_TEST_RABBITMQ,
# MILLRACE_TEST_POSTGRES), else from a container engine, else from Debian's packages, which are installed if they are missing. Prometheus
# is the program in MILLRACE_TEST_PROMETHEUS, else Debian's.
#
#   ./test.sh                  every test
#   ./test.sh Postgres         the tests whose full name holds this text
#   ./test.sh --unit [text]    those that need no server, no child process and no network; builds only what has changed
#   ./test.sh --build          builds and does no more
#   ./test.sh --built [text]   runs the tests of the last build
#
# What takes long because it is large is left out: ./soak.sh runs that. tests/slow.sh runs everything on a machine that is made slow.
# MILLRACE_TEST_SEED is the seed of the order in which tests run; by default each run has its own, and prints it.
set -euo pipefail
cd "$(dirname "$0")"

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
configuration=${CONFIGURATION:-Debug}
runner=tests/Millrace.Tests/bin/$configuration/net10.0/Millrace.Tests

step=both
case ${1:-} in --build | --built | --unit) step=${1#--}; shift ;; esac

finish() { echo "$1 passed, $2 failed, $3 skipped"; }
have_engine() { command -v docker >/dev/null && timeout 10 docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

missing_packages() {
    command -v node >/dev/null || echo nodejs
    command -v npm >/dev/null || echo npm
    command -v docker-compose >/dev/null || docker compose version >/dev/null 2>&1 || echo docker-compose
    [ -n "${MILLRACE_TEST_PROMETHEUS:-}" ] || command -v prometheus >/dev/null || echo prometheus
    if have_engine; then return; fi
    command -v rabbitmq-server >/dev/null || [ -x /usr/sbin/rabbitmq-server ] || echo rabbitmq-server
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || echo postgresql
    /usr/bin/python3 -c 'import pika' 2>/dev/null || echo python3-pika
}

# The packages start their services when they are installed, unless this file says no. The tests start servers of their own.
install_packages() (
    policy=/usr/sbin/policy-rc.d
    if [ ! -e $policy ]; then
        trap 'as_root rm -f $policy' EXIT
        printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null && as_root chmod 755 $policy
    fi
    as_root apt-get update -q &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends "$@"
)

# One compiler for all projects keeps the analyzers loaded: half the time of a process for each. It is this run's own and ends with it.
build() {
    local code=0
    dotnet build "$@" --configuration "$configuration" --verbosity quiet --nologo \
        -p:UseSharedCompilation=true -p:SharedCompilationId="millrace-$$" || code=$?
    dotnet exec "$(dotnet msbuild src/Contracts/Contracts.csproj -getProperty:RoslynTargetsPath)/bincore/VBCSCompiler.dll" \
        "-pipename:millrace-$$" -shutdown >/dev/null || true
    return $code
}

if [ $step = unit ]; then
    build tests/Millrace.Tests || { echo "The build failed."; finish 0 1 0; exit 1; }
elif [ $step != built ]; then
    if command -v apt-get >/dev/null; then
        mapfile -t packages < <(missing_packages)
        if [ ${#packages[@]} -gt 0 ]; then
            echo "Installing ${packages[*]} from Debian's packages."
            install_packages "${packages[@]}" || { echo "They could not be installed."; finish 0 1 0; exit 1; }
        fi
    fi

    # What the tests use from npm: MCP servers, the official OpenAI client, the AI SDK, and the parser of AsyncAPI; the Codex CLI is 170 MB, so it is for ./soak.sh.
    # npm writes the file when all of it is there.
    folders=(tests/mcp tests/openai tests/asyncapi)
    if [ "${MILLRACE_TEST_SIZE:-}" = soak ]; then folders+=(tests/codex); fi
    for folder in "${folders[@]}"; do
        if [ ! $folder/node_modules/.package-lock.json -nt $folder/package-lock.json ]; then
            if ! timeout 300 npm ci --prefix $folder --ignore-scripts --no-audit --no-fund --loglevel error >/dev/null; then
                echo "The packages of $folder could not be installed from npm."
                finish 0 1 0
                exit 1
            fi
        fi
    done

    # Analyzers and documentation are for this and not for a first look: see Directory.Build.props.
    if ! build Workers.sln -p:Checks=true; then
        echo "The build failed."
        finish 0 1 0
        exit 1
    fi
fi
if [ $step = build ]; then exit; fi

# A run starts some dozens of short-lived processes: instrumented code never pays in them, and a killed one would leave its diagnostics sockets in the temporary folder.
# Nor does it pay to compile a method a second time after 30 calls, the default: with 8,192 the tests of sessions took an eighth less of the processor.
export DOTNET_TieredPGO=0 DOTNET_EnableDiagnostics=0 DOTNET_TC_CallCountThreshold=0x2000

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
filter=(-trait- size=soak)
if [ $step = unit ]; then filter+=(-trait- kind=integration); export MILLRACE_TEST_UNIT=1; fi
if [ "${MILLRACE_TEST_SIZE:-}" = soak ]; then filter=(-trait size=soak -maxThreads 1); fi
if [ $# -gt 0 ]; then filter+=(-method "*$1*"); fi

# A run that hangs is a failure with a name: the runner tells every minute which test is long, and ends after half an hour.
code=0
timeout --signal=QUIT --kill-after=10 "${MILLRACE_TEST_LIMIT:-1800}" "$runner" ${MILLRACE_TEST_SEED:+":$MILLRACE_TEST_SEED"} \
    -noColor -result-xml "$results/tests.xml" "${filter[@]}" || code=$?

# A run that broke off has no result file; it counts as one failure.
count() { grep -o "<assembly [^>]*" "$results/tests.xml" 2>/dev/null | grep -o " $1=\"[0-9]*" | tr -dc '0-9' || true; }
passed=$(count passed) failed=$(count failed) skipped=$(count skipped) errors=$(count errors)
failed=$((${failed:-1} + ${errors:-0}))
if [ "$code" != 0 ] && [ "$failed" = 0 ]; then failed=1; fi

# What failed and why, once more and in short: above, it may stand among thousands of lines.
tr '\n' ' ' <"$results/tests.xml" 2>/dev/null | grep -oP '<test [^>]*result="Fail".*?</message>' |
    sed -E 's/^<test [^>]* name="([^"]*)" result="Fail".*<message>(.{0,300}).*/FAILED \1: \2/; s/<\/message>.*//; s/\\?&quot;/"/g; s/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g' || true

finish "${passed:-0}" "$failed" "${skipped:-0}"
[ "$failed" = 0 ] && [ "${passed:-0}" -gt 0 ]
