#!/usr/bin/env python3
"""Sees that every #include in src/, apps/ and bindings/ points downwards, as ARCHITECTURE.md's layer list says.

Prints each include that does not, and exits 1; runs as the test `layers`.
"""
import pathlib
import re
import sys

# Folder -> the folders it may include from, besides itself. Neighbours on one line of the design do not know each other.
EMBEDDED = ["base", "data", "model"]
ALLOWED = {
    "base": [],
    "data": ["base"],
    "model": ["base", "data"],
    "tables": ["base", "data"],
    "store": ["base"],
    "databases": ["base", "data", "tables", "store"],
    "registry": ["base", "data", "store"],
    "features": ["base", "data", "model", "store"],
    "jobs": ["base", "data", "store"],
    "kafka": ["base"],
    "streams": ["base", "data", "store"],
    "batches": ["base", "data", "store"],
    "record": ["base", "data", "store"],
    "drift": ["base", "data"],
    "challenge": ["base", "data", "store"],
    "importers": EMBEDDED,
    "exporters": EMBEDDED,
    "score": EMBEDDED,
    "learn": EMBEDDED + ["drift", "importers", "score"],
    "files": EMBEDDED + ["importers"],
    "engines": EMBEDDED + ["importers", "score"],
    "service": EMBEDDED + ["tables", "store", "databases", "registry", "features", "jobs", "kafka", "streams", "batches", "record", "drift", "challenge", "importers", "exporters", "score", "learn", "engines"],
    "gateways": EMBEDDED + ["tables", "store", "databases", "registry", "features", "jobs", "kafka", "streams", "batches", "record", "drift", "challenge", "importers", "exporters", "score", "learn", "engines", "service"],
    "apps": EMBEDDED + ["tables", "store", "databases", "registry", "features", "jobs", "kafka", "streams", "batches", "record", "drift", "challenge", "importers", "exporters", "score", "learn", "engines", "service", "gateways", "files"],
    "bindings": EMBEDDED + ["importers", "score", "files"],
}
# Tests and development tools may look across, to run the parts together.
CROSSING = re.compile(r"(_test|_fuzzer|_check|_dump)\.(cc|h)$")
# What the scoring core must do without: it lives inside PostgreSQL, Python and a browser.
CORE = {"data", "model", "importers", "exporters", "score", "learn"}
CORE_FORBIDDEN = re.compile(r"<(fstream|iostream|filesystem|thread|sys/socket\.h|spdlog/.*|boost/.*|cstdio|fcntl\.h)>")

INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|(<[^>]+>))')


def faults(root: pathlib.Path):
    files = sorted(root.glob("src/**/*")) + sorted(root.glob("apps/**/*")) + sorted(root.glob("bindings/**/*"))
    for path in files:
        if path.suffix not in (".h", ".cc") or CROSSING.search(path.name):
            continue
        relative = path.relative_to(root)
        layer = relative.parts[1] if relative.parts[0] == "src" else relative.parts[0]
        if layer not in ALLOWED:
            yield f"{relative}: the folder {layer} stands in no layer; add it to tools/check_layers.py"
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            if match.group(2):
                if layer in CORE and CORE_FORBIDDEN.match(match.group(2)):
                    yield f"{relative}:{number}: the scoring core may not use {match.group(2)}"
                continue
            target = match.group(1).split("/")[0]
            if "/" in match.group(1) and target in ALLOWED and target != layer and target not in ALLOWED[layer]:
                yield f"{relative}:{number}: {layer} may not include {match.group(1)}"


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    found = list(faults(root))
    print("\n".join(found) if found else "every include points downwards")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
