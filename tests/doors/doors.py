"""The doors: each gives its answers to the rows of a model as a list of dicts, in the order of the rows."""
import ctypes
import json
import math
import os
import pathlib
import sqlite3
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

from rows import LeftOut


class CommandLine:
    name = "command line"

    def __init__(self, scoreway):
        self._scoreway = scoreway

    def answers(self, case):
        """From the file itself; its rows, read and written, are what the other doors are compared with."""
        with tempfile.TemporaryDirectory() as folder:
            out = os.path.join(folder, "out.jsonl")
            command = [self._scoreway, "predict", case.model, "--quiet", "--input", case.input, "--output", out]
            if subprocess.run(command, capture_output=True).returncode != 0:
                raise LeftOut("the command line refuses the rows")
            with open(out, encoding="utf-8") as file:
                return [json.loads(line) for line in file]


class C:
    """libscoreway.so, row by row."""

    name = "C"
    _TEXTS = (4, 5)

    def __init__(self, build):
        self._library = library = ctypes.CDLL(os.path.join(build, "lib", "libscoreway.so"))
        for name, result, arguments in [
            ("sw_error_text", ctypes.c_char_p, [ctypes.c_void_p]),
            ("sw_model_find_input", ctypes.c_size_t, [ctypes.c_void_p, ctypes.c_char_p]),
            ("sw_model_output_count", ctypes.c_size_t, [ctypes.c_void_p]),
            ("sw_model_output_name", ctypes.c_char_p, [ctypes.c_void_p, ctypes.c_size_t]),
            ("sw_model_output_type", ctypes.c_int32, [ctypes.c_void_p, ctypes.c_size_t]),
            ("sw_row_number", ctypes.c_double, [ctypes.c_void_p, ctypes.c_size_t]),
            ("sw_row_int64", ctypes.c_int64, [ctypes.c_void_p, ctypes.c_size_t]),
            ("sw_row_is_missing", ctypes.c_int, [ctypes.c_void_p, ctypes.c_size_t]),
            ("sw_row_text", ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_size_t, ctypes.POINTER(ctypes.c_size_t)]),
            ("sw_model_free", None, [ctypes.c_void_p]),
            ("sw_session_free", None, [ctypes.c_void_p]),
        ]:
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments

    def _check(self, code, error):
        if code != 0:
            raise RuntimeError(self._library.sw_error_text(error).decode())

    def answers(self, case):
        library, model, session, error = self._library, ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_void_p()
        self._check(library.sw_model_load_path(os.fsencode(case.model), None, ctypes.byref(model), ctypes.byref(error)), error)
        self._check(library.sw_session_new(model, ctypes.byref(session), ctypes.byref(error)), error)
        answers = [self._answer(model, session, row) for row in case.rows]
        library.sw_session_free(session)
        library.sw_model_free(model)
        return answers

    def _answer(self, model, session, row):
        library, error = self._library, ctypes.c_void_p()
        for name, cell in row.items():
            place = ctypes.c_size_t(library.sw_model_find_input(model, name.encode()))
            if cell is None:
                code = library.sw_row_set_missing(session, place, ctypes.byref(error))
            elif isinstance(cell, bool):
                code = library.sw_row_set_bool(session, place, int(cell), ctypes.byref(error))
            elif isinstance(cell, int):
                code = library.sw_row_set_int64(session, place, ctypes.c_int64(cell), ctypes.byref(error))
            elif isinstance(cell, float):
                code = library.sw_row_set_number(session, place, ctypes.c_double(cell), ctypes.byref(error))
            else:
                text = cell.encode()
                code = library.sw_row_set_text(session, place, text, ctypes.c_size_t(len(text)), ctypes.byref(error))
            self._check(code, error)
        self._check(library.sw_row_predict(session, ctypes.byref(error)), error)
        return {library.sw_model_output_name(model, i).decode(): self._cell(model, session, i) for i in range(library.sw_model_output_count(model))}

    def _cell(self, model, session, output):
        library = self._library
        if library.sw_row_is_missing(session, output):
            return None
        type = library.sw_model_output_type(model, output)
        if type in self._TEXTS:
            size = ctypes.c_size_t()
            text = library.sw_row_text(session, output, ctypes.byref(size))
            return ctypes.string_at(text, size.value).decode()
        return library.sw_row_int64(session, output) if type == 2 else library.sw_row_number(session, output)


