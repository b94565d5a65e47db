#!/usr/bin/env python3
"""Streams of Avro through a real broker and a real schema registry: rows that Confluent's client has written, answers that it reads,
schemas that change, wrong messages, bare records, and a registry that refuses or is not there.

    tests/with_kafka.sh PYTHON tests/streams/avro.py SCOREWAY       needs confluent-kafka[avro,schemaregistry]
"""
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import fastavro
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from streams import BROKERS, EXPECTED, ROOT, ROWS, WINE, Events, Server, Topic, check, keys, make_topics, until, write  # noqa: E402

NUMBERS = ["alcohol", "malic_acid", "magnesium", "flavanoids", "hue", "proline"]
FIRST = {"type": "record", "name": "Bottle", "namespace": "cellar", "fields": [
    *({"name": name, "type": ["null", "double"], "default": None} for name in NUMBERS),
    {"name": "colour", "type": ["null", "string"], "default": None}]}
# A field more, others in another order, and other types.
SECOND = {"type": "record", "name": "Bottle", "namespace": "cellar", "fields": [
    {"name": "cellar", "type": {"type": "map", "values": "long"}, "default": {}},
    {"name": "colour", "type": ["string", "null"], "default": ""},
    *({"name": name, "type": ["null", "double", "int"], "default": None} for name in reversed(NUMBERS))]}
DECODED = [json.loads(row) for row in ROWS]


class Registry:
    def __init__(self):
        self.tool = [str(ROOT / "tools/schema_registry"), "--directory", str(ROOT / "build/schema-registry-test"), "--port",
                     os.environ.get("SCHEMA_REGISTRY_PORT", "19281")]
        self.url = subprocess.run([*self.tool, "start"], capture_output=True, text=True, check=True).stdout.split()[-1]
        self.client = SchemaRegistryClient({"url": self.url})

    def stop(self):
        subprocess.run([*self.tool, "stop"], check=True)

    def writer(self, schema, topic):
        serializer = AvroSerializer(self.client, json.dumps(schema))
        return lambda row: serializer(row, SerializationContext(topic, MessageField.VALUE))


def check_values(messages, wanted, decode):
    check(set(messages) == set(wanted), f"keys {sorted(messages)} instead of {sorted(wanted)}")
    for key, message in messages.items():
        want, got = EXPECTED[int(key) % 20], decode(message)
        check(got["predict"] == want["predict"] and all(
            abs(got[name] - float(value)) <= 1e-9 for name, value in want.items() if name != "predict"), f"{key}: {got}")


def test_framed(server, registry):
    make_topics("avro-bottles", "avro-tastes", "avro-tastes.errors")
    server.run("stream", "create", "framed", "--brokers", BROKERS, "--input", "avro-bottles", "--model", "wine/1", "--output", "avro-tastes",
               "--format", "avro", "--output-format", "avro")
    first, second = registry.writer(FIRST, "avro-bottles"), registry.writer(SECOND, "avro-bottles")
    until(lambda: server.report("framed")["activity"] == "running", "the stream runs")
    events = Events(server.address, "framed")
    write("avro-bottles", keys(0, 20), lambda i: first(DECODED[i]))
    write("avro-bottles", keys(20, 40), lambda i: second({**DECODED[i % 20], "cellar": {"row": i}}))
    read = AvroDeserializer(registry.client)
    answers = Topic("avro-tastes")
    check_values(answers.take(40), keys(0, 40),
                 lambda message: read(message.value(), SerializationContext("avro-tastes", MessageField.VALUE)))
    check("avro-tastes-value" in registry.client.get_subjects(), "the schema of answers is not registered")
    for _ in range(40):
        kind, data = events.next()
        check(kind == "answer" and data["value"]["predict"] == EXPECTED[int(data["key"]) % 20]["predict"], f"{kind} {data}")

    good = first(DECODED[0])
    bad = {"100": b"", "101": ROWS[0].encode(), "102": good[:-3], "103": good + b"x", "104": b"\0\x7f\xff\xff\xff" + good[5:], "105": None}
    for key, value in bad.items():
        write("avro-bottles", [key], lambda i, value=value: value)
    write("avro-bottles", keys(120, 140), lambda i: first(DECODED[i % 20]))
    answers.take(20)
    failed = Topic("avro-tastes.errors").take(len(bad))
    for key, says in {"100": b"byte 0", "101": b"byte 0", "102": b"ends too early", "103": b"1 bytes stand behind",
                      "104": b"schema 2147483647", "105": b"no value"}.items():
        headers = dict(failed[key].headers())
        check(says in headers["scoreway-error"] and headers["scoreway-error-code"] == b"INVALID_ARGUMENT", f"{key}: {headers}")
        check(failed[key].value() == bad[key], f"{key}: {failed[key].value()}")


