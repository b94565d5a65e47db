#!/usr/bin/env python3
"""Fits small Spark ML pipelines, saves each as a zip, and writes Spark's own answers to its rows.

    PYTHON_WITH_PYSPARK tests/cases/make_spark.py [CASE...]      # needs a JDK

Adds the cases of the version of pyspark that runs it to tests/cases/spark/cases.csv; run it once for each version.
"""
import csv
import pathlib
import random
import sys
import tempfile
import zipfile

import pyspark
from pyspark.ml import Pipeline, classification as c, clustering, feature as f, recommendation, regression as r, tuning
from pyspark.ml.evaluation import RegressionEvaluator
from pyspark.sql import SparkSession
from pyspark.sql.types import DoubleType, IntegerType, StringType, StructField, StructType

HERE = pathlib.Path(__file__).resolve().parent / "spark"
NUMBERS = ["age", "income", "hours"]


def rows_of(count, seed):
    """Rows with numbers, texts and labels; no two columns carry the same."""
    draw = random.Random(seed)
    rows = []
    for _ in range(count):
        age, income = draw.uniform(18, 80), draw.expovariate(1 / 30.0)
        hours, city = float(draw.randint(0, 60)), draw.choice(["Oslo", "Rome", "Bonn", "Wien"])
        score = 0.05 * age + 0.02 * income - 0.03 * hours + (1.5 if city == "Oslo" else 0) + draw.gauss(0, 0.5)
        label = "high" if score > 3.2 else "middle" if score > 2.0 else "low"
        rows.append((age, income, hours, city, label, float(score > 2.5), score, draw.randint(0, 9)))
    return rows


SCHEMA = StructType([StructField("age", DoubleType()), StructField("income", DoubleType()), StructField("hours", DoubleType()),
                     StructField("city", StringType()), StructField("label", StringType()), StructField("binary", DoubleType()),
                     StructField("score", DoubleType()), StructField("item", IntegerType())])
INPUTS = ["age", "income", "hours", "city", "item"]


def assembled(*more, columns=NUMBERS):
    return [f.VectorAssembler(inputCols=list(columns), outputCol="features"), *more]


def labelled(model):
    return [f.StringIndexer(inputCol="label", outputCol="code"), *assembled(model)]


def encoded(model):
    return [f.StringIndexer(inputCol="city", outputCol="cityCode", handleInvalid="keep"),
            f.OneHotEncoder(inputCols=["cityCode"], outputCols=["cityVector"]),
            f.StandardScaler(inputCol="numbers", outputCol="scaled", withMean=True), model]


