#!/usr/bin/env bash
# Writes the secrets of docker-compose.yml: generated passwords, the broker's accounts with the rights of deploy/rabbitmq/definitions.json,
# and the provider keys that the environment holds (OPENAI_API_KEY, ANTHROPIC_API_KEY). What exists is kept, but for the accounts' file, which is
# made again from the passwords and the template. The folder, ../secrets by default, is the only argument.
set -euo pipefail

here=$(dirname "$0")
folder=${1:-$here/../secrets}
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

# account <file> <user>: the user's address.
account() { keep "$1" "amqp://$2:$(password)@rabbitmq:5672/"; }

bytes() { printf '%b' "$(sed 's/../\\x&/g' <<< "$1")"; }
sha256() { sha256sum | cut -c1-64; }

# hash <password>: as the broker keeps it, base64 of salt and SHA-256 of salt and password. A salt made of the password gives the same file each time;
# the passwords are random themselves.
hash() {
    local salt
    salt=$(printf '%s' "millrace $1" | sha256 | cut -c1-8)
    bytes "$salt$({ bytes "$salt"; printf '%s' "$1"; } | sha256)" | base64 -w0
}

account rabbitmq_admin_connection millrace_admin
account rabbitmq_connection millrace
account rabbitmq_producer_connection millrace_producer
account rabbitmq_subscriber_connection millrace_subscriber
account rabbitmq_tools_connection millrace_tools

definitions=$(cat "$here/rabbitmq/definitions.json")
for name in admin_connection connection producer_connection subscriber_connection tools_connection; do
    IFS=: read -r user secret <<< "$(sed -E 's,^[a-z]+://([^@]*)@.*,\1,' "$folder/rabbitmq_$name")"
    definitions=${definitions//"@$user@"/$(hash "$secret")}
done
printf '%s\n' "$definitions" > "$folder/rabbitmq_definitions"

keep postgres_password "$(password)"
keep postgres_connection "Host=postgres;Database=millrace;Username=millrace;Password=$(cat "$folder/postgres_password")"

keep openai_api_key "${OPENAI_API_KEY:-}"
keep anthropic_api_key "${ANTHROPIC_API_KEY:-}"
