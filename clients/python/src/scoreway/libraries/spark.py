"""Spark ML: saved as Spark saves it and packed as a zip, with what transform answers."""
from __future__ import annotations

import os
import shutil
import uuid
import zipfile
from typing import Any, Dict, List, Optional

from ..frames import Table, kind_of, plain, table_of
from ..packed import Packed, Sample, imported, python_tags, texts_of, zip_folder

_ROW = "__scoreway_row"


def knows(model: Any) -> bool:
    return type(model).__module__.startswith(("pyspark.ml", "xgboost.spark", "synapse.ml")) and hasattr(model, "transform") \
        and hasattr(model, "write")


def pack(model: Any, sample: Any, folder: str, rows_max: int) -> Packed:
    packed = checkpoint(model, folder)
    if sample is not None:
        packed.sample = _sample(model, sample, rows_max)
        features = [name for name in packed.sample.rows.names]
        packed.tags["features"] = ",".join(features)[:1000]
    return packed


def pack_recommender(model: Any, sample: Any, folder: str, rows_max: int, count: int) -> Packed:
    """The sample's users are given to recommendForUserSubset."""
    if not hasattr(model, "recommendForUserSubset"):
        raise ValueError("recommend is for an ALSModel of Spark; of a pipeline, push the stage that is one")
    packed = checkpoint(model, folder)
    packed.import_options["recommend"] = str(count)
    if sample is not None:
        packed.sample = _recommendations(model, sample, rows_max, count)
    return packed


def checkpoint(model: Any, folder: Optional[str]) -> Packed:
    saved = os.path.join(str(folder), "saved")
    _save(model, saved)
    archive = os.path.join(str(folder), "model.zip")
    zip_folder(saved, archive)
    shutil.rmtree(saved)
    return Packed(archive, _parameters(model), python_tags(pyspark=imported("pyspark")))


def session() -> Any:
    from pyspark.sql import SparkSession

    return SparkSession.builder.getOrCreate()


def _save(model: Any, path: str) -> None:
    """Into a local folder, also where Spark's own files lie elsewhere."""
    spark = session()
    if spark.sparkContext.master.startswith("local"):
        model.write().overwrite().save("file://" + path)
        return
    # On a cluster the executors write their parts to the shared file system; from there all of it is fetched.
    jvm = spark.sparkContext._jvm
    hadoop = jvm.org.apache.hadoop.fs
    configuration = spark.sparkContext._jsc.hadoopConfiguration()
    shared = hadoop.FileSystem.get(configuration)
    if shared.getScheme() == "file":
        raise RuntimeError("Spark runs on a cluster, but its default file system is each machine's own: save the model to a folder "
                           "that all share, and push that folder's path")
    staged = hadoop.Path("/tmp/scoreway-" + uuid.uuid4().hex)
    try:
        model.write().overwrite().save(shared.makeQualified(staged).toString())
        shared.copyToLocalFile(False, staged, hadoop.Path("file://" + path), True)
    finally:
        shared.delete(staged, True)


def _parameters(model: Any) -> Dict[str, str]:
    """Of every stage, by the stage's class and the parameter's name; a second stage of a class gets a number."""
    parameters: Dict[str, str] = {}
    seen: Dict[str, int] = {}
    for stage in _stages(model):
        kind = type(stage).__name__
        seen[kind] = seen.get(kind, 0) + 1
        prefix = kind if seen[kind] == 1 else f"{kind}{seen[kind]}"
        values = {param.name: value for param, value in stage.extractParamMap().items()}
        parameters.update({f"{prefix}.{name}": text for name, text in texts_of(values).items()})
    return parameters


def _stages(model: Any) -> List[Any]:
    if hasattr(model, "bestModel"):
        return _stages(model.bestModel)
    if not hasattr(model, "stages"):
        return [model]
    return [inner for stage in model.stages for inner in _stages(stage)]


