#!/usr/bin/env python3
"""Stores a fitted model from Spark in the intake tables; `scoreway store take-in` makes a version of it.

    spark-submit --packages com.datastax.spark:spark-cassandra-connector_2.12:3.5.1 \\
        --conf spark.cassandra.connection.host=127.0.0.1 spark_store_model.py KEYSPACE NAME FILE [METRIC=VALUE ...]

The bytes go first, in chunks; the row in `intake` last, so that nothing half written is taken in. Running it again with
the same file changes nothing: the id is made of name and bytes.
"""
import hashlib
import json
import sys

from pyspark.sql import SparkSession

CHUNK_BYTES = 1 << 20
CHUNKS_PER_BUCKET = 32


def append(spark, keyspace, table, rows, schema):
    frame = spark.createDataFrame(rows, schema)
    frame.write.format("org.apache.spark.sql.cassandra").options(keyspace=keyspace, table=table).mode("append").save()


def store(spark, keyspace, name, data, metrics):
    sha256 = hashlib.sha256(data).hexdigest()
    intake_id = hashlib.sha256(f"{name} {sha256}".encode()).hexdigest()
    chunks = [(intake_id, index // CHUNKS_PER_BUCKET, index, bytearray(data[start:start + CHUNK_BYTES]))
              for index, start in enumerate(range(0, len(data), CHUNK_BYTES))]
    append(spark, keyspace, "intake_chunk", chunks, "id string, bucket int, chunk int, data binary")
    metadata = json.dumps({"metrics": metrics, "producer": "spark"})
    append(spark, keyspace, "intake", [("new", intake_id, name, metadata, len(chunks), sha256)],
           "state string, id string, name string, metadata string, chunk_count int, sha256 string")
    return intake_id


def main():
    keyspace, name, path, *pairs = sys.argv[1:]
    metrics = {key: float(value) for key, value in (pair.split("=", 1) for pair in pairs)}
    with open(path, "rb") as file:
        data = file.read()
    spark = SparkSession.builder.appName("store-model").getOrCreate()
    print(f"stored as {store(spark, keyspace, name, data, metrics)}; now: scoreway store take-in")
    spark.stop()


if __name__ == "__main__":
    main()