def cases():
    binary, regression = {"labelCol": "binary"}, {"labelCol": "score"}
    yield "logistic-binary", assembled(c.LogisticRegression(threshold=0.4, **binary))
    yield "logistic-multinomial", labelled(c.LogisticRegression(labelCol="code", family="multinomial"))
    yield "logistic-thresholds", labelled(c.LogisticRegression(labelCol="code", thresholds=[0.2, 0.5, 0.3]))
    yield "linear-svc", assembled(c.LinearSVC(threshold=0.1, **binary))
    yield "naive-bayes-multinomial", labelled(c.NaiveBayes(labelCol="code"))
    yield "naive-bayes-gaussian", labelled(c.NaiveBayes(labelCol="code", modelType="gaussian"))
    yield "tree-classifier", labelled(c.DecisionTreeClassifier(labelCol="code", maxDepth=4))
    yield "forest-classifier", labelled(c.RandomForestClassifier(labelCol="code", numTrees=5, seed=1))
    yield "gbt-classifier", assembled(c.GBTClassifier(maxIter=4, seed=1, **binary))
    yield "perceptron", labelled(c.MultilayerPerceptronClassifier(labelCol="code", layers=[3, 4, 3], seed=1))
    yield "linear-regression", assembled(r.LinearRegression(**regression))
    yield "tree-regressor", assembled(r.DecisionTreeRegressor(**regression))
    yield "forest-regressor", assembled(r.RandomForestRegressor(numTrees=4, seed=1, **regression))
    yield "gbt-regressor", assembled(r.GBTRegressor(maxIter=4, seed=1, **regression))
    yield "isotonic", assembled(r.IsotonicRegression(featureIndex=1, **regression))
    yield "glm-gamma-log", assembled(r.GeneralizedLinearRegression(family="gamma", link="log", labelCol="income",
                                                                    linkPredictionCol="eta"), columns=["age", "hours"])
    yield "glm-binomial-cloglog", assembled(r.GeneralizedLinearRegression(family="binomial", link="cloglog", **binary))
    yield "glm-tweedie", assembled(r.GeneralizedLinearRegression(family="tweedie", variancePower=1.5, linkPower=-0.5,
                                                                  labelCol="income"), columns=["age"])
    yield "kmeans", assembled(clustering.KMeans(k=3, seed=1))
    yield "kmeans-cosine", assembled(clustering.KMeans(k=3, seed=1, distanceMeasure="cosine"))
    yield "als", [recommendation.ALS(userCol="user", itemCol="item", ratingCol="score", rank=5, maxIter=3, seed=1)]
    yield "one-hot-keep", [f.VectorAssembler(inputCols=NUMBERS, outputCol="numbers"), *encoded(
        f.VectorAssembler(inputCols=["scaled", "cityVector"], outputCol="features")), r.LinearRegression(**regression)]
    yield "tree-over-categories", [f.StringIndexer(inputCol="city", outputCol="cityCode"), *assembled(
        c.DecisionTreeClassifier(maxDepth=5, **binary), columns=["cityCode", "age", "income"])]
    yield "vector-indexer", assembled(f.VectorIndexer(inputCol="features", outputCol="indexed", maxCategories=12),
                                      columns=["item", "age"])
    for name, scaler in [("min-max", f.MinMaxScaler(min=-1, max=2)), ("max-abs", f.MaxAbsScaler()),
                         ("robust", f.RobustScaler(withCentering=True)), ("standard-no-mean", f.StandardScaler()),
                         ("normalizer-l1", f.Normalizer(p=1.0)), ("pca", f.PCA(k=2)),
                         ("polynomial", f.PolynomialExpansion(degree=3))]:
        yield name, assembled(scaler.copy().setInputCol("features").setOutputCol("out"))
    yield "interaction", [f.StringIndexer(inputCol="city", outputCol="cityCode"),
                          f.VectorAssembler(inputCols=["age", "income"], outputCol="pair"),
                          f.Interaction(inputCols=["cityCode", "pair", "hours"], outputCol="out")]
    yield "bucketizer", [f.Bucketizer(splits=[-float("inf"), 20.0, 40.0, 60.0, float("inf")], inputCol="age", outputCol="out")]
    yield "quantile-discretizer", [f.QuantileDiscretizer(numBuckets=4, inputCol="income", outputCol="out")]
    yield "binarizer", [f.Binarizer(threshold=40.0, inputCol="age", outputCol="out")]
    yield "imputer", [f.Imputer(strategy="median", missingValue=0.0, inputCols=["hours"], outputCols=["out"])]
    yield "selector", [*assembled(), f.VectorSlicer(inputCol="features", outputCol="slice", indices=[2, 0]),
                       f.VarianceThresholdSelector(featuresCol="slice", outputCol="out", varianceThreshold=1.0)]
    words = [f.SQLTransformer(statement="SELECT *, CONCAT(city, ' Is a Town like ', city, ' is.') AS text FROM __THIS__"),
             f.RegexTokenizer(inputCol="text", outputCol="tokens", pattern=r"\W+"),
             f.StopWordsRemover(inputCol="tokens", outputCol="kept", stopWords=["a", "Like"])]
    yield "word-counts", [*words, f.CountVectorizer(inputCol="kept", outputCol="counts"),
                          f.IDF(inputCol="counts", outputCol="out")]
    yield "pair-counts", [*words, f.NGram(n=2, inputCol="kept", outputCol="pairs"),
                          f.CountVectorizer(inputCol="pairs", outputCol="out", binary=True)]
    yield "index-to-string", [*labelled(c.DecisionTreeClassifier(labelCol="code", maxDepth=3)),
                              f.IndexToString(inputCol="prediction", outputCol="predicted",
                                              labels=["first", "second", "third"])]
    yield "r-formula", [f.RFormula(formula="score ~ age + city + age:city", labelCol="target"),
                        r.LinearRegression(labelCol="target")]
    linear = r.LinearRegression(**regression)
    yield "cross-validator", tuning.CrossValidator(
        estimator=Pipeline(stages=assembled(linear)), evaluator=RegressionEvaluator(labelCol="score"), numFolds=2, seed=1,
        estimatorParamMaps=tuning.ParamGridBuilder().addGrid(linear.regParam, [0.0, 0.1]).build())


