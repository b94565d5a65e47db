"""Writes the folder of settings from which MLServer serves the models.

    mlserver_folder.py MODELS FOLDER PORT
"""
import json
import pathlib
import shutil
import sys

from answers import NAMES


def main(models, folder, port):
    for name in NAMES:
        place = folder / name
        place.mkdir(parents=True)
        # Its runtime knows a pickle of scikit-learn by this ending.
        shutil.copy(models / f"{name}.pkl", place / "model.pkl")
        settings = {"name": name, "implementation": "mlserver_sklearn.SKLearnModel", "parameters": {"uri": "./model.pkl"}}
        (place / "model-settings.json").write_text(json.dumps(settings))
    settings = {"host": "127.0.0.1", "http_port": port, "grpc_port": port + 1, "metrics_port": port + 2, "parallel_workers": 0,
                "debug": False}
    (folder / "settings.json").write_text(json.dumps(settings))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3]))
