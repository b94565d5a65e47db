#!/usr/bin/env bash
# tests/cassandra_spark.sh PYTHON SCOREWAY PORT: the examples for Spark and its Cassandra connector, on a node that runs. PYTHON is the
# one of a virtual environment that has pyspark; the connector is fetched.
set -euo pipefail
cd "$(dirname "$0")/.."
python=$1
scoreway=$2
port=$3
export SCOREWAY_REGISTRY="cassandra://127.0.0.1:$port/spark?rf=1"
export PYSPARK_PYTHON=$python
submit() {
  "$(dirname "$python")/spark-submit" --packages com.datastax.spark:spark-cassandra-connector_2.12:3.5.1 --master 'local[2]' \
    --conf spark.cassandra.connection.host=127.0.0.1 --conf spark.cassandra.connection.port="$port" "$@" 2>&1 | grep -v INFO
}

"$scoreway" store init > /dev/null
submit examples/cassandra/spark_store_model.py spark wine examples/wine/model.pkl accuracy=0.9 > /dev/null
"$scoreway" store take-in | grep -q '^wine/1 '
"$scoreway" models --search 'metrics.accuracy = 0.9' | grep -q wine
"$scoreway" pull wine/1 -o - | cmp - examples/wine/model.pkl
submit examples/cassandra/spark_load_model.py spark wine | grep -q '^wine/1: .*SHA-256 checked'
echo "1 passed, 0 failed"
