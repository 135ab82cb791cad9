#!/bin/sh
# Publishes one generation request from a shell (apt install amqp-tools jq) and prints its id.
#   AMQP_URL=amqp://guest:guest@localhost/ ./publish.sh "Why is the sky blue?" [provider] [model] [channel]
# amqp-publish knows no confirms: it does not notice when no worker's queue takes the request. publish.py does.
# To its library a slash at the end of the URL is a virtual host without a name, so that is cut off.
set -eu
[ $# -ge 1 ] || { sed -n '3s/^# *//p' "$0" >&2; exit 64; }
url=${AMQP_URL:-amqp://guest:guest@localhost:5672/}
id=$(cat /proc/sys/kernel/random/uuid)
jq -nc --arg id "$id" --arg prompt "$1" --arg provider "${2:-}" --arg model "${3:-}" --arg channel "${4:-}" \
    '{generationId: $id, prompt: $prompt, provider: $provider, model: $model, channel: $channel} | map_values(select(. != ""))' |
    amqp-publish --url="${url%/}" --exchange=Millrace.Contracts:GenerateRequested \
        --routing-key= --content-type=application/json --persistent
echo "$id"
