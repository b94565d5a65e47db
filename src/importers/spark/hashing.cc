// Stages that hash: features to columns, vectors to buckets.

#include <algorithm>
#include <utility>

#include "base/murmur_hash.h"
#include "importers/spark/lowerings.h"

namespace scoreway::spark {
namespace {

constexpr uint32_t kSeed = 42;
constexpr double kFeaturesDefault = 1 << 18, kFeaturesMax = 1 << 24;

Result<uint32_t> FeatureCount(const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const double count, stage.Number("numFeatures", kFeaturesDefault));
  if (!(count >= 1 && count <= kFeaturesMax)) return stage.Corrupt("has no number of features");
  return static_cast<uint32_t>(count);
}

}  // namespace

Status LowerHashingTf(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string in, stage.Text("inputCol"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string out, stage.Text("outputCol"));
  SCOREWAY_ASSIGN_OR_RETURN(const FrameColumn column, context.Tokens(stage, in));
  op::HashText hash;
  hash.count = column.tokens->Count();
  hash.seed = kSeed;
  hash.tail_bytes = !stage.AtLeast(3, 0);
  SCOREWAY_ASSIGN_OR_RETURN(hash.count.hash_columns, FeatureCount(stage));
  SCOREWAY_ASSIGN_OR_RETURN(hash.count.presence, stage.Bool("binary", false));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId counts, context.Add(stage, std::move(hash), {column.tokens->text}));
  context.SetVector(out, counts);
  return {};
}

namespace {

// A category counts 1 in the column of "name=category"; a missing one nowhere.
Result<ValueId> HashCategory(Context& context, const Stage& stage, const std::string& name, uint32_t features) {
  SCOREWAY_ASSIGN_OR_RETURN(const FrameColumn column, context.Text(stage, name));
  context.AllowMissing(column);
  // JoinText lacks a text that is the same in all rows: a pattern that finds the front of a text puts it there.
  std::string front = name + "=";
  for (size_t at = 0; (at = front.find('\\', at)) != std::string::npos; at += 2) front.insert(at, "\\");
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId named,
                            context.Add(stage, op::ReplaceText{R"(\A)", std::move(front)}, {column.value}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId filled, context.Add(stage, op::ImputeText{false, "", {""}}, {named}));
  op::HashText hash;
  hash.count.token = "(?s).+";
  hash.count.hash_columns = features;
  hash.seed = kSeed;
  return context.Add(stage, std::move(hash), {filled});
}

// Numbers, each in the column of its name: their sums where names share one.
Result<ValueId> HashNumbers(Context& context, const Stage& stage, const std::vector<std::string>& names,
                            const std::vector<ValueId>& numbers, uint32_t features) {
  // Select spreads the first number of each column; a number whose column is taken goes to another layer.
  std::vector<std::vector<uint32_t>> layers;
  for (uint32_t i = 0; i < names.size(); ++i) {
    const auto hash = static_cast<int32_t>(MurmurHash3(names[i], kSeed));
    const int64_t count = features;
    const auto column = static_cast<size_t>((hash % count + count) % count);
    size_t layer = 0;
    while (layer < layers.size() && layers[layer][column] != 0) ++layer;
    if (layer == layers.size()) layers.emplace_back(features, 0);
    layers[layer][column] = i + 1;
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId zero, context.Add(stage, op::Constant{{0}}, {}));
  std::vector<ValueId> parts = {zero};
  parts.insert(parts.end(), numbers.begin(), numbers.end());
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId joined, context.Add(stage, op::Concat{}, std::move(parts)));
  std::vector<ValueId> spread;
  for (std::vector<uint32_t>& layer : layers) {
    SCOREWAY_ASSIGN_OR_RETURN(spread.emplace_back(), context.Select(stage, joined, std::move(layer)));
  }
  return context.Add(stage, op::WeightedSum{}, std::move(spread));
}

}  // namespace

