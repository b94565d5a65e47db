"""scoreway.spark.predict: tables scored by the engine inside Spark's executors, as Spark and scikit-learn themselves do."""
import os
import pickle
import sys

import pytest

pyspark = pytest.importorskip("pyspark")
pytest.importorskip("pyarrow")
pytest.importorskip("scoreway._engine", exc_type=ImportError)

import pandas  # noqa: E402
import scoreway  # noqa: E402
import scoreway.spark  # noqa: E402
from pyspark.ml import Pipeline  # noqa: E402
from pyspark.ml.classification import LogisticRegression  # noqa: E402
from pyspark.ml.feature import StandardScaler, VectorAssembler  # noqa: E402
from pyspark.sql import SparkSession  # noqa: E402
from sklearn.datasets import load_wine  # noqa: E402
from sklearn.ensemble import RandomForestClassifier  # noqa: E402
from sklearn.linear_model import LinearRegression  # noqa: E402

REPEATS = 12


@pytest.fixture(scope="module")
def spark():
    os.environ["PYSPARK_PYTHON"] = sys.executable  # else that of the path, which has no engine
    session = (SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
               .config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1")
               .config("spark.sql.execution.arrow.maxRecordsPerBatch", "100").getOrCreate())
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture(scope="module")
def data():
    data = load_wine(as_frame=True)
    frame = pandas.concat([data.data[["alcohol", "hue", "proline"]].assign(kind=data.target.astype("float64"))] * REPEATS, ignore_index=True)
    return frame.assign(id=range(len(frame)))


@pytest.fixture(scope="module")
def frame(spark, data):
    return spark.createDataFrame(list(data.itertuples(index=False, name=None)), list(data.columns)).repartition(3)


def test_a_pickle_answers_as_scikit_learn(frame, data):
    model = RandomForestClassifier(n_estimators=5, random_state=1).fit(data[["alcohol", "hue", "proline"]], data["kind"])
    scored = scoreway.spark.predict(frame, pickle.dumps(model))
    assert scored.columns == [*frame.columns, "predict", "proba_0.0", "proba_1.0", "proba_2.0"]
    answers = sorted((row.id, row.predict, row["proba_1.0"]) for row in scored.collect())
    inputs = data[["alcohol", "hue", "proline"]]
    assert [float(answer[1]) for answer in answers] == list(model.predict(inputs))
    assert [answer[2] for answer in answers] == pytest.approx(list(model.predict_proba(inputs)[:, 1]), rel=1e-12)


def test_a_pipeline_answers_as_transform(frame, tmp_path):
    assemble = VectorAssembler(inputCols=["alcohol", "hue", "proline"], outputCol="features")
    pipeline = Pipeline(stages=[assemble, StandardScaler(inputCol="features", outputCol="scaled"),
                                LogisticRegression(featuresCol="scaled", labelCol="kind", maxIter=5)]).fit(frame)
    pipeline.save(str(tmp_path / "model"))
    scored = scoreway.spark.predict(frame, str(tmp_path / "model"), outputs=["prediction", "probability_1"])
    answers = {row.id: (row.prediction, row.probability_1) for row in scored.collect()}
    for row in pipeline.transform(frame).collect():
        assert answers[row.id][0] == row.prediction
        assert answers[row.id][1] == pytest.approx(row.probability[1], rel=1e-12)


def test_a_vector_stands_for_its_items(frame, tmp_path):
    vectors = VectorAssembler(inputCols=["alcohol", "hue", "proline"], outputCol="features").transform(frame)
    model = LogisticRegression(labelCol="kind", maxIter=5).fit(vectors)
    model.save(str(tmp_path / "model"))
    scored = scoreway.spark.predict(vectors, str(tmp_path / "model"), outputs=["prediction"])
    assert scored.columns == [*vectors.columns, "prediction"]
    answers = {row.id: (row.prediction, row.features) for row in scored.collect()}
    for row in model.transform(vectors).collect():
        assert answers[row.id] == (row.prediction, row.features)


def test_what_cannot_be_is_said_before_the_job(frame, data):
    model = scoreway.load(pickle.dumps(LinearRegression().fit(data[["alcohol", "hue"]], data["kind"])))
    with pytest.raises(scoreway.InvalidArgument, match="lacks 'hue'"):
        scoreway.spark.predict(frame.drop("hue"), model)
    with pytest.raises(scoreway.InvalidArgument, match="'predict' already"):
        scoreway.spark.predict(frame.withColumnRenamed("id", "predict"), model)


def test_a_reference_is_looked_up_once(frame, data, client, name):
    model = RandomForestClassifier(n_estimators=5, random_state=1).fit(data[["alcohol", "hue", "proline"]], data["kind"])
    client.push(model, name, alias="champion")
    scored = scoreway.spark.predict(frame, f"{name}@champion", outputs=["predict"], server=client)
    answers = [float(row.predict) for row in scored.orderBy("id").collect()]
    assert answers == list(model.predict(data[["alcohol", "hue", "proline"]]))
