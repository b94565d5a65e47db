"""Challenges whose evaluation is killed at any moment: one champion, a whole record, and no decision twice.

    challenge_crash.py SCOREWAY KILLS

A server answers with one version and scores copies with another, which is right more often by the labels. Then
`scoreway challenge run` is killed with SIGKILL after a random time, again and again, until the challenger is champion;
then the same until it is rolled back, as its labels turn out worse. After each kill the aliases point at the two
versions, each at another. All of it as often as the kills last.
"""
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

SCOREWAY, KILLS = os.path.abspath(sys.argv[1]), int(sys.argv[2])
ROWS = 300
PMML = """<PMML version="4.4" xmlns="http://www.dmg.org/PMML-4_4"><Header/><DataDictionary>
<DataField name="x" optype="continuous" dataType="double"/><DataField name="y" optype="continuous" dataType="double"/>
</DataDictionary><RegressionModel functionName="regression"><MiningSchema><MiningField name="x"/>
<MiningField name="y" usageType="target"/></MiningSchema><RegressionTable intercept="{}"/></RegressionModel></PMML>"""


def run(folder, *arguments, check=True):
    done = subprocess.run([SCOREWAY, *arguments, "--registry", str(folder / "registry.db")], capture_output=True, text=True)
    if check and done.returncode != 0:
        sys.exit(f"{' '.join(arguments)}: {done.stderr}")
    return done


def call(address, method, path, body):
    request = urllib.request.Request(f"http://{address}{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def score(folder, label):
    """Rows through the server, with labels, the answering version's and the shadow's predictions in the log."""
    place = folder / "address"
    place.unlink(missing_ok=True)
    server = subprocess.Popen([SCOREWAY, "serve", "--registry", str(folder / "registry.db"), "--port", "0", "--address-file", str(place),
                               "--log-predictions", "--role", "gateway"], stderr=subprocess.DEVNULL)
    try:
        while not (place.exists() and place.read_text().endswith("\n")):
            assert server.poll() is None, "the server ended"
            time.sleep(0.01)
        address = place.read_text().strip()
        # Both are loaded before a row counts.
        for alias in ("champion", "challenger"):
            call(address, "POST", f"/v1/models/m@{alias}:predict", {"rows": [{"x": 0}]})
        ids = [call(address, "POST", "/v1/models/m:predict", {"rows": [{"x": i}]})["prediction_id"] for i in range(ROWS)]
        call(address, "POST", "/v1/models/m/labels", {"labels": [{"prediction_id": id, "label": label} for id in ids]})
    finally:
        server.terminate()
        server.wait()


def aliases(folder):
    lines = run(folder, "alias", "m", "--json").stdout
    return json.loads(lines)["aliases"]


def phase(folder):
    return json.loads(run(folder, "challenge", "show", "m", "challenger", "--json").stdout)["phase"]


def kill_until(folder, wanted, usual):
    """Evaluates under fire until the phase is reached; how many were killed."""
    kills = 0
    command = [SCOREWAY, "challenge", "run", "m", "challenger", "--registry", str(folder / "registry.db")]
    while phase(folder) not in wanted:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(random.uniform(0, 1.3) * usual)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            kills += 1
        now = aliases(folder)
        assert sorted((now["champion"], now["challenger"])) == [1, 2], now
    return kills


def check(folder, kinds, champion):
    now = aliases(folder)
    assert (now["champion"], now["challenger"]) == (champion, 3 - champion), now
    history = json.loads(run(folder, "history", "m", "--json", "-n", "1000").stdout)["history"]
    events = [entry["challenge"]["kind"] for entry in reversed(history) if "challenge" in entry]
    moves = [entry["move"] for entry in reversed(history) if "move" in entry and entry["move"]["alias"] == "champion"]
    assert events == kinds, events
    assert len(moves) == 1 + kinds.count("promoted") + kinds.count("rolled_back"), moves


def main():
    work = pathlib.Path(tempfile.mkdtemp())
    try:
        base = work / "base"
        base.mkdir()
        for value, alias in (("0", "champion"), ("1", "challenger")):
            (base / "model.pmml").write_text(PMML.format(value))
            run(base, "push", "m", str(base / "model.pmml"), "--alias", alias)
        run(base, "challenge", "start", "m", "challenger", "--cool-down", "0")
        score(base, 1)
        time.sleep(6)  # what the log is given to settle
        kills = rounds = 0
        promoted = work / "promoted"
        while kills < KILLS:
            rounds += 1
            folder = work / "round"
            shutil.copytree(base, folder)
            started = time.time()
            run(folder, "challenge", "show", "m", "challenger")
            usual = (time.time() - started) * 3
            kills += kill_until(folder, ("watching",), usual)
            check(folder, ["begun", "promoting", "promoted"], 2)
            if rounds == 1:
                # The labels of what it answers now say that it is worse. One copy of the log serves all rounds.
                shutil.copytree(folder, promoted)
                score(promoted, 0)
                time.sleep(6)
            shutil.rmtree(folder)
            shutil.copytree(promoted, folder)
            kills += kill_until(folder, ("rolled_back",), usual)
            check(folder, ["begun", "promoting", "promoted", "rolling_back", "rolled_back"], 1)
            shutil.rmtree(folder)
        print(f"{kills} kills in {rounds} promotions and rollbacks: one champion each time, and the whole record")
    finally:
        shutil.rmtree(work)


main()
