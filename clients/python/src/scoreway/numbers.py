"""Numbers as JSON has them, and as it has not."""
from __future__ import annotations

import math
from typing import Any, Dict, Mapping, Union


def json_numbers(numbers: Mapping[str, Any]) -> Dict[str, Union[float, str, None]]:
    """Metrics: NaN is null, and the infinities, which JSON lacks, are texts."""
    found: Dict[str, Union[float, str, None]] = {}
    for name, value in numbers.items():
        number = float(value)
        if math.isnan(number):
            found[str(name)] = None
        elif math.isinf(number):
            found[str(name)] = "Infinity" if number > 0 else "-Infinity"
        else:
            found[str(name)] = number
    return found


def number_text(value: Any) -> Any:
    """For json.dumps: numbers of numpy as Python's, arrays as lists, dates as text."""
    if hasattr(value, "tolist"):
        return value.tolist()
    if hasattr(value, "toArray"):
        return [float(x) for x in value.toArray()]
    if hasattr(value, "isoformat"):
        return value.isoformat()
    raise TypeError(f"a {type(value).__name__} cannot be sent")
