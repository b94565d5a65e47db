"""What a model takes and gives."""
from __future__ import annotations

import re
from typing import List, NamedTuple, Optional, Sequence, Tuple


class Input(NamedTuple):
    """A column that the model takes. A missing cell of it is the model's to treat, or else an error."""

    name: str
    type: str
    may_be_missing: bool
    used: bool
    categories: Tuple[str, ...]


class Output(NamedTuple):
    """A column that the model gives."""

    name: str
    type: str


class Signature(NamedTuple):
    """Inputs and outputs of a model. Without `inputs_named` the model knows its inputs by position, and their names are Scoreway's."""

    inputs: Tuple[Input, ...]
    outputs: Tuple[Output, ...]
    inputs_named: bool


# How the libraries that train models call what they give; see docs/embedding.md.
_PREDICTIONS = re.compile(r"(predict|prediction)(_\d+)?")
_PROBABILITIES = re.compile(r"(?:proba_|probability\(|probability_|output_probability_|probabilities_)(?P<of>.*?)\)?")
_TRANSFORMED = re.compile(r"transform(_.*)?")
_DECISIONS = re.compile(r"(decision_function|margin|rawPrediction)(_.*)?")


def _places(outputs: Sequence[Output], pattern: "re.Pattern[str]") -> List[int]:
    return [i for i, output in enumerate(outputs) if pattern.fullmatch(output.name)]


class Roles:
    """Which outputs stand for what an estimator of scikit-learn calls predict, predict_proba, transform and decision_function."""

    def __init__(self, outputs: Sequence[Output]) -> None:
        self.probabilities = _places(outputs, _PROBABILITIES)
        self.transformed = _places(outputs, _TRANSFORMED)
        self.decisions = _places(outputs, _DECISIONS)
        others = {*self.probabilities, *self.transformed, *self.decisions}
        # PMML and ONNX call the prediction as they like; it comes first.
        self.predictions = _places(outputs, _PREDICTIONS) or [i for i in range(len(outputs)) if i not in others][:1]
        self.classes: Optional[List[str]] = None
        if self.probabilities:
            matches = (_PROBABILITIES.fullmatch(outputs[i].name) for i in self.probabilities)
            self.classes = [match.group("of") for match in matches if match]
