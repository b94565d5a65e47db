#!/usr/bin/env python3
"""Tables of PostgreSQL scored straight from and to, beside a server (with_postgres.sh).

    tests/postgres_tables.py SCOREWAY

The answers are those that the same rows have in a file. A run is killed with SIGKILL in the middle and taken up again.
"""
import csv
import io
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from cassandra_commands import MODEL, Checks  # noqa: E402
from certificates import make_certificates  # noqa: E402

ROWS = 80_000
NUMBERS = ["alcohol", "malic_acid", "magnesium", "flavanoids", "hue", "proline"]
OUTPUTS = ["predict", "proba_barbera", "proba_barolo", "proba_grignolino"]
DATABASE = "tables"


def sql(*statements, database=DATABASE):
    command = [os.environ["PGSERVER"] + "/psql", "-qAtX", "-v", "ON_ERROR_STOP=1", "-d", database]
    for statement in statements:
        command += ["-c", statement]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def url(table):
    return f"postgresql:///{DATABASE}?socket={os.environ['PGHOST']}&user=postgres&table={table}"


def make_rows():
    """Numbers of several types, some missing; a key of two columns in another order than the table's."""
    sql(f"CREATE DATABASE {DATABASE}", database="postgres")
    sql("CREATE TABLE wines (day date, note text, malic_acid real, alcohol numeric(6,3), magnesium integer, flavanoids double "
        "precision, hue double precision, proline bigint, colour text, id uuid, price numeric(20,10), PRIMARY KEY (id, day))",
        "SELECT setseed(0.5)",
        "INSERT INTO wines SELECT date '2026-01-01' + i % 9, E'tab\\t, \"quote\" \\\\ ' || i, 1 + random() * 3, 11 + random() * 4, "
        "70 + (random() * 80)::int, random() * 4, CASE WHEN i % 50 = 0 THEN NULL ELSE 0.5 + random() END, 300 + (random() * "
        "1300)::bigint, (ARRAY['deep', 'pale', 'ruby', NULL])[1 + i % 4], md5(i::text)::uuid, i / 7.0 "
        f"FROM generate_series(1, {ROWS}) i", "ANALYZE wines")


def of_file(checks, folder):
    """The answers that scoreway gives for the same rows in a file, by their key."""
    rows, answers = folder / "rows.csv", folder / "answers.csv"
    rows.write_text(sql("COPY (SELECT * FROM wines) TO STDOUT (FORMAT csv, HEADER)"), encoding="utf-8")
    checks.expect("the same rows in a file", checks.run("batch", MODEL, rows, "-o", answers, "--keep", "id,day", "--quiet"))
    with answers.open(encoding="utf-8", newline="") as file:
        return {(row["id"], row["day"]): [row[name] for name in OUTPUTS] for row in csv.DictReader(file)}


def of_table(table):
    text = sql(f"COPY (SELECT id, day, {', '.join(OUTPUTS)} FROM {table}) TO STDOUT (FORMAT csv)")
    return {(row[0], row[1]): row[2:] for row in csv.reader(io.StringIO(text))}


def same(ours, wanted):
    return ours.keys() == wanted.keys() and all(
        answer[0] == wanted[key][0] and list(map(float, answer[1:])) == list(map(float, wanted[key][1:]))
        for key, answer in ours.items())


def kill_in_the_middle(checks, table):
    """Ends a run that has told of some part; false: it was always over before."""
    for _ in range(20):
        process = subprocess.Popen([checks.scoreway, "batch", MODEL, url("wines"), "-o", url(table), "--keep", "id,day", "--quiet",
                                    "--restart"], stderr=subprocess.DEVNULL)
        while process.poll() is None:
            if int(sql(f"SELECT count(*) FROM scoreway_batch_progress WHERE output = '{table}'")) > 1:
                process.kill()
        if process.wait() == -9 and int(sql(f"SELECT count(*) FROM scoreway_batch_progress WHERE output = '{table}'")) > 1:
            return True
        sql(f"DROP TABLE IF EXISTS {table}")
    return False