def _sample(model: Any, sample: Any, rows_max: int) -> Sample:
    """The first rows and what transform makes of them. Rows that transform drops are left out on both sides."""
    spark = session()
    frame = _spark_frame(spark, sample, rows_max)
    collected = frame.collect()
    from pyspark.sql import functions
    from pyspark.sql.types import LongType, StructField, StructType

    schema = StructType([*frame.schema.fields, StructField(_ROW, LongType())])
    numbered = spark.createDataFrame([(*row, i) for i, row in enumerate(collected)], schema).coalesce(1)
    transformed = model.transform(numbered)
    if _ROW in transformed.columns:
        transformed = transformed.orderBy(functions.col(_ROW))
    answers = transformed.collect()
    if _ROW in transformed.columns:
        kept = [collected[row[_ROW]] for row in answers]
    elif len(answers) == len(collected):
        kept = collected  # a stage has selected columns, and leaves the rows as they are
    else:
        raise ValueError("transform drops rows of the sample, and which ones cannot be told: give a sample without them")
    if not kept:
        raise ValueError("transform drops every row of the sample")
    rows: Dict[str, List[Any]] = {}
    for index, name in enumerate(frame.columns):
        _add_column(rows, name, [row[index] for row in kept])
    columns: Dict[str, List[Any]] = {}
    for name in transformed.columns:
        if name != _ROW and name not in frame.columns:
            _add_column(columns, name, [row[name] for row in answers])
    if not columns:
        raise ValueError("transform adds no column: there is no answer to compare")
    return Sample(Table(rows), Table(columns))


def _recommendations(model: Any, sample: Any, rows_max: int, count: int) -> Sample:
    """The first users that the model knows, and the items it recommends to each."""
    user, item = model.getUserCol(), model.getItemCol()
    users = _spark_frame(session(), sample, rows_max).select(user)
    rows = model.recommendForUserSubset(users, count).collect()
    if not rows:
        raise ValueError("the model knows no user of the sample")
    return Sample(Table({user: [row[user] for row in rows]}), Table({
        "recommendations": [[each[item] for each in row["recommendations"]] for row in rows],
        "ratings": [[each["rating"] for each in row["recommendations"]] for row in rows]}))


def _spark_frame(spark: Any, sample: Any, rows_max: int) -> Any:
    if kind_of(sample) == "spark":
        return sample.limit(rows_max)
    table = table_of(sample, rows_max)
    return spark.createDataFrame([tuple(values) for values in zip(*table.columns.values())], table.names)


def _add_column(columns: Dict[str, List[Any]], name: str, values: List[Any]) -> None:
    """One column, or of vectors one for each place: the server's way."""
    first = next((value for value in values if value is not None), None)
    if not hasattr(first, "toArray"):
        columns[name] = plain(values)
        return
    width = len(first)
    for index in range(width):
        columns[f"{name}_{index}"] = [None if value is None else float(value[index]) for value in values]


def load(path: str, folder: str) -> Any:
    """The model in a zip or tar that was pushed, loaded by pyspark. The folder must live as long as Spark may read it."""
    _unpack(path, folder)
    root = _model_folder(folder)
    name = _class_name(root)
    return _python_class(name).load("file://" + root)


def _unpack(path: str, folder: str) -> None:
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            archive.extractall(folder)  # which keeps to the folder, whatever the names
        return
    import tarfile

    with tarfile.open(path) as archive:
        if hasattr(tarfile, "data_filter"):
            archive.extractall(folder, filter="data")
            return
        base = os.path.realpath(folder)
        for member in archive.getmembers():
            target = os.path.realpath(os.path.join(base, member.name))
            if not (member.isfile() or member.isdir()) or os.path.commonpath([base, target]) != base:
                raise ValueError(f"{path}: has '{member.name}', which leads out of it")
        archive.extractall(folder)


def _model_folder(folder: str) -> str:
    """The folder that holds `metadata`: this one, or the only one in it."""
    while not os.path.isdir(os.path.join(folder, "metadata")):
        inner = [entry.path for entry in os.scandir(folder) if entry.is_dir()]
        if len(inner) != 1:
            raise ValueError("the archive holds no model of Spark: there is no folder `metadata`")
        folder = inner[0]
    return folder


def _class_name(root: str) -> str:
    import json

    metadata = os.path.join(root, "metadata")
    part = sorted(name for name in os.listdir(metadata) if name.startswith("part-"))[0]
    with open(os.path.join(metadata, part), encoding="utf-8") as file:
        return str(json.loads(file.readline())["class"])


def _python_class(name: str) -> Any:
    """pyspark's class of a class of Spark."""
    import importlib

    if name.startswith("org.apache.spark.ml."):
        module = name[len("org.apache.spark.ml.") :].rsplit(".", 1)
        path = "pyspark.ml" + ("." + module[0].split(".")[0] if len(module) == 2 else "")
        return getattr(importlib.import_module(path), name.rsplit(".", 1)[1])
    if name.startswith("pyspark.ml."):
        return getattr(importlib.import_module(name.rsplit(".", 1)[0]), name.rsplit(".", 1)[1])
    raise ValueError(f"a model of the class {name} cannot be loaded by pyspark")
