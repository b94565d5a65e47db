#!/usr/bin/env python3
"""The command line as a user meets it: every command, its outputs, its errors and exit statuses.

    tests/commands.py SCOREWAY [unittest options]
"""
import csv
import hashlib
import http.client
import io
import json
import os
import pathlib
import re
import signal
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from certificates import make_certificates  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent
WINE = ROOT / "examples" / "wine"
SCOREWAY = ""


class CommandTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.registry = self.folder / "registry.db"

    def run_command(self, *arguments, status=0, stdin=b"", env=None):
        done = subprocess.run(
            [SCOREWAY, *map(str, arguments)], input=stdin, capture_output=True, timeout=60, cwd=self.folder,
            env={**os.environ, "SCOREWAY_REGISTRY": str(self.registry), **(env or {})})
        self.assertEqual(done.returncode, status, f"{arguments}\n{done.stdout.decode()}\n{done.stderr.decode()}")
        return done.stdout.decode(), done.stderr.decode()

    def json_of(self, *arguments):
        return json.loads(self.run_command(*arguments, "--json")[0])

    def push_wine(self, *more):
        return self.json_of("push", "wine", WINE / "model.pkl", *more)["version"]

    def rows(self, text):
        return list(csv.DictReader(io.StringIO(text)))


class HelpTest(CommandTest):
    def test_help_lists_every_command_and_the_exit_statuses(self):
        out, _ = self.run_command("--help")
        for command in "push models inspect predict alias rollback pull rm run features keys learn trainer retrain traffic log labels drift performance watch serve convert completion".split():
            self.assertIn(command, out)
            self.assertIn("--help", self.run_command(command, "--help")[0])
        self.assertIn("3 unsupported model", out)

    def test_wrong_usage_is_status_2(self):
        for arguments in ([], ["fly"], ["push"], ["predict", "m", "--flie", "x"], ["completion", "tcsh"],
                          ["push", "wine", "f", "--metric", "auc=good"]):
            _, err = self.run_command(*arguments, status=2)
            self.assertTrue(err.strip(), arguments)

    def test_completion_scripts_are_valid_shell_and_know_the_commands(self):
        script, _ = self.run_command("completion", "bash")
        done = subprocess.run(["bash", "-c", script + '\nCOMP_WORDS=(scoreway pre); COMP_CWORD=1; _scoreway; echo "${COMPREPLY[@]}"'],
                              capture_output=True, text=True)
        self.assertEqual(done.stdout.strip(), "predict", done.stderr)
        for shell in ("zsh", "fish"):
            self.assertIn("rollback", self.run_command("completion", shell)[0])


class DriftTest(CommandTest):
    def files(self):
        """Two files that differ in age and city, not in weight; a hundredth of the ages of the second is missing."""
        for name, shift in (("then.csv", 0), ("now.csv", 1)):
            rows = ["age,weight,city"]
            for i in range(600):
                age = "" if shift and i % 100 == 0 else 20 + (i * 7) % 40 + 9 * shift
                rows.append(f"{age},{60 + (i * 13) % 30 / 2},{'Oslo' if i % (4 - 2 * shift) == 0 else 'Rome'}")
            (self.folder / name).write_text("\n".join(rows) + "\n")

    def test_two_files_are_compared_column_by_column(self):
        self.files()
        report = self.json_of("drift", "--reference", "then.csv", "--current", "now.csv")
        columns = {column["column"]: column for column in report["columns"]}
        self.assertEqual(report["state"], "alarm")
        self.assertEqual([columns[name]["state"] for name in ("age", "weight", "city")], ["alarm", "quiet", "alarm"])
        self.assertAlmostEqual(columns["age"]["missing"], 0.01)
        age = columns["age"]["shares"]
        self.assertEqual((len(age["edges"]), age["edges"][0], age["edges"][-1]), (len(age["current"]) + 1, 20, 68))
        self.assertAlmostEqual(sum(age["reference"]), 1)
        city = columns["city"]["shares"]
        self.assertEqual(dict(zip(city["values"], zip(city["reference"], city["current"]))), {"Rome": (0.75, 0.5), "Oslo": (0.25, 0.5)})
        self.assertEqual(columns["city"]["kind"], "category")
        self.assertIn("'Oslo' 25 % -> 50 %", columns["city"]["reasons"][0])
        out, _ = self.run_command("drift", "--reference", "then.csv", "--current", "now.csv", "--columns", "age")
        self.assertTrue(out.startswith("alarm: 600 rows against 600 of the reference\nalarm  age: PSI "), out)
        report = self.json_of("drift", "--reference", "then.csv", "--current", "now.csv", "--categorical", "weight")
        self.assertEqual([c["kind"] for c in report["columns"]], ["number", "category", "category"])

    def test_wrong_uses_are_said_to_be_so(self):
        self.files()
        self.run_command("drift", status=2)
        self.run_command("drift", "--reference", "then.csv", status=2)
        _, err = self.run_command("drift", "--reference", "then.csv", "--current", "now.csv", "--columns", "agee", status=2)
        self.assertIn("did you mean 'age'", err)
        (self.folder / "bad.csv").write_text("age\n1\nold\n")
        _, err = self.run_command("drift", "--reference", "then.csv", "--current", "bad.csv", status=2)
        self.assertIn("bad.csv: line 3", err)

    def test_a_push_with_a_sample_keeps_its_profile(self):
        out, _ = self.run_command("push", "wine", WINE / "model.pkl", "--sample", WINE / "rows.csv")
        self.assertIn("its reference profile is that of", out)
        _, err = self.run_command("push", "wine", WINE / "model.pkl", "--sample", WINE / "model.pkl", status=2)
        self.assertIn("the name does not say its format", err)

    def test_a_watch_is_set_shown_and_removed(self):
        self.push_wine()
        self.run_command("watch", "set", "none", status=4)
        _, error = self.run_command("watch", "set", "wine", "--below", "speed=1", status=2)
        self.assertIn("speed", error)
        watch = self.json_of("watch", "set", "wine", "--below", "accuracy=0.9", "--above", "log_loss=1", "--metric-window", "7d")["watch"]
        self.assertEqual((watch["below"], watch["above"], watch["metric_window"]), ({"accuracy": 0.9}, {"log_loss": 1}, "7d"))
        watch = self.json_of("watch", "set", "wine", "--every", "5m", "--learn", "1000")["watch"]
        self.assertEqual((watch["interval_seconds"], watch["learn_rows"]), (300, 1000))
        self.assertIn("quiet", self.run_command("watch", "list")[0])
        self.run_command("watch", "silence", "wine", "--for", "2h", "--note", "moving house")
        self.assertIn("moving house", self.run_command("watch", "show", "wine")[0])
        self.run_command("watch", "acknowledge", "wine", status=5)
        self.run_command("watch", "remove", "wine")
        self.run_command("watch", "show", "wine", status=4)