// Whether an input is a number or a category is nowhere in the file, if no other stage tells and it is not among
// categoricalCols.
Status LowerFeatureHasher(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<std::string> names, stage.Texts("inputCols"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string out, stage.Text("outputCol"));
  SCOREWAY_ASSIGN_OR_RETURN(const uint32_t features, FeatureCount(stage));
  std::vector<std::string> categorical;
  if (stage.IsSet("categoricalCols")) {
    SCOREWAY_ASSIGN_OR_RETURN(categorical, stage.Texts("categoricalCols"));
  }
  std::vector<ValueId> parts, numbers;
  std::vector<std::string> number_names, unknown;
  for (const std::string& name : names) {
    const FrameColumn* known = context.Peek(name);
    if (std::find(categorical.begin(), categorical.end(), name) != categorical.end() || context.IsTextInput(name) ||
        (known != nullptr && known->kind == FrameColumn::Kind::kText)) {
      SCOREWAY_ASSIGN_OR_RETURN(parts.emplace_back(), HashCategory(context, stage, name, features));
    } else if (known != nullptr) {
      SCOREWAY_ASSIGN_OR_RETURN(const FrameColumn column, context.Number(stage, name));
      context.AllowMissing(column);
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId number,
                                context.Add(stage, op::ImputeNumber{op::kNaN, {0}}, {column.value}));
      numbers.push_back(number);
      number_names.push_back(name);
    } else {
      unknown.push_back("'" + name + "'");
    }
  }
  if (!unknown.empty()) {
    std::string list;
    for (const std::string& name : unknown) list += (list.empty() ? "" : ", ") + name;
    return context.Unsupported(stage, "whether " + list +
                                          " are numbers or categories, which the saved stage does not say: name "
                                          "categories in categoricalCols, and let a stage before it make the numbers");
  }
  if (!numbers.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(parts.emplace_back(), HashNumbers(context, stage, number_names, numbers, features));
  }
  if (parts.empty()) return stage.Corrupt("has no input columns");
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId sum, context.Add(stage, op::WeightedSum{}, std::move(parts)));
  context.SetVector(out, sum);
  return {};
}

// ---- locality-sensitive hashing ------------------------------------------------------------------------------------

// Each table's hash: the least of ((1 + i) * a + b) mod 2038074743 over the columns i that are not 0. Spark refuses a
// vector of zeros.
Status LowerMinHash(Context& context, const Stage& stage) {
  constexpr int64_t kPrime = 2038074743;
  if (!stage.AtLeast(3, 0)) return context.Unsupported(stage, "its hashes before Spark 3.0");
  SCOREWAY_ASSIGN_OR_RETURN(const parquet::Table table, stage.ReadTable());
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> coefficients, stage.NumbersOf(table, "randCoefficients"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string in, stage.Text("inputCol"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string out, stage.Text("outputCol"));
  const auto is_whole = [](double x) { return x >= 0 && x < 2147483648.0; };
  if (coefficients.empty() || coefficients.size() % 2 != 0 ||
      !std::all_of(coefficients.begin(), coefficients.end(), is_whole)) {
    return stage.Corrupt("has no pairs of coefficients");
  }
  SCOREWAY_ASSIGN_OR_RETURN(const FrameColumn column, context.Vector(stage, in));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId zero, context.Add(stage, op::Constant{{0}}, {}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId is_there,
                            context.Add(stage, op::Binary{op::BinaryFunction::kNotEqual}, {column.value, zero}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId never,
                            context.Add(stage, op::Constant{std::vector<double>(column.width, op::kInfinity)}, {}));
  std::vector<ValueId> hashes;
  for (size_t k = 0; k < coefficients.size(); k += 2) {
    op::Constant values;
    for (uint32_t i = 0; i < column.width; ++i) {
      const auto a = static_cast<int64_t>(coefficients[k]), b = static_cast<int64_t>(coefficients[k + 1]);
      values.values.push_back(static_cast<double>(((1 + int64_t{i}) * a + b) % kPrime));
    }
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId all, context.Add(stage, std::move(values), {}));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId present, context.Add(stage, op::Where{}, {is_there, all, never}));
    SCOREWAY_ASSIGN_OR_RETURN(hashes.emplace_back(),
                              context.Add(stage, op::AggregateRow{op::RowAggregate::kMin}, {present}));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId joined, context.Add(stage, op::Concat{}, std::move(hashes)));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId checked, context.Add(stage, op::RequireFinite{}, {joined}));
  context.SetVector(out, checked);
  return {};
}

// Each table's hash: the bucket of the projection on its vector.
Status LowerBucketedRandomProjection(Context& context, const Stage& stage) {
  SCOREWAY_ASSIGN_OR_RETURN(const parquet::Table table, stage.ReadTable());
  SCOREWAY_ASSIGN_OR_RETURN(const Matrix vectors, stage.MatrixOf(table, "randUnitVectors"));
  SCOREWAY_ASSIGN_OR_RETURN(const double length, stage.Number("bucketLength"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string in, stage.Text("inputCol"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string out, stage.Text("outputCol"));
  SCOREWAY_ASSIGN_OR_RETURN(const FrameColumn column, context.Vector(stage, in, vectors.columns));
  SCOREWAY_ASSIGN_OR_RETURN(
      const ValueId projected,
      context.Add(stage,
                  op::Linear{.outputs = static_cast<uint32_t>(vectors.rows), .weights = vectors.values, .bias = {}},
                  {column.value}));
  SCOREWAY_ASSIGN_OR_RETURN(
      const ValueId scaled,
      context.Add(stage, op::Affine{op::Affine::Form::kMultiplyAdd, {}, std::vector<double>(vectors.rows, 1 / length)},
                  {projected}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId buckets, context.Add(stage, op::Unary{op::UnaryFunction::kFloor}, {scaled}));
  context.SetVector(out, buckets);
  return {};
}

}  // namespace scoreway::spark
