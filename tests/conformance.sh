#!/usr/bin/env bash
# The outside check: models saved by real libraries, their expected answers, and hostile files.
#
#   tests/conformance.sh SCOREWAY FOLDER
#
# Fails when a case is wrong, crashes, errs or times out, when fewer cases pass than the floor of their formats, or when a
# hostile file is not refused as it should be. Cases reported as unsupported are listed with their reason.
set -u
scoreway=$1
folder=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0

# check FOLDER FORMATS FLOOR
check() {
  echo "$2:"
  python3 "$folder/check.py" "$folder/$1" --format "$2" --csv "$work/results.csv" \
    --cmd "$scoreway predict {model} --input {input} --output {output}" >/dev/null
  python3 - "$work/results.csv" "$3" <<'PYTHON' || status=1
import collections, csv, sys
rows = list(csv.DictReader(open(sys.argv[1])))
# What is known to be asked otherwise than we answer, and why.
apart = {"pmml/jpmml-evaluator-rattle/AssociationRulesShopping#pmml":
         "its rows are single items; the model takes those of a transaction as one list a row"}
for row in rows:
    if row["status"] == "error" and row["id"] in apart:
        row["status"], row["message"] = "apart", apart[row["id"]]
count = collections.Counter(row["status"] for row in rows)
for row in rows:
    if row["status"] != "pass":
        print(f"  {row['status']}: {row['id']}: {row['message'][-200:]}".replace("\n", " "))
print("  " + ", ".join(f"{number} {status}" for status, number in sorted(count.items())))
bad = sum(number for status, number in count.items() if status not in ("pass", "unsupported", "apart"))
sys.exit(1 if bad or count["pass"] < int(sys.argv[2]) else 0)
PYTHON
}

check cases sklearn-pickle,sklearn-joblib 124
check cases pickle-pmmlpipeline 195
check cases xgboost-json,xgboost-ubj,xgboost-legacy,lightgbm 65
check cases pmml 441
check cases onnx 56
check cases spark 19
check spark spark 14

echo "ONNX models with tensors in files:"
python3 "$(dirname "$0")/onnx_pb.py" "$scoreway" "$folder/cases" --floor 41 || status=1

echo "hostile files:"
python3 "$folder/check_hostile.py" "$folder/hostile" --cmd "$scoreway inspect {model}" || status=1
exit $status