class PredictTest(CommandTest):
    def expect_wine(self, answers):
        expected = self.rows((WINE / "expected.csv").read_text())
        self.assertEqual(len(answers), len(expected))
        for got, wanted in zip(answers, expected):
            for column, cell in wanted.items():
                if column == "predict":
                    self.assertEqual(str(got[column]), cell)
                else:
                    self.assertAlmostEqual(float(got[column]), float(cell), delta=1e-12 * abs(float(cell)) + 1e-15)

    def test_a_file_scores_csv_to_a_file_as_scikit_learn_did(self):
        self.run_command("predict", WINE / "model.pkl", "--input", WINE / "rows.csv", "--output", "out.csv")
        self.expect_wine(self.rows((self.folder / "out.csv").read_text()))

    def test_json_lines_through_pipes(self):
        out, _ = self.run_command("predict", WINE / "model.pkl", "--input-format", "jsonl",
                                  stdin=(WINE / "rows.jsonl").read_bytes())
        self.expect_wine([json.loads(line) for line in out.splitlines()])

    def test_a_registered_model_and_chosen_outputs(self):
        self.push_wine()
        out, _ = self.run_command("predict", "wine/1", "-i", WINE / "rows.csv", "--outputs", "predict")
        self.assertEqual(out.splitlines()[0], "predict")
        _, err = self.run_command("predict", "wine", "-i", WINE / "rows.csv", "--outputs", "predicted", status=2)
        self.assertIn("predicted", err)

    def test_a_bad_cell_names_line_and_column_and_leaves_no_output(self):
        lines = (WINE / "rows.csv").read_text().splitlines()
        numeric = lines[0].split(",").index("alcohol")
        cells = lines[3].split(",")
        cells[numeric] = "strong"
        lines[3] = ",".join(cells)
        (self.folder / "bad.csv").write_text("\n".join(lines) + "\n")
        _, err = self.run_command("predict", WINE / "model.pkl", "-i", "bad.csv", "-o", "out.csv", status=2)
        for part in ("bad.csv", "line 4", "'alcohol'", "strong"):
            self.assertIn(part, err)
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()), ["bad.csv"])

    def test_a_missing_column_is_named_with_the_one_that_was_meant(self):
        text = (WINE / "rows.csv").read_text().replace("alcohol", "Alcohol", 1)
        _, err = self.run_command("predict", WINE / "model.pkl", stdin=text.encode(), status=2)
        self.assertIn("'alcohol'", err)
        self.assertIn("'Alcohol'", err)

    def test_a_missing_model_is_status_4(self):
        self.assertIn("nosuch", self.run_command("predict", "nosuch", status=4)[1])
        self.push_wine()
        self.assertIn("wine", self.run_command("predict", "wine@nosuch", status=4)[1])
        self.run_command("predict", "wine/9", status=4)

    def test_an_output_that_cannot_be_written_is_named(self):
        _, err = self.run_command("predict", WINE / "model.pkl", "-i", WINE / "rows.csv", "-o", "no/such/folder/out.csv", status=4)
        self.assertIn("no/such/folder/out.csv", err)

    def test_a_full_disk_is_status_6_and_said(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("no /dev/full")
        _, err = self.run_command("predict", WINE / "model.pkl", "-i", WINE / "rows.csv", "-o", "/dev/full", status=6)
        self.assertIn("/dev/full", err)


class RunTest(CommandTest):
    """The iterations of a training, as somebody follows them from a shell."""

    def start(self, *more):
        return self.run_command("run", "start", "wine", *more)[0].strip()

    def steps(self, *arguments):
        return [checkpoint["step"] for checkpoint in self.json_of("run", *arguments)["checkpoints"]]

    def test_a_training_is_followed_from_its_start_to_a_version(self):
        run = self.start("--parameter", "eta=0.1", "--source", "train.py", "--keep-last", "1", "--keep-best", "1",
                         "--keep-metric", "auc")
        self.assertEqual(run, "1")
        for step, auc in enumerate((0.5, 0.75, 0.625, 0.7)):
            model = self.folder / f"model{step}"
            model.write_bytes((WINE / "model.pkl").read_bytes() if step == 1 else b"iteration %d" % step)
            self.run_command("run", "log", "wine", run, step, model, "--metric", f"auc={auc}")
        self.assertEqual(self.steps("show", "wine", "latest"), [3, 2, 1, 0])
        kept = {c["step"]: c["artifact"] for c in self.json_of("run", "show", "wine", run)["checkpoints"]}
        self.assertEqual(kept, {0: "pruned", 1: "kept", 2: "pruned", 3: "kept"})
        self.assertEqual(self.steps("best", "wine", run, "--metric", "auc"), [1])
        self.assertEqual(self.steps("best", "wine", run, "--metric", "auc", "--goal", "min", "-n", "2"), [0, 2])

        self.run_command("run", "pull", "wine", run, "best", "--metric", "auc", "-o", "best.pkl")
        self.assertEqual((self.folder / "best.pkl").read_bytes(), (WINE / "model.pkl").read_bytes())
        _, err = self.run_command("run", "pull", "wine", run, "0", status=4)
        self.assertIn("retention", err)

        self.run_command("run", "promote", "wine", run, "latest", status=2)
        version = self.json_of("run", "promote", "wine", run, "best", "--metric", "auc", "--alias", "champion",
                               "--parity-input", WINE / "rows.csv", "--parity-expected", WINE / "expected.csv",
                               "--require-parity")
        self.assertEqual((version["version"], version["run"], version["step"]), (1, 1, 1))
        self.assertEqual(version["metrics"], {"auc": 0.75})
        self.assertEqual(version["parameters"], {"eta": "0.1"})
        again = self.json_of("run", "promote", "wine", run, "1")
        self.assertEqual(again["version"], 1)

        self.run_command("run", "finish", "wine", run)
        _, err = self.run_command("run", "log", "wine", run, "9", "--metric", "auc=1", status=5)
        self.assertIn("finished", err)
        out, _ = self.run_command("run", "list", "wine")
        for part in ("finished", "train.py", "auc=0.7"):
            self.assertIn(part, out)

    def test_a_log_may_be_repeated_but_not_contradicted(self):
        run = self.start()
        log = ("run", "log", "wine", run, "7", "--metric")
        self.run_command(*log, "auc=0.5")
        self.assertIn("logged before", self.run_command(*log, "auc=0.5")[0])
        _, err = self.run_command(*log, "auc=0.6", status=5)
        self.assertIn("auc", err)
        self.run_command(*log, "auc=0.6", "--replace")
        self.assertEqual(self.json_of("run", "best", "wine", run, "--metric", "auc")["checkpoints"][0]["metrics"], {"auc": 0.6})

    def test_runs_are_compared_by_their_best(self):
        for values in ((0.5, 0.9), (0.25, 0.8)):
            run = self.start()
            for step, value in enumerate(values):
                self.run_command("run", "log", "wine", run, step, "--metric", f"loss={value}", "--metric", f"odd={value}")
        compared = self.json_of("run", "compare", "wine", "--metric", "loss")
        self.assertEqual([r["run"]["run"] for r in compared["runs"]], [2, 1])
        compared = self.json_of("run", "compare", "wine", "1", "2", "--metric", "odd", "--goal", "max")
        self.assertEqual([r["run"]["run"] for r in compared["runs"]], [1, 2])
        _, err = self.run_command("run", "compare", "wine", "--metric", "odd", status=2)
        self.assertIn("goal", err)

    def test_a_run_goes_on_from_a_checkpoint_and_is_pruned(self):
        run = self.start()
        for step in range(3):
            (self.folder / "bytes").write_bytes(b"x" * (step + 1))
            self.run_command("run", "log", "wine", run, step, "bytes")
        second = self.start("--from", "1/2")
        shown = self.json_of("run", "show", "wine", second)["run"]
        self.assertEqual((shown["parent_run"], shown["parent_step"]), (1, 2))
        self.run_command("run", "start", "wine", "--from", "1/9", status=4)
        self.assertEqual(self.json_of("run", "prune", "wine", "--keep-last", "1"), {"checkpoints": 2, "bytes": 3})

    def test_what_is_not_there_is_status_4(self):
        self.run_command("run", "show", "wine", "latest", status=4)
        self.start()
        self.run_command("run", "show", "wine", "9", status=4)
        self.run_command("run", "pull", "wine", "1", status=4)
        self.run_command("run", status=2)


class LearnTest(CommandTest):
    CASES = ROOT / "tests" / "cases" / "learning"

    def setUp(self):
        super().setUp()
        self.run_command("push", "churn", self.CASES / "sgd-log" / "1.9.1" / "before.pkl", "--alias", "champion")
        with open(self.CASES / "numbers.csv", newline="", encoding="utf-8") as file:
            self.head, *self.table = csv.reader(file)

    def write(self, name, rows):
        with open(self.folder / name, "w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([self.head] + rows)
        return name

    def learn(self, rows, *more, **how):
        return self.run_command("learn", "churn", "--from", rows, "--label", "two", *more, **how)

    def decisions(self, model, rows):
        out, _ = self.run_command("predict", model, "-i", rows)
        return [float(row["decision_function"]) for row in self.rows(out)]

    def test_what_is_learned_equals_what_the_library_learned(self):
        rows = self.write("rows.csv", self.table[120:])
        out, _ = self.learn(rows, "--batch", "90", "--promote")
        self.assertIn("churn/1 learned 360 rows: run 1 step 360", out)
        self.run_command("push", "theirs", self.CASES / "sgd-log" / "1.9.1" / "after.pkl")
        for mine, theirs in zip(self.decisions("churn/2", rows), self.decisions("theirs", rows)):
            self.assertAlmostEqual(mine, theirs, delta=1e-12 * max(1, abs(theirs)))
        version = self.json_of("models", "churn")["versions"][0]
        self.assertEqual((version["version"], version["parent_version"], version["run"], version["step"]), (2, 1, 1, 360))
        self.assertEqual(version["training_data"], "rows.csv")

    def test_checkpoints_go_on_where_they_stopped(self):
        self.learn(self.write("first.csv", self.table[120:300]), "--batch", "90", "--checkpoint-every", "90", "--promote")
        self.assertEqual([each["step"] for each in self.json_of("run", "show", "churn", "1")["checkpoints"]], [180, 90])
        self.run_command("learn", "churn/2", "--from", self.write("second.csv", self.table[300:]), "--label", "two", "--batch",
                         "90", "--promote")
        rows = self.write("rows.csv", self.table[120:])
        self.learn(rows, "--batch", "90", "--promote")
        self.assertEqual(self.decisions("churn/3", rows), self.decisions("churn/4", rows))

    def test_an_alias_moves_only_behind_a_canary(self):
        rows, canary = self.write("rows.csv", self.table[120:400]), self.write("canary.csv", self.table[400:])
        self.learn(rows, "--alias", "champion", status=2)
        out, _ = self.learn(rows, "--alias", "champion", "--canary", canary, "--change-max", "0.5",
                            "--loss-rise-max", "0.3")
        self.assertIn("champion: 1 -> 2", out)

    def test_spoiled_labels_are_refused_and_nothing_moves(self):
        spoiled = [row[:5] + ["no" if row[5] == "yes" else "yes"] + row[6:] for row in self.table[:400]]
        _, err = self.learn(self.write("spoiled.csv", spoiled), "--alias", "champion", "--canary",
                            self.write("canary.csv", self.table[400:]), status=2)
        self.assertRegex(err, r"run 1: the candidate is refused: over 80 rows of the canary its answers differ by [0-9.]+ %")
        self.assertEqual([each["version"] for each in self.json_of("models", "churn")["versions"]], [1])
        self.assertEqual(self.json_of("run", "show", "churn", "1")["checkpoints"][0]["step"], 400)

    def test_a_bad_row_ends_the_run_and_names_its_place(self):
        self.table[200][5] = "maybe"
        _, err = self.learn(self.write("rows.csv", self.table), "--batch", "50", "--checkpoint-every", "50", status=2)
        self.assertIn("row 201: the label 'maybe' is no class of the model", err)
        run = self.json_of("run", "show", "churn", "1")
        self.assertEqual(run["run"]["state"], "failed")
        self.assertEqual(run["checkpoints"][0]["step"], 200)

    def test_a_new_learner_begins_as_version_one(self):
        rows = self.write("rows.csv", self.table)
        for kind in ("logistic", "ftrl", "hoeffding-tree", "adaptive-random-forest"):
            learned = self.json_of("learn", kind, "--new", kind, "--inputs", "x0,x1,x2,x3,x4", "--classes", "10,20,30", "--from", rows,
                                   "--label", "three", "--promote")
            self.assertEqual((learned["rows"], learned["version"]), (480, 2))
            answers = self.rows(self.run_command("predict", kind, "-i", rows)[0])
            right = sum(answer["predict"] == row[6] for answer, row in zip(answers, self.table))
            self.assertGreater(right, 480 * 0.45, kind)
        (self.folder / "cells.csv").write_text("\n".join(line.rsplit(",", 3)[0] for line in
                                                          (self.folder / rows).read_text(encoding="utf-8").splitlines()) + "\n")
        learned = self.json_of("learn", "groups", "--new", "streaming-k-means", "--inputs", "x0,x1", "--set", "clusters=3", "--from",
                               "cells.csv", "--promote")
        self.assertEqual((learned["rows"], learned["version"]), (480, 2))
        self.assertEqual({answer["predict"] for answer in self.rows(self.run_command("predict", "groups", "-i", "cells.csv")[0])},
                         {"0", "1", "2"})
        again = ["learn", "ftrl", "--new", "ftrl", "--inputs", "x0", "--classes", "a,b", "--from", rows, "--label", "two"]
        self.run_command(*again, status=5)
        _, err = self.run_command(*again[:1], "more", *again[2:], "--set", "alpha=1", status=2)
        self.assertIn("there are beta, l1, l2, rate, standardize", err)

    def test_centres_of_spark_move_with_new_rows_by_the_settings_given(self):
        cases = ROOT / "tests" / "cases" / "learning_spark" / "k-means"
        self.run_command("push", "groups", cases / "before.zip")
        with open(cases / "rows.csv", encoding="utf-8") as file:
            head, *rows = file.read().splitlines()
        (self.folder / "rows.csv").write_text("\n".join([head, *rows[120:240]]) + "\n", encoding="utf-8")
        _, err = self.run_command("learn", "groups", "--from", "rows.csv", status=2)
        self.assertIn("'weight'", err)
        learned = self.json_of("learn", "groups", "--from", "rows.csv", "--batch", "60", "--set", "weight=25", "--set", "decay=0.5",
                               "--canary", "rows.csv", "--promote")
        self.assertEqual((learned["rows"], learned["version"]), (120, 2))
        self.assertLess(learned["canary_change"], 0.2)
        parameters = self.json_of("run", "show", "groups", "1")["run"]["parameters"]
        self.assertEqual((parameters["learn.weight"], parameters["learn.decay"]), ("25.0", "0.5"))
        _, err = self.run_command("learn", "churn", "--from", "rows.csv", "--label", "two", "--set", "decay=0.5", status=2)
        self.assertIn("goes on with the settings that it has", err)

    def test_new_users_of_a_recommender_are_folded_in_behind_a_canary(self):
        cases = ROOT / "tests" / "cases" / "learning_spark" / "als-explicit"
        with open(cases / "expected.csv", encoding="utf-8") as file:
            user = list(csv.DictReader(file))[0]["user"]
        for name, more in (("ratings", ()), ("lists", ("--recommend", "3"))):
            self.run_command("push", name, cases / "before.zip", "--alias", "champion", *more)
            learned = self.json_of("learn", name, "--from", cases / "ratings.csv", "--label", "score", "--set", "reg=0.07", "--canary",
                                   cases / "ratings.csv", "--alias", "champion")
            self.assertEqual((learned["version"], learned["canary_change"]), (2, 0))
            (self.folder / "asked.csv").write_text(f"user,item\n{user},0\n", encoding="utf-8")
            before, after = (self.rows(self.run_command("predict", f"{name}/{version}", "-i", "asked.csv")[0])[0] for version in (1, 2))
            answer = "prediction" if name == "ratings" else "recommendations"
            self.assertEqual(before[answer], "")
            self.assertNotEqual(after[answer], "")

    def test_models_that_do_not_learn_are_refused_by_name(self):
        self.push_wine()
        _, err = self.run_command("learn", "wine", "--from", WINE / "rows.csv", "--label", "colour", status=3)
        self.assertIn("RandomForestClassifier", err)


class RetrainTest(CommandTest):
    CASES = ROOT / "tests" / "cases" / "learning" / "sgd-log" / "1.9.1"

    def setUp(self):
        super().setUp()
        self.run_command("push", "churn", self.CASES / "before.pkl", "--alias", "champion")
        (self.folder / "new.parquet").write_bytes(b"rows")

    def trainer(self, script, *more):
        path = self.folder / "train.py"
        path.write_text("import json, os, shutil, sys, time\ncontract = json.load(open(os.environ['SCOREWAY_RETRAIN']))\n" + script)
        return self.run_command("trainer", "set", "churn", *more, "--", sys.executable, path)

    def retrain(self, *more, **how):
        return self.run_command("retrain", "churn", "--from", "new.parquet", *more, **how)

    def test_what_the_trainer_makes_is_a_candidate_with_its_lineage(self):
        self.trainer(f"""
assert open(contract["data"], "rb").read() == b"rows" and contract["label"] == "label"
assert open(os.environ["SCOREWAY_PARENT"], "rb").read() == open({str(self.CASES / "before.pkl")!r}, "rb").read()
print("epoch 1")
shutil.copy({str(self.CASES / "after.pkl")!r}, os.environ["SCOREWAY_OUTPUT"])
json.dump({{"metrics": {{"auc": 0.75}}}}, open(contract["metrics"], "w"))
""")
        self.assertEqual(self.json_of("trainer", "show", "churn")["alias"], "candidate")
        out, err = self.retrain()
        self.assertIn("churn/1 trained anew: churn/2, churn@candidate", out)
        self.assertIn("epoch 1", err)
        version = self.json_of("models", "churn")["versions"][0]
        self.assertEqual((version["parent_version"], version["training_data"], version["metrics"]), (1, "new.parquet", {"auc": 0.75}))
        self.assertEqual(self.json_of("models")["models"][0]["aliases"], {"candidate": 2, "champion": 1})

    def test_a_trainer_that_fails_pushes_nothing_and_says_why(self):
        self.retrain(status=4)
        for script, options, status, reason in (
                ("sys.exit(7)", [], 2, "status 7"),
                ("os.kill(os.getpid(), 9)", [], 2, "signal 9"),
                ("pass", [], 2, "left no model"),
                ("open(contract['output'], 'w').write('no model')", [], 2, "no format that is known"),
                ("time.sleep(60)", ["--time", "1s"], 6, "limit of time"),
                ("x = bytearray(1 << 30)", ["--memory", "512MB"], 2, "status 1")):
            self.trainer(script, *options)
            _, err = self.retrain(status=status)
            self.assertIn(reason, err)
        self.run_command("trainer", "set", "churn", "--", "./no-such-program")
        self.assertIn("no-such-program", self.retrain(status=4)[1])
        self.assertEqual(len(self.json_of("models", "churn")["versions"]), 1)


class FeaturesTest(CommandTest):
    """Feature views, and predictions that take from them what the rows lack."""

    KEPT = ("magnesium", "hue", "proline", "colour")

    def define(self, *more):
        columns = [word for name in self.KEPT for word in ("--column", name + (":string" if name == "colour" else ""))]
        return self.run_command("features", "define", "wines", "--key", "bottle:int64", *columns, *more)

    def split_rows(self):
        """The example's rows in two files: what the view keeps, and what a request brings."""
        rows = self.rows((WINE / "rows.csv").read_text())
        asked = [name for name in rows[0] if name not in self.KEPT]
        for file, names in (("kept.csv", self.KEPT), ("asked.csv", asked)):
            lines = [",".join(("bottle", *names))]
            lines += [",".join((str(number), *(row[name] for name in names))) for number, row in enumerate(rows)]
            (self.folder / file).write_text("\n".join(lines) + "\n")
        return len(rows)

    def test_rows_are_completed_as_if_they_had_brought_all(self):
        self.push_wine()
        self.define("--ttl", "30d")
        count = self.split_rows()
        out, _ = self.run_command("features", "write", "wines", "kept.csv")
        self.assertEqual(out, f"{count} keys written\n")
        whole, _ = self.run_command("predict", "wine", "--input", WINE / "rows.csv")
        imputed, _ = self.run_command("predict", "wine", "--input", "asked.csv")
        self.assertNotEqual(imputed, whole)
        self.run_command("features", "use", "wine", "wines")
        completed, _ = self.run_command("predict", "wine", "--input", "asked.csv")
        self.assertEqual(completed, whole)

    def test_views_are_listed_shown_read_and_deleted(self):
        out, _ = self.run_command("features", "define", "shops", "--key", "country", "--key", "number:int64", "--column",
                                  "turnover", "--description", "our shops")
        self.assertIn("country:string, number:int64", out)
        self.run_command("features", "write", "shops", "-i", "-",
                         stdin=b"country,number,turnover,event_time,extra\nno,1,5.5,2026-01-01,x\nno,1,4.5,2025-01-01,x\n")
        out, _ = self.run_command("features", "read", "shops", "no", "1")
        self.assertEqual(self.rows(out)[0], {"country": "no", "number": "1", "turnover": "5.5",
                                             "event_time": "2026-01-01T00:00:00.000000Z"})
        self.run_command("features", "read", "shops", "no", status=2)
        self.run_command("features", "use", "wine", "shops")
        self.run_command("features", "delete", "shops", status=5)
        listed = self.json_of("features", "list")
        self.assertEqual([view["name"] for view in listed["views"]], ["shops"])
        self.assertEqual(listed["models"], {"wine": ["shops"]})
        self.run_command("features", "remove", "shops", "no", "1")
        out, _ = self.run_command("features", "read", "shops", "no", "1", "--columns", "turnover")
        self.assertEqual(self.rows(out)[0]["turnover"], "")
        self.run_command("features", "use", "wine")
        self.run_command("features", "delete", "shops")
        self.run_command("features", "show", "shops", status=4)

    def test_what_is_wrong_is_named(self):
        self.define()
        _, err = self.run_command("features", "write", "wines", "-i", "-", stdin=b"bottle,hue\n1,1\nx,2\n", status=2)
        self.assertIn("line 3", err)
        self.assertIn("bottle", err)
        _, err = self.run_command("features", "define", "wines", "--key", "bottle", "--column", "hue", status=5)
        self.assertIn("keys", err)
        _, err = self.run_command("features", "define", "x", "--key", "k", "--column", "a:decimal", status=2)
        self.assertIn("decimal", err)
        _, err = self.run_command("features", "define", "x", "--key", "k", "--column", "a", "--ttl", "soon", status=2)
        self.assertIn("30d", err)


class InspectTest(CommandTest):
    def test_inspect_shows_signature_operators_engine_and_producer(self):
        out, _ = self.run_command("inspect", WINE / "model.pkl")
        for part in ("alcohol", "predict", "native", "scikit-learn"):
            self.assertIn(part, out)
        described = self.json_of("inspect", WINE / "model.pkl")
        self.assertEqual(described["engine"], "native")
        self.assertIn("alcohol", [field["name"] for field in described["signature"]["inputs"]])
        self.assertGreater(described["bytes"], 0)
        self.assertTrue(described["operators"])

    def test_a_foreign_file_is_refused_with_its_name(self):
        (self.folder / "notes.txt").write_text("just text\n")
        _, err = self.run_command("inspect", "notes.txt", status=2)
        self.assertIn("notes.txt", err)

    def test_a_truncated_model_is_status_7(self):
        (self.folder / "half.pkl").write_bytes((WINE / "model.pkl").read_bytes()[:-200])
        _, err = self.run_command("inspect", "half.pkl", status=7)
        self.assertIn("half.pkl", err)

    def test_a_pickle_that_would_run_code_is_status_7_and_runs_nothing(self):
        (self.folder / "evil.pkl").write_bytes(b"cos\nsystem\n(S'touch ran'\ntR.")
        _, err = self.run_command("inspect", "evil.pkl", status=7)
        self.assertIn("os.system", err.replace("posix.system", "os.system"))
        self.assertFalse((self.folder / "ran").exists())

    def test_an_unsupported_class_is_status_3_with_its_place(self):
        refused = sorted((ROOT / "tests" / "cases" / "sklearn-refused").glob("*/model.pkl"))
        self.assertTrue(refused)
        for path in refused:
            _, err = self.run_command("inspect", path, status=3)
            for part in (path.parent / "expected.txt").read_text().splitlines():
                self.assertIn(part, err)


class RegistryTest(CommandTest):
    def test_push_numbers_versions_and_pull_gives_the_same_bytes(self):
        self.assertEqual(self.push_wine("--metric", "auc=0.97", "--tag", "team=risk"), 1)
        self.assertEqual(self.push_wine("--metric", "auc=0.5"), 2)
        self.run_command("pull", "wine/1", "--output", "copy.pkl")
        self.assertEqual((self.folder / "copy.pkl").read_bytes(), (WINE / "model.pkl").read_bytes())
        found = self.json_of("models", "--search", "metrics.auc > 0.9 and tags.team = 'risk'")
        self.assertEqual([version["version"] for version in found["versions"]], [1])
        self.assertEqual([model["name"] for model in self.json_of("models")["models"]], ["wine"])
        self.assertEqual(len(self.json_of("models", "wine")["versions"]), 2)
        self.assertEqual(self.run_command("models", "--names")[0], "wine\n")

    def test_the_same_idempotency_key_gives_the_same_version(self):
        self.assertEqual(self.push_wine("--idempotency-key", "k1"), 1)
        self.assertEqual(self.push_wine("--idempotency-key", "k1"), 1)
        self.assertEqual(self.push_wine(), 2)

    def test_aliases_move_by_compare_and_set_and_roll_back(self):
        self.push_wine("--alias", "champion")
        self.push_wine()
        self.run_command("alias", "wine", "champion", 2, "--expected", 7, status=5)
        self.run_command("alias", "wine", "champion", 2, "--expected", 1, "--why", "better auc")
        self.assertEqual(self.json_of("alias", "wine", "champion")["version"], 2)
        history = self.json_of("alias", "wine", "champion", "--history")["history"]
        self.assertEqual(history[0]["why"] if history[0]["to"] == 2 else history[-1]["why"], "better auc")
        self.run_command("rollback", "wine")
        self.assertEqual(self.json_of("alias", "wine", "champion")["version"], 1)
        self.run_command("alias", "wine", "champion", 9, status=4)

    def test_deleting_leaves_a_gapless_tombstone(self):
        self.push_wine("--alias", "champion")
        self.push_wine()
        self.run_command("rm", "wine/1", status=5)  # an alias points at it
        self.run_command("rm", "wine/2")
        self.run_command("predict", "wine/2", "-i", WINE / "rows.csv", status=4)
        self.assertEqual(self.push_wine(), 3)  # never used again
        self.run_command("rm", "wine", status=2)  # a whole model needs --all
        self.run_command("rm", "wine", "--all")
        self.run_command("inspect", "wine", status=4)

    def test_what_cannot_be_served_is_not_stored(self):
        (self.folder / "junk.pkl").write_bytes(b"\x80\x04junk")
        self.run_command("push", "junk", "junk.pkl", status=7)
        self.assertEqual(self.json_of("models")["models"], [])
        self.run_command("push", "bad name", WINE / "model.pkl", status=2)

    def test_parity_is_reported_and_may_be_required(self):
        parity = ("--parity-input", WINE / "rows.csv", "--parity-expected", WINE / "expected.csv")
        self.push_wine(*parity, "--require-parity")
        wrong = (WINE / "expected.csv").read_text().replace("barolo", "chianti")
        (self.folder / "wrong.csv").write_text(wrong)
        _, err = self.run_command("push", "wine", WINE / "model.pkl", "--parity-input", WINE / "rows.csv",
                                  "--parity-expected", "wrong.csv", "--require-parity", status=2)
        self.assertIn("parity", err)
        self.assertEqual(len(self.json_of("models", "wine")["versions"]), 1)

    def test_a_damaged_registry_is_named(self):
        self.registry.write_bytes(b"SQLite format 3\0" + b"\xff" * 8000)
        _, err = self.run_command("models", status=7)
        self.assertIn(str(self.registry), err)

    def test_a_locked_registry_is_status_6(self):
        self.push_wine()
        lock = sqlite3.connect(self.registry, isolation_level=None)
        self.addCleanup(lock.close)
        lock.execute("BEGIN EXCLUSIVE")
        _, err = self.run_command("push", "wine", WINE / "model.pkl", status=6)
        self.assertIn("lock", err)
        lock.execute("ROLLBACK")
        self.assertEqual(self.push_wine(), 2)

    def test_convert_writes_a_model_that_answers_the_same(self):
        said, _ = self.run_command("convert", WINE / "model.pkl", "wine.scoreway")
        self.assertIn("parity over 1000 rows", said)
        self.assertIn("label flips 0", said)
        a, _ = self.run_command("predict", WINE / "model.pkl", "-i", WINE / "rows.csv")
        b, _ = self.run_command("predict", "wine.scoreway", "-i", WINE / "rows.csv")
        self.assertEqual(a, b)

    def test_convert_compares_over_a_sample_of_rows(self):
        said, _ = self.run_command("convert", WINE / "model.pkl", "--to", "scoreway", "-o", "wine", "--sample", WINE / "rows.csv")
        self.assertRegex(said, r"parity over \d+ rows")
        self.assertTrue((self.folder / "wine").exists())

    def test_convert_tells_formats_by_their_endings(self):
        for name, holds in (("wine.onnx", b"ai.onnx.ml"), ("wine.pmml", b"<PMML"), ("wine.scoreway", b"")):
            said, _ = self.run_command("convert", WINE / "model.pkl", name)
            self.assertRegex(said, "parity over 1000 rows, 4 columns: greatest difference .*, label flips 0")
            self.assertIn(holds, (self.folder / name).read_bytes())
            self.assertEqual(self.run_command("predict", name, "-i", WINE / "rows.csv")[0].splitlines()[0],
                             self.run_command("predict", WINE / "model.pkl", "-i", WINE / "rows.csv")[0].splitlines()[0])
        _, err = self.run_command("convert", WINE / "model.pkl", "wine.h5", status=2)
        self.assertIn("--to", err)


class ServeTest(CommandTest):
    def start(self, *more):
        address = self.folder / "address"
        server = subprocess.Popen(
            [SCOREWAY, "serve", "--port", "0", "--address-file", address, *more], cwd=self.folder,
            env={**os.environ, "SCOREWAY_REGISTRY": str(self.registry)}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.addCleanup(server.stdout.close)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        deadline = time.monotonic() + 20
        while not (address.exists() and address.read_text().strip()):
            self.assertIsNone(server.poll(), "the server ended")
            self.assertLess(time.monotonic(), deadline, "the server does not listen")
            time.sleep(0.01)
        self.url = "http://" + address.read_text().strip()
        return server

    def ask(self, path, body=None, content_type="application/json", method=None):
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method, headers={"content-type": content_type})
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    def test_a_server_tells_of_drift_and_performance(self):
        self.push_wine("--sample", WINE / "rows.csv")
        self.start("--log-predictions")
        rows = (WINE / "rows.csv").read_bytes()
        lines = rows.splitlines(keepends=True)
        for _ in range(10):
            self.assertEqual(self.ask("/v1/models/wine:predict", b"".join(lines), "text/csv")[0], 200)
        status, body = self.ask("/v1/models/wine/drift?window=200")
        report = json.loads(body)
        self.assertEqual((status, report["reference"], report["report"]["rows"]), (200, "sample", 10 * (len(lines) - 1)))
        alcohol = next(column for column in report["report"]["columns"] if column["column"] == "alcohol")
        self.assertAlmostEqual(alcohol["ks"], 0, msg="the same values ten times")
        shares = alcohol["shares"]
        self.assertEqual(len(shares["values"]), len(shares["current"]))
        self.assertAlmostEqual(sum(shares["current"]), 1)
        for now, then in zip(shares["current"], shares["reference"]):
            self.assertAlmostEqual(now, then)
        colour = next(column for column in report["report"]["columns"] if column["column"] == "colour")
        self.assertIn("deep", colour["shares"]["values"])
        self.assertEqual(self.ask("/v1/models/wine/drift?psi_alarm=high")[0], 400)
        self.assertEqual(json.loads(self.ask("/v1/models/wine/versions/1/reference")[1])["source"], "sample")
        status, body = self.ask("/v1/models/wine/performance")
        performance = json.loads(body)
        self.assertEqual((status, performance["task"], performance["labelled"]), (200, "classification", 0))
        self.assertGreater(performance["estimate"]["accuracy"]["value"], 0.5)
        self.assertEqual(self.ask("/v1/models/wine/performance?segment=colur")[0], 400)
        self.assertEqual(self.ask("/v1/models/wine/drift?window=soon")[0], 400)
        self.assertEqual(self.ask("/v1/models/wine/watch")[0], 404)
        self.assertEqual(self.ask("/v1/models/wine/watch", {"windw": "1h"}, method="PUT")[0], 400)
        self.assertEqual(self.ask("/v1/models/wine/watch", {"window": "200", "interval_seconds": 1}, method="PUT")[0], 200)
        deadline = time.monotonic() + 20
        while b'scoreway_drift_state{model="wine"} 0' not in self.ask("/metrics")[1]:
            self.assertLess(time.monotonic(), deadline, "nobody looks at the watched model")
            time.sleep(0.05)
        watch = json.loads(self.ask("/v1/models/wine/watch")[1])
        self.assertEqual((watch["status"]["state"], watch["status"]["fault"]), ("quiet", ""))
        self.assertEqual(self.ask("/v1/models/wine/watch:silence", {"seconds": 60, "note": "tea"})[0], 200)
        self.assertEqual(self.ask("/v1/models/wine/watch:acknowledge", {})[0], 409)
        self.assertEqual(self.ask("/v1/models/wine/watch", method="DELETE")[0], 204)

    def test_metrics_are_told_by_stretches_of_time(self):
        self.push_wine()
        self.start("--log-predictions")
        rows = {"rows": [json.loads(line) for line in (WINE / "rows.jsonl").read_text().splitlines()]}
        expected = [row["predict"] for row in self.rows((WINE / "expected.csv").read_text())]
        for turn in range(10):
            answer = json.loads(self.ask("/v1/models/wine:predict", rows)[1])
            # The labels of the second half are wrong.
            labels = [{"prediction_id": answer["prediction_id"], "row": i + 1, "label": label if turn < 5 else "none"} for i, label in enumerate(expected)]
            self.assertEqual(self.ask("/v1/models/wine/labels", {"labels": labels})[0], 200)
        found = json.loads(self.ask("/v1/models/wine/performance?stretches=4")[1])["stretches"]
        self.assertEqual(sum(stretch["metrics"]["rows"] for stretch in found), 10 * len(expected))
        self.assertEqual([found[0]["metrics"]["accuracy"]["value"], found[-1]["metrics"]["accuracy"]["value"]], [1, 0])
        self.assertEqual([stretch["from"] for stretch in found], sorted(stretch["from"] for stretch in found))
        self.assertEqual(json.loads(self.ask("/v1/models/wine/performance?shadow=true&stretches=4")[1])["labelled"], 0)
        self.run_command("watch", "set", "wine", "--every", "1s", "--rise-after", 1, "--below", "accuracy=0.9")
        deadline = time.monotonic() + 20
        while b'scoreway_drift_state{model="wine"} 2' not in (metrics := self.ask("/metrics")[1]):
            self.assertLess(time.monotonic(), deadline, "nobody looks at the watched model")
            time.sleep(0.05)
        metrics, count = metrics.decode(), 10 * len(expected)
        self.assertIn(f'scoreway_performance_labels{{model="wine",version="1"}} {count}\n', metrics)
        self.assertIn('scoreway_performance_metric{model="wine",version="1",metric="accuracy"} 0.5\n', metrics)
        self.assertIn('scoreway_performance_bound{model="wine",metric="accuracy",side="below"} 0.9\n', metrics)
        low, high = (float(re.search(f'scoreway_performance_metric_{end}{{.*"accuracy"}} (.*)', metrics)[1]) for end in ("low", "high"))
        self.assertTrue(0 < low < 0.5 < high < 0.9, (low, high))
        status = json.loads(self.ask("/v1/models/wine/watch")[1])["status"]
        self.assertEqual((status["alerts"][-1]["event"], status["labelled"], status["metrics"]["accuracy"]["value"]), ("metric", count, 0.5))
        self.assertRegex(self.run_command("watch", "show", "wine")[0], rf"accuracy +0.5 .* of {count} labelled of {count} rows")
        self.assertEqual(self.ask("/v1/models/wine/performance?stretches=201")[0], 400)

    def test_the_console_brings_no_data_and_asks_nobody_else(self):
        self.start("--require-key")
        with urllib.request.urlopen(self.url + "/ui", timeout=20) as page:
            self.assertEqual(page.url, self.url + "/ui/")
            policy = page.headers["Content-Security-Policy"]
            html = page.read().decode()
        self.assertIn("default-src 'none'", policy)
        self.assertNotIn("unsafe", policy)
        for name in ["console.css", *re.findall(r'(?:src|href)="([a-z.]+)"', html)]:
            status, text = self.ask("/ui/" + name)
            self.assertEqual(status, 200, name)
            for module in re.findall(rb'from "\./([a-z.]+)"', text):
                self.assertEqual(self.ask("/ui/" + module.decode())[0], 200, module)
            self.assertNotIn(b"https://", text)
        self.assertEqual(self.ask("/ui/secret.js")[0], 404)
        self.assertEqual(self.ask("/v1/models")[0], 401)

    def test_of_two_servers_one_fires_a_trainer(self):
        self.push_wine("--alias", "champion")
        (self.folder / "policy.json").write_text('{"labels_min": 500}')
        self.run_command("trainer", "set", "wine", "--labels", "20", "--alias", "challenger", "--challenge", "policy.json", "--", "sh", "-c",
                         f"echo trained >> {self.folder}/trained; cp $SCOREWAY_PARENT $SCOREWAY_OUTPUT")
        self.assertIn("20 labels came", self.run_command("trainer", "show", "wine")[0])
        self.run_command("trainer", "set", "wine", "--below", "acuracy=0.9", "--", "true", status=2)
        for _ in range(2):
            self.start("--log-predictions", "--run-trainers", "--challenge-interval", "0.1s")
            (self.folder / "address").unlink()
        rows = {"rows": [json.loads(line) for line in (WINE / "rows.jsonl").read_text().splitlines()]}
        answer = json.loads(self.ask("/v1/models/wine:predict", rows)[1])
        # Sooner than the predictions are in the log.
        labels = [{"prediction_id": answer["prediction_id"], "row": i + 1, "label": "x"} for i in range(20)]
        self.assertEqual(self.ask("/v1/models/wine/labels", {"labels": labels})[0], 200)
        deadline = time.monotonic() + 30
        while (trainer := self.json_of("trainer", "show", "wine"))["state"]["outcome"] == "":
            self.assertLess(time.monotonic(), deadline, "nobody trains")
            time.sleep(0.05)
        self.assertEqual(trainer["state"]["outcome"], "version 2")
        self.assertIn("20 labels came since", trainer["state"]["reason"])
        version = json.loads(self.ask("/v1/models/wine/versions/2")[1])
        self.assertEqual((version["parent_version"], version["producer"]), (1, "trainer"))
        self.assertIn("20 labelled predictions", version["training_data"])
        self.assertEqual(json.loads(self.ask("/v1/models/wine/challenges/challenger")[1])["phase"], "testing")
        self.assertEqual((self.folder / "trained").read_text(), "trained\n")
        status, body = self.ask("/v1/models/wine/trainer:fire", {"who": "ann", "why": "a new season"})
        self.assertEqual((status, json.loads(body)["trainer"]["alias"]), (202, "challenger"))
        while json.loads(self.ask("/v1/models/wine/trainer")[1])["state"]["outcome"] != "version 3":
            self.assertLess(time.monotonic(), deadline, "nobody trains")
            time.sleep(0.05)
        state = json.loads(self.ask("/v1/models/wine/trainer")[1])["state"]
        self.assertEqual((state["reason"], state["asked"]), ("ann says so: a new season", ""))
        self.assertEqual((self.folder / "trained").read_text(), "trained\n" * 2)
        self.run_command("trainer", "remove", "wine")
        self.assertEqual(self.ask("/v1/models/wine/trainer:fire", {})[0], 404)
        self.run_command("trainer", "show", "wine", status=4)

    def memory_max(self, server):
        """The most memory that the server ever had, in bytes."""
        status = pathlib.Path(f"/proc/{server.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) * 1024

    def test_a_large_checkpoint_goes_in_and_out_in_little_memory(self):
        server = self.start()
        self.ask("/v1/models/wine/runs", {})
        piece = os.urandom(1 << 20)
        sent, received = hashlib.sha256(), hashlib.sha256()

        def pieces():
            for number in range(150):
                part = number.to_bytes(4, "big") + piece[4:]
                sent.update(part)
                yield part

        connection = http.client.HTTPConnection(self.url[len("http://"):], timeout=60)
        self.addCleanup(connection.close)
        path = "/v1/models/wine/runs/1/checkpoints/1"
        connection.request("PUT", path, pieces(), {"Content-Length": str(150 << 20)})
        answer = connection.getresponse()
        self.assertEqual(json.loads(answer.read())["artifact_sha256"], sent.hexdigest())
        connection.request("GET", path + "/artifact")
        answer = connection.getresponse()
        while part := answer.read(1 << 20):
            received.update(part)
        self.assertEqual(received.hexdigest(), sent.hexdigest())
        self.assertLess(self.memory_max(server), 100 << 20)

    def test_a_copied_registry_has_what_was_set_beside_the_models(self):
        self.push_wine("--sample", WINE / "rows.csv", "--alias", "champion")
        self.run_command("keys", "create", "ann", "--role", "admin")
        self.run_command("traffic", "set", "wine", "--split", "champion=100")
        self.run_command("trainer", "set", "wine", "--", "train", "--again")
        self.run_command("features", "define", "wines", "--key", "bottle:int64", "--column", "hue")
        self.run_command("features", "use", "wine", "wines")
        (self.folder / "hues.csv").write_text("bottle,hue\n1,0.5\n2,0.75\n")
        self.run_command("features", "write", "wines", "hues.csv")
        (self.folder / "bottles.csv").write_text("bottle\n1\n2\n3\n")
        told = [("keys", "list"), ("traffic", "show", "wine"), ("trainer", "show", "wine"), ("features", "list"),
                ("features", "read", "wines", "--input", "bottles.csv"), ("inspect", "wine/1")]
        self.assertIn("0.75", self.run_command("features", "read", "wines", "--input", "bottles.csv")[0])
        out, _ = self.run_command("store", "copy", "--to", "copy.db")
        self.assertIn("2 rows of feature views, 0 were there", out)
        self.assertIn("5 keys, policies, feature views and trainers", out)
        there = {"SCOREWAY_REGISTRY": str(self.folder / "copy.db")}
        for command in told:
            self.assertEqual(self.run_command(*command, env=there), self.run_command(*command))
        self.assertIn("0 keys, policies, feature views and trainers, 5 were there", self.run_command("store", "copy", "--to", "copy.db")[0])
        self.run_command("traffic", "set", "wine", "--shadow", "champion", env=there)
        _, error = self.run_command("store", "copy", "--to", "copy.db", status=5)
        self.assertIn("traffic policy of 'wine'", error)

    def test_the_dashboard_asks_for_metrics_that_there_are(self):
        self.push_wine("--alias", "champion")
        self.push_wine("--alias", "challenger")
        self.start("--model", "wine")
        self.ask("/v1/models/wine:predict", {"rows": [{"alcohol": 13.2}]})
        self.run_command("challenge", "start", "wine", "challenger")
        self.run_command("watch", "set", "wine", "--every", "1s", "--below", "accuracy=0.9")
        deadline = time.monotonic() + 20
        while b"scoreway_performance_labels{" not in self.ask("/metrics")[1]:
            self.assertLess(time.monotonic(), deadline, "nobody looks at the watched model")
            time.sleep(0.05)
        told = set(re.findall(r"^# TYPE (\S+)", self.ask("/metrics")[1].decode(), re.MULTILINE))
        dashboard = json.loads((ROOT / "deploy" / "grafana-dashboard.json").read_text())
        asked = {name for panel in dashboard["panels"] for target in panel["targets"]
                 for name in re.findall(r"(?:scoreway|process)_\w+", target["expr"])}
        self.assertGreater(len(asked), 20)
        self.assertEqual({re.sub("_bucket$", "", name) for name in asked} - told, set())

    def test_tls_with_certificates_of_server_and_client(self):
        self.push_wine()
        make_certificates(self.folder)
        self.start("--tls-cert", "server.pem", "--tls-key", "server.key", "--tls-client-ca", "ca.pem")
        host, port = self.url[len("http://"):].split(":")
        context = ssl.create_default_context(cafile=self.folder / "ca.pem")
        rows = json.dumps({"rows": [{"alcohol": 13.2}] * 20_000})

        def ask(with_context):
            connection = http.client.HTTPSConnection(host, int(port), timeout=20, context=with_context)
            self.addCleanup(connection.close)
            for _ in range(3):  # over one connection
                connection.request("POST", "/v1/models/wine:predict", rows, {"Content-Type": "application/json"})
                answer = connection.getresponse()
                self.assertEqual(len(json.loads(answer.read())["rows"]), 20_000)

        with self.assertRaises((ssl.SSLError, ConnectionError)):
            ask(context)  # a client without a certificate
        context.load_cert_chain(self.folder / "client.pem", self.folder / "client.key")
        ask(context)
        with self.assertRaises(ssl.SSLError):
            ask(ssl.create_default_context())  # a client that does not know the authority
        with self.assertRaises((http.client.HTTPException, ConnectionError)):
            plain = http.client.HTTPConnection(host, int(port), timeout=20)
            self.addCleanup(plain.close)
            plain.request("GET", "/v2/health/live")
            plain.getresponse()
        _, err = self.run_command("serve", "--port", "0", "--tls-cert", "server.pem", "--tls-key", "client.key", status=2)
        self.assertIn("client.key", err)
        _, err = self.run_command("serve", "--port", "0", "--tls-cert", "san", "--tls-key", "client.key", status=2)
        self.assertIn("san", err)

    def test_jobs_of_a_registry_and_of_a_server(self):
        """The same commands on the machine of the registry and over HTTP, where a key is asked for."""
        self.push_wine()
        key = self.json_of("keys", "create", "batch", "--role", "predict")["key"]
        self.start("--require-key")
        (self.folder / "key").write_text(key + "\n")
        rows, wanted = WINE / "rows.csv", [row["predict"] for row in self.rows((WINE / "expected.csv").read_text())]
        elsewhere = {"SCOREWAY_REGISTRY": str(self.folder / "nowhere" / "registry.db")}
        by_file, by_environment = ("--server", self.url, "--api-key-file", "key"), ("--server", self.url)
        for place, env in ((by_file, elsewhere), (by_environment, {**elsewhere, "SCOREWAY_API_KEY": key}), ((), {})):
            run = lambda *arguments, status=0, stdin=b"": self.run_command(*arguments, *place, status=status, stdin=stdin, env=env)
            out, _ = run("submit", "wine", "-i", rows, "-o", "-", "--output-format", "csv", "--quiet", "--outputs", "predict")
            self.assertEqual([row["predict"] for row in self.rows(out)], wanted)
            job = run("submit", "wine/1", "-i", "-", "--wait", "--quiet", "--priority", "2", stdin=rows.read_bytes())[0].split()[0]
            shown = json.loads(run("jobs", "show", job, "--json")[0])
            self.assertEqual((shown["state"], shown["rows"], shown["priority"], shown["progress"]), ("succeeded", len(wanted), 2, 1.0))
            run("jobs", "result", job, "-o", "answers.arrows")
            import_csv, _ = run("jobs", "result", job, "--format", "csv")
            self.assertEqual([row["predict"] for row in self.rows(import_csv)], wanted)
            lines, _ = run("jobs", "result", job)
            self.assertEqual([json.loads(line)["predict"] for line in lines.splitlines()], wanted)
            listed = json.loads(run("jobs", "list", "--model", "wine", "--state", "succeeded", "--count", "1", "--json")[0])["jobs"]
            self.assertEqual([each["id"] for each in listed], [job])
            self.assertIn("succeeded", run("jobs", "cancel", job)[0])
            _, err = run("jobs", "retry", job, status=5)
            self.assertIn("nothing to retry", err)
            _, err = run("submit", "wine", "-i", "-", "--wait", "--quiet", stdin=b"alcohol\nmuch\n", status=2)
            self.assertIn("alcohol", err)
            failed = json.loads(run("jobs", "list", "--state", "failed", "--json")[0])["jobs"][0]
            self.assertEqual((failed["error"]["code"], failed["form"]), ("INVALID_ARGUMENT", "csv"))
            self.assertIn(failed["id"], run("jobs", "retry", failed["id"])[0])
            _, err = run("submit", "nothing", "-i", rows, status=4)
            self.assertIn("nothing", err)
            _, err = run("jobs", "show", "0" * 32, status=4)
        _, err = self.run_command("jobs", "list", "--server", self.url, status=7)
        self.assertIn("key", err)
        self.run_command("jobs", "list", "--server", "http://127.0.0.1:1", status=6)
        self.run_command("jobs", "list", "--server", "localhost", status=2)
        self.run_command("jobs", "list", "--server", self.url, "--registry", "x", status=2)

    def test_keys_of_the_command_line_open_a_server_that_asks_for_them(self):
        self.push_wine()
        self.start("--require-key")
        self.assertEqual(self.ask("/v1/models")[0], 401)
        made = self.json_of("keys", "create", "ci", "--role", "push", "--expires", "30")
        self.assertEqual([key["name"] for key in self.json_of("keys", "list")["keys"]], ["ci"])
        request = urllib.request.Request(self.url + "/v1/models", headers={"Authorization": "Bearer " + made["key"]})
        deadline = time.monotonic() + 10
        while True:
            try:
                with urllib.request.urlopen(request, timeout=20) as response:
                    self.assertEqual(response.status, 200)
                    break
            except urllib.error.HTTPError as error:
                error.close()
                self.assertLess(time.monotonic(), deadline, "the server does not see the new key")
        self.run_command("keys", "revoke", made["id"])
        self.run_command("keys", "revoke", made["id"], status=4)
        self.assertNotIn(made["key"].encode()[-64:], self.registry.read_bytes())

    def test_a_pushed_model_answers_and_the_server_drains(self):
        self.push_wine("--alias", "champion")
        server = self.start()
        row = json.loads((WINE / "rows.jsonl").read_text().splitlines()[0])
        expected = self.rows((WINE / "expected.csv").read_text())[0]
        status, body = self.ask("/v1/models/wine@champion:predict", {"rows": [row]})
        self.assertEqual(status, 200, body)
        self.assertEqual(json.loads(body)["rows"][0]["predict"], expected["predict"])
        server.send_signal(signal.SIGTERM)
        self.assertEqual(server.wait(timeout=20), 0)

    def test_a_version_pushed_by_the_command_line_is_seen_by_the_running_server(self):
        self.push_wine("--alias", "champion")
        self.start()
        self.assertEqual(self.push_wine(), 2)
        self.run_command("alias", "wine", "champion", 2)
        row = json.loads((WINE / "rows.jsonl").read_text().splitlines()[0])
        deadline = time.monotonic() + 10
        while True:
            status, body = self.ask("/v1/models/wine:predict", {"rows": [row]})
            self.assertEqual(status, 200, body)
            if str(json.loads(body)["version"]) == "2":
                break
            self.assertLess(time.monotonic(), deadline, "version 2 is not served")
            time.sleep(0.02)

    def test_logged_predictions_and_labels_are_printed(self):
        self.push_wine()
        self.run_command("log", "wine", status=4)
        server = self.start("--log-predictions")
        rows = [json.loads(line) for line in (WINE / "rows.jsonl").read_text().splitlines()[:3]]
        expected = self.rows((WINE / "expected.csv").read_text())
        ids = [json.loads(self.ask("/v1/models/wine:predict", {"rows": [row]})[1])["prediction_id"] for row in rows]
        server.send_signal(signal.SIGTERM)
        self.assertEqual(server.wait(timeout=20), 0)

        labels = f"prediction_id,label\n{ids[0]},class_0\n{ids[2]},class_1\n"
        out, _ = self.run_command("labels", "push", "wine", "-", stdin=labels.encode())
        self.assertEqual(out, "2 labels stored\n")
        out, _ = self.run_command("labels", "push", "wine", "-", stdin=labels.encode())
        self.assertEqual(out, "0 labels stored, 2 were there already\n")
        listed = [json.loads(line) for line in self.run_command("labels", "list", "wine", "--json")[0].splitlines()]
        self.assertEqual([label["prediction_id"] for label in listed], [ids[2], ids[0]])
        self.run_command("labels", "push", "none", "-", stdin=labels.encode(), status=4)
        _, err = self.run_command("labels", "push", "wine", "-", stdin=b"prediction_id,label\na,\n", status=2)
        self.assertIn("label 1", err)

        # Within a minute the log promises no order.
        logged = self.rows(self.run_command("log", "wine", "--labels", "joined")[0])
        self.assertCountEqual([row["prediction_id"] for row in logged], ids)
        logged.sort(key=lambda row: ids.index(row["prediction_id"]))
        self.assertEqual([row["label"] for row in logged], ["class_0", "", "class_1"])
        for row, answer in zip(logged, expected):
            self.assertEqual(row["output.predict"], answer["predict"])
        out = self.folder / "log.jsonl"
        self.run_command("log", "wine", "--labels", "only", "--newest", "-o", out)
        lines = [json.loads(line) for line in out.read_text().splitlines()]
        self.assertEqual({line["prediction_id"]: line["label"] for line in lines}, {ids[2]: "class_1", ids[0]: "class_0"})
        self.assertEqual(self.run_command("log", "wine", "--to", "1h")[0], "")
        self.run_command("log", "wine", "--from", "yesterday", status=2)

    def test_the_log_with_its_labels_is_learned_from(self):
        # Predictions logged in one second may come in any order, which a sum of counts does not notice.
        cases = ROOT / "tests" / "cases" / "learning"
        self.run_command("push", "churn", cases / "multinomial-nb" / "1.9.1" / "before.pkl")
        with open(cases / "counts.csv", newline="", encoding="utf-8") as file:
            table = list(csv.DictReader(file))[120:160]
        rows = [{name: float(row[name]) for name in ("x0", "x1", "x2", "x3", "x4")} for row in table]
        server = self.start("--log-predictions")
        ids = [json.loads(self.ask("/v1/models/churn:predict", {"rows": [row]})[1])["prediction_id"] for row in rows]
        server.send_signal(signal.SIGTERM)
        self.assertEqual(server.wait(timeout=20), 0)
        self.run_command("learn", "churn", "--from-log", status=2)
        labels = "".join(f"{id},{row['three']}\n" for id, row in zip(ids[:30], table))
        self.run_command("labels", "push", "churn", "-", stdin=("prediction_id,label\n" + labels).encode())
        out, _ = self.run_command("learn", "churn/1", "--from-log", "--since", "1h", "--promote")
        self.assertIn("churn/1 learned 30 rows", out)
        with open(self.folder / "rows.csv", "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, table[0])
            writer.writeheader()
            writer.writerows(table[:30])
        self.run_command("learn", "churn/1", "--from", "rows.csv", "--label", "three", "--promote")
        before, learned, expected = [self.run_command("predict", f"churn/{version}", "-i", "rows.csv")[0] for version in (1, 2, 3)]
        self.assertEqual(learned, expected)
        self.assertNotEqual(learned, before)

    def test_clusters_and_scalers_learn_from_the_log_without_labels(self):
        cases = ROOT / "tests" / "cases" / "learning"
        inputs = ("x0", "x1", "x2", "x3", "x4")
        with open(cases / "numbers.csv", newline="", encoding="utf-8") as file:
            rows = [{name: float(row[name]) for name in inputs} for row in list(csv.DictReader(file))[120:160]]
        names = {"scaler": "min-max-scaler", "groups": "mini-batch-k-means"}
        for name, case in names.items():
            self.run_command("push", name, cases / case / "1.9.1" / "before.pkl")
        server = self.start("--log-predictions")
        for name in names:
            for row in rows:
                self.ask(f"/v1/models/{name}:predict", {"rows": [row]})
        server.send_signal(signal.SIGTERM)
        self.assertEqual(server.wait(timeout=20), 0)
        for name in names:
            # The order of the log is that of its export.
            logged = self.rows(self.run_command("log", name)[0])
            self.assertEqual(len(logged), len(rows))
            with open(self.folder / "rows.csv", "w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file)
                writer.writerow(inputs)
                writer.writerows([row["input." + column] for column in inputs] for row in logged)
            _, err = self.run_command("learn", name, "--from-log", "--until", "1h", status=2)
            self.assertIn("there are no rows to learn from", err)
            learned = self.json_of("learn", name + "/1", "--from-log", "--since", "1h", "--batch", "20", "--promote")
            self.assertEqual((learned["rows"], learned["version"]), (len(rows), 2))
            self.run_command("learn", name + "/1", "--from", "rows.csv", "--batch", "20", "--promote")
            before, after, expected = [self.run_command("predict", f"{name}/{version}", "-i", "rows.csv")[0] for version in (1, 2, 3)]
            self.assertEqual(after, expected)
            self.assertNotEqual(after, before)
            _, err = self.run_command("learn", name, "--from-log", "--label", "two", status=2)
            self.assertIn("learns without labels", err)

    def test_settings_come_from_flags_then_the_environment_then_a_file(self):
        config = self.folder / "scoreway.toml"
        config.write_text('log-keep = "7d"\nlog-flush = 200\nbody-max = "1MB"\nmodel = ["wine", "churn"]\n\n[serve]\naccess-log = true\n')

        def settings(*arguments, **env):
            out, _ = self.run_command("serve", "--print-config", *arguments, env=env)
            return dict(line.split(" = ", 1) for line in out.splitlines() if not line.startswith("#"))

        plain = settings()
        self.assertEqual((plain["log-keep"], plain["access-log"], plain["port"]), ('"30d"', "false", "8080"))
        found = settings("--config", config)
        self.assertEqual((found["log-keep"], found["log-flush"], found["access-log"]), ('"7d"', "200", "true"))
        self.assertEqual(found["model"], '["wine", "churn"]')
        found = settings("--config", config, SCOREWAY_LOG_KEEP="8d", SCOREWAY_PORT="tcp://10.0.0.1:80")
        self.assertEqual((found["log-keep"], found["port"]), ('"8d"', "8080"))
        found = settings("--log-keep", "9d", "-p", "9000", SCOREWAY_CONFIG=str(config), SCOREWAY_LOG_KEEP="8d",
                         SCOREWAY_PORT="7000")
        self.assertEqual((found["log-keep"], found["port"], found["log-flush"]), ('"9d"', "9000", "200"))
        again = self.folder / "again.toml"
        again.write_text(self.run_command("serve", "--print-config", "--config", config)[0])
        self.assertEqual(settings("--config", again), settings("--config", config))
        config.write_text("log-kept = 1\n")
        _, err = self.run_command("serve", "--config", config, status=2)
        self.assertIn("log-kept", err)
        self.run_command("serve", "--config", self.folder / "none", status=2)

    def test_requests_are_shared_as_the_policy_says(self):
        self.push_wine("--alias", "champion")
        self.push_wine("--alias", "challenger")
        self.run_command("traffic", "set", "wine", "--split", "champion=90", status=2)
        self.run_command("traffic", "set", "wine", "--split", "nobody=100", status=4)
        set_ = self.json_of("traffic", "set", "wine", "--split", "challenger=100", "--shadow", "champion", "--why", "try")
        self.assertEqual((set_["revision"], set_["shadow"]), (1, ["champion"]))
        self.run_command("traffic", "set", "wine", "--expected", "0", status=5)
        server = self.start("--log-predictions", "--model", "wine@challenger", "--model", "wine@champion")
        row = json.loads((WINE / "rows.jsonl").read_text().splitlines()[0])
        status, body = self.ask("/v1/models/wine:predict", {"rows": [row]})
        self.assertEqual((status, json.loads(body)["version"]), (200, 2), body)
        self.assertIn("challenger 100", self.run_command("traffic", "show", "wine")[0])
        deadline = time.monotonic() + 10
        while True:
            copies = self.rows(self.run_command("log", "wine", "--shadow", "true")[0]) if self.log_is_there() else []
            if copies:
                break
            self.assertLess(time.monotonic(), deadline, "the shadow's answer is not logged")
            time.sleep(0.05)
        self.assertEqual((copies[0]["version"], copies[0]["alias"]), ("1", "champion"))
        label = {"prediction_id": json.loads(body)["prediction_id"], "label": json.loads(body)["rows"][0]["predict"]}
        self.assertEqual(self.ask("/v1/models/wine/labels", {"labels": [label]})[0], 200)
        replayed = self.json_of("challenge", "replay", "wine", "challenger", "--champion-version", 2, "--challenger-version", 1)
        self.assertEqual((replayed["verdict"], replayed["rows"], replayed["challenge"]["evidence"]["labels"]), ("wait", 1, 1))
        status, body = self.ask("/v1/models/wine/challenges/challenger:replay", {"champion_version": 2, "challenger_version": 1})
        self.assertEqual((status, json.loads(body)), (200, replayed))
        server.send_signal(signal.SIGTERM)
        self.assertEqual(server.wait(timeout=20), 0)

    def log_is_there(self):
        return (self.folder / "registry-log.db").exists()

    def test_a_port_in_use_is_named(self):
        self.start()
        port = self.url.rsplit(":", 1)[1]
        _, err = self.run_command("serve", "--port", port, status=6)
        self.assertIn(port, err)


if __name__ == "__main__":
    SCOREWAY = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=1)
