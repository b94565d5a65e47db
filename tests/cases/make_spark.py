#!/usr/bin/env python3
"""Fits small Spark ML pipelines, saves each as a zip, and writes Spark's own answers to its rows.

    PYTHON_WITH_PYSPARK tests/cases/make_spark.py [CASE...]      # needs a JDK

With xgboost, scikit-learn, pandas and pyarrow installed, those of xgboost.spark too; with synapseml 1.0.8 (for pyspark 3.5; its
jars come from Maven), those of LightGBM.
Adds the cases of the version of pyspark that runs it to tests/cases/spark/cases.csv; run it once for each version. Spark 2.4 and 3.0
want Java 8 or 11; 2.4 on Java 11 wants xbean-asm6-shaded 4.10 among its jars.
"""
import csv
import importlib.util
import json
import os
import pathlib
import random
import sys
import tempfile
import zipfile

import pyspark
from pyspark.ml import Pipeline, classification as c, clustering, feature as f, fpm, recommendation, regression as r, tuning
from pyspark.ml.evaluation import RegressionEvaluator
from pyspark.sql import SparkSession
from pyspark.sql.types import DoubleType, IntegerType, StringType, StructField, StructType

HERE = pathlib.Path(__file__).resolve().parent / "spark"
NUMBERS = ["age", "income", "hours"]
SYNAPSE_JARS = "com.microsoft.azure:synapseml-lightgbm_2.12:1.0.8"


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
# Columns that some cases take besides.
MORE = ["*", "item % 7 AS user",
        "concat(if(age > 50, '  Old', 'young'), ' man  in ', city, ', ', cast(hours AS int), ' hours ', label, ' ') AS sentence",
        "array_distinct(array(city, label, concat('h', cast(hours / 20 AS int)), concat('i', item % 4))) AS items",
        "array_distinct(array(item % 5, item % 3 + 10, cast(hours / 30 AS int) + 20)) AS integers"]
INPUTS_OF = {"als": [*INPUTS, "user"], "fp-growth": ["items"], "fp-growth-numbers": ["integers"], "list-counts": ["items"],
             "word2vec-list": ["items"], "vector-input": ["vector"], "sparse-input": ["vector"],
             **{name: ["sentence"] for name in ("hashing-tf", "hashing-tf-binary", "word2vec", "tokenizer-counts", "lda",
                                            "regex-tokens", "n-grams")}}


def assembled(*more, columns=NUMBERS):
    return [f.VectorAssembler(inputCols=list(columns), outputCol="features"), *more]


def labelled(model):
    return [f.StringIndexer(inputCol="label", outputCol="code"), *assembled(model)]


def encoded(model):
    return [f.StringIndexer(inputCol="city", outputCol="cityCode", handleInvalid="keep"),
            f.OneHotEncoder(inputCols=["cityCode"], outputCols=["cityVector"]),
            f.StandardScaler(inputCol="numbers", outputCol="scaled", withMean=True), model]


