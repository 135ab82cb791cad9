#!/usr/bin/env bash
# Writes the secrets of docker-compose.yml: generated passwords, and the provider keys that the environment holds
# (OPENAI_API_KEY, ANTHROPIC_API_KEY). What exists is kept. The folder, ../secrets by default, is the only argument.
set -euo pipefail

folder=${1:-$(dirname "$0")/../secrets}
mkdir -p "$folder"
# The folder is closed; the files in it are open because compose mounts them, with their mode, for users of other containers.
chmod 700 "$folder"
umask 022

password() { od -An -tx1 -N24 /dev/urandom | tr -d ' \n'; }

# keep <name> <value>: with an empty value an empty file, which a later run may fill.
keep() {
    if [ -s "$folder/$1" ] || { [ -e "$folder/$1" ] && [ -z "$2" ]; }; then return; fi
    printf '%s' "$2" > "$folder/$1"
    echo "$folder/$1"
}

rabbitmq=$(sed -n 's/^default_pass = //p' "$folder/rabbitmq_account" 2>/dev/null || true)
rabbitmq=${rabbitmq:-$(password)}
keep rabbitmq_account "default_user = millrace
default_pass = $rabbitmq
"
keep rabbitmq_connection "amqp://millrace:$rabbitmq@rabbitmq:5672/"

keep postgres_password "$(password)"
keep postgres_connection "Host=postgres;Database=millrace;Username=millrace;Password=$(cat "$folder/postgres_password")"

keep openai_api_key "${OPENAI_API_KEY:-}"
keep anthropic_api_key "${ANTHROPIC_API_KEY:-}"