def scoring(checks, folder):
    run, expect, that = checks.run, checks.expect, checks.that
    wanted = of_file(checks, folder)
    that("the file has them all", len(wanted) == ROWS)
    expect("table to table", run("batch", MODEL, url("wines"), "-o", url("answers"), "--keep", "id,day,price"), 0,
           [f"{ROWS} rows"])
    that("the answers are the file's", same(of_table("answers"), wanted))
    that("what is kept is kept to its last digit", sql("SELECT count(*) FROM answers JOIN wines USING (id, day, price)").strip() == str(ROWS))
    that("with the input's key and types", sql(
        "SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod), ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = "
        "'answers'::regclass AND attnum BETWEEN 1 AND 4").strip() == "id uuid,day date,price numeric(20,10),predict text" and sql(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'answers'::regclass").strip() == "PRIMARY KEY (id, day)")
    that("nothing is left beside it", sql("SELECT count(*) FROM scoreway_batch_progress").strip() == "0" and
         not sql("SELECT to_regclass('answers_partial')").strip())

    sql("UPDATE answers SET predict = 'wrong'", "INSERT INTO answers SELECT gen_random_uuid(), day, price, 'other' FROM answers LIMIT 1")
    expect("again, into the table that is there", run("batch", MODEL, url("wines"), "-o", url("public.answers"), "--keep", "id,day,price"))
    sql("CREATE VIEW now AS SELECT * FROM answers WHERE predict <> 'other'")
    that("rows take the place of those of their key", same(of_table("now"), wanted) and
         sql("SELECT count(*) FROM answers WHERE predict = 'other'").strip() == "1")

    out = folder / "out.csv"
    expect("table to file", run("batch", MODEL, url("wines"), "-o", out, "--keep", "id,day"))
    with out.open(encoding="utf-8", newline="") as file:
        written = {(row["id"], row["day"]): [row[name] for name in OUTPUTS] for row in csv.DictReader(file)}
    that("has the file's answers", same(written, wanted))
    expect("file to table", run("batch", MODEL, folder / "rows.csv", "-o", url("from_file"), "--keep", "id,day"))
    that("has them, too", same(of_table("from_file"), wanted))


def resuming(checks, folder):
    wanted = of_file(checks, folder)
    checks.that("killed in the middle", kill_in_the_middle(checks, "cut"))
    checks.that("nothing appears before it is whole", not sql("SELECT to_regclass('cut')").strip())
    checks.expect("another model's batch does not go on there", checks.run(
        "batch", MODEL, url("wines"), "-o", url("cut"), "--keep", "id,day,note"), 5, ["another batch"])
    checks.expect("the same goes on", checks.run("batch", MODEL, url("wines"), "-o", url("cut"), "--keep", "id,day"), 0,
                  ["goes on behind row", "table=cut"])
    checks.that("and has the same answers, each once", same(of_table("cut"), wanted) and
                sql("SELECT count(*) FROM cut").strip() == str(ROWS))
    sql("CREATE VIEW unordered AS SELECT * FROM wines LIMIT 1000")
    checks.expect("a view is read, too", checks.run("batch", MODEL, url("unordered"), "-o", url("of_view"), "--keep", "id,day"), 0,
                  ["1000 rows"])


def refusing(checks, folder):
    def refused(name, status, words, source, target, *more):
        checks.expect(name, checks.run("batch", MODEL, source, "-o", target, *more), status, words)

    keep = ("--keep", "id,day")
    refused("no such table", 4, ["there is no such table", "table=nothing"], url("nothing"), url("x"), *keep)
    refused("a key that is not kept", 2, ["'day'", "--keep"], url("wines"), url("x"), "--keep", "id")
    refused("the input itself", 2, ["is the input"], url("wines"), url("wines"), *keep)
    refused("no key at all", 2, ["needs a key"], folder / "rows.csv", url("x"))
    sql("CREATE TABLE no_key AS SELECT * FROM answers LIMIT 0")
    refused("a table without a key", 2, ["no primary key"], url("wines"), url("no_key"), *keep)
    sql("CREATE TABLE lacks (id uuid, day date, predict text, PRIMARY KEY (id, day))")
    refused("a table that lacks a column", 2, ["'proba_barbera'", "missing"], url("wines"), url("lacks"), *keep)
    sql("CREATE TABLE narrow (LIKE answers INCLUDING INDEXES)", "ALTER TABLE narrow ALTER proba_barolo TYPE real")
    refused("a type that loses digits", 2, ["'proba_barolo'", "real"], url("wines"), url("narrow"), *keep)
    sql("CREATE TABLE coarse (LIKE answers)", "ALTER TABLE coarse ADD PRIMARY KEY (day)", "ALTER TABLE coarse ALTER id DROP NOT NULL")
    refused("a key that would mix rows", 2, ["'id'", "each other's place"], url("wines"), url("coarse"), *keep)
    refused("rows of one key", 2, ["duplicate"], folder / "rows.csv", url("twice"), "--keep", "day")
    checks.that("leave nothing behind", not sql("SELECT to_regclass('twice_partial')").strip())
    sql("CREATE TABLE texts AS SELECT id, day, alcohol, malic_acid, magnesium::text, flavanoids, hue, proline, colour FROM wines LIMIT 9")
    refused("texts where numbers are wanted", 2, ["'magnesium'", "holds text"], url("texts"), folder / "x.csv")
    sql("CREATE TABLE odd AS SELECT id, day, alcohol, malic_acid, magnesium, flavanoids, hue, ARRAY[proline] AS proline, colour FROM wines LIMIT 9")
    refused("types that are not read", 3, ["'proline'", "bigint[]"], url("odd"), folder / "x.csv")

    sql("CREATE TABLE bad AS SELECT * FROM wines ORDER BY id LIMIT 1000", "ALTER TABLE bad ADD PRIMARY KEY (id, day)",
        "UPDATE bad SET hue = 'Infinity' WHERE id = (SELECT max(id::text)::uuid FROM bad)")
    refused("a row at fault ends the run", 2, ["table=bad", "row 1000"], url("bad"), url("of_bad"), *keep)
    errors = folder / "errors.csv"
    refused("or is set aside", 0, ["1000 rows", "1 rows that could not be scored"], url("bad"), url("of_bad"), *keep,
            "--errors", errors)
    checks.that("with its number and the reason", errors.read_text(encoding="utf-8").splitlines()[1].startswith("1000,,") and
                sql("SELECT count(*) FROM of_bad").strip() == "999")


def listen_with_tls(folder):
    """Makes the server take connections by TLS alone: of `postgres` by a certificate, of `reader` by a password. Gives its port."""
    make_certificates(folder, client="postgres")
    tree = pathlib.Path(os.environ["PGTREE"])
    for file in ("ca.pem", "server.pem", "server.key"):
        copy = tree / "data" / file
        shutil.copy(folder / file, copy)
        shutil.chown(copy, *(os.stat(tree / "data").st_uid, os.stat(tree / "data").st_gid))
        copy.chmod(0o600)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (tree / "data/postgresql.conf").open("a") as settings:
        settings.write(f"listen_addresses = '127.0.0.1'\nport = {port}\nssl = on\nssl_cert_file = 'server.pem'\n"
                       "ssl_key_file = 'server.key'\nssl_ca_file = 'ca.pem'\n")
    (tree / "data/pg_hba.conf").write_text("local all all trust\nhostssl all postgres 127.0.0.1/32 cert\n"
                                           "hostssl all reader 127.0.0.1/32 scram-sha-256\n")
    subprocess.run([tree / "restart"], check=True, stdout=subprocess.DEVNULL)
    os.environ["PGPORT"] = str(port)
    return port


def over_tls(checks, folder):
    def table(name, **options):
        return f"postgresql://127.0.0.1:{port}/{DATABASE}?table={name}" + "".join(f"&{key}={value}" for key, value in options.items())

    wanted = of_file(checks, folder)
    sql("CREATE ROLE reader LOGIN PASSWORD 'known'", "GRANT SELECT ON wines TO reader")
    port = listen_with_tls(folder)
    tls = {"tls": "true", "ca": folder / "ca.pem"}
    certified = {**tls, "user": "postgres", "cert": folder / "client.pem", "key": folder / "client.key"}
    checks.expect("table to table with a certificate of one's own", checks.run(
        "batch", MODEL, table("wines", **certified), "-o", table("by_tls", **certified), "--keep", "id,day"), 0, [f"{ROWS} rows"])
    checks.that("the answers are the file's", same(of_table("by_tls"), wanted))
    (folder / "password").write_text("known\n")
    (folder / "wrong").write_text("guessed\n")
    (folder / "other").mkdir()
    make_certificates(folder / "other", client="postgres")
    for name, status, words, options in [
            ("with a password", 0, [], {**tls, "user": "reader", "password_file": folder / "password"}),
            ("with a wrong one", 7, ["password authentication failed"], {**tls, "user": "reader", "password_file": folder / "wrong"}),
            ("a server of another authority", 6, ["certificate verify failed"], {**certified, "ca": folder / "other/ca.pem"}),
            ("a client of another authority", 6, ["alert"], {**certified, "cert": folder / "other/client.pem",
                                                                  "key": folder / "other/client.key"}),
            ("a file that is not there", 4, ["nothing.pem"], {**certified, "ca": folder / "nothing.pem"})]:
        checks.expect(name, checks.run("batch", MODEL, table("wines", **options), "-o", folder / "x.csv", "--restart"), status, words)


def main():
    checks = Checks(sys.argv[1])
    make_rows()
    with tempfile.TemporaryDirectory() as folder:
        for part in (scoring, resuming, refusing, over_tls):
            began = time.monotonic()
            part(checks, pathlib.Path(folder))
            print(f"{part.__name__}: {time.monotonic() - began:.1f} s", file=sys.stderr)
    return checks.summary()


if __name__ == "__main__":
    sys.exit(main())
