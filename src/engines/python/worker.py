"""The Python worker: answers for one pickled model over a socket (file descriptor 3), in a sandbox that its parent made.

A frame is one byte of kind, the size of the payload as a little-endian uint64, the payload.
  asked     'L' the artifact                     answered  'D' lines of description, tab-separated
            'P' rows as an Arrow stream                    'A' answers as an Arrow stream
                                                           'E' a kind of error, a tab, a message
"""

import io
import struct
import sys

HEADER = struct.Struct("<cQ")
PROBE_ROWS = 2


class Refusal(Exception):
    """The model cannot be served; the message says why."""


class Connection:
    def __init__(self, descriptor):
        self.file = io.FileIO(descriptor, "r+b")

    def read(self):
        header = self._exactly(HEADER.size)
        if header is None:
            return None, None
        kind, size = HEADER.unpack(header)
        return kind, self._exactly(size)

    def write(self, kind, payload):
        for part in (HEADER.pack(kind, len(payload)), payload):
            view = memoryview(part)
            while len(view) > 0:
                view = view[self.file.write(view) :]

    def _exactly(self, size):
        data = bytearray(size)
        view = memoryview(data)
        done = 0
        while done < size:
            count = self.file.readinto(view[done:])
            if count == 0:
                return None
            done += count
        return data


def load(artifact):
    try:
        import joblib
    except ImportError:
        import pickle

        return pickle.loads(artifact)
    return joblib.load(io.BytesIO(artifact))


def text_columns(step, names):
    """Names of the inputs that a fitted scikit-learn object takes as text, each with an example it knows."""
    found = {}
    for position, (_, inner) in enumerate(getattr(step, "steps", [])):
        # Positions mean inputs in the first step alone; a later one may still ask for an input by its name.
        found.update(text_columns(inner, names if position == 0 else []))
    for _, inner, columns in getattr(step, "transformers_", []):
        if isinstance(columns, (str, int)):
            columns = [columns]
        try:
            chosen = [column if isinstance(column, str) else names[column] for column in columns]
        except (TypeError, IndexError):
            continue
        found.update(text_columns(inner, chosen))
    for name, categories in zip(names, getattr(step, "categories_", [])):
        texts = [value for value in categories if isinstance(value, str)]
        if texts:
            found[name] = texts[0]
    if getattr(step, "vocabulary_", None) and names:
        found[names[0]] = ""
    return found


class Inputs:
    """What the model takes: a column each."""

    def __init__(self, model):
        names = getattr(model, "feature_names_in_", None)
        self.named = names is not None
        if self.named:
            self.names = [str(name) for name in names]
        elif getattr(model, "n_features_in_", None) is not None:
            self.names = ["x%d" % i for i in range(int(model.n_features_in_))]
        else:
            raise Refusal("the object does not say what it takes: it has neither feature_names_in_ nor n_features_in_")
        self.examples = {name: text for name, text in text_columns(model, self.names).items() if name in self.names}

    def kind(self, name):
        return "string" if name in self.examples else "float64"

    def probe(self):
        return {name: [self.examples.get(name, 0.0)] * PROBE_ROWS for name in self.names}

    def as_model_takes(self, columns):
        if self.named:
            import pandas

            return pandas.DataFrame(columns, columns=self.names)
        import numpy

        dtype = object if self.examples else float
        rows = len(next(iter(columns.values()))) if columns else 0
        matrix = numpy.empty((rows, len(self.names)), dtype=dtype)
        for i, name in enumerate(self.names):
            matrix[:, i] = columns[name]
        return matrix


def columns_of(prefix, values, names=None):
    """The columns of an answer, by name."""
    import numpy

    if hasattr(values, "toarray"):
        values = values.toarray()
    values = numpy.asarray(values)
    if values.ndim == 1:
        return {prefix: values}
    if values.ndim != 2:
        raise Refusal("%s gives an array of %d dimensions" % (prefix, values.ndim))
    if names is None:
        if values.shape[1] == 1:
            return {prefix: values[:, 0]}
        names = range(values.shape[1])
    return {"%s_%s" % (prefix, name): values[:, i] for i, name in enumerate(names)}


