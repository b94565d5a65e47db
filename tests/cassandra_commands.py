#!/usr/bin/env python3
"""The command line over a registry in Cassandra, on a node that runs.

    tests/cassandra_commands.py SCOREWAY URL [CA USER PASSWORD]

With the last three the node wants TLS and a password, and only what differs by them is tried.
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
MODEL = ROOT / "examples" / "wine" / "model.pkl"


class Checks:
    def __init__(self, scoreway):
        self.scoreway = scoreway
        self.passed = self.failed = 0

    def run(self, *arguments, environment=None):
        return subprocess.run([self.scoreway, *map(str, arguments)], capture_output=True, text=True, check=False,
                              env={**os.environ, **(environment or {})})

    def expect(self, name, done, status=0, says=()):
        text = done.stdout + done.stderr
        missing = [word for word in says if word not in text]
        if done.returncode == status and not missing:
            self.passed += 1
            return done.stdout
        self.failed += 1
        print(f"FAILED: {name}: status {done.returncode}, wanted {status}; not said: {missing}\n{text[-600:]}")
        return done.stdout

    def that(self, name, holds):
        self.passed += bool(holds)
        self.failed += not holds
        if not holds:
            print(f"FAILED: {name}")

    def summary(self):
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0


def plain(checks, url, folder):
    run, expect = checks.run, checks.expect
    place = ("--registry", url)
    expect("a keyspace that was not made", run("models", *place), 4, ["store init"])
    printed = expect("init --print", run("store", "init", "--print", *place), 0, ["CREATE KEYSPACE", "CREATE TABLE"])
    checks.that("--print makes nothing", run("models", *place).returncode == 4)
    checks.that("a comment for every table", printed.count("CREATE TABLE") == printed.count("PRIMARY KEY"))
    expect("too many copies", run("store", "init", "--registry", url + "&rf=3"), 2, ["rf=3", "1 node"])
    expect("init", run("store", "init", *place), 0, ["KEYSPACE", "model made", "schema version"])
    expect("init again", run("store", "init", *place), 0, ["model is there"])
    expect("migrate", run("store", "migrate", *place), 0, ["newest"])

    expect("push", run("push", "wine", MODEL, "--alias", "champion", "--metric", "accuracy=0.9", *place), 0, ["wine/1"])
    expect("push again", run("push", "wine", MODEL, "--idempotency-key", "k", *place), 0, ["wine/2"])
    expect("push twice", run("push", "wine", MODEL, "--idempotency-key", "k", *place), 0, ["wine/2", "before"])
    expect("models", run("models", *place), 0, ["wine"])
    expect("search", run("models", "--search", "metrics.accuracy > 0.8", *place), 0, ["wine"])
    expect("alias", run("alias", "wine", "champion", "2", "--expected", "1", *place))
    expect("a lost alias", run("alias", "wine", "champion", "1", "--expected", "1", *place), 5)
    expect("rollback", run("rollback", "wine", *place), 0, ["1"])
    expect("by the environment", run("models", environment={"SCOREWAY_REGISTRY": url}), 0, ["wine"])
    pulled = folder / "pulled.pkl"
    expect("pull", run("pull", "wine@champion", "-o", pulled, *place))
    checks.that("the bytes come back", pulled.exists() and pulled.read_bytes() == MODEL.read_bytes())
    rows = ROOT / "examples" / "wine" / "rows.csv"
    if rows.exists():
        answers = run("predict", "wine", "-i", rows, *place).stdout
        checks.that("the same answers as from the file", answers and answers == run("predict", MODEL, "-i", rows).stdout)
    expect("a feature view", run("features", "define", "wines", "--key", "bottle:int64", "--column", "hue", *place))
    kept = folder / "kept.csv"
    kept.write_text("bottle,hue,event_time\n" + "".join(f"{n},{n}.5,2026-01-01\n" for n in range(5000)))
    expect("features", run("features", "write", "wines", kept, *place), 0, ["5000 keys"])
    expect("older features", run("features", "write", "wines", kept, *place), 0, ["5000 keys"])
    expect("features by key", run("features", "read", "wines", "4711", *place), 0, ["4711,4711.5,2026-01-01T00"])
    expect("a view that goes", run("features", "delete", "wines", *place))
    expect("rm of what is in use", run("rm", "wine/1", *place), 5)
    expect("rm", run("rm", "wine/2", "--force", *place))
    expect("what is gone", run("pull", "wine/2", "-o", pulled, *place), 4)

    copies(checks, url, folder)

    started = time.monotonic()
    expect("nobody there", run("models", "--registry", "cassandra://127.0.0.1:1/nothing?connect_ms=2000"), 6)
    checks.that("and soon", time.monotonic() - started < 10)
    expect("a key that is none", run("models", "--registry", url + "&speed=9"), 2, ["speed", "timeout_ms"])
    expect("a password in the URL", run("models", "--registry", url + "&password=secret"), 2, ["password_file"])
    hidden = run("models", "--registry", "cassandra://me:secret@127.0.0.1/x")
    expect("a user in the URL", hidden, 2, ["environment"])
    checks.that("never printed", "secret" not in hidden.stdout + hidden.stderr)


def copies(checks, url, folder):
    """Check, and copying there and back."""
    run, expect = checks.run, checks.expect
    place = ("--registry", url)
    expect("check", run("store", "check", *place), 0, ["1 models, 1 versions", "model_versions", "0 uploads"])
    expect("check --quick", run("store", "check", "--quick", *place), 0, ["not read"])
    file = folder / "copy.db"
    expect("copy to a file", run("store", "copy", "--to", file, *place), 0, ["1 artifacts"])
    expect("copy again", run("store", "copy", "--to", file, *place), 0, ["0 versions"])
    expect("check of the file", run("store", "check", "--registry", file), 0, ["1 versions"])
    told = run("models", "wine", "--json", *place).stdout
    checks.that("the copy tells the same", told and told == run("models", "wine", "--json", "--registry", file).stdout)
    history = run("alias", "wine", "champion", "--history", *place).stdout
    checks.that("and its history", history == run("alias", "wine", "champion", "--history", "--registry", file).stdout)
    back = url.replace("?", "_back?")
    expect("a keyspace for the way back", run("store", "init", "--registry", back))
    expect("copy back", run("store", "copy", "--to", back, "--registry", file), 0, ["1 models"])
    checks.that("nothing was lost", told == run("models", "wine", "--json", "--registry", back).stdout)
    expect("push to the copy", run("push", "wine", MODEL, "--registry", back), 0, ["wine/3"])
    expect("copy over what went on", run("store", "copy", "--to", back, *place), 5, ["wine"])


def secure(checks, url, folder, authority, user, password):
    run, expect = checks.run, checks.expect
    word = folder / "password"
    word.write_text(password + "\n")
    full = f"{url}&tls=true&ca={authority}&user={user}&password_file={word}"
    expect("init with TLS and password", run("store", "init", "--registry", full), 0, ["schema version"])
    expect("push with both", run("push", "wine", MODEL, "--registry", full), 0, ["wine/1"])
    environment = {"SCOREWAY_CASSANDRA_USER": user, "SCOREWAY_CASSANDRA_PASSWORD": password}
    expect("by the environment", run("models", "--registry", f"{url}&tls=true&ca={authority}", environment=environment),
           0, ["wine"])
    word.write_text("wrong\n")
    wrong = run("models", "--registry", full)
    expect("a wrong password", wrong, 7, [])
    checks.that("that is not printed", "wrong" not in wrong.stdout + wrong.stderr)
    expect("no password", run("models", "--registry", f"{url}&tls=true&ca={authority}"), 7)
    word.write_text(password)
    expect("no TLS", run("models", "--registry", f"{url}&user={user}&password_file={word}&connect_ms=3000"), 6)
    expect("a stranger's certificate", run("models", "--registry", f"{url}&tls=true&user={user}&password_file={word}"), 6)


def main():
    scoreway, url, *rest = sys.argv[1:]
    checks = Checks(scoreway)
    with tempfile.TemporaryDirectory() as folder:
        if rest:
            secure(checks, url, pathlib.Path(folder), *rest)
        else:
            plain(checks, url, pathlib.Path(folder))
    return checks.summary()


if __name__ == "__main__":
    sys.exit(main())
