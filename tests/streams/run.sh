#!/usr/bin/env bash
# tests/with_kafka.sh tests/streams/run.sh PYTHON SCOREWAY TESTS MESSAGES KILLS BROKER_RESTARTS [short|full]: all that is tested over one
# broker: streams, also of Avro, the queue of jobs, and stored batches from and to topics. TESTS is the folder of the test programs.
set -euo pipefail
queue_tests='*.AnEntry*Kafka:*.ALease*Kafka:*.AHigher*Kafka:*.ManyWorkers*Kafka:*.WhoWaits*Kafka'
firings=2 batch_messages=6000 batch_kills=3
[ "${7:-short}" = short ] || queue_tests='*Kafka' firings=20 batch_messages=200000 batch_kills=20
"$1" tests/streams/streams.py "$2"
"$1" tests/streams/avro.py "$2"
"$3/queue_test" --gtest_brief=1 --gtest_filter="$queue_tests"
"$3/service_test" --gtest_brief=1 --gtest_filter='*Kafka*'
"$1" tests/batches_outputs.py "$2" kafka $firings
"$1" tests/batches_input.py "$2" $batch_messages $batch_kills
"$1" tests/jobs_crash.py "$2" 100 2 --queue "kafka://$SCOREWAY_TEST_KAFKA/jobs"
"$1" tests/streams/crash.py "$2" "$4" "$5" "$6"
