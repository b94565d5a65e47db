"""What computes behind the servers of Python shops: ONNX Runtime or scikit-learn, one math thread."""
import pickle

import numpy as np


class OnnxRuntime:
    def __init__(self, models, name):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(models / f"{name}.onnx"), options, providers=["CPUExecutionProvider"])
        self.inputs = self.session.get_inputs()
        self.output = self.session.get_outputs()[-1].name

    def predict(self, rows):
        if len(self.inputs) == 1:
            feed = {self.inputs[0].name: np.array(rows, dtype=np.float32)}
        else:
            feed = {each.name: column(each.type, [row[i] for row in rows]) for i, each in enumerate(self.inputs)}
        answer = self.session.run([self.output], feed)[0]
        return (answer[:, 1] if answer.ndim == 2 and answer.shape[1] == 2 else answer.ravel()).tolist()


def column(kind, cells):
    if kind == "tensor(string)":
        return np.array(cells, dtype=object).reshape(-1, 1)
    return np.array([np.nan if cell is None else cell for cell in cells], dtype=np.float32).reshape(-1, 1)


class Sklearn:
    def __init__(self, models, name):
        self.model = pickle.loads((models / f"{name}.pkl").read_bytes())

    def predict(self, rows):
        if any(isinstance(cell, str) for cell in rows[0]):
            table = np.array([[np.nan if cell is None else cell for cell in row] for row in rows], dtype=object)
        else:
            table = np.array(rows)
        if hasattr(self.model, "predict_proba"):
            return self.model.predict_proba(table)[:, 1].tolist()
        return self.model.predict(table).tolist()


ENGINES = {"onnxruntime": OnnxRuntime, "sklearn": Sklearn}
