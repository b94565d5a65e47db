#!/usr/bin/env bash
# with_postgres.sh BUILD COMMAND...: runs the command beside a PostgreSQL server with the extension, started here and ended again. The
# command finds it by PGHOST, PGUSER and PGPORT, its programs in $PGSERVER, and its folder, readable to the server, in $PGTREE.
#
# It listens on a socket alone. $PGTREE/restart starts it anew, with what was written into postgresql.conf and pg_hba.conf in
# $PGTREE/data meanwhile.
#
# The server is a copy of the installed one, so that nothing is put into the system's folders; as root it runs as the user postgres.
set -euo pipefail
build=$(realpath "$1") root=$(cd "$(dirname "$0")/.." && pwd)
shift
config=$(command -v /usr/lib/postgresql/15/bin/pg_config || command -v pg_config)
bin=$("$config" --bindir) share=$("$config" --sharedir) lib=$("$config" --pkglibdir)

as_server() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
tree=$(mktemp -d /tmp/scoreway-postgres.XXXXXX)
server="$tree$bin"
finish() {
  as_server "$server/pg_ctl" -D "$tree/data" -m immediate stop > /dev/null 2>&1 || true
  rm -rf "$tree"
}
trap finish EXIT

mkdir -p "$tree$bin" "$tree$share" "$tree$lib" "$tree/out" "$tree/data"
cp -r "$bin/." "$tree$bin"
cp -r "$share/." "$tree$share"
cp -r "$lib/." "$tree$lib"
cp "$build/lib/postgresql/scoreway.so" "$tree$lib/"
cp "$root"/bindings/postgres/scoreway.control "$root"/bindings/postgres/scoreway--*.sql "$tree$share/extension/"
[ "$(id -u)" != 0 ] || chown -R postgres "$tree"
chmod 755 "$tree"

as_server "$server/initdb" -D "$tree/data" -U postgres --locale=C.UTF-8 -A trust > "$tree/initdb.log"
{
  echo "listen_addresses = ''"
  echo "unix_socket_directories = '$tree'"
  echo "fsync = off"
} >> "$tree/data/postgresql.conf"
as_server "$server/pg_ctl" -D "$tree/data" -l "$tree/out/server.log" -w start > /dev/null
{
  echo "#!/bin/sh"
  [ "$(id -u)" != 0 ] || echo "exec runuser -u postgres -- $server/pg_ctl -D $tree/data -l $tree/out/server.log -m fast -w restart"
  echo "exec $server/pg_ctl -D $tree/data -l $tree/out/server.log -m fast -w restart"
} > "$tree/restart"
chmod +x "$tree/restart"
export PGHOST=$tree PGUSER=postgres PGPORT=5432 PGSERVER=$server PGTREE=$tree PGCONFIG=$config
"$@"
