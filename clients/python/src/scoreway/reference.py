"""References to models as people write them: "wine", "wine@champion", "wine/3"."""
from __future__ import annotations

from typing import NamedTuple, Optional

from .transport import quoted


class Reference(NamedTuple):
    name: str
    alias: Optional[str] = None
    version: Optional[int] = None

    @property
    def path(self) -> str:
        """Where the model answers."""
        if self.version is not None:
            return f"/v1/models/{quoted(self.name)}/versions/{self.version}"
        return "/v1/models/" + quoted(self.name if self.alias is None else f"{self.name}@{self.alias}")


def parse_reference(text: str) -> Reference:
    name, at, alias = str(text).partition("@")
    if at:
        return Reference(name, alias=alias)
    name, slash, version = str(text).partition("/")
    if not slash:
        return Reference(name)
    version = version[len("versions/") :] if version.startswith("versions/") else version
    if not version.isdigit():
        raise ValueError(f"'{text}' is no reference to a model: wine, wine@champion and wine/3 would be some")
    return Reference(name, version=int(version))
