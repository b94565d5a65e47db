#!/usr/bin/env python3
"""Fetches a model's bytes from the registry's tables with a plain driver: pip install cassandra-driver

    fetch_model.py [--host HOST] [--port PORT] KEYSPACE NAME[/VERSION] OUTPUT

Without VERSION it takes the newest. The steps, for any driver and language:

1. model_versions has the SHA-256 of the version's bytes.
2. blob, part = SHA-256, sort = 'm': a manifest that says how many chunks there are and under which upload they lie.
3. chunk, part = 'UPLOAD/BUCKET', 32 chunks a bucket, in the order of sort: 4 bytes of CRC-32C, then at most 1 MiB.
4. The chunks without those 4 bytes, one after another, have the SHA-256 of step 1: check it.
"""
import argparse
import hashlib
import struct
import sys

from cassandra.cluster import Cluster

CHUNKS_PER_BUCKET = 32
CHECKSUM_BYTES = 4


def find_version(session, name):
    name, _, version = name.partition("/")
    if version:
        rows = session.execute("SELECT version, sha256, size FROM model_versions WHERE name = %s AND version = %s",
                               (name, int(version)))
    else:
        rows = session.execute("SELECT version, sha256, size FROM model_versions WHERE name = %s LIMIT 1", (name,))
    row = rows.one()
    if row is None:
        sys.exit(f"there is no such version: {name} {version}")
    return row


def read_chunks(session, sha256):
    """The bytes, chunk by chunk."""
    manifest = session.execute("SELECT value FROM blob WHERE part = %s AND sort = %s", (sha256, b"m")).one().value
    # format, state, count of changes, size, count of chunks; the rest is the upload's id
    _, _, _, _, chunk_count = struct.unpack_from("<BBQQI", manifest)
    upload = manifest[struct.calcsize("<BBQQI"):].decode()
    for bucket in range((chunk_count + CHUNKS_PER_BUCKET - 1) // CHUNKS_PER_BUCKET):
        select = session.prepare("SELECT value FROM chunk WHERE part = ?")
        select.fetch_size = 4  # rows of 1 MiB
        for row in session.execute(select, (f"{upload}/{bucket}",)):
            yield row.value[CHECKSUM_BYTES:]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9042)
    for name in ("keyspace", "model", "output"):
        parser.add_argument(name)
    options = parser.parse_args()
    with Cluster([options.host], port=options.port) as cluster, cluster.connect(options.keyspace) as session:
        version = find_version(session, options.model)
        digest = hashlib.sha256()
        with open(options.output, "wb") as file:
            for chunk in read_chunks(session, version.sha256):
                digest.update(chunk)
                file.write(chunk)
        if digest.hexdigest() != version.sha256:
            sys.exit("the bytes do not have the SHA-256 they should have")
        print(f"version {version.version}: {version.size} bytes, SHA-256 checked")


if __name__ == "__main__":
    main()
