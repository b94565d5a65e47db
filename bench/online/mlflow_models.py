"""Writes models as MLflow's scoring server takes them; their prediction is the classes' probabilities, if they have any.

    mlflow_models.py MODELS FOLDER NAME...
"""
import pathlib
import pickle
import sys

import mlflow.sklearn


def main(models, folder, names):
    for name in names:
        model = pickle.loads((models / f"{name}.pkl").read_bytes())
        mlflow.sklearn.save_model(model, folder / name, serialization_format="pickle",
                                  pyfunc_predict_fn="predict_proba" if hasattr(model, "predict_proba") else "predict")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3:])
