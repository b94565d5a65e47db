"""What a model of any library becomes before it is sent: its bytes, what is known of it, and the library's own answers."""
from __future__ import annotations

import os
import sys
import zipfile
from dataclasses import dataclass, field
from typing import Any, Dict, Iterable, Optional, Union

from .frames import Table

_TEXT_BYTES_MAX = 1000  # of a parameter or tag that is filled in by itself


@dataclass
class Sample:
    """Rows, and what the library answers to them, column by column under the server's names."""

    rows: Table
    answers: Table


@dataclass
class Packed:
    content: Union[bytes, str]  # the bytes, or the path of a file with them
    parameters: Dict[str, str] = field(default_factory=dict)
    tags: Dict[str, str] = field(default_factory=dict)
    sample: Optional[Sample] = None
    import_options: Dict[str, str] = field(default_factory=dict)  # what reading the bytes depends on besides them

    @property
    def is_file(self) -> bool:
        return isinstance(self.content, str)


def python_tags(**libraries: Any) -> Dict[str, str]:
    """The versions that the model was made with."""
    tags = {"python": ".".join(map(str, sys.version_info[:3]))}
    for name, module in libraries.items():
        version = getattr(module, "__version__", None)
        if version is not None:
            tags[name.replace("_", "-")] = str(version)
    return tags


def feature_tags(names: Optional[Iterable[Any]]) -> Dict[str, str]:
    text = ",".join(str(name) for name in names) if names is not None else ""
    return {"features": text} if text and len(text) <= _TEXT_BYTES_MAX else {}


def texts_of(parameters: Dict[Any, Any]) -> Dict[str, str]:
    """Parameters as short texts; those that are unset, or objects of their own, are left out."""
    texts: Dict[str, str] = {}
    for name, value in parameters.items():
        if value is None or callable(value) or hasattr(value, "get_params"):
            continue
        text = value if isinstance(value, str) else repr(value)
        if len(text) <= _TEXT_BYTES_MAX:
            texts[str(name)] = text
    return texts


def zip_folder(folder: str, path: str) -> None:
    """The files of a folder, but for marks and checksums of Hadoop's file systems: the same bytes for the same files."""
    files = []
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "_")))
        files += [os.path.join(parent, name) for name in names if not name.startswith((".", "_"))]
    if not files:
        raise ValueError(f"{folder}: is a folder with nothing in it")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for file in sorted(files):
            entry = zipfile.ZipInfo(os.path.relpath(file, folder).replace(os.sep, "/"), (1980, 1, 1, 0, 0, 0))
            with open(file, "rb") as source, archive.open(entry, "w") as target:
                while True:
                    piece = source.read(1 << 20)
                    if not piece:
                        break
                    target.write(piece)


def imported(name: str) -> Any:
    """The module, if somebody has imported it; a model of a library cannot exist without."""
    return sys.modules.get(name)