class Served:
    METHODS = ("predict", "decision_function", "score_samples")

    def __init__(self, model):
        self.model = model
        self.inputs = Inputs(model)
        self.methods = [name for name in self.METHODS if callable(getattr(model, name, None))]
        if not self.methods and not callable(getattr(model, "transform", None)):
            raise Refusal("the object has neither predict nor transform")
        self.types = {}
        self.types = {name: self._type(values) for name, values in self.answer(self.inputs.probe()).items()}

    def answer(self, columns):
        rows = self.inputs.as_model_takes(columns)
        answers = {}
        for method in self.methods:
            answers.update(columns_of(method, getattr(self.model, method)(rows)))
            if method == "predict" and callable(getattr(self.model, "predict_proba", None)):
                names = [str(label) for label in getattr(self.model, "classes_", [])] or None
                answers.update(columns_of("proba", self.model.predict_proba(rows), names))
        if not self.methods:
            answers.update(columns_of("transform", self.model.transform(rows)))
        return answers

    @staticmethod
    def _type(values):
        if values.dtype.kind == "b":
            return "bool"
        if values.dtype.kind in "iu":
            return "int64"
        if values.dtype.kind == "f":
            return "float64"
        if all(isinstance(value, str) for value in values):
            return "string"
        raise Refusal("an answer is of type %s" % values.dtype)

    def description(self):
        model = type(self.model)
        package = model.__module__.split(".")[0]
        version = str(getattr(sys.modules.get(package), "__version__", ""))
        lines = [("estimator", model.__name__, "%s %s" % (package, version)), ("named", str(int(self.inputs.named)), "")]
        lines += [("input", name, self.inputs.kind(name)) for name in self.inputs.names]
        lines += [("output", name, kind) for name, kind in self.types.items()]
        for line in lines:
            if any(mark in part for part in line for mark in "\t\n"):
                raise Refusal("a name holds a tab or the end of a line")
        return "\n".join("\t".join(line) for line in lines).encode()

    def predict(self, stream):
        import pyarrow

        with pyarrow.ipc.open_stream(pyarrow.py_buffer(stream)) as reader:
            table = reader.read_all()
        columns = {name: self._cells(table.column(name)) for name in self.inputs.names}
        answers = self.answer(columns)
        arrow = {"string": pyarrow.string(), "int64": pyarrow.int64(), "bool": pyarrow.bool_(), "float64": pyarrow.float64()}
        arrays = [pyarrow.array(answers[name], arrow[kind], from_pandas=True) for name, kind in self.types.items()]
        batch = pyarrow.record_batch(arrays, names=list(self.types))
        sink = pyarrow.BufferOutputStream()
        with pyarrow.ipc.new_stream(sink, batch.schema) as writer:
            writer.write_batch(batch)
        return sink.getvalue()

    @staticmethod
    def _cells(column):
        import numpy
        import pyarrow

        if pyarrow.types.is_string(column.type):
            return numpy.array(column.to_pylist(), dtype=object)
        return column.to_numpy()


def error(kind, exception):
    text = str(exception) if isinstance(exception, Refusal) else "%s: %s" % (type(exception).__name__, exception)
    return b"E", ("%s\t%s" % (kind, text[:4000])).encode("utf-8", "replace")


def main():
    connection = Connection(3)
    served = None
    while True:
        kind, payload = connection.read()
        if payload is None:
            return
        try:
            if kind == b"L":
                import pyarrow  # noqa: F401  told of now rather than at the first row

                served = Served(load(payload))
                answer = b"D", served.description()
            else:
                answer = b"A", served.predict(payload)
        except MemoryError as exception:
            answer = error("memory", exception)
        except ImportError as exception:
            answer = error("import", exception)
        except Exception as exception:  # whatever the model raises is told, and the next request is served
            answer = error("model", exception)
        connection.write(*answer)


main()
