#!/usr/bin/env bash
# Compiles what the tests' child processes load ahead of time, in place, in the folders that the build has filled. A run starts a few
# hundred workers, and a third of what each costs is compiling the same libraries again. The assemblies stay what they are: the image is an
# addition beside the code, and whatever it lacks is compiled when it is needed. Where it cannot be done the tests run without it, and longer.
#
#   tests/AheadOfTime/run.sh Debug
set -euo pipefail
cd "$(dirname "$0")/../.."

configuration=${1:-Debug}
images=tests/AheadOfTime/obj/images/$configuration
output=bin/$configuration/net10.0
worker=src/Worker/$output
folders=("$worker" tests/ToolWorker/"$output" samples/csharp/ToolWorker/"$output" samples/csharp/WebService/"$output" tests/Millrace.Tests/"$output")
# Large for the little that the tests' workers call of them: their images would cost more than they save.
without=' Anthropic.dll Google.Protobuf.dll Humanizer.dll Microsoft.ML.Tokenizers.Data.O200kBase.dll ModelContextProtocol.Core.dll OllamaSharp.dll Spectre.Console.dll '

pack=$(dotnet msbuild tests/AheadOfTime/AheadOfTime.csproj -nologo -restore -t:ResolveFrameworkReferences -getItem:ResolvedCrossgen2Pack |
    sed -n 's/.*"PackageDirectory": "\(.*\)".*/\1/p') || true
compiler=$pack/tools/crossgen2
if [ ! -x "$compiler" ]; then
    echo "There is no compiler of ready-to-run images for this machine; the tests take longer without it."
    exit 0
fi

mkdir -p "$images"
dotnet --list-runtimes | sed -n 's#^\(Microsoft\.[A-Za-z]*Core\.App\) \(10\.[^ ]*\) \[\(.*\)\]$#-r:\3/\2/*.dll#p' >"$images/options"
printf '%s\n' "-r:$worker/*.dll" --targetos:linux --optimize --parallelism:1 >>"$images/options"

# Named by what it is made from, so that a second run compiles only what has changed.
compile() {
    local name=${1##*/} image=$images/${1##*/}/$(sha256sum "$1" | cut -c1-32)
    if [ -e "$image" ] || cmp -s "$1" "$images/$name/last"; then return; fi
    rm -rf "${images:?}/$name"
    mkdir "$images/$name"
    if "$compiler" "$1" "@$images/options" --out "$image.new" >"$images/$name/log" 2>&1; then
        mv "$image.new" "$image"
        ln "$image" "$images/$name/last"
    else
        echo "$name stays as it was: $(head -1 "$images/$name/log")"
    fi
}
export images compiler
export -f compile

for source in "$worker"/*.dll; do
    [[ $without == *" ${source##*/} "* ]] || printf '%s\0' "$source"
done | xargs -0 -n 1 -P "$(nproc)" bash -c 'compile "$0"'

for folder in "${folders[@]}"; do
    for file in "$folder"/*.dll; do
        image=$images/${file##*/}/$(sha256sum "$file" | cut -c1-32)
        if [ -e "$image" ]; then cp "$image" "$file"; fi
    done
done
