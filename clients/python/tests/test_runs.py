"""Trainings that are followed from inside their loops."""
import concurrent.futures
import math

import lightgbm
import pytest
import xgboost
from sklearn.linear_model import LogisticRegression

import scoreway


def test_a_plain_loop(client, name, wine):
    frame, kinds = wine
    with client.run(name, params={"C": 0.5}, tags={"team": "risk"}, keep_last=1, keep_best=1, metric="accuracy") as run:
        for step in range(5):
            model = LogisticRegression(max_iter=2 + step).fit(frame, kinds)
            run.log(step, {"accuracy": [0.5, 0.75, 0.9, 0.8, 0.7][step], "odd": math.nan}, model=model)
    assert run.state == "finished"
    assert [(c.step, c.has_bytes) for c in run.checkpoints()] == [(0, False), (1, False), (2, True), (3, False), (4, True)]
    best = run.best("accuracy")
    assert (best.step, best.metrics, run.latest().step) == (2, {"accuracy": 0.9, "odd": None}, 4)
    assert [c.step for c in run.ranking("accuracy", count=2)] == [2, 3]
    assert best.pull(trust=True).max_iter == 4

    version = best.promote(alias="champion", sample=frame[:5], answers={"predict": best.pull(trust=True).predict(frame[:5])},
                           require_parity=True)
    assert (version.number, version.run, version.info["step"]) == (1, run.number, 2)
    assert version.metrics["accuracy"] == 0.9 and version.parameters["C"] == "0.5" and version.tags["team"] == "risk"
    assert best.promote().number == 1
    assert run.checkpoint(2).version == 1

    with pytest.raises(scoreway.Conflict, match="finished"):
        run.log(9, {"accuracy": 1.0})


def test_going_on_from_the_best_after_a_failure(client, name, wine):
    frame, kinds = wine
    codes = kinds.astype("category").cat.codes
    matrix = xgboost.DMatrix(frame, codes)
    parameters = {"objective": "multi:softprob", "num_class": 3, "max_depth": 2}
    with pytest.raises(RuntimeError, match="out of luck"):
        with client.run(name) as run:
            booster = xgboost.train(parameters, matrix, 3)
            run.log(3, {"loss": 0.5}, model=booster)
            raise RuntimeError("out of luck")
    failed = client.get_run(name)
    assert failed.state == "failed" and "out of luck" in failed.info["message"]

    best = failed.best("loss")
    with client.run(name, start_from=best) as second:
        booster = xgboost.train(parameters, matrix, 2, xgb_model=best.pull())
        second.log(5, {"loss": 0.25}, model=booster)
    assert booster.num_boosted_rounds() == 5
    assert (second.info["parent_run"], second.info["parent_step"]) == (failed.number, 3)
    assert [r["run"]["run"] for r in client.compare(name, metric="loss")] == [second.number, failed.number]
    assert [r.number for r in client.runs(name)] == [2, 1]


def test_xgboosts_own_loop(client, name, wine):
    frame, kinds = wine
    codes = kinds.astype("category").cat.codes
    matrix = xgboost.DMatrix(frame, codes)
    parameters = {"objective": "multi:softprob", "num_class": 3, "eval_metric": "mlogloss"}
    with client.run(name) as run:
        history = {}
        xgboost.train(parameters, matrix, 6, evals=[(matrix, "train")], evals_result=history, verbose_eval=False,
                      callbacks=[scoreway.xgboost_callback(run, every=2)])
    checkpoints = list(run.checkpoints())
    assert [c.metrics["train-mlogloss"] for c in checkpoints] == history["train"]["mlogloss"]
    assert [c.has_bytes for c in checkpoints] == [False, True] * 3
    best = run.best("train-mlogloss")
    assert best.step == 5 and best.pull().num_boosted_rounds() == 6


def test_lightgbms_own_loop(client, name, wine):
    frame, kinds = wine
    codes = kinds.astype("category").cat.codes
    with client.run(name, keep_last=2) as run:
        model = lightgbm.LGBMClassifier(n_estimators=5, verbose=-1)
        model.fit(frame, codes, eval_set=[(frame, codes)], callbacks=[scoreway.lightgbm_callback(run)])
    metric = next(iter(run.latest().metrics))
    assert [c.metrics[metric] for c in run.checkpoints()] == next(iter(model.evals_result_.values()))["multi_logloss"]
    assert [c.step for c in run.checkpoints() if c.has_bytes] == [3, 4]
    assert run.best(metric).pull().num_trees() == 15


def test_logging_again_and_against(client, name):
    run = client.run(name)
    run.log(1, {"auc": 0.5}, model=b"any bytes")
    run.log(1, {"auc": 0.5}, model=b"any bytes")
    with pytest.raises(scoreway.AlreadyExists, match="auc"):
        run.log(1, {"auc": 0.75})
    assert run.log(1, {"auc": 0.75}, replace=True).metrics == {"auc": 0.75}
    assert run.log(2, reference="s3://bucket/model").info["artifact"] == "elsewhere"
    assert run.checkpoint(1).pull() == b"any bytes"
    with pytest.raises(scoreway.InvalidArgument, match="goal"):
        run.best("score7")
    assert run.prune(keep_last=1) == {"checkpoints": 0, "bytes": 0}


def test_several_log_at_once(client, name):
    run = client.run(name, keep_last=3)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda step: run.log(step, {"loss": 1 / (1 + step)}, model=b"bytes of %d" % step), range(200)))
    run.finish()
    checkpoints = list(run.checkpoints(last_first=True))
    assert [c.step for c in checkpoints] == list(range(199, -1, -1))
    assert [c.step for c in checkpoints if c.has_bytes] == [199, 198, 197]
    assert run.best("loss", with_bytes=False).step == 199


def test_a_checkpoint_becomes_what_it_was(client, name, tmp_path):
    run = client.run(name)
    large = bytes(range(256)) * 80_000
    (tmp_path / "large").write_bytes(large)
    run.log(1, model=tmp_path / "large")
    assert run.checkpoint(1).pull(str(tmp_path / "back")) == str(tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == large
