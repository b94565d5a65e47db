"""Models that answer in this process, without a server."""
from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Sequence, Union

from .errors import InvalidArgument
from .signature import Input, Output, Roles, Signature

try:
    from . import _engine
except ImportError as error:  # the pure Python package, which is a client only
    raise ImportError("this installation of scoreway is the client alone, without the engine: install the wheel that "
                      "`cmake --build --preset release --target wheel` makes (docs/embedding.md)") from error

if TYPE_CHECKING:
    from .client import Client


class Model:
    """A model in this process. Immutable; may be used by many threads at once, which tables are scored beside each other in.

    Rows are given as one dict, a list of dicts, a DataFrame of pandas or polars, a table of pyarrow, whatever speaks Arrow's
    PyCapsule interface, or an array with a column for each input.
    """

    def __init__(self, engine: "_engine.Model", outputs: Optional[Sequence[str]] = None) -> None:
        self._engine = engine
        self._outputs = list(outputs) if outputs is not None else None
        self.format, self.library, self.library_version, self.estimator, self.bytes, named = engine.info()
        inputs = tuple(Input(*field) for field in engine.inputs())
        self.signature = Signature(inputs, tuple(Output(*field) for field in engine.outputs()), named)
        self._roles = Roles(self.signature.outputs)
        self._label = self._roles.predictions[0] if len(self._roles.predictions) == 1 else -1

    def predict(self, rows: Any) -> Any:
        """The predictions: an array with an item a row (a row of items, if the model predicts several things); of one dict the
        prediction alone."""
        if type(rows) is dict:
            if self._label >= 0:
                answer = self._engine.cell(rows, self._label)
                if answer is not None:
                    return answer[0]
            return _of_row(self._row(rows), self._names(self._roles.predictions))
        return self._pick(rows, self._roles.predictions, "predictions", flat=True)

    def predict_proba(self, rows: Any) -> Any:
        """The probabilities of the classes (`classes`): an array with a row a row; of one dict a list."""
        return self._matrix(rows, self._roles.probabilities, "probabilities")

    def transform(self, rows: Any) -> Any:
        """The columns that a transformer makes: an array with a row a row; of one dict a list."""
        return self._matrix(rows, self._roles.transformed, "transformed columns")

    def decision_function(self, rows: Any) -> Any:
        """The margins: an array with an item a row, or a row of items where there are several classes; of one dict a list."""
        if isinstance(rows, dict):
            return self._matrix(rows, self._roles.decisions, "margins")
        return self._pick(rows, self._roles.decisions, "margins", flat=True)

    def answer(self, rows: Any) -> Any:
        """All outputs by name, in the form of the rows: a dict for a dict, a DataFrame for a DataFrame; for an array a dict of
        arrays."""
        if isinstance(rows, dict):
            return self._row(rows)
        if _are_dicts(rows):
            return [self._row(row) for row in rows]
        from .tables import answer_of, in_the_form_of

        return in_the_form_of(rows, answer_of(self._engine, self.signature, rows), self.signature.outputs)

    __call__ = answer

    @property
    def classes(self) -> Optional[List[str]]:
        """The classes whose probabilities predict_proba gives, in its order, as texts; None if it gives none."""
        return None if self._roles.classes is None else list(self._roles.classes)

    @property
    def n_features_in_(self) -> int:
        return len(self.signature.inputs)

    def save(self, path: Union[str, "os.PathLike[str]", None] = None) -> bytes:
        """The model in Scoreway's own format, which loads fastest; written to the path, if there is one."""
        saved = self._engine.save()
        if path is not None:
            with open(path, "wb") as file:
                file.write(saved)
        return saved

    def __reduce__(self) -> Any:
        return _loaded, (self._engine.save(), self._outputs)

    def __repr__(self) -> str:
        return f"<scoreway.Model {self.estimator or self.format}: {len(self.signature.inputs)} inputs, {len(self.signature.outputs)} outputs>"

    # ---- one row ----------------------------------------------------------------------------------------------------

    def _row(self, row: Dict[str, Any]) -> Dict[str, Any]:
        answer = self._engine.row(row)
        if answer is None:
            answer = self._engine.row(self._without_vectors(row))
            assert answer is not None
        return answer

    def _without_vectors(self, row: Dict[str, Any]) -> Dict[str, Any]:
        """The row with the items of a vector `x` as the cells `x_0`, `x_1` and on; other keys that are no inputs are an error."""
        names = {field.name for field in self.signature.inputs}
        cells: Dict[str, Any] = {}
        for key, value in row.items():
            if key in names:
                cells[key] = value
            elif f"{key}_0" in names and hasattr(value, "__len__") and not isinstance(value, str):
                cells.update((f"{key}_{i}", item) for i, item in enumerate(value))
            else:
                raise InvalidArgument(f"unknown column {key!r}; the model takes {', '.join(sorted(names))}"[:500], code="INVALID_ARGUMENT")
        unknown = [key for key in cells if key not in names]
        if unknown:
            raise InvalidArgument(f"the vector has an item too many: {unknown[0]!r} is no input", code="INVALID_ARGUMENT")
        return cells

    # ---- outputs by what they stand for ------------------------------------------------------------------------------

    def _names(self, places: List[int]) -> List[str]:
        return [self.signature.outputs[i].name for i in places]

    def _require(self, places: List[int], what: str) -> None:
        if not places:
            given = ", ".join(output.name for output in self.signature.outputs[:10])
            raise AttributeError(f"the model gives no {what}; its outputs are {given}")

    def _matrix(self, rows: Any, places: List[int], what: str) -> Any:
        self._require(places, what)
        if isinstance(rows, dict):
            answer = self._row(rows)
            return [answer[name] for name in self._names(places)]
        return self._pick(rows, places, what, flat=False)

    def _pick(self, rows: Any, places: List[int], what: str, *, flat: bool) -> Any:
        """The columns at these places, as one array."""
        import numpy

        self._require(places, what)
        if isinstance(rows, dict) or _are_dicts(rows):
            names = self._names(places)
            answers = [self._row(row) for row in ([rows] if isinstance(rows, dict) else rows)]
            columns = [_array([answer[name] for answer in answers]) for name in names]
        else:
            from .tables import answer_of, column_of

            answer = answer_of(self._engine, self.signature, rows)
            columns = [column_of(answer, i, self.signature.outputs[i].type) for i in places]
        return columns[0] if flat and len(columns) == 1 else numpy.stack(columns, axis=1)


