#!/usr/bin/env bash
# Runs every fuzzer of a folder for some seconds each, from the committed seeds of tests/fuzz/corpus/NAME; a finding fails.
#
#   tests/fuzz/run.sh FOLDER SECONDS
set -u
folder=$1
seconds=$2
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
pids=()
names=()

# Two at a time: a fuzzer uses one core.
finish() {
  local i
  for i in "${!pids[@]}"; do
    if wait "${pids[$i]}"; then
      echo "${names[$i]}: $(grep -o 'stat::number_of_executed_units: *[0-9]*' "$work/${names[$i]}.log" | grep -o '[0-9]*$') runs, no finding"
    else
      echo "${names[$i]}: FINDING"
      tail -n 40 "$work/${names[$i]}.log"
      status=1
    fi
  done
  pids=()
  names=()
}

found=no
for fuzzer in "$folder"/*_fuzzer; do
  [ -x "$fuzzer" ] || continue
  found=yes
  name=$(basename "$fuzzer" _fuzzer)
  mkdir -p "$work/$name"
  seeds=()
  [ -d "$here/corpus/$name" ] && seeds=("$here/corpus/$name")
  "$fuzzer" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 -artifact_prefix="$work/$name-" \
    "$work/$name" "${seeds[@]}" >"$work/$name.log" 2>&1 &
  pids+=($!)
  names+=("$name")
  [ ${#pids[@]} -lt 2 ] || finish
done
finish
[ $found = yes ] || { echo "no fuzzers in $folder"; exit 1; }
exit $status
