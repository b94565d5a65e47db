// Latent Dirichlet allocation.

#include <cmath>
#include <utility>

#include "base/digamma.h"
#include "importers/spark/lowerings.h"
#include "importers/spark/random.h"

namespace scoreway::spark {
namespace {

constexpr double kTopicsMax = 1 << 16;

// A Java string's hash, of ASCII.
int32_t HashOfName(std::string_view name) {
  uint32_t hash = 0;
  for (const char c : name) hash = hash * 31 + static_cast<uint8_t>(c);
  return static_cast<int32_t>(hash);
}

}  // namespace

// Inference starts from random numbers, the same in every row and run: those of the seed that a loaded model has, which
// is the hash of its class's name, whatever the parameter says.
Status LowerLocalLda(Context& context, const Stage& stage) {
  if (!stage.AtLeast(3, 0)) {
    return context.Unsupported(stage, "which random numbers inference starts from, before Spark 3.0");
  }
  SCOREWAY_ASSIGN_OR_RETURN(const parquet::Table table, stage.ReadTable());
  SCOREWAY_ASSIGN_OR_RETURN(const Matrix topics, stage.MatrixOf(table, "topicsMatrix"));
  SCOREWAY_ASSIGN_OR_RETURN(const double shape, stage.NumberOf(table, "gammaShape"));
  op::TopicInference inference;
  SCOREWAY_ASSIGN_OR_RETURN(inference.prior, stage.VectorOf(table, "docConcentration"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string out, stage.Text("topicDistributionCol", "topicDistribution"));
  if (topics.columns == 0 || topics.columns > kTopicsMax || inference.prior.size() != topics.columns) {
    return stage.Corrupt("has not one concentration for each topic");
  }
  if (!(shape > 1 && std::isfinite(shape))) return context.Unsupported(stage, "its gammaShape");
  const auto seed = static_cast<int64_t>(HashOfName("org.apache.spark.ml.clustering.LocalLDAModel"));
  MersenneTwister random(static_cast<uint64_t>(seed));
  std::vector<double> wholes(topics.columns, 0.0);
  for (size_t k = 0; k < topics.columns; ++k) {
    inference.start.push_back(random.NextGamma(shape, 1 / shape));
    for (size_t w = 0; w < topics.rows; ++w) wholes[k] += topics.values[w * topics.columns + k];
    wholes[k] = DigammaOfCommonsMath(wholes[k]);
  }
  for (size_t w = 0; w < topics.rows; ++w) {
    for (size_t k = 0; k < topics.columns; ++k) {
      inference.topics.push_back(std::exp(DigammaOfCommonsMath(topics.values[w * topics.columns + k]) - wholes[k]));
    }
  }
  SCOREWAY_ASSIGN_OR_RETURN(const FrameColumn features, Features(context, stage, topics.rows));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId distribution, context.Add(stage, std::move(inference), {features.value}));
  if (out.empty()) return {};
  context.SetVector(out, distribution);
  context.MarkAnswer(out);
  return {};
}

}  // namespace scoreway::spark
