#!/usr/bin/env python3
"""make_wheel.py ENGINE DIST: the wheel of the distribution `scoreway`, the client of clients/python with the engine beside it.

The engine is built for CPython's limited API of 3.9, so that the wheel is for every later CPython of the platform. Needs pip; the
libraries that the engine links are the system's, unless `auditwheel repair` puts them into the wheel, too.
"""
import hashlib
import base64
import pathlib
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import zipfile

CLIENT = pathlib.Path(__file__).resolve().parents[2] / "clients" / "python"


def pure_wheel(folder: pathlib.Path) -> pathlib.Path:
    # From a copy: setuptools leaves its build folder where it works.
    source = folder / "source"
    shutil.copytree(CLIENT, source, ignore=shutil.ignore_patterns("build", "*.egg-info", "__pycache__"))
    subprocess.run([sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, source], check=True)
    return next(folder.glob("scoreway-*.whl"))


def record_line(name: str, content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(content)}\n"


def with_engine(pure: pathlib.Path, engine: pathlib.Path, dist: pathlib.Path) -> pathlib.Path:
    platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
    tag = f"cp39-abi3-{platform}"
    version = pure.name.split("-")[1]
    target = dist / f"scoreway-{version}-{tag}.whl"
    record_name, lines = "", []
    with zipfile.ZipFile(pure) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as wheel:
        contents = {name: source.read(name) for name in source.namelist()}
        contents["scoreway/_engine.abi3.so"] = engine.read_bytes()
        for name, content in contents.items():
            if name.endswith(".dist-info/RECORD"):
                record_name = name
                continue
            if name.endswith(".dist-info/WHEEL"):
                kept = [line for line in content.decode().splitlines() if not line.startswith(("Tag:", "Root-Is-Purelib:"))]
                content = "\n".join([*kept, "Root-Is-Purelib: false", f"Tag: {tag}", ""]).encode()
            wheel.writestr(name, content)
            lines.append(record_line(name, content))
        wheel.writestr(record_name, "".join(lines) + f"{record_name},,\n")
    return target


def main() -> None:
    engine, dist = map(pathlib.Path, sys.argv[1:3])
    dist.mkdir(parents=True, exist_ok=True)
    for old in dist.glob("scoreway-*.whl"):
        old.unlink()
    with tempfile.TemporaryDirectory() as folder:
        print(with_engine(pure_wheel(pathlib.Path(folder)), engine, dist))


if __name__ == "__main__":
    main()
