#!/usr/bin/env bash
# tests/cassandra.sh PYTHON SCOREWAY TESTS [short|full]: all that is tested over real Cassandra, started here. PYTHON has Cassandra's
# driver, for the full length pyspark too; TESTS is the folder of the test programs.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
python=$1
scoreway=$2
tests=$3
length=${4:-short}
port=19142
cluster=(tools/cassandra --port $port --directory build/cassandra-test)
url="cassandra://127.0.0.1:$port"
failed=0
run() {
  "$@" || { echo "FAILED: $*"; failed=1; }
}
trap '"${cluster[@]}" stop' EXIT

python3 tests/linearizability.py || exit 1
"${cluster[@]}" stop
"${cluster[@]}" start 1 || exit 1
export SCOREWAY_TEST_CASSANDRA="$url/contract?rf=1"
run "$tests/store_test" --gtest_brief=1 --gtest_filter='*Cassandra*'
run "$tests/registry_test" --gtest_brief=1 --gtest_filter='*Cassandra*'
run "$tests/features_test" --gtest_brief=1 --gtest_filter='*Cassandra*'
run "$tests/record_test" --gtest_brief=1 --gtest_filter='*Cassandra*'
run "$tests/jobs_test" --gtest_brief=1 --gtest_filter='*Cassandra*'
run "$tests/queue_test" --gtest_brief=1 --gtest_filter='*Cassandra*'
run python3 tests/cassandra_commands.py "$scoreway" "$url/commands?rf=1"
if [ "$length" = short ]; then
  run python3 tests/jobs_crash.py "$scoreway" 100 2 --registry "$url/jobs?rf=1"
else
  # shellcheck disable=SC2016  # the address is known inside
  run tests/with_kafka.sh sh -c 'exec python3 tests/jobs_crash.py "$@" --queue "kafka://$SCOREWAY_TEST_KAFKA/jobs"' sh \
    "$scoreway" 20000 100 --registry "$url/jobs?rf=1"
fi
run "$python" tests/cassandra_tables.py "$scoreway" "127.0.0.1:$port"
run "$python" tests/cassandra_batches.py "$scoreway" "127.0.0.1:$port"
run "$python" tests/batches_outputs.py "$scoreway" "cassandra://127.0.0.1:$port" "$([ "$length" = short ] && echo 2 || echo 20)"
[ "$length" = short ] || run tests/cassandra_spark.sh "$python" "$scoreway" $port
"${cluster[@]}" stop

"${cluster[@]}" --secure start 1 || exit 1
run python3 tests/cassandra_commands.py "$scoreway" "$url/secure?rf=1" build/cassandra-test/tls/ca.pem cassandra cassandra
"${cluster[@]}" stop

chaos=(--operations 150 --kills 3)
[ "$length" = short ] || chaos=(--operations 2000 --kills 20)
run python3 tests/cassandra_chaos.py "$scoreway" "${chaos[@]}"
exit $failed
