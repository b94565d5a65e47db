#!/usr/bin/env bash
# bench/store/run.sh BUILD: measures the stores with BUILD/bin/store_bench: a SQLite file, and one Cassandra node started here.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=$1
port=19242
cluster=(tools/cassandra --port $port --directory build/cassandra-bench --heap 1g)
url="cassandra://127.0.0.1:$port/bench?rf=1"
folder=$(mktemp -d)
trap 'rm -rf "$folder"; "${cluster[@]}" stop' EXIT
"${cluster[@]}" stop
"${cluster[@]}" start 1
"$build/bin/scoreway" store init --registry "$url" > /dev/null
"$build/bin/store_bench" "$folder/bench.db" "$url"