def test_bare(server, folder):
    make_topics("bare-bottles", "bare-tastes")
    schema = folder / "bottle.avsc"
    schema.write_text(json.dumps(SECOND))
    server.run("stream", "create", "bare", "--brokers", BROKERS, "--input", "bare-bottles", "--model", "wine/1", "--output",
               "bare-tastes", "--format", "avro", "--schema", schema)
    parsed = fastavro.parse_schema(SECOND)

    def record(i):
        bytes_ = io.BytesIO()
        fastavro.schemaless_writer(bytes_, parsed, {**DECODED[i], "cellar": {}})
        return bytes_.getvalue()

    write("bare-bottles", keys(0, 20), record)
    check_values(Topic("bare-tastes").take(20), keys(0, 20), lambda message: json.loads(message.value()))
    schema.write_text('{"type":"record","name":"A","fields":[{"name":"b","type":"c"}]}')
    says = server.run("stream", "create", "x", "--brokers", BROKERS, "--input", "a", "--model", "wine", "--output", "b", "--format", "avro",
                      "--schema", schema, status=2)
    check("field 'b'" in says, says)
    status, problem = server.ask("POST", "/v1/streams", {"name": "x", "brokers": BROKERS, "input": "a", "model": "wine", "output": "b",
                                                         "format": "avro", "schema": '"long"'})
    check(status == 400 and "records" in problem["detail"], f"{status} {problem}")


def test_refusals(server, registry):
    """What the registry refuses holds the stream up, and nothing is lost."""
    make_topics("held-tastes")
    registry.writer({"type": "record", "name": "Other", "fields": [{"name": "a", "type": "int"}]}, "held-tastes")({"a": 1})
    registry.client.set_compatibility("held-tastes-value", "FULL")
    server.run("stream", "create", "held", "--brokers", BROKERS, "--input", "avro-bottles", "--model", "wine/1", "--output", "held-tastes",
               "--format", "avro", "--output-format", "avro")
    until(lambda: "held-tastes-value" in (server.report("held")["error"] or ""), "the stream says what holds it up")
    Topic("held-tastes").take(0)
    registry.client.set_compatibility("held-tastes-value", "NONE")
    # 60 right ones; of the errors nobody makes the topic before.
    Topic("held-tastes").take(60)


def test_without_a_registry(server):
    make_topics("lone-tastes")
    server.run("stream", "create", "lone", "--brokers", BROKERS, "--input", "avro-bottles", "--model", "wine/1", "--output", "lone-tastes",
               "--format", "avro")
    until(lambda: "--schema-registry" in (server.report("lone")["error"] or ""), "the stream says what it needs")


def main():
    registry = Registry()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        server = Server(os.path.abspath(sys.argv[1]), folder)
        server.run("push", "wine", WINE / "model.pkl")
        server.start("--schema-registry", registry.url)
        try:
            test_framed(server, registry)
            test_bare(server, folder)
            test_refusals(server, registry)
            server.end()
            server.start()
            test_without_a_registry(server)
            server.end()
        except SystemExit:
            print(server.log.read_text()[-2000:])
            raise
        finally:
            server.process.kill()
            registry.stop()
    print("streams of Avro: rows, answers, changes, errors and refusals are as promised")


if __name__ == "__main__":
    main()