def cases():
    """Names, and what makes their stages: older versions of Spark have not all of them."""
    binary, regression = {"labelCol": "binary"}, {"labelCol": "score"}
    yield "logistic-binary", lambda: assembled(c.LogisticRegression(threshold=0.4, **binary))
    yield "logistic-multinomial", lambda: labelled(c.LogisticRegression(labelCol="code", family="multinomial"))
    yield "logistic-thresholds", lambda: labelled(c.LogisticRegression(labelCol="code", thresholds=[0.2, 0.5, 0.3]))
    yield "linear-svc", lambda: assembled(c.LinearSVC(threshold=0.1, **binary))
    yield "naive-bayes-multinomial", lambda: labelled(c.NaiveBayes(labelCol="code"))
    yield "naive-bayes-gaussian", lambda: labelled(c.NaiveBayes(labelCol="code", modelType="gaussian"))
    yield "tree-classifier", lambda: labelled(c.DecisionTreeClassifier(labelCol="code", maxDepth=4))
    yield "forest-classifier", lambda: labelled(c.RandomForestClassifier(labelCol="code", numTrees=5, seed=1))
    yield "gbt-classifier", lambda: assembled(c.GBTClassifier(maxIter=4, seed=1, **binary))
    yield "perceptron", lambda: labelled(c.MultilayerPerceptronClassifier(labelCol="code", layers=[3, 4, 3], seed=1))
    yield "linear-regression", lambda: assembled(r.LinearRegression(**regression))
    yield "tree-regressor", lambda: assembled(r.DecisionTreeRegressor(**regression))
    yield "forest-regressor", lambda: assembled(r.RandomForestRegressor(numTrees=4, seed=1, **regression))
    yield "gbt-regressor", lambda: assembled(r.GBTRegressor(maxIter=4, seed=1, **regression))
    yield "isotonic", lambda: assembled(r.IsotonicRegression(featureIndex=1, **regression))
    yield "glm-gamma-log", lambda: assembled(r.GeneralizedLinearRegression(family="gamma", link="log", labelCol="income",
                                                                    linkPredictionCol="eta"), columns=["age", "hours"])
    yield "glm-binomial-cloglog", lambda: assembled(r.GeneralizedLinearRegression(family="binomial", link="cloglog", **binary))
    yield "glm-tweedie", lambda: assembled(r.GeneralizedLinearRegression(family="tweedie", variancePower=1.5, linkPower=-0.5,
                                                                  labelCol="income"), columns=["age"])
    yield "kmeans", lambda: assembled(clustering.KMeans(k=3, seed=1))
    yield "kmeans-cosine", lambda: assembled(clustering.KMeans(k=3, seed=1, distanceMeasure="cosine"))
    yield "als", lambda: [recommendation.ALS(userCol="user", itemCol="item", ratingCol="score", rank=5, maxIter=3, seed=1)]
    yield "one-hot-keep", lambda: [f.VectorAssembler(inputCols=NUMBERS, outputCol="numbers"), *encoded(
        f.VectorAssembler(inputCols=["scaled", "cityVector"], outputCol="features")), r.LinearRegression(**regression)]
    yield "tree-over-categories", lambda: [f.StringIndexer(inputCol="city", outputCol="cityCode"), *assembled(
        c.DecisionTreeClassifier(maxDepth=5, **binary), columns=["cityCode", "age", "income"])]
    yield "vector-indexer", lambda: assembled(f.VectorIndexer(inputCol="features", outputCol="indexed", maxCategories=12),
                                      columns=["item", "age"])
    for name, scaler in [("min-max", lambda: f.MinMaxScaler(min=-1, max=2)), ("max-abs", lambda: f.MaxAbsScaler()),
                         ("robust", lambda: f.RobustScaler(withCentering=True)), ("standard-no-mean", lambda: f.StandardScaler()),
                         ("normalizer-l1", lambda: f.Normalizer(p=1.0)), ("pca", lambda: f.PCA(k=2)),
                         ("polynomial", lambda: f.PolynomialExpansion(degree=3))]:
        yield name, lambda: assembled(scaler().setInputCol("features").setOutputCol("out"))
    yield "interaction", lambda: [f.StringIndexer(inputCol="city", outputCol="cityCode"),
                          f.VectorAssembler(inputCols=["age", "income"], outputCol="pair"),
                          f.Interaction(inputCols=["cityCode", "pair", "hours"], outputCol="out")]
    yield "bucketizer", lambda: [f.Bucketizer(splits=[-float("inf"), 20.0, 40.0, 60.0, float("inf")], inputCol="age", outputCol="out")]
    yield "quantile-discretizer", lambda: [f.QuantileDiscretizer(numBuckets=4, inputCol="income", outputCol="out")]
    yield "binarizer", lambda: [f.Binarizer(threshold=40.0, inputCol="age", outputCol="out")]
    yield "imputer", lambda: [f.Imputer(strategy="median", missingValue=0.0, inputCols=["hours"], outputCols=["out"])]
    yield "selector", lambda: [*assembled(), f.VectorSlicer(inputCol="features", outputCol="slice", indices=[2, 0]),
                       f.VarianceThresholdSelector(featuresCol="slice", outputCol="out", varianceThreshold=1.0)]
    words = [f.SQLTransformer(statement="SELECT *, CONCAT(city, ' Is a Town like ', city, ' is.') AS text FROM __THIS__"),
             f.RegexTokenizer(inputCol="text", outputCol="tokens", pattern=r"\W+"),
             f.StopWordsRemover(inputCol="tokens", outputCol="kept", stopWords=["a", "Like"])]
    yield "word-counts", lambda: [*words, f.CountVectorizer(inputCol="kept", outputCol="counts"),
                          f.IDF(inputCol="counts", outputCol="out")]
    yield "pair-counts", lambda: [*words, f.NGram(n=2, inputCol="kept", outputCol="pairs"),
                          f.CountVectorizer(inputCol="pairs", outputCol="out", binary=True)]
    yield "index-to-string", lambda: [*labelled(c.DecisionTreeClassifier(labelCol="code", maxDepth=3)),
                              f.IndexToString(inputCol="prediction", outputCol="predicted",
                                              labels=["first", "second", "third"])]
    yield "r-formula", lambda: [f.RFormula(formula="score ~ age + city + age:city", labelCol="target"),
                        r.LinearRegression(labelCol="target")]
    yield "fp-growth", lambda: [fpm.FPGrowth(itemsCol="items", minSupport=0.05, minConfidence=0.4)]
    yield "fp-growth-numbers", lambda: [fpm.FPGrowth(itemsCol="integers", minSupport=0.03, minConfidence=0.2)]
    yield "list-counts", lambda: [f.CountVectorizer(inputCol="items", outputCol="out")]
    yield "word2vec-list", lambda: [f.Word2Vec(inputCol="items", outputCol="out", vectorSize=3, minCount=1, seed=1)]
    tokens = f.Tokenizer(inputCol="sentence", outputCol="tokens")
    yield "hashing-tf", lambda: [tokens, f.HashingTF(inputCol="tokens", outputCol="counts", numFeatures=20),
                         f.IDF(inputCol="counts", outputCol="out")]
    yield "hashing-tf-binary", lambda: [tokens, f.HashingTF(inputCol="tokens", outputCol="features", numFeatures=30, binary=True),
                                c.LogisticRegression(labelCol="binary", maxIter=5)]
    yield "word2vec", lambda: [tokens, f.Word2Vec(inputCol="tokens", outputCol="features", vectorSize=4, minCount=0, seed=1),
                       r.LinearRegression(**regression)]
    yield "tokenizer-counts", lambda: [tokens, f.CountVectorizer(inputCol="tokens", outputCol="out")]
    yield "regex-tokens", lambda: [f.RegexTokenizer(inputCol="sentence", outputCol="tokens", pattern=r",\s*|[\s.]+", minTokenLength=2)]
    yield "n-grams", lambda: [tokens, f.NGram(n=3, inputCol="tokens", outputCol="out")]
    yield "lda", lambda: [tokens, f.CountVectorizer(inputCol="tokens", outputCol="features"),
                  clustering.LDA(k=3, maxIter=5, seed=1)]
    yield "feature-hasher", lambda: [f.SQLTransformer(statement="SELECT *, age * 1.0 AS years, hours / 2 AS half FROM __THIS__"),
                             f.FeatureHasher(inputCols=["years", "city", "half", "item"], categoricalCols=["city", "item"],
                                             outputCol="out", numFeatures=16)]
    yield "one-vs-rest", lambda: labelled(c.OneVsRest(labelCol="code", classifier=c.LogisticRegression(maxIter=5)))
    yield "one-vs-rest-svc", lambda: labelled(c.OneVsRest(labelCol="code", classifier=c.LinearSVC(maxIter=5)))
    yield "naive-bayes-complement", lambda: labelled(c.NaiveBayes(labelCol="code", modelType="complement"))
    yield "naive-bayes-bernoulli", lambda: [f.StringIndexer(inputCol="label", outputCol="code"),
                                    f.VectorAssembler(inputCols=NUMBERS, outputCol="numbers"),
                                    f.Binarizer(threshold=35.0, inputCol="numbers", outputCol="features"),
                                    c.NaiveBayes(labelCol="code", modelType="bernoulli")]
    yield "factorization-classifier", lambda: assembled(c.FMClassifier(factorSize=3, maxIter=10, stepSize=0.01, seed=1, **binary))
    yield "factorization-regressor", lambda: assembled(r.FMRegressor(factorSize=3, maxIter=10, stepSize=0.01, seed=1, **regression))
    yield "gaussian-mixture", lambda: assembled(clustering.GaussianMixture(k=3, seed=1))
    yield "gaussian-mixture-flat", lambda: assembled(clustering.GaussianMixture(k=2, seed=1), columns=["age", "hours", "hours"])
    yield "bisecting-k-means", lambda: assembled(clustering.BisectingKMeans(k=5, seed=1))
    yield "bisecting-k-means-cosine", lambda: assembled(clustering.BisectingKMeans(k=4, seed=1, distanceMeasure="cosine"))
    for name, inverse in [("cosine-transform", False), ("cosine-transform-inverse", True)]:
        yield name, lambda: assembled(f.DCT(inverse=inverse, inputCol="features", outputCol="out"))
    yield "min-hash", lambda: [f.SQLTransformer(statement="SELECT *, age > 40 AS a, hours > 20 AS b, 1 AS c FROM __THIS__"),
                       f.VectorAssembler(inputCols=["a", "b", "c"], outputCol="features"),
                       f.MinHashLSH(inputCol="features", outputCol="out", numHashTables=3, seed=1)]
    yield "projections", lambda: assembled(f.BucketedRandomProjectionLSH(inputCol="features", outputCol="out", numHashTables=3,
                                                                bucketLength=5.0, seed=1))
    vector = {"inputCol": "vector", "outputCol": "features"}
    yield "vector-input", lambda: [f.StandardScaler(**vector), c.LogisticRegression(**binary)]
    yield "sparse-input", lambda: [f.VectorSizeHint(inputCol="vector", size=3), f.Normalizer(**vector), r.LinearRegression(**regression)]
    if hasattr(f, "TargetEncoder"):
        for target, label in [("binary", "binary"), ("continuous", "score")]:
            yield "target-encoder-" + target, lambda: [
                f.TargetEncoder(inputCols=["item", "hours"], outputCols=["a", "b"], labelCol=label, targetType=target,
                                smoothing=2.0, handleInvalid="keep"),
                f.VectorAssembler(inputCols=["a", "b"], outputCol="out")]
    if importlib.util.find_spec("xgboost") and importlib.util.find_spec("sklearn"):
        from xgboost import spark as xgboost
        small = {"n_estimators": 4, "max_depth": 3, "num_workers": 1}
        yield "xgboost-binary", lambda: assembled(xgboost.SparkXGBClassifier(label_col="binary", **small))
        yield "xgboost-classes", lambda: labelled(xgboost.SparkXGBClassifier(label_col="code", missing=0.0, **small))
        yield "xgboost-regressor", lambda: xgboost.SparkXGBRegressor(features_col=NUMBERS, label_col="score", **small)
    if importlib.util.find_spec("synapse"):
        from synapse.ml import lightgbm
        few = {"numIterations": 6, "numLeaves": 7, "minDataInLeaf": 10}
        yield "lightgbm-binary", lambda: assembled(lightgbm.LightGBMClassifier(labelCol="binary", **few))
        yield "lightgbm-classes", lambda: labelled(lightgbm.LightGBMClassifier(labelCol="code", objective="multiclass", thresholds=[0.2, 0.5, 0.3],
                                                                      **few))
        yield "lightgbm-poisson", lambda: assembled(lightgbm.LightGBMRegressor(labelCol="item", objective="poisson", **few))
        yield "lightgbm-ranker", lambda: assembled(lightgbm.LightGBMRanker(labelCol="item", groupCol="user", **few))
    linear = r.LinearRegression(**regression)
    yield "cross-validator", lambda: tuning.CrossValidator(
        estimator=Pipeline(stages=assembled(linear)), evaluator=RegressionEvaluator(labelCol="score"), numFolds=2, seed=1,
        estimatorParamMaps=tuning.ParamGridBuilder().addGrid(linear.regParam, [0.0, 0.1]).build())


