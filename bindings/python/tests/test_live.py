"""Models that are exchanged while they answer; across forks, too."""
import os
import pickle
import time

import pandas as pd
import pytest
import scoreway
from scoreway.live import LiveModel, LiveModels
from sklearn.linear_model import LinearRegression


def pickled(slope):
    return pickle.dumps(LinearRegression().fit(pd.DataFrame({"a": [0.0, 1.0]}), [0.0, slope]))


def replace(path, content):
    """As a careful writer does."""
    other = path.with_suffix(".new")
    other.write_bytes(content)
    other.replace(path)


def answer(live):
    return round(live.loaded.model.predict({"a": 1.0}), 9)


def until(condition):
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_file_that_is_replaced_is_taken(tmp_path):
    path = tmp_path / "model.pkl"
    path.write_bytes(pickled(2.0))
    live = LiveModel(path)
    before = live.loaded
    assert answer(live) == 2.0 and not live.refresh()
    replace(path, pickled(3.0))
    assert live.refresh() and answer(live) == 3.0
    assert round(before.model.predict({"a": 1.0}), 9) == 2.0  # who has the old one keeps it


def test_what_cannot_be_read_leaves_the_last_in_its_place(tmp_path):
    path = tmp_path / "model.pkl"
    path.write_bytes(pickled(2.0))
    live = LiveModel(path)
    for content in (b"no model", pickled(9.0)[:50]):
        replace(path, content)
        assert not live.refresh() and live.error and answer(live) == 2.0
    path.unlink()
    assert not live.refresh() and "model.pkl" in live.error
    path.write_bytes(pickled(4.0))
    assert live.refresh() and live.error is None and answer(live) == 4.0


def test_what_cannot_be_loaded_at_first_is_an_error(tmp_path):
    with pytest.raises(OSError, match="none.pkl"):
        LiveModel(tmp_path / "none.pkl")


def test_follows_an_alias(client):
    versions = [client.push(pickled(slope), "followed") for slope in (2.0, 3.0)]
    versions[0].set_alias("champion")
    live = LiveModel("followed@champion", server=client)
    assert live.loaded.version == 1 and answer(live) == 2.0
    versions[1].set_alias("champion")
    assert live.refresh() and live.loaded.version == 2 and answer(live) == 3.0
    with pytest.raises(scoreway.NotFound):
        LiveModel("followed@nobody", server=client)


def test_a_server_that_is_gone_leaves_the_last_in_its_place(url, client):
    client.push(pickled(2.0), "left", alias="champion")
    live = LiveModel("left@champion", server=scoreway.Client(url, retries=0))
    client.delete("left/1", force=True)
    assert not live.refresh() and "left" in live.error and answer(live) == 2.0


def test_each_process_looks_for_itself(tmp_path):
    """The parent's thread is not there in a child; the child starts its own, also where the parent was just looking."""
    path = tmp_path / "model.pkl"
    path.write_bytes(pickled(2.0))
    models = LiveModels({"line": path}, refresh_seconds=0.01)
    assert answer(models["line"]) == 2.0
    children = []
    for _ in range(8):
        child = os.fork()
        if child == 0:
            try:
                until(lambda: answer(models["line"]) == 3.0)
                os._exit(0)
            finally:
                os._exit(1)
        children.append(child)
    replace(path, pickled(3.0))
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 8
    until(lambda: answer(models["line"]) == 3.0)
