#!/usr/bin/env bash
# The example from pyspark to a served model, with its five models on real data.
#
#   tests/spark_example.sh SCOREWAY PYTHON FOLDER [STORE]
#
# STORE is where the registry is kept; without it a file. Fails if a model is not supported, or answers otherwise than Spark.
set -u
scoreway=$1
python=$2
data=$3
example=$(dirname "$0")/../examples/spark/train_and_serve.py
store=()
[ $# -lt 4 ] || store=(--store "$4")
if [ ! -d "$data" ]; then
  echo "no $data here: the example is skipped"
  [ "${CI:-}" != true ]
  exit
fi
status=0
while read -r model file; do
  "$python" "$example" "$model" "$data/$file" --scoreway "$scoreway" "${store[@]}" 2>"${TMPDIR:-/tmp}/spark_example.$$" || {
    status=1
    grep -v WARN "${TMPDIR:-/tmp}/spark_example.$$" | tail -n 20
  }
done <<'MODELS'
naive-bayes car_evaluation.csv
random-forest winequality-red.csv
k-means socialMedia.csv
als jester_ratings3.csv
fp-growth jester_ratings3.csv
MODELS
rm -f "${TMPDIR:-/tmp}/spark_example.$$"
exit $status