def answers(frame, known):
    """The columns that the model made after its first predictor, or all that no stage takes, flat."""
    columns = [name for name in frame.columns if name not in known]
    predictors = [name for name in columns if name in ("rawPrediction", "probability", "prediction", "predicted", "eta",
                                                       "topicDistribution")]
    wanted = predictors or columns[-1:]
    header, lines = None, []
    for row in frame.select(wanted).collect():
        names, cells = [], []
        for name, value in zip(wanted, row):
            if hasattr(value, "toArray"):
                names += ["%s_%d" % (name, i) for i in range(len(value))]
                cells += [repr(float(x)) for x in value.toArray()]
            elif isinstance(value, list) and hasattr(value[0] if value else None, "toArray"):  # a hash table each
                names += ["%s_%d" % (name, i) for i in range(len(value))]
                cells += [repr(float(x[0])) for x in value]
            elif isinstance(value, list):
                names.append(name)
                cells.append(json.dumps(value, ensure_ascii=False))
            else:
                names.append(name)
                cells.append("" if value is None else value if isinstance(value, str) else repr(value))
        header = names
        lines.append(cells)
    return [header, *lines]


def input_cell(value):
    """Lists as JSON, vectors as Spark's text of them."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else str(value) if hasattr(value, "toArray") else value


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
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    spark = (SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
             .config("spark.jars.packages", SYNAPSE_JARS if importlib.util.find_spec("synapse") else "")
             .config("spark.sql.shuffle.partitions", "1").getOrCreate())
    spark.sparkContext.setLogLevel("ERROR")
    version = pyspark.__version__
    # Vectors as they come, dense and (compressed) sparse.
    vectors = f.SQLTransformer(statement="SELECT *, if(item < 5, age, 0D) AS v0, if(item < 5, income, 0D) AS v1 FROM __THIS__")
    gathered = Pipeline(stages=[vectors, f.VectorAssembler(inputCols=["v0", "v1", "hours"], outputCol="vector")])

    def frame(rows):
        data = spark.createDataFrame(rows, SCHEMA).selectExpr(*MORE).coalesce(1)
        return gathered.fit(data).transform(data)
    train, test = frame(rows_of(400, 1)).cache(), frame(rows_of(40, 2))
    index = HERE / "cases.csv"
    lines = [line for line in csv.DictReader(open(index))] if index.exists() else []
    for name, make_stages in cases():
        if sys.argv[1:] and name not in sys.argv[1:]:
            continue
        lines = [line for line in lines if (line["case"], line["version"]) != (name, version)]
        stages = make_stages()
        estimator = stages if hasattr(stages, "fit") else Pipeline(stages=stages)
        model = estimator.fit(train)
        folder = HERE / name
        (folder / version).mkdir(parents=True, exist_ok=True)
        inputs = INPUTS_OF.get(name, INPUTS)
        with open(folder / "input.csv", "w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(
                [inputs, *([input_cell(value) for value in row] for row in test.select(inputs).collect())])
        save(model, folder / version / "model.zip")
        with open(folder / version / "expected.csv", "w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(answers(model.transform(test), test.columns))
        lines.append({"case": name, "version": version, "model": version + "/model.zip", "expected": version + "/expected.csv",
                      "rel": "1e-6" if name.startswith("xgboost") else "1e-9", "abs": "1e-12", "optional": ""})
        print(name, version, flush=True)
    lines.sort(key=lambda line: (line["case"], line["version"]))
    with open(index, "w", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)
    spark.stop()


if __name__ == "__main__":
    main()
