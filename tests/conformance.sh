#!/usr/bin/env bash
# The outside check: models saved by real libraries, their expected answers, and hostile files.
#
#   tests/conformance.sh SCOREWAY FOLDER
#
# Fails when a case is wrong, crashes, errs or times out, when fewer cases pass than the floor below, or when a hostile file
# is not refused as it should be. Cases reported as unsupported are listed with their reason.
set -u
scoreway=$1
folder=$2
floor=300
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0

python3 "$folder/check.py" "$folder/cases" \
  --format sklearn-pickle,sklearn-joblib,pickle-pmmlpipeline,xgboost-json,xgboost-ubj,xgboost-legacy,lightgbm --csv "$work/results.csv" \
  --cmd "$scoreway predict {model} --input {input} --output {output}" >"$work/table.txt"
cat "$work/table.txt"
python3 - "$work/results.csv" $floor <<'PYTHON' || status=1
import collections, csv, sys
rows = list(csv.DictReader(open(sys.argv[1])))
count = collections.Counter(row["status"] for row in rows)
for row in rows:
    if row["status"] not in ("pass", "unsupported"):
        print(f"{row['status']}: {row['id']}: {row['message'][:300]}")
print(", ".join(f"{number} {status}" for status, number in sorted(count.items())))
bad = sum(number for status, number in count.items() if status not in ("pass", "unsupported"))
sys.exit(1 if bad or count["pass"] < int(sys.argv[2]) else 0)
PYTHON

echo "PMML documents:"
pmml_floor=290
python3 "$folder/check.py" "$folder/cases" --format pmml --csv "$work/pmml.csv" \
  --cmd "$scoreway predict {model} --input {input} --output {output}" >"$work/pmml.txt"
tail -1 "$work/pmml.txt"
python3 - "$work/pmml.csv" $pmml_floor <<'PYTHON' || status=1
import collections, csv, sys
rows = list(csv.DictReader(open(sys.argv[1])))
count = collections.Counter(row["status"] for row in rows)
for row in rows:
    if row["status"] in ("wrong", "crash", "timeout"):
        print(f"{row['status']}: {row['id']}: {row['message'][:300]}")
bad = sum(count[status] for status in ("wrong", "crash", "timeout"))
sys.exit(1 if bad or count["pass"] < int(sys.argv[2]) else 0)
PYTHON

echo "ONNX models:"
onnx_floor=56
python3 "$folder/check.py" "$folder/cases" --format onnx --csv "$work/onnx.csv" \
  --cmd "$scoreway predict {model} --input {input} --output {output}" >"$work/onnx.txt"
tail -1 "$work/onnx.txt"
python3 - "$work/onnx.csv" $onnx_floor <<'PYTHON' || status=1
import collections, csv, sys
rows = list(csv.DictReader(open(sys.argv[1])))
count = collections.Counter(row["status"] for row in rows)
for row in rows:
    if row["status"] in ("wrong", "crash", "timeout"):
        print(f"{row['status']}: {row['id']}: {row['message'][:300]}")
sys.exit(1 if count["pass"] < int(sys.argv[2]) else 0)
PYTHON

echo "ONNX models with tensors in files:"
python3 "$(dirname "$0")/onnx_pb.py" "$scoreway" "$folder/cases" --floor 41 || status=1

echo "hostile files:"
python3 "$folder/check_hostile.py" "$folder/hostile" --cmd "$scoreway inspect {model}" || status=1
exit $status
