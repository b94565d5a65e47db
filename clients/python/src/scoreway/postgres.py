"""Versions and aliases of a Scoreway server in a PostgreSQL database that has the extension:

    python -m scoreway.postgres sync --server http://models:8080 --database postgresql://app@db/shop wine risk

A version keeps its number. Of each model the versions that its aliases point at are brought, and the newest (with --all every version); its
aliases become those of the server, in one transaction with the versions. Versions that the server no longer has stay, as columns and indexes may
stand on them. Needs psycopg 3 (`pip install scoreway[postgres]`).
"""
from __future__ import annotations

import argparse
import json
import sys
import time
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Set

from .client import Client
from .errors import AlreadyExists, ScorewayError
from .version import Version


class Synced(NamedTuple):
    """What a call of `sync` has changed."""

    imported: List[int]  # versions
    moved: List[str]  # aliases that were set or deleted


def sync(client: Client, database: Any, name: str, *, all_versions: bool = False) -> Synced:
    """Brings a model's versions and aliases into the database, all or nothing. `database`: a connection of psycopg in no transaction, whose role may
    write the extension's tables. AlreadyExists: the database has another model under a version's number; what it cannot read is its own error
    (psycopg.Error), which names it."""
    aliases = client.aliases(name)
    with database.transaction():
        there = _digests(database, name)
        imported = []
        for number in sorted(_wanted(client, name, aliases.values(), all_versions)):
            if number not in there:
                _import(database, *client.artifact(f"{name}/{number}"))
                imported.append(number)
            elif there[number] != client.version(f"{name}/{number}").info["artifact_sha256"]:
                raise AlreadyExists(f"the database has another model as {name}/{number}")
        return Synced(imported, _move(database, name, aliases))


def _wanted(client: Client, name: str, aliased: Any, all_versions: bool) -> Set[int]:
    versions = client.versions(name)
    if all_versions:
        return {version.number for version in versions}
    newest = next(versions, None)
    return {*aliased, *([] if newest is None else [newest.number])}


def _digests(database: Any, name: str) -> Dict[int, str]:
    return dict(database.execute("SELECT version, encode(artifact_digest, 'hex') FROM scoreway.models WHERE name = %s", (name,)).fetchall())


def _import(database: Any, version: Version, artifact: bytes) -> None:
    options = json.dumps(version.info.get("import_options") or {})
    database.execute("SELECT scoreway.import_version(%s, %s, %s::bytea, %s::jsonb)", (version.name, version.number, artifact, options))


def _move(database: Any, name: str, wanted: Any) -> List[str]:
    """Only those that differ: a statement on the table makes every backend look anew."""
    there = dict(database.execute("SELECT alias, version FROM scoreway.aliases WHERE name = %s", (name,)).fetchall())
    moved = [alias for alias, number in wanted.items() if there.get(alias) != number]
    for alias in moved:
        database.execute("SELECT scoreway.set_alias(%s, %s, %s)", (name, alias, wanted[alias]))
    gone = [alias for alias in there if alias not in wanted]
    for alias in gone:
        database.execute("DELETE FROM scoreway.aliases WHERE name = %s AND alias = %s", (name, alias))
    return sorted(moved + gone)


def _sync_all(client: Client, database: Any, names: Sequence[str], all_versions: bool) -> bool:
    """One model's error is told, and the others go on."""
    import psycopg

    succeeded = True
    for name in names:
        try:
            synced = sync(client, database, name, all_versions=all_versions)
        except (ScorewayError, psycopg.Error) as error:
            succeeded = False
            print(f"{name}: {str(error).splitlines()[0]}", file=sys.stderr, flush=True)
            continue
        if synced.imported or synced.moved:
            versions = ", ".join(map(str, synced.imported)) or "none"
            print(f"{name}: versions {versions}; aliases {', '.join(synced.moved) or 'none'}", flush=True)
    return succeeded


def main(arguments: Optional[Sequence[str]] = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m scoreway.postgres", description="Versions and aliases of a Scoreway server in a PostgreSQL database.")
    command = parser.add_subparsers(dest="command", required=True).add_parser(
        "sync", help="bring versions and aliases of models into a database that has the extension")
    command.add_argument("models", nargs="*", metavar="MODEL", help="names on the server; by default all")
    command.add_argument("--server", metavar="URL", help="by default $SCOREWAY_URL (with $SCOREWAY_API_KEY)")
    command.add_argument("--database", default="", metavar="DSN", help="as libpq has it; by default PGHOST and its like")
    command.add_argument("--all", action="store_true", help="every version, not only the newest and those that aliases point at")
    command.add_argument("--every", type=float, metavar="SECONDS", help="go on, and look again after so many seconds")
    options = parser.parse_args(arguments)
    try:
        import psycopg
    except ImportError:
        parser.error("psycopg is not installed: pip install 'scoreway[postgres]'")
    client = Client(options.server, progress=False)
    while True:
        try:
            with psycopg.connect(options.database, autocommit=True) as database:
                names = options.models or [model["name"] for model in client.models()]
                succeeded = _sync_all(client, database, names, options.all)
        except (ScorewayError, psycopg.Error) as error:  # neither may be there now
            succeeded = False
            print(str(error).splitlines()[0], file=sys.stderr, flush=True)
        if options.every is None:
            return 0 if succeeded else 1
        time.sleep(options.every)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        pass
