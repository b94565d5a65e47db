"""Versions and aliases of a server in a PostgreSQL database. PGHOST names the database's server: tests/with_postgres.sh."""
import json
import os
import pickle

import pandas as pd
import pytest
import scoreway
from sklearn.linear_model import LinearRegression

psycopg = pytest.importorskip("psycopg")
from scoreway.postgres import main, sync  # noqa: E402

pytestmark = pytest.mark.skipif("PGHOST" not in os.environ, reason="PGHOST names no server")


def pickled(slope):
    return pickle.dumps(LinearRegression().fit(pd.DataFrame({"a": [0.0, 1.0]}), [0.0, slope]))


@pytest.fixture()
def database():
    with psycopg.connect(dbname="postgres", autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS scoreway")
        yield connection
        connection.execute("DROP EXTENSION scoreway")


def answer(database, reference):
    return round(database.execute("SELECT scoreway.predict_number(%s, '{\"a\": 1}'::jsonb)", (reference,)).fetchone()[0], 9)


def test_versions_keep_their_numbers_and_aliases_follow(client, database):
    versions = [client.push(pickled(slope), "synced") for slope in (2.0, 3.0, 4.0)]
    versions[1].set_alias("champion")
    assert sync(client, database, "synced") == ([2, 3], ["champion"])
    assert answer(database, "synced") == 3.0 and answer(database, "synced/3") == 4.0
    assert sync(client, database, "synced") == ([], [])  # nothing is written twice

    versions[0].set_alias("challenger")
    versions[2].set_alias("champion")
    assert sync(client, database, "synced") == ([1], ["challenger", "champion", "previous"])  # the server keeps what champion was
    assert answer(database, "synced@champion") == 4.0 and answer(database, "synced@challenger") == 2.0

    client._transport.call("DELETE", "/v1/models/synced/aliases/challenger")
    assert sync(client, database, "synced").moved == ["challenger"]
    with pytest.raises(psycopg.errors.UndefinedObject):
        answer(database, "synced@challenger")
    assert database.execute("SELECT scoreway.import('synced', %s::bytea)", (pickled(9.0),)).fetchone()[0] == 4  # a number of the server is never used again


def test_another_model_under_a_number_is_an_error_and_nothing_changes(client, database):
    client.push(pickled(2.0), "local", alias="old")
    client.push(pickled(3.0), "local", alias="champion")
    database.execute("SELECT scoreway.import('local', %s::bytea)", (pickled(8.0),))
    with pytest.raises(scoreway.AlreadyExists, match="local/1"):
        sync(client, database, "local")
    assert database.execute("SELECT version FROM scoreway.models WHERE name = 'local'").fetchall() == [(1,)]
    assert answer(database, "local") == 8.0


def test_the_command_tells_of_what_cannot_be_read_and_goes_on(client, url, database, capsys):
    client.push(pickled(2.0), "first", alias="champion")
    database.execute("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no room'; END $$")
    database.execute("CREATE TRIGGER refuse BEFORE INSERT ON scoreway.models FOR EACH ROW WHEN (NEW.name = 'first') EXECUTE FUNCTION refuse()")
    assert main(["sync", "--server", url, "--database", "dbname=postgres", "first", "nothing", "wine"]) == 1
    told = capsys.readouterr()
    assert "first: no room" in told.err and "nothing: " in told.err and "wine: versions 1; aliases champion" in told.out
    assert database.execute("SELECT count(*) FROM scoreway.aliases WHERE name = 'first'").fetchone()[0] == 0
    assert "barolo" in json.dumps(database.execute("SELECT scoreway.predict('wine', '{\"colour\": \"deep\"}'::jsonb)").fetchone()[0])
    database.execute("DROP FUNCTION refuse CASCADE")