def answers(frame, known):
    """The columns that the model made after its first predictor, or all that no stage takes, flat."""
    columns = [name for name in frame.columns if name not in known]
    predictors = [name for name in columns if name in ("rawPrediction", "probability", "prediction", "predicted", "eta")]
    wanted = predictors or columns[-1:]
    header, lines = None, []
    for row in frame.select(wanted).collect():
        names, cells = [], []
        for name, value in zip(wanted, row):
            if hasattr(value, "toArray"):
                names += ["%s_%d" % (name, i) for i in range(len(value))]
                cells += [repr(float(x)) for x in value.toArray()]
            else:
                names.append(name)
                cells.append("" if value is None else value if isinstance(value, str) else repr(value))
        header = names
        lines.append(cells)
    return [header, *lines]


def save(model, path):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name) / "model"
        model.write().overwrite().save(str(folder))
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(folder.rglob("*")):
                if file.is_file() and not file.name.startswith((".", "_")):
                    archive.writestr(zipfile.ZipInfo(str(file.relative_to(folder)), (2020, 1, 1, 0, 0, 0)),
                                     file.read_bytes(), zipfile.ZIP_DEFLATED)


def main():
    spark = (SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
             .config("spark.sql.shuffle.partitions", "1").getOrCreate())
    spark.sparkContext.setLogLevel("ERROR")
    version = pyspark.__version__
    train = spark.createDataFrame(rows_of(400, 1), SCHEMA).selectExpr("*", "item % 7 AS user").coalesce(1).cache()
    test_rows = rows_of(40, 2)
    test = spark.createDataFrame(test_rows, SCHEMA).selectExpr("*", "item % 7 AS user").coalesce(1)
    index = HERE / "cases.csv"
    lines = [line for line in csv.DictReader(open(index))] if index.exists() else []
    for name, stages in cases():
        if sys.argv[1:] and name not in sys.argv[1:]:
            continue
        lines = [line for line in lines if (line["case"], line["version"]) != (name, version)]
        estimator = stages if hasattr(stages, "fit") else Pipeline(stages=stages)
        model = estimator.fit(train)
        folder = HERE / name
        (folder / version).mkdir(parents=True, exist_ok=True)
        inputs = [*INPUTS, "user"] if name == "als" else INPUTS
        with open(folder / "input.csv", "w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([inputs, *test.select(inputs).collect()])
        save(model, folder / version / "model.zip")
        with open(folder / version / "expected.csv", "w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(answers(model.transform(test), test.columns))
        lines.append({"case": name, "version": version, "model": version + "/model.zip", "expected": version + "/expected.csv",
                      "rel": "1e-9", "abs": "1e-12", "optional": ""})
        print(name, version, flush=True)
    lines.sort(key=lambda line: (line["case"], line["version"]))
    with open(index, "w", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)
    spark.stop()


if __name__ == "__main__":
    main()
