#!/usr/bin/env bash
# Makes the Python environment of the benchmarks in bench/.work/venv: the libraries that Scoreway is compared with.
set -euo pipefail
cd "$(dirname "$0")"
mkdir -p .work
if [ ! -x .work/venv/bin/python ]; then
  python3 -m venv .work/venv
fi
.work/venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
