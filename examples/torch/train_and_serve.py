#!/usr/bin/env python3
"""Train a small network in PyTorch, push it, serve it, and compare every answer with the module's own.

    train_and_serve.py [--registry FILE] [--scoreway BINARY]
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy as np
import torch

import scoreway

TOLERANCE = 1e-5  # torch and ONNX Runtime both compute in float32


def spirals(count, generator):
    """Points of two spirals, and which of them each belongs to."""
    label = torch.randint(0, 2, (count,), generator=generator)
    turn = torch.rand(count, generator=generator) * 3 * torch.pi
    angle = turn + label * torch.pi
    points = torch.stack([turn * torch.cos(angle), turn * torch.sin(angle)], dim=1)
    return points + torch.randn(points.shape, generator=generator) * 0.3, label


def train(points, label):
    torch.manual_seed(0)
    hidden = [torch.nn.Linear(2, 64), torch.nn.ReLU(), torch.nn.Linear(64, 64), torch.nn.ReLU(), torch.nn.Linear(64, 2)]
    module = torch.nn.Sequential(*hidden)
    optimizer = torch.optim.Adam(module.parameters(), lr=0.01)
    for _ in range(300):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(module(points), label).backward()
        optimizer.step()
    # What is served answers with probabilities.
    return torch.nn.Sequential(module, torch.nn.Softmax(dim=1)).eval()


def wait_for_address(path, server):
    deadline = time.monotonic() + 60
    while not (path.exists() and path.read_text().strip()):
        if server.poll() is not None or time.monotonic() > deadline:
            sys.exit("the server does not start")
        time.sleep(0.05)
    return "http://" + path.read_text().strip()


def serve_and_compare(url, module, seen, unseen, accuracy):
    scoreway.connect(url)
    version = scoreway.push(module, "spirals", sample=seen[:20].numpy(), metrics={"accuracy": accuracy}, alias="champion")
    print(f"pushed {version}; accuracy on unseen points {accuracy:.3f}")
    with torch.no_grad():
        expected = module(unseen).numpy()
    answers = scoreway.predict("spirals", unseen.numpy())
    got = np.array([list(answer.values()) for answer in answers])
    difference = float(np.abs(got - expected).max())
    print(f"{expected.size} answers over HTTP differ from the module's by at most {difference:.1e}")
    return 0 if difference <= TOLERANCE else 1


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--registry", help="a SQLite file; a temporary one if left out")
    arguments.add_argument("--scoreway", default="scoreway", help="the binary")
    options = arguments.parse_args()

    generator = torch.Generator().manual_seed(7)
    points, label = spirals(2000, generator)
    unseen, unseen_label = spirals(500, generator)
    module = train(points, label)
    with torch.no_grad():
        accuracy = float((module(unseen).argmax(dim=1) == unseen_label).float().mean())

    with tempfile.TemporaryDirectory() as folder:
        address = pathlib.Path(folder) / "address"
        registry = options.registry or str(pathlib.Path(folder) / "registry.db")
        command = [options.scoreway, "serve", "--port", "0", "--address-file", str(address), "--registry", registry]
        server = subprocess.Popen(command)
        try:
            return serve_and_compare(wait_for_address(address, server), module, points, unseen, accuracy)
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    sys.exit(main())
