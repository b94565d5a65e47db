#!/usr/bin/env bash
# c_example.sh BUILD WORK: installs the C library from the build and compiles examples/c against it, by pkg-config and by
# find_package, shared and static; each must answer for a wine what scikit-learn did.
set -euo pipefail
build=$1 work=$2 root=$(cd "$(dirname "$0")/.." && pwd)

rm -rf "$work"
mkdir -p "$work"
cmake --install "$build" --prefix "$work/prefix" --component embedding > "$work/install.log"
lib=$(dirname "$(find "$work/prefix" -name libscoreway.so)")
export PKG_CONFIG_PATH=$lib/pkgconfig LD_LIBRARY_PATH=$lib

${CC:-cc} -std=c99 -Wall -Wextra -Wpedantic -Werror "$root/examples/c/score.c" $(pkg-config --cflags --libs scoreway) -o "$work/by_pkg_config"
cmake -S "$root/examples/c" -B "$work/by_cmake" -DCMAKE_PREFIX_PATH="$work/prefix" > "$work/configure.log"
cmake --build "$work/by_cmake" > "$work/build.log"

# The first row of examples/wine/rows.csv and what scikit-learn answers to it.
row=(alcohol=13.41 malic_acid= magnesium=90 flavanoids=2.68 hue=0.91 proline=1035 colour=ruby)
expected="predict=barolo
proba_barbera=0.00047619047619047619
proba_barolo=0.99952380952380959
proba_grignolino=0"
for program in "$work/by_pkg_config" "$work/by_cmake/score" "$work/by_cmake/score_static"; do
  answer=$("$program" "$root/examples/wine/model.pkl" "${row[@]}")
  [ "$answer" = "$expected" ] || { printf '%s answers\n%s\nwanted\n%s\n' "$program" "$answer" "$expected"; exit 1; }
  if "$program" "$root/examples/wine/model.pkl" nothing=1 2> "$work/error.txt"; then echo "$program takes an unknown input"; exit 1; fi
done
# Nothing but the C interface is to be seen.
others=$(nm -D --defined-only "$lib/libscoreway.so" | awk '$2 != "A" {print $3}' | grep -v '^sw_' || true)
[ -z "$others" ] || { echo "libscoreway.so also shows $(head -3 <<< "$others")"; exit 1; }
