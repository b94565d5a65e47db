#!/usr/bin/env bash
# Two gateways and three workers on one machine: jobs go on while one of each is killed.
#
#   examples/distributed/run.sh SCOREWAY [JOBS]
#
# All processes share one registry, a SQLite file. Submits to either gateway, kills a gateway and a worker with kill -9 in the
# middle, submits on, and shows that every job has ended with as many answers as it has rows.
set -euo pipefail

scoreway=$(realpath "${1:-build/release/bin/scoreway}")
cd "$(dirname "$0")/../wine"
jobs=${2:-60}
work=$(mktemp -d)
export SCOREWAY_REGISTRY=$work/registry.db
declare -A pids
finish() { for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done; wait; rm -rf "$work"; }
trap finish EXIT

start() {  # ROLE NAME
  "$scoreway" serve --role "$1" --port 0 --threads 1 --job-threads 1 --job-lease 3 --address-file "$work/$2" 2>"$work/$2.log" &
  pids[$2]=$!
  until [ -s "$work/$2" ]; do sleep 0.05; done
  echo "$2 listens at $(cat "$work/$2")"
}
submit() {  # NAME KEY
  curl -sf "$(cat "$work/$1")/v1/models/wine:submit" -H 'Content-Type: text/csv' -H "Idempotency-Key: $2" --data-binary @rows.csv -o /dev/null
}

"$scoreway" push wine model.pkl >/dev/null
for i in 1 2; do start gateway gateway$i; done
for i in 1 2 3; do start worker worker$i; done

for ((i = 0; i < jobs; ++i)); do
  if ((i == jobs / 2)); then
    kill -9 "${pids[gateway1]}" "${pids[worker1]}"
    echo "killed gateway1 and worker1 after $i jobs"
  fi
  # The same key at the other gateway gives the same job, should the first one have taken it.
  submit gateway$((i % 2 + 1)) "$i" || submit gateway2 "$i"
done

until [ "$("$scoreway" jobs list --count 10000 --json | grep -o '"state":"succeeded"' | wc -l)" = "$jobs" ]; do sleep 0.2; done
rows=$(($(wc -l < rows.csv) - 1))
first=$("$scoreway" jobs list --count 1 --json | sed 's/.*"id":"\([0-9a-f]*\)".*/\1/')
[ "$("$scoreway" jobs result "$first" | wc -l)" = $rows ]
echo "$jobs jobs succeeded, each with $rows answers"
