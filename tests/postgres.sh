#!/usr/bin/env bash
# postgres.sh BUILD WORK: the extension for PostgreSQL on a real server (with_postgres.sh): the tests of bindings/postgres/test by
# pg_regress, then a dump and its restoration. Results and differences are left in WORK.
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
  --outputdir=. --dbname=regression models rows places || { cat regression.diffs; exit 1; }

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
