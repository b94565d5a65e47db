#!/usr/bin/env python3
"""Makes the cases beneath learning_spark/ with the pyspark it runs under.

    make_learning_spark.py        in a venv with pyspark 3.5

k-means: a pipeline as Spark ML saved it, and what pyspark.mllib's StreamingKMeansModel made of its centres with each batch
of a table. als: factors that Spark solved for users (or items) from the final factors of the other side, which is what a
last half of an iteration does; in the saved model these users are left out, so that they can be folded in.
"""
import csv
import math
import pathlib
import random
import shutil
import tempfile
import zipfile

from pyspark.ml import Pipeline
from pyspark.ml.clustering import KMeans
from pyspark.ml.feature import StandardScaler, VectorAssembler
from pyspark.ml.recommendation import ALS, ALSModel
from pyspark.mllib.clustering import StreamingKMeansModel
from pyspark.sql import SparkSession

HERE = pathlib.Path(__file__).resolve().parent / "learning_spark"
BATCH, WEIGHT = 60, 25
# Name, decay factor, unit, and as Scoreway's settings say it.
K_MEANS = [
    ("whole", 1.0, "batches", {}),
    ("decay", 0.5, "batches", {"decay": 0.5}),
    ("half-life-batches", math.exp(math.log(0.5) / 2), "batches", {"half_life": 2}),
    ("half-life-points", math.exp(math.log(0.5) / 40), "points", {"half_life": 40, "points": 1}),
    ("dying", 1e-10, "batches", {"decay": 1e-10}),
]
ALS_CASES = [
    ("explicit", {}, "user"),
    ("explicit-items", {}, "item"),
    ("implicit", {"implicitPrefs": True, "alpha": 3.0}, "user"),
    ("nonnegative", {"nonnegative": True}, "user"),
    ("implicit-nonnegative", {"implicitPrefs": True, "alpha": 0.5, "nonnegative": True}, "item"),
]
LEFT_OUT = 6


def write_csv(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def write_zip(folder, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file() and not file.name.startswith((".", "_")):
                archive.writestr(zipfile.ZipInfo(str(file.relative_to(folder)), (2020, 1, 1, 0, 0, 0)), file.read_bytes(),
                                 zipfile.ZIP_DEFLATED)


def make_k_means(spark, folder):
    draw = random.Random(31)
    rows = []
    for index in range(480):
        # The third group comes no more after the first half.
        kind = draw.randrange(3 if index < 240 else 2)
        rows.append([round(draw.gauss(4 * kind, 1), 4), round(draw.gauss(-3 * kind, 2) + index / 200, 4), round(draw.gauss(10, 3), 4)])
    write_csv(HERE / "k-means" / "rows.csv", [["a", "b", "c"], *rows])
    frame = spark.createDataFrame([tuple(row) for row in rows], ["a", "b", "c"]).coalesce(1)
    first = spark.createDataFrame([tuple(row) for row in rows[:120]], ["a", "b", "c"]).coalesce(1)
    model = Pipeline(stages=[VectorAssembler(inputCols=["a", "b", "c"], outputCol="vector"),
                             StandardScaler(inputCol="vector", outputCol="features", withMean=True),
                             KMeans(k=4, seed=3)]).fit(first)
    model.write().overwrite().save(str(folder / "k-means"))
    write_zip(folder / "k-means", HERE / "k-means" / "before.zip")
    vectors = [row.features for row in model.transform(frame).select("features").collect()]
    expected = [["case", "settings", "rows", "cluster", "weight", "c0", "c1", "c2"]]
    for name, decay, unit, settings in K_MEANS:
        streaming = StreamingKMeansModel(model.stages[-1].clusterCenters(), [float(WEIGHT)] * 4)
        for begin in range(120, len(vectors), BATCH):
            part = spark.sparkContext.parallelize([list(map(float, v.toArray())) for v in vectors[begin:begin + BATCH]], 1)
            streaming.update(part, decay, unit)
            for cluster, (weight, centre) in enumerate(zip(streaming.clusterWeights, streaming.centers)):
                expected.append([name, " ".join("%s=%r" % item for item in {"weight": WEIGHT, **settings}.items()), begin + BATCH,
                                 cluster, repr(float(weight)), *(repr(float(x)) for x in centre)])
    write_csv(HERE / "k-means" / "expected.csv", expected)


def make_als(spark, folder, name, settings, side):
    other = "item" if side == "user" else "user"
    draw = random.Random("als " + name)
    taste = {kind: [[draw.gauss(0.6, 0.6) for _ in range(3)] for _ in range(40)] for kind in (side, other)}
    rows = []
    for a in range(40):
        for b in range(30):
            if draw.random() < 0.4:
                rating = sum(x * y for x, y in zip(taste[side][a], taste[other][b])) + draw.gauss(0, 0.3)
                if settings.get("implicitPrefs"):
                    rating = round(4 * rating)  # also 0 and below
                rows.append((1000 + 7 * a, 3 * b, round(float(rating), 3)))
    # What is solved last are the users: of an item's case items are called users while Spark trains.
    frame = spark.createDataFrame(rows, [side, other, "score"]).coalesce(1)
    als = ALS(userCol=side, itemCol=other, ratingCol="score", rank=4, maxIter=6, regParam=0.07, seed=2, numUserBlocks=1,
              numItemBlocks=1, **settings)
    model = als.fit(frame)
    out = sorted(draw.sample(sorted({row[0] for row in rows}), LEFT_OUT))
    saved = folder / name
    model.write().overwrite().save(str(saved))
    users = spark.read.parquet(str(saved / "userFactors")).coalesce(1)
    expected = [[side, "f0", "f1", "f2", "f3"]]
    for row in users.filter(users.id.isin(out)).orderBy("id").collect():
        expected.append([row.id, *map(repr, row.features)])
    users.filter(~users.id.isin(out)).write.parquet(str(folder / (name + "-kept")))
    shutil.rmtree(saved / "userFactors")
    shutil.move(str(folder / (name + "-kept")), str(saved / "userFactors"))
    if side == "item":
        for one, to in (("userFactors", "middle"), ("itemFactors", "userFactors"), ("middle", "itemFactors")):
            shutil.move(str(saved / one), str(saved / to))
        metadata = next((saved / "metadata").glob("part-*"))
        text = metadata.read_text(encoding="utf-8")
        swapped = text.replace('"userCol":"item"', '"userCol":"?"').replace('"itemCol":"user"', '"itemCol":"item"').replace(
            '"userCol":"?"', '"userCol":"user"')
        assert swapped != text
        metadata.write_text(swapped, encoding="utf-8")
        for checksum in (saved / "metadata").glob(".*.crc"):
            checksum.unlink()
        assert ALSModel.load(str(saved)).userFactors.count() > 0
    write_zip(saved, HERE / ("als-" + name) / "before.zip")
    write_csv(HERE / ("als-" + name) / "expected.csv", expected)
    write_csv(HERE / ("als-" + name) / "ratings.csv",
              [["user", "item", "score"], *((a, b, r) if side == "user" else (b, a, r) for a, b, r in rows if a in out)])


def main():
    spark = (SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", "1")
             .config("spark.default.parallelism", "1").getOrCreate())
    spark.sparkContext.setLogLevel("ERROR")
    with tempfile.TemporaryDirectory() as folder:
        make_k_means(spark, pathlib.Path(folder))
        for name, settings, side in ALS_CASES:
            make_als(spark, pathlib.Path(folder), name, settings, side)
    spark.stop()


if __name__ == "__main__":
    main()
