#!/usr/bin/env bash
# tests/with_kafka.sh tests/streams/run.sh PYTHON SCOREWAY MESSAGES KILLS BROKER_RESTARTS: both tests of streams, with one broker.
set -euo pipefail
"$1" tests/streams/streams.py "$2"
"$1" tests/streams/crash.py "$2" "$3" "$4" "$5"
