"""pyspark: fitted models are saved, packed, pushed, and answer as transform does."""
import pytest

pyspark = pytest.importorskip("pyspark")

from pyspark.ml import Pipeline, PipelineModel  # noqa: E402
from pyspark.ml.classification import RandomForestClassifier  # noqa: E402
from pyspark.ml.feature import IndexToString, StringIndexer, VectorAssembler  # noqa: E402
from pyspark.ml.recommendation import ALS  # noqa: E402
from pyspark.sql import SparkSession  # noqa: E402


@pytest.fixture(scope="module")
def spark():
    session = (SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
               .config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1")
               .config("spark.sql.shuffle.partitions", "1").getOrCreate())
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture(scope="module")
def frame(spark, wine):
    data, kinds = wine
    renamed = data.rename(columns={"alcohol (%)": "alcohol"}).assign(kind=kinds)
    return spark.createDataFrame(list(renamed.itertuples(index=False, name=None)), list(renamed.columns))


@pytest.fixture(scope="module")
def pipeline(frame):
    index = StringIndexer(inputCol="kind", outputCol="label").fit(frame)
    return Pipeline(stages=[
        index, VectorAssembler(inputCols=["alcohol", "malic_acid", "hue"], outputCol="features"),
        RandomForestClassifier(numTrees=5, maxDepth=4, seed=1),
        IndexToString(inputCol="prediction", outputCol="predicted", labels=index.labels)]).fit(frame)


def test_a_pipeline_answers_as_transform_and_comes_back(client, name, frame, pipeline):
    version = client.push(pipeline, name, sample=frame, alias="champion", require_parity=True)
    assert {"prediction", "probability_0", "rawPrediction_2", "predicted"} <= set(version.parity["columns"])
    assert version.parity["passed"] and version.parity["rows"] == 200
    assert version.format == "spark" and version.tags["pyspark"] == pyspark.__version__
    assert version.parameters["RandomForestClassificationModel.numTrees"] == "5"

    expected = [row["predicted"] for row in pipeline.transform(frame).collect()]
    answers = client.predict(name, frame)
    assert [answer["predicted"] for answer in answers] == expected

    back = client.pull(name)
    assert isinstance(back, PipelineModel)
    assert [row["predicted"] for row in back.transform(frame).collect()] == expected


def test_rows_that_transform_drops_are_left_out(client, name, spark):
    ratings = spark.createDataFrame([(u, i, float((u * i) % 5)) for u in range(8) for i in range(6)], ["user", "item", "rating"])
    model = ALS(userCol="user", itemCol="item", ratingCol="rating", rank=2, maxIter=3, seed=1, coldStartStrategy="drop").fit(ratings)
    sample = spark.createDataFrame([(1, 2), (100, 2), (3, 4)], ["user", "item"])
    version = client.push(model, name, sample=sample, require_parity=True)
    assert version.parity["passed"] and version.parity["rows"] == 2


def test_iterations_of_a_training_in_spark(client, name, frame, pipeline):
    with client.run(name, keep_last=1) as run:
        for step in range(2):
            run.log(step, {"accuracy": 0.5 + step / 10}, model=pipeline)
    best = run.best("accuracy")
    assert best.step == 1 and best.info["format"] == "spark"
    assert best.promote(alias="champion").format == "spark"
    assert isinstance(best.pull(), PipelineModel)


def test_the_best_items_of_a_user_are_those_of_spark(client, name, spark):
    ratings = spark.createDataFrame([(u, i, float((u * i) % 5)) for u in range(8) for i in range(6)], ["user", "item", "rating"])
    model = ALS(userCol="user", itemCol="item", ratingCol="rating", rank=3, maxIter=3, seed=1).fit(ratings)
    users = spark.createDataFrame([(1,), (5,), (100,)], ["user"])
    version = client.push(model, name, sample=users, recommend=4, require_parity=True)
    assert version.parity["rows"] == 2 and version.info["import_options"] == {"recommend": "4"}
    expected = {row["user"]: row["recommendations"] for row in model.recommendForUserSubset(users, 4).collect()}
    answers = client.predict(name, [{"user": 1}, {"user": 5}, {"user": 100}])
    for user, answer in zip((1, 5), answers):
        assert answer["recommendations"] == [each["item"] for each in expected[user]]
        assert answer["ratings"] == [each["rating"] for each in expected[user]]
    assert answers[2] == {"recommendations": None, "ratings": None}
    with pytest.raises(ValueError, match="recommend is for"):
        client.push(Pipeline(stages=[StringIndexer(inputCol="user", outputCol="code")]).fit(ratings), name, recommend=4)
