"""A version of a model, as the server tells of it."""
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Dict, List, Optional

if TYPE_CHECKING:
    from .client import Client


@dataclass(frozen=True)
class Version:
    """What the registry knows of a version. `info` is all of it, as the HTTP interface has it."""

    name: str
    number: int
    info: Dict[str, Any]
    client: "Client"

    def __str__(self) -> str:
        return f"{self.name}/{self.number}"

    def __repr__(self) -> str:
        return f"Version({self}, {self.info.get('source_library')} {self.info.get('source_library_version')})"

    @property
    def format(self) -> str:
        return str(self.info["format"])

    @property
    def metrics(self) -> Dict[str, Any]:
        return dict(self.info["metrics"])

    @property
    def parameters(self) -> Dict[str, str]:
        return dict(self.info["parameters"])

    @property
    def tags(self) -> Dict[str, str]:
        return dict(self.info["tags"])

    @property
    def parity(self) -> Optional[Dict[str, Any]]:
        """How the server's answers compare with the library's own over the sample; None without a sample."""
        return self.info["parity"]

    @property
    def inputs(self) -> List[str]:
        return [field["name"] for field in (self.info["signature"] or {}).get("inputs", [])]

    @property
    def outputs(self) -> List[str]:
        return [field["name"] for field in (self.info["signature"] or {}).get("outputs", [])]

    @property
    def run(self) -> Optional[int]:
        """The run that it was promoted from."""
        return self.info.get("run")

    def predict(self, rows: Any, *, outputs: Optional[List[str]] = None) -> Any:
        return self.client.predict(str(self), rows, outputs=outputs)

    def pull(self, path: Optional[str] = None, *, trust: bool = False) -> Any:
        return self.client.pull(str(self), path, trust=trust)

    def set_alias(self, alias: str, why: str = "") -> None:
        self.client.set_alias(self.name, alias, self.number, why=why)

    def delete(self, *, force: bool = False) -> None:
        self.client.delete(str(self), force=force)
