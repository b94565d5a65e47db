"""Challenges whose evaluation is killed at any moment: one champion, a whole record, and no decision twice.

    challenge_crash.py SCOREWAY KILLS

A server answers with one version and scores copies with another, which is right more often by the labels. Then
`scoreway challenge run` is killed with SIGKILL after a random time, again and again, until the challenger is champion;
then the same until it is rolled back, as its labels turn out worse. After each kill the aliases point at the two
versions, each at another.

By turns with challenges whose canary has two steps and ends in a promotion or a rejection: the requests are split as the
step asks, also after a kill of the server that answers them, and no split outlives the canary. All of it as often as
the kills last.
"""
import collections
import contextlib
import json
import math
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

SCOREWAY, KILLS = os.path.abspath(sys.argv[1]), int(sys.argv[2])
ROWS = 300
STEPS = [40, 80]  # percent of the canary
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


@contextlib.contextmanager
def serving(folder):
    """A server and its address; killed at the end if it is still there."""
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
        yield server, address
    finally:
        server.kill()
        server.wait()


def ask(address, rows=ROWS):
    """The ids of so many predictions, and how many of them each version made."""
    answers = [call(address, "POST", "/v1/models/m:predict", {"rows": [{"x": i}]}) for i in range(rows)]
    return [answer["prediction_id"] for answer in answers], collections.Counter(answer["version"] for answer in answers)


def score(folder, label):
    """Rows through the server, with labels, the answering version's and the shadow's predictions in the log; how many each version answered."""
    with serving(folder) as (server, address):
        ids, versions = ask(address)
        call(address, "POST", "/v1/models/m/labels", {"labels": [{"prediction_id": id, "label": label} for id in ids]})
        server.terminate()
        server.wait()
    return versions


def score_in_canary(folder, label, percent):
    """The same with a server that was killed amid requests before; both led so many percent of them to the challenger."""
    with serving(folder) as (server, address):
        killer = threading.Timer(random.uniform(0, 0.3), server.kill)
        killer.start()
        try:
            while True:
                ask(address, 1)
        except OSError:
            killer.join()
    check_aliases(folder)
    assert split(folder) == percent, split(folder)
    share = score(folder, label)[2] / ROWS
    # Five standard deviations.
    assert abs(share - percent / 100) < 5 * math.sqrt(0.25 / ROWS), (share, percent)


def aliases(folder):
    lines = run(folder, "alias", "m", "--json").stdout
    return json.loads(lines)["aliases"]


def check_aliases(folder):
    now = aliases(folder)
    assert sorted((now["champion"], now["challenger"])) == [1, 2], now


def split(folder):
    """How many percent of the requests the challenger answers; 0 without a split."""
    shares = {share["alias"]: share["percent"] for share in json.loads(run(folder, "traffic", "show", "m", "--json").stdout)["split"]}
    assert not shares or (set(shares) == {"champion", "challenger"} and sum(shares.values()) == 100), shares
    return shares.get("challenger", 0)


def state(folder):
    """The phase, and in the canary its step: "canary 0"."""
    challenge = json.loads(run(folder, "challenge", "show", "m", "challenger", "--json").stdout)
    return challenge["phase"] + (f" {challenge['canary_step']}" if challenge["phase"] == "canary" else "")


def kill_until(folder, wanted, usual):
    """Evaluates under fire until the state is reached; how many were killed."""
    kills = 0
    command = [SCOREWAY, "challenge", "run", "m", "challenger", "--registry", str(folder / "registry.db")]
    while state(folder) != wanted:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(random.uniform(0, usual))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            kills += 1
            usual *= 1.1  # so that it ends on a machine that became slower, too
        check_aliases(folder)
    return kills


def kill_in(folder, usual, kills=2):
    """Evaluations in a state that they do not end: so many killed, then one that may do all it wants."""
    before = state(folder)
    command = [SCOREWAY, "challenge", "run", "m", "challenger", "--registry", str(folder / "registry.db")]
    for _ in range(kills):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(random.uniform(0, usual))
        process.kill()
        process.wait()
        assert state(folder) == before, (before, state(folder))
        check_aliases(folder)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    assert state(folder) == before, (before, state(folder))
    return kills