class PythonRows:
    name = "Python, dicts"

    def answers(self, case):
        import scoreway

        model = scoreway.load(case.model if os.path.isabs(case.model) else "./" + case.model)
        return [model.answer(row) for row in case.rows]


class PythonTable:
    name = "Python, Arrow"

    def answers(self, case):
        import pyarrow
        import scoreway

        types = {"float32": pyarrow.float32(), "float64": pyarrow.float64(), "int64": pyarrow.int64(), "bool": pyarrow.bool_()}
        fields = {field["name"]: types.get(field["type"], pyarrow.string()) for field in case.signature["inputs"]}
        table = pyarrow.table({name: pyarrow.array([row[name] for row in case.rows], fields[name]) for name in case.rows[0]})
        return scoreway.load(case.model).answer(table).to_pylist()


class PostgreSQL:
    """A server that is there already: PGHOST and its like."""

    name = "PostgreSQL"

    def __init__(self):
        import psycopg

        self._db = psycopg.connect(dbname="postgres", autocommit=True)
        self._db.execute("CREATE EXTENSION IF NOT EXISTS scoreway")
        self._count = 0

    def answers(self, case):
        self._count += 1
        name = f"case_{self._count}"
        options = {"feature_map": case.feature_map} if case.feature_map else {}
        self._db.execute("SELECT scoreway.import(%s, %s::bytea, NULL, %s::jsonb)", (name, case.artifact, json.dumps(options)))
        rows = self._db.execute("SELECT scoreway.predict(%s, value) FROM jsonb_array_elements(%s::jsonb) WITH ORDINALITY ORDER BY ordinality",
                                (name, json.dumps(case.json_rows))).fetchall()
        self._db.execute("DELETE FROM scoreway.models WHERE name = %s", (name,))
        return [row[0] for row in rows]


class SQLite:
    name = "SQLite"

    def __init__(self, build):
        self._db = sqlite3.connect(":memory:")
        self._db.enable_load_extension(True)
        self._db.load_extension(os.path.join(build, "lib", "sqlite", "scoreway"))
        self._count = 0

    def answers(self, case):
        if case.feature_map:
            return None  # it takes none
        self._count += 1
        name = f"case_{self._count}"
        self._db.execute("SELECT scoreway_import(?, ?)", (name, case.artifact)).fetchall()
        answers = [json.loads(self._db.execute("SELECT scoreway_predict(?, ?)", (name, json.dumps(row))).fetchone()[0]) for row in case.json_rows]
        self._db.execute("DELETE FROM scoreway_models")
        return answers


