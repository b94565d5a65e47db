#!/usr/bin/env python3
"""Loads a model's bytes with Spark and its Cassandra connector, unpickles it on the driver and uses it on a DataFrame.

    spark-submit --packages com.datastax.spark:spark-cassandra-connector_2.12:3.5.1 \\
        --conf spark.cassandra.connection.host=127.0.0.1 spark_load_model.py KEYSPACE NAME [VERSION]

Where the bytes lie is told in fetch_model.py. Unpickle only what you trust: a pickle is a program.
"""
import hashlib
import pickle
import struct
import sys

from pyspark.sql import SparkSession
from pyspark.sql.functions import col

CHUNKS_PER_BUCKET = 32
CHECKSUM_BYTES = 4


def table(spark, keyspace, name):
    return spark.read.format("org.apache.spark.sql.cassandra").options(keyspace=keyspace, table=name).load()


def load_bytes(spark, keyspace, name, version=None):
    versions = table(spark, keyspace, "model_versions").filter(col("name") == name)
    if version is not None:
        versions = versions.filter(col("version") == version)
    found = versions.orderBy(col("version").desc()).select("version", "sha256").first()
    if found is None:
        raise LookupError(f"there is no such version of {name}")
    blob = table(spark, keyspace, "blob").filter((col("part") == found.sha256) & (col("sort") == b"m"))
    manifest = bytes(blob.select("value").first().value)
    chunk_count = struct.unpack_from("<BBQQI", manifest)[4]
    upload = manifest[struct.calcsize("<BBQQI"):].decode()
    buckets = [f"{upload}/{bucket}" for bucket in range((chunk_count + CHUNKS_PER_BUCKET - 1) // CHUNKS_PER_BUCKET)]
    chunks = table(spark, keyspace, "chunk").filter(col("part").isin(buckets)).select("sort", "value")
    # The sort key is the number of the chunk, 4 bytes, so its order is theirs.
    data = b"".join(bytes(row.value)[CHECKSUM_BYTES:] for row in sorted(chunks.collect(), key=lambda row: bytes(row.sort)))
    if hashlib.sha256(data).hexdigest() != found.sha256:
        raise ValueError("the bytes do not have the SHA-256 they should have")
    return found.version, data


def main():
    keyspace, name, *version = sys.argv[1:]
    spark = SparkSession.builder.appName("load-model").getOrCreate()
    number, data = load_bytes(spark, keyspace, name, int(version[0]) if version else None)
    model = pickle.loads(data)
    print(f"{name}/{number}: {type(model).__module__}.{type(model).__name__}, {len(data)} bytes, SHA-256 checked")
    spark.stop()


if __name__ == "__main__":
    main()