def _array(cells: List[Any]) -> Any:
    import numpy

    if any(isinstance(cell, str) for cell in cells):
        return numpy.array([*cells, None], dtype=object)[:-1]
    return numpy.array([float("nan") if cell is None else cell for cell in cells])


def _are_dicts(rows: Any) -> bool:
    return isinstance(rows, (list, tuple)) and len(rows) > 0 and isinstance(rows[0], dict)


def _of_row(answer: Dict[str, Any], names: List[str]) -> Any:
    return answer[names[0]] if len(names) == 1 else [answer[name] for name in names]


def _loaded(saved: bytes, outputs: Optional[List[str]]) -> Model:
    return Model(_engine.load(saved, outputs, None, 0, 0), outputs)


def load(source: Any, *, outputs: Optional[Sequence[str]] = None, feature_map: Optional[str] = None, recommend: int = 0,
         unpacked_bytes_max: int = 0, server: Union[str, "Client", None] = None) -> Model:
    """A model that answers in this process.

    source: the path of a file or folder that a training library saved, its bytes, or a reference to a version ("wine@champion",
    "wine/3"), which is fetched from the server of $SCOREWAY_URL, of `connect`, or of `server`.
    outputs: the outputs wanted, by name; all by default.
    feature_map: the text of the feature map of an XGBoost model; beside a path it is found.
    recommend: of a recommender, so many of the best items for a user in place of the rating.
    """
    wanted = list(outputs) if outputs is not None else None
    if isinstance(source, (bytearray, memoryview)):
        source = bytes(source)
    if isinstance(source, str) and not is_path(source):
        from . import _client

        version, source = _client(server).artifact(source)
        options = version.info.get("import_options") or {}
        feature_map = feature_map or options.get("feature_map")
        recommend = recommend or int(options.get("recommend", 0))
    return Model(_engine.load(source, wanted, feature_map, recommend, unpacked_bytes_max), wanted)


def is_path(text: str) -> bool:
    """As the command line has it: what exists, or looks like a path, is one."""
    return os.path.exists(text) or text.startswith((".", "/", "~")) or os.path.splitext(text)[1] not in ("",)
