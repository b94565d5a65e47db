"""Scores a table of Cassandra into another, with `scoreway batch` and with Spark whose executors hold the same engine
(`scoreway.spark.predict` between reads and writes of the Spark Cassandra Connector).

    run.py SCOREWAY WORK_DIR HOST:PORT [--rows 1000000] [--json FILE]

The model is examples/wine. Measured are the rows a second of the whole command, and of Spark of its job alone, without the
start of the JVM; and CPU seconds of the command with all its processes, and of the node beside it, which does the same for
both. Fails if an answer differs by a single bit. The node runs already, on this machine; the Python that runs this has
pyspark, the wheel of scoreway, pyarrow and cassandra-driver; the connector is fetched.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
MODEL = ROOT / "examples" / "wine" / "model.pkl"
NUMBERS = ["alcohol", "malic_acid", "magnesium", "flavanoids", "hue", "proline"]
OUTPUTS = ["predict", "proba_barbera", "proba_barolo", "proba_grignolino"]
KEYSPACE = "bench"
CONNECTOR = "com.datastax.spark:spark-cassandra-connector_2.12:3.5.1"
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(root):
    """Of a process, those beneath it, and those of them that have ended."""
    fields = {}
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        fields[int(path.parent.name)] = text.rsplit(")", 1)[1].split()
    wanted, total = [root], 0
    while wanted:
        pid = wanted.pop()
        if pid in fields:
            total += sum(map(int, fields[pid][11:15]))
            wanted += [child for child, values in fields.items() if int(values[1]) == pid]
    return total / TICKS


def spark_job(host, port, rows):
    """What spark-submit runs: scores, then compares both tables; says what it took."""
    import scoreway.spark
    from pyspark.sql import SparkSession

    spark = SparkSession.builder.getOrCreate()

    def table(name, *columns):
        return spark.read.format("org.apache.spark.sql.cassandra").options(keyspace=KEYSPACE, table=name).load().select(*columns)

    began = time.monotonic()
    scored = scoreway.spark.predict(table("wines", "id", *NUMBERS, "colour"), str(MODEL)).select("id", *OUTPUTS)
    scored.write.format("org.apache.spark.sql.cassandra").options(keyspace=KEYSPACE, table="by_spark").mode("append").save()
    took = {"job_seconds": time.monotonic() - began, "cpu_seconds": cpu_seconds(os.getppid())}
    print("SCORED", json.dumps(took), flush=True)
    theirs, ours = table("by_spark", "id", *OUTPUTS), table("by_scoreway", "id", *OUTPUTS)
    took["same"] = ours.intersect(theirs).count()
    print("COMPARED", json.dumps(took), flush=True)
    spark.stop()


def load(scoreway, work, session, url, rows):
    """A table of so many rows, by way of `scoreway batch`, which writes what it keeps, too."""
    import numpy
    import pyarrow
    import pyarrow.parquet

    random = numpy.random.default_rng(5)
    scale = [(11, 4), (1, 3), (70, 80), (0, 4), (0.5, 1), (300, 1300)]
    columns = {"id": pyarrow.array(random.permutation(rows), pyarrow.int64())}
    for name, (least, width) in zip(NUMBERS, scale):
        columns[name] = pyarrow.array(least + random.random(rows) * width, mask=random.random(rows) < 0.02)
    columns["colour"] = pyarrow.array(random.choice(["deep", "pale", "ruby"], rows))
    pyarrow.parquet.write_table(pyarrow.table(columns), work / "wines.parquet")

    session.execute(f"DROP KEYSPACE IF EXISTS {KEYSPACE}")
    session.execute(f"CREATE KEYSPACE {KEYSPACE} WITH replication = {{'class': 'SimpleStrategy', 'replication_factor': 1}}")
    answers = ", ".join(f"{name} {'text' if name == 'predict' else 'double'}" for name in OUTPUTS)
    numbers = ", ".join(f"{name} double" for name in NUMBERS)
    session.execute(f"CREATE TABLE {KEYSPACE}.wines (id bigint PRIMARY KEY, {numbers}, colour text, predict text)")
    for name in ("by_scoreway", "by_spark"):
        session.execute(f"CREATE TABLE {KEYSPACE}.{name} (id bigint PRIMARY KEY, {answers})")
    subprocess.run([scoreway, "batch", MODEL, work / "wines.parquet", "-o", url("wines"), "--keep", ",".join(["id", *NUMBERS, "colour"]),
                    "--outputs", "predict"], check=True)


def node_process(port):
    """The process that listens there."""
    done = subprocess.run(["ss", "-Hltnp", f"sport = :{port}"], capture_output=True, text=True, check=True)
    return int(done.stdout.split("pid=")[1].split(",")[0])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scoreway")
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("node")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--json", type=pathlib.Path)
    arguments = parser.parse_args()
    host, port = arguments.node.split(":")
    arguments.work.mkdir(parents=True, exist_ok=True)

    from cassandra.cluster import Cluster

    def url(table):
        return f"cassandra://{arguments.node}/{KEYSPACE}.{table}?timeout_ms=60000"

    with Cluster([host], port=int(port), connect_timeout=60, control_connection_timeout=60) as cluster:
        session = cluster.connect()
        session.default_timeout = 60
        load(arguments.scoreway, arguments.work, session, url, arguments.rows)
    node = node_process(port)

    def measured(command):
        before, began = cpu_seconds(node), time.monotonic()
        process = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                                   env={**os.environ, "PYSPARK_PYTHON": sys.executable})
        lines = []
        result = {}
        for line in process.stdout:
            lines.append(line)
            if line.startswith("SCORED") or line.startswith("{"):
                result = {"wall_seconds": time.monotonic() - began, "node_cpu_seconds": cpu_seconds(node) - before}
        _, status, usage = os.wait4(process.pid, 0)
        if status != 0:
            sys.exit(f"failed: {command}\n{''.join(lines)[-2000:]}")
        result["cpu_seconds"] = usage.ru_utime + usage.ru_stime
        for line in lines:
            if line.startswith(("SCORED", "COMPARED")):
                result.update(json.loads(line.split(" ", 1)[1]))
        return result

    results = {"rows": arguments.rows}
    results["scoreway batch"] = measured([arguments.scoreway, "batch", MODEL, url("wines"), "-o", url("by_scoreway"), "--keep", "id", "--json"])
    results["Spark local[2]"] = measured(
        [pathlib.Path(sys.executable).parent / "spark-submit", "--packages", CONNECTOR, "--master", "local[2]", "--driver-memory", "2g",
         "--conf", "spark.ui.enabled=false", "--conf",
         f"spark.cassandra.connection.host={host}", "--conf", f"spark.cassandra.connection.port={port}", "--conf",
         "spark.driver.host=127.0.0.1", "--conf", "spark.driver.bindAddress=127.0.0.1", __file__, "--spark", host, port,
         arguments.rows])
    for name in ("scoreway batch", "Spark local[2]"):
        one = results[name]
        print(f"{name:<16} {arguments.rows / one['wall_seconds']:>9.0f} rows/s  {one['wall_seconds']:>7.1f} s  "
              f"{one['cpu_seconds']:>7.1f} CPU s  (node {one['node_cpu_seconds']:.1f} CPU s)"
              + (f"  job alone {one['job_seconds']:.1f} s" if "job_seconds" in one else ""))
    same = results["Spark local[2]"]["same"]
    print(f"the same answers, to the bit: {same} of {arguments.rows} rows")
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=1), encoding="utf-8")
    return 0 if same == arguments.rows else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--spark"]:
        spark_job(*sys.argv[2:])
    else:
        sys.exit(main())
