#!/usr/bin/env bash
# postgres.sh BUILD WORK: the extension for PostgreSQL on a real server (with_postgres.sh): the tests of bindings/postgres/test by
# pg_regress, then a dump and its restoration, then a model that all processes share. Results and differences are left in WORK.
set -euo pipefail
build=$1 work=$2 root=$(cd "$(dirname "$0")/.." && pwd)
[ -n "${PGTREE:-}" ] || exec "$root/tests/with_postgres.sh" "$build" "$0" "$build" "$work"

# What the server reads must be readable to its user, wherever the sources lie.
mkdir -p "$PGTREE/source/examples" "$PGTREE/source/bindings/c" "$work"
cp -r "$root/examples/wine" "$PGTREE/source/examples/"
cp -r "$root/bindings/c/testdata" "$PGTREE/source/bindings/c/"
chmod -R a+rX "$PGTREE/source"

regress=$(dirname "$("$PGCONFIG" --pgxs)")/../test/regress/pg_regress
cd "$work"
SCOREWAY_ROOT="$PGTREE/source" "$regress" --bindir="$PGSERVER" --host="$PGHOST" --user="$PGUSER" --inputdir="$root/bindings/postgres/test" \
  --outputdir=. --dbname=regression upgrade models rows places || { cat regression.diffs; exit 1; }

# What pg_dump writes brings models, aliases and answers back; models before the tables whose columns they compute (docs/embedding.md).
"$PGSERVER/pg_dump" -Fc -d regression -f all.dump
"$PGSERVER/createdb" again
"$PGSERVER/pg_restore" -d again --section=pre-data all.dump
"$PGSERVER/pg_restore" -d again --section=data --schema=scoreway all.dump
"$PGSERVER/pg_restore" -d again --section=data --exclude-schema=scoreway all.dump
"$PGSERVER/pg_restore" -d again --section=post-data all.dump
of() { "$PGSERVER/psql" -AtX -d "$1" -c "SELECT string_agg(scoreway.predict('wine', w)::text, ',' ORDER BY id), (SELECT sum(y) FROM derived) FROM wines w"; }
[ "$(of regression)" = "$(of again)" ] || { echo "a restored database answers otherwise"; exit 1; }
echo "a restored database answers the same"

# A model that the server reads before it forks is not read again, and stays; a file that is none is passed over.
echo not a model > "$PGTREE/out/junk"
cat >> "$PGTREE/data/postgresql.conf" << END
shared_preload_libraries = 'scoreway'
scoreway.preload = '$PGTREE/out/junk, "$PGTREE/source/examples/wine/model.pkl"'
END
before=$(of regression)
"$PGTREE/restart" > /dev/null
[ "$before" = "$(of regression)" ] || { echo "a shared model answers otherwise"; exit 1; }
shared=$("$PGSERVER/psql" -AtX -d regression -c "SET scoreway.cache_size = 0" -c "SELECT scoreway.predict_label('wine', w) FROM wines w LIMIT 1" \
  -c "SELECT scoreway.predict_number('linear', ARRAY[1, 2]::float8[])" -c "SELECT string_agg(shared || ' ' || rows, ', ' ORDER BY shared) FROM scoreway.loaded()" | tail -n 1)
[ "$shared" = "false 1, true 1" ] || { echo "the model is not shared: $shared"; exit 1; }
grep -q 'cannot preload ".*/junk"' "$PGTREE/out/server.log" || { echo "nothing was said of a file that is no model"; exit 1; }
echo "all processes share a model that was read before they were forked"
