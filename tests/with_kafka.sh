#!/usr/bin/env bash
# tests/with_kafka.sh COMMAND...: runs the command beside a real Kafka broker, started here and ended with it. The command
# finds its address in SCOREWAY_TEST_KAFKA, and in KAFKA_TOOL what can kill it and start it again.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
port=${KAFKA_PORT:-19192}
broker=(tools/kafka --port "$port" --directory build/kafka-test)
trap '"${broker[@]}" stop' EXIT
"${broker[@]}" start || exit 1
SCOREWAY_TEST_KAFKA=127.0.0.1:$port KAFKA_TOOL="${broker[*]}" "$@"