def settle():
    time.sleep(6)  # what the log is given


def check(folder, kinds, champion):
    now = aliases(folder)
    assert (now["champion"], now["challenger"]) == (champion, 3 - champion), now
    history = json.loads(run(folder, "history", "m", "--json", "-n", "1000").stdout)["history"]
    events = [entry["challenge"]["kind"] for entry in reversed(history) if "challenge" in entry]
    moves = [entry["move"] for entry in reversed(history) if "move" in entry and entry["move"]["alias"] == "champion"]
    assert events == kinds, events
    assert len(moves) == 1 + kinds.count("promoted") + kinds.count("rolled_back"), moves


class Rounds:
    """Stages of challenges, each a folder that every round begins again from its copy."""

    def __init__(self, work):
        self.work, self.folder = work, work / "round"
        self.begin("plain", "--cool-down", "0")
        self.again("plain")
        started = time.time()
        run(self.folder, "challenge", "run", "m", "challenger")
        self.usual = time.time() - started
        policy = work / "canary.json"
        policy.write_text(json.dumps({"canary": STEPS, "canary_labels_min": 50, "cool_down_s": 0}))
        self.begin("canary", "--policy", str(policy))

    def begin(self, stage, *rules):
        folder = self.work / stage
        folder.mkdir()
        for value, alias in (("0", "champion"), ("1", "challenger")):
            (folder / "model.pmml").write_text(PMML.format(value))
            run(folder, "push", "m", str(folder / "model.pmml"), "--alias", alias)
        run(folder, "challenge", "start", "m", "challenger", *rules)
        score(folder, 1)
        settle()
        return folder

    def again(self, stage):
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.work / stage, self.folder)

    def once(self, stage, scoring):
        """Makes a stage of where the first round is now, with what its requests and labels tell. One copy of the log serves all rounds."""
        if (self.work / stage).exists():
            return
        shutil.copytree(self.folder, self.work / stage)
        scoring(self.work / stage)
        settle()

    def plain(self):
        self.again("plain")
        kills = kill_until(self.folder, "watching", self.usual)
        check(self.folder, ["begun", "promoting", "promoted"], 2)
        # The labels of what it answers now say that it is worse.
        self.once("promoted", lambda folder: score(folder, 0))
        self.again("promoted")
        kills += kill_until(self.folder, "rolled_back", self.usual)
        check(self.folder, ["begun", "promoting", "promoted", "rolling_back", "rolled_back"], 1)
        return kills

    def canary(self):
        self.again("canary")
        kills = kill_until(self.folder, "canary 0", self.usual) + self.stay_in_step(0)
        check(self.folder, ["begun", "canary"], 1)
        self.once("first step", lambda folder: score_in_canary(folder, 1, STEPS[0]))
        self.again("first step")
        kills += kill_until(self.folder, "canary 1", self.usual) + self.stay_in_step(1)
        check(self.folder, ["begun", "canary", "canary"], 1)
        self.once("better", lambda folder: score_in_canary(folder, 1, STEPS[1]))
        self.once("worse", lambda folder: score_in_canary(folder, 0, STEPS[1]))
        for stage, end, kinds, champion in (("better", "watching", ["promoting", "promoted"], 2), ("worse", "rejected", ["rejected"], 1)):
            self.again(stage)
            kills += kill_until(self.folder, end, self.usual)
            check(self.folder, ["begun", "canary", "canary", *kinds], champion)
            assert split(self.folder) == 0, split(self.folder)
        return kills

    def stay_in_step(self, step):
        kills = kill_in(self.folder, self.usual)
        assert split(self.folder) == STEPS[step], split(self.folder)
        return kills


def main():
    work = pathlib.Path(tempfile.mkdtemp())
    try:
        rounds = Rounds(work)
        plain = canary = count = 0
        while min(plain, canary) < KILLS / 2:
            count += 1
            plain += rounds.plain()
            canary += rounds.canary()
        print(f"{plain} kills in {count} promotions and rollbacks, {canary} in as many canaries that ended in a promotion and in a rejection: "
              "one champion each time, the split of its step, and the whole record")
    finally:
        shutil.rmtree(work)


main()