class Http:
    """`scoreway serve` over a registry into which the command line pushes."""

    name = "HTTP"

    def __init__(self, scoreway, folder):
        self._scoreway, self._registry = scoreway, os.path.join(folder, "registry.db")
        self._count = 0
        self._server = None

    def _start(self):
        address = pathlib.Path(self._registry).with_suffix(".address")
        self._server = subprocess.Popen([self._scoreway, "serve", "--registry", self._registry, "--port", "0", "--grpc-port", "0",
                                         "--address-file", str(address)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not (address.exists() and len(address.read_text().split()) == 2):
            time.sleep(0.05)
        http, self.grpc_address = address.read_text().split()
        self._url = f"http://{http}"

    def answers(self, case):
        self._count += 1
        self.model = name = f"case_{self._count}"
        subprocess.run([self._scoreway, "push", name, case.model, "--registry", self._registry], check=True, capture_output=True)
        if self._server is None:
            self._start()
        body = json.dumps({"rows": case.json_rows}).encode()
        request = urllib.request.Request(f"{self._url}/v1/models/{name}/versions/1:predict", body, {"Content-Type": "application/json"})
        for _ in range(100):  # the server sees a new version within a fraction of a second
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:
                    return json.load(answer)["rows"]
            except urllib.error.HTTPError as error:
                if error.code != 404:
                    raise RuntimeError(error.read().decode()) from None
            time.sleep(0.1)
        raise RuntimeError("the server does not see the version")

    def close(self):
        if self._server is not None:
            self._server.terminate()
            self._server.wait()


class Grpc:
    """The same server's other door, by tritonclient, with the model that HTTP was asked for before. Tensors have no missing texts, integers
    and truths: cases with them are left out."""

    name = "gRPC"
    _DATATYPES = {"float32": ("FP32", "float32"), "float64": ("FP64", "float64"), "int64": ("INT64", "int64"), "bool": ("BOOL", "bool")}

    def __init__(self, http):
        self._http = http

    def answers(self, case):
        import tritonclient.grpc
        from tritonclient.utils import InferenceServerException

        types = {field["name"]: field["type"] for field in case.signature["inputs"]}
        columns = {name: [row[name] for row in case.rows] for name in case.rows[0]}
        if any(None in cells and not types[name].startswith("float") for name, cells in columns.items()):
            return None
        tensors = [self._tensor(tritonclient.grpc, name, types[name], cells) for name, cells in columns.items()]
        with tritonclient.grpc.InferenceServerClient(self._http.grpc_address) as client:
            try:
                result = client.infer(self._http.model, tensors, model_version="1", client_timeout=60)
            except InferenceServerException as error:
                if "is missing" in str(error) and "as raw bytes" in str(error):
                    return None
                raise
        given = {output["name"]: self._cells(result.as_numpy(output["name"])) for output in case.outputs}
        return [{name: cells[row] for name, cells in given.items()} for row in range(len(case.rows))]

    def _tensor(self, module, name, type, cells):
        import numpy

        datatype, dtype = self._DATATYPES.get(type, ("BYTES", object))
        values = numpy.array([float("nan") if cell is None else cell.encode() if isinstance(cell, str) else cell for cell in cells], dtype=dtype)
        tensor = module.InferInput(name, [len(cells)], datatype)
        tensor.set_data_from_numpy(values)
        return tensor

    def _cells(self, values):
        return [cell.decode() if isinstance(cell, bytes) else cell for cell in values.tolist()]


class Wasm:
    """The npm package in Node, by rows or by tables, or in Chromium: wasm.mjs. It gets the model as `scoreway convert` writes it."""

    _SAFE = 2**53

    def __init__(self, name, package, mode, folder, scoreway):
        self.name = name
        self._scoreway = scoreway
        self._artifact = os.path.join(folder, f"artifact-{mode}.scoreway")
        self._program = subprocess.Popen(["node", str(pathlib.Path(__file__).with_name("wasm.mjs")), package, mode], stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, text=True, encoding="utf-8")

    def answers(self, case):
        subprocess.run([self._scoreway, "convert", case.model, self._artifact], check=True, capture_output=True)
        asked = {"artifact": self._artifact, "rows": [{name: self._told(cell) for name, cell in row.items()} for row in case.rows]}
        self._program.stdin.write(json.dumps(asked) + "\n")
        self._program.stdin.flush()
        answer = json.loads(self._program.stdout.readline(), object_hook=self._number)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["rows"]

    def _told(self, cell):
        is_large = isinstance(cell, int) and abs(cell) > self._SAFE
        return {"number": {"inf": "Infinity", "-inf": "-Infinity"}.get(str(cell), str(cell))} if is_large or isinstance(cell, float) and math.isinf(cell) else cell

    @staticmethod
    def _number(told):
        if set(told) != {"number"}:
            return told
        text = told["number"]
        return int(text) if text.lstrip("-").isdigit() else float(text)

    def close(self):
        self._program.stdin.close()
        self._program.wait()
