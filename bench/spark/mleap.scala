// Fits three pipelines in Spark, saves each for Scoreway and as MLeap's bundle, and times MLeap's transform of one row. Run by mleap.py,
// in spark-shell; the folder to work in is the property scoreway.bench.folder.
import java.lang.management.ManagementFactory

import ml.combust.bundle.BundleFile
import ml.combust.mleap.core.types.{ScalarType, StructField, StructType}
import ml.combust.mleap.runtime.MleapSupport._
import ml.combust.mleap.runtime.frame.{DefaultLeapFrame, Row => LeapRow}
import ml.combust.mleap.spark.SparkSupport._
import org.apache.spark.ml.bundle.SparkBundleContext
import org.apache.spark.ml.classification.{LogisticRegression, RandomForestClassifier}
import org.apache.spark.ml.feature.{StandardScaler, StringIndexer, VectorAssembler}
import org.apache.spark.ml.regression.GBTRegressor
import org.apache.spark.ml.{Pipeline, PipelineStage}
import org.apache.spark.sql.Row
import org.apache.spark.sql.types.{DoubleType, StringType, StructField => SqlField, StructType => SqlType}

val folder = System.getProperty("scoreway.bench.folder")
val numbers = (0 until 12).map("x" + _)
val cities = Array("oslo", "bergen", "paris", "rome", "berlin", "wien", "madrid", "lisbon", "dublin", "athens")
val random = new scala.util.Random(7)
val made = (0 until 5000).map { _ =>
  val x = Array.fill(numbers.size)(random.nextGaussian * 5)
  val city = cities(random.nextInt(cities.length))
  (x, city, if (x(0) + x(1) * x(2) / 5 + (if (city == "oslo") 3 else 0) > 0) 1.0 else 0.0)
}
val rows = made.map { case (x, city, label) => Row.fromSeq(x.toSeq ++ Seq(city, label)) }
val schema = SqlType(numbers.map(SqlField(_, DoubleType)) ++ Seq(SqlField("city", StringType), SqlField("label", DoubleType)))
val frame = spark.createDataFrame(spark.sparkContext.parallelize(rows, 1), schema).cache()

val scored = made.take(500)
val csv = new java.io.PrintWriter(folder + "/rows.csv")
csv.println((numbers :+ "city").mkString(","))
scored.foreach { case (x, city, _) => csv.println((x.map(_.toString) :+ city).mkString(",")) }
csv.close()
val leapSchema = StructType(numbers.map(StructField(_, ScalarType.Double)) :+ StructField("city", ScalarType.String)).get
val leapFrames = scored.map { case (x, city, _) => DefaultLeapFrame(leapSchema, Seq(LeapRow((x.toSeq :+ city): _*))) }

def prepared = Array[PipelineStage](
  new StringIndexer().setInputCol("city").setOutputCol("city_code"),
  new VectorAssembler().setInputCols(Array("city_code") ++ numbers).setOutputCol("raw"),
  new StandardScaler().setInputCol("raw").setOutputCol("features"))
val models = Seq("logistic" -> new LogisticRegression(),
  "forest-100" -> new RandomForestClassifier().setNumTrees(100).setMaxDepth(8).setSeed(1),
  "gbt-50" -> new GBTRegressor().setMaxIter(50).setSeed(1))

for ((name, estimator) <- models) {
  val model = new Pipeline().setStages(prepared :+ estimator).fit(frame)
  model.write.overwrite().save(folder + "/" + name)
  val saved = BundleFile("file:" + folder + "/" + name + "-bundle")
  implicit val context: SparkBundleContext = SparkBundleContext().withDataset(model.transform(frame))
  model.writeBundle.save(saved)(context).get
  saved.close()
  val bundle = BundleFile("file:" + folder + "/" + name + "-bundle")
  val pipeline = bundle.loadMleapBundle().get.root
  bundle.close()
  def one(leapFrame: DefaultLeapFrame) = pipeline.transform(leapFrame).get.select("prediction").get.dataset.head.getDouble(0)
  for (_ <- 0 until 40; leapFrame <- leapFrames) one(leapFrame)  // for the JIT compiler
  val threads = ManagementFactory.getThreadMXBean
  val rounds = 20
  val began = threads.getCurrentThreadCpuTime
  for (_ <- 0 until rounds; leapFrame <- leapFrames) one(leapFrame)
  val micros = (threads.getCurrentThreadCpuTime - began) / 1e3 / (rounds * leapFrames.size)
  val answers = new java.io.PrintWriter(folder + "/" + name + ".answers")
  answers.println(micros)
  leapFrames.foreach(leapFrame => answers.println(one(leapFrame)))
  answers.close()
}
sys.exit(0)
