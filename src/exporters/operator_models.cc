#include "exporters/operator_models.h"

#include <limits>
#include <numeric>
#include <utility>

#include "base/check.h"

namespace scoreway {
namespace {

using op::CodeOrReject;
using op::kNaN;

// The inputs of an operator: columns of numbers, of integers, or of text.
struct Inputs {
  std::vector<uint32_t> widths = {3};
  std::vector<ValueKind> kinds = {};  // numbers if empty
};

class ModelList {
 public:
  void Add(const std::string& name, const op::Params& params, const Inputs& inputs = {}) {
    models_.push_back({name, Make(params, inputs, MissingRule::kReject)});
    models_.push_back({name + "_missing", Make(params, inputs, MissingRule::kModel)});
  }
  // Functions of numbers that are defined for 0 to 1 only, or for positive ones.
  void AddWithin(const std::string& name, const op::Params& params, double low, double high) {
    models_.push_back({name, MakeWithin(params, low, high)});
  }
  std::vector<OperatorModel> Take() && { return std::move(models_); }

 private:
  static Model Make(const op::Params& params, const Inputs& inputs, MissingRule rule) {
    ModelBuilder builder({});
    std::vector<ValueId> values;
    size_t numbers = 0, texts = 0;
    for (size_t i = 0; i < inputs.widths.size(); ++i) {
      const bool is_text = i < inputs.kinds.size() && inputs.kinds[i] == ValueKind::kText;
      std::vector<ValueId> columns;
      for (uint32_t c = 0; c < inputs.widths[i]; ++c) {
        columns.push_back(builder.AddInput(is_text ? "t" + std::to_string(texts++) : "x" + std::to_string(numbers++)));
        SCOREWAY_CHECK(builder.UseInput(columns.back(), is_text ? Type::kString : Type::kFloat64).ok());
        builder.SetMissingRule(columns.back(), rule);
      }
      values.push_back(builder.Add(op::Concat{}, columns, "input").value());
    }
    return Finish(std::move(builder), params, values);
  }

  static Model MakeWithin(const op::Params& params, double low, double high) {
    ModelBuilder builder({});
    std::vector<ValueId> columns;
    for (int c = 0; c < 2; ++c) {
      columns.push_back(builder.AddInput("x" + std::to_string(c)));
      SCOREWAY_CHECK(builder.UseInput(columns.back(), Type::kFloat64).ok());
      builder.SetMissingRule(columns.back(), MissingRule::kModel);
    }
    const ValueId joined = builder.Add(op::Concat{}, columns, "input").value();
    op::NumberDomain domain;
    domain.low = {low, low};
    domain.high = {high, high};
    domain.invalid = op::InvalidCell::kMissing;
    const ValueId within = builder.Add(domain, {joined}, "domain").value();
    return Finish(std::move(builder), params, {within});
  }

  static Model Finish(ModelBuilder builder, const op::Params& params, const std::vector<ValueId>& inputs) {
    const ValueId value = builder.Add(params, inputs, "operator").value();
    const ValueShape shape = builder.shape(value);
    const Type type = shape.kind == ValueKind::kText ? Type::kString : Type::kFloat64;
    for (uint32_t c = 0; c < shape.width; ++c) {
      SCOREWAY_CHECK(builder.AddOutput("y" + std::to_string(c), type, value, c).ok());
    }
    return std::move(builder).Build().value();
  }

  std::vector<OperatorModel> models_;
};

const Inputs kTexts = {{2}, {ValueKind::kText}};
const Inputs kPairs = {{3, 3}, {}};

void AddShapes(ModelList& list) {
  list.Add("concat", op::Concat{}, {{2, 1}, {}});
  list.Add("select", op::Select{{2, 0, 2}});
  op::Polynomial polynomial;
  polynomial.factors = {0, 0, 1, 1, 2, 2, 2};
  polynomial.ends = {0, 1, 3, 5, 7};
  list.Add("polynomial", polynomial);
}

void AddChecks(ModelList& list) {
  list.Add("require_finite", op::RequireFinite{false, false, {}});
  list.Add("require_finite_float", op::RequireFinite{true, true, {}});
  using enum op::InvalidCell;
  using Outlier = op::NumberDomain::Outlier;
  for (const op::InvalidCell invalid : {kReject, kMissing, kKeep, kReplace}) {
    for (const Outlier outlier : {Outlier::kKeep, Outlier::kMissing, Outlier::kClip}) {
      op::NumberDomain domain;
      domain.low = {-2, 0, -op::kInfinity};
      domain.high = {2, 10, op::kInfinity};
      domain.allowed = {{}, {1, 2, 3, 4}, {}};
      domain.invalid = invalid;
      domain.invalid_value = -7;
      domain.outlier = outlier;
      domain.clip_low = {-1, 2, kNaN};
      domain.clip_high = {1.5, 3, 5};
      domain.missing_markers = {-1, 4};
      domain.missing_value = outlier == Outlier::kClip ? 0.25 : kNaN;
      domain.reject_missing = outlier == Outlier::kMissing && invalid == kReject;
      list.Add("number_domain_" + std::to_string(static_cast<int>(invalid)) + std::to_string(static_cast<int>(outlier)),
               domain);
    }
    op::TextDomain texts;
    texts.allowed = {{"a", "b"}, {}};
    texts.invalid = invalid;
    texts.invalid_value = "z";
    list.Add("text_domain_" + std::to_string(static_cast<int>(invalid)), texts, kTexts);
    texts.missing_markers = {"NA"};
    texts.has_missing_value = invalid != kKeep;
    texts.missing_value = "m";
    list.Add("text_domain_marked_" + std::to_string(static_cast<int>(invalid)), texts, kTexts);
  }
}

void AddMissing(ModelList& list) {
  list.Add("impute_number", op::ImputeNumber{kNaN, {1.5, -2, kNaN}});
  list.Add("impute_number_marked", op::ImputeNumber{-1, {1.5, 0, kNaN}});
  list.Add("impute_text", op::ImputeText{false, "", {"a", "b c"}}, kTexts);
  list.Add("impute_text_marked", op::ImputeText{true, "NA", {"a", "b"}}, kTexts);
  list.Add("missing_indicator", op::MissingIndicator{kNaN, {2, 0}});
  list.Add("missing_indicator_marked", op::MissingIndicator{0.5, {2, 0}});
  list.Add("missing_indicator_text", op::MissingIndicator{kNaN, {1}}, kTexts);
}

void AddScaling(ModelList& list) {
  using Form = op::Affine::Form;
  list.Add("affine_divide",
           op::Affine{Form::kSubtractDivide, {1, -2, 0.1}, {3, 0.7, 11}, -op::kInfinity, op::kInfinity});
  list.Add("affine_multiply", op::Affine{Form::kMultiplyAdd, {1, -2, 0.1}, {3, 0.7, 11}, 0, 1});
  list.Add("affine_offset", op::Affine{Form::kSubtractDivide, {1, -2, 0.1}, {}, -op::kInfinity, 2});
  using Norm = op::NormalizeRows::Norm;
  for (const Norm norm : {Norm::kL1, Norm::kL2, Norm::kMax}) {
    list.Add("normalize_rows_" + std::to_string(static_cast<int>(norm)), op::NormalizeRows{norm, 2.2e-15});
  }
  using Method = op::PowerTransform::Method;
  list.Add("power_yeo_johnson", op::PowerTransform{Method::kYeoJohnson, {0.3, 0, 2}});
  list.Add("power_by_pow", op::PowerTransform{Method::kYeoJohnsonByPow, {1.7, -0.4, 1}});
  list.AddWithin("power_box_cox", op::PowerTransform{Method::kBoxCox, {0.3, 0}}, 1e-3, 1e3);
  op::QuantileTransform quantiles;
  quantiles.references = {0, 0.25, 0.5, 0.75, 1};
  quantiles.quantiles = {-3, -1, 0, 2, 5, 0, 1, 2, 3, 4, -1, -0.5, 0.25, 0.5, 100};
  list.Add("quantile_uniform", quantiles);
  quantiles.to_normal = true;
  list.Add("quantile_normal", quantiles);
  quantiles.quantiles = {-3, -1, -1, 2, 5, 0, 0, 2, 3, 4, -1, -0.5, 0.25, 100, 100};
  quantiles.to_normal = false;
  list.Add("quantile_ties", quantiles);
}

void AddCategories(ModelList& list) {
  const std::vector<std::pair<std::string, CodeOrReject>> rules = {
      {"reject", {}}, {"missing", {false, kNaN}}, {"code", {false, 3}}, {"minus", {false, -1}}};
  for (const auto& [name, rule] : rules) {
    for (const auto& [missing_name, missing_rule] : rules) {
      op::EncodeText texts;
      texts.categories = {{"a", "b", "x<&>\"y"}, {"c"}};
      texts.unknown = {rule, rule};
      texts.missing = {missing_rule, missing_rule};
      list.Add("encode_text_" + name + "_" + missing_name, texts, kTexts);
      op::EncodeNumber numbers;
      numbers.categories = {{0, 1.5, -3}, {2}};
      numbers.unknown = {rule, rule};
      numbers.missing = {missing_rule, missing_rule};
      list.Add("encode_number_" + name + "_" + missing_name, numbers, {{2}, {}});
    }
  }
  op::EncodeText blanks;
  blanks.categories = {{" a", "b ", "tab\tin"}, {"\xC3\xA9t\xC3\xA9", "two words"}};
  blanks.unknown = blanks.missing = {{false, kNaN}, {false, kNaN}};
  list.Add("encode_text_blanks", blanks, kTexts);
  op::OneHot one_hot;
  one_hot.widths = {3, 2, 2};
  one_hot.slots = {{0, 1, 2}, {-1, 0, 1}, {0, 1, 1, 1}};
  list.Add("one_hot", one_hot);
  op::Bin bin;
  bin.edges = {{-1, 0.5, 2}, {0}, {0, 1, 1, 2}};
  bin.codes = {4, 1, 4};
  list.Add("bin", bin);
  bin.right_closed = true;
  list.Add("bin_right_closed", bin);
  list.Add("decode_number", op::DecodeNumber{{1.5, -2, 7}});
  list.Add("decode_text", op::DecodeText{{"no", "yes", "may be"}});
}

void AddFunctions(ModelList& list) {
  using enum op::UnaryFunction;
  for (int function = 0; function <= static_cast<int>(kLogisticFloat32); ++function) {
    const auto unary = static_cast<op::UnaryFunction>(function);
    const std::string name = "unary_" + std::to_string(function);
    switch (unary) {
      case kSqrt:
      case kLog:
      case kLog2:
      case kLog10: list.AddWithin(name, op::Unary{unary}, 1e-6, 1e6); break;
      case kReciprocal: list.AddWithin(name, op::Unary{unary}, 0.1, 1e3); break;
      case kLog1p:
      case kAtanh: list.AddWithin(name, op::Unary{unary}, -0.9, 0.9); break;
      case kAsin:
      case kAcos: list.AddWithin(name, op::Unary{unary}, -1, 1); break;
      case kAcosh: list.AddWithin(name, op::Unary{unary}, 1, 1e6); break;
      case kExp:
      case kExpm1:
      case kSinh:
      case kCosh:
      case kExp2:
      case kCloglogInverse:
      case kTan: list.AddWithin(name, op::Unary{unary}, -1.5, 20); break;
      default: list.Add(name, op::Unary{unary});
    }
  }
  list.Add("unary_text_missing", op::Unary{kIsMissing}, kTexts);
  list.Add("unary_text_present", op::Unary{kIsPresent}, kTexts);
  for (int function = 0; function <= static_cast<int>(op::BinaryFunction::kHypot); ++function) {
    for (const bool aware : {false, true}) {
      const std::string name = "binary_" + std::to_string(function) + (aware ? "_aware" : "");
      list.Add(name, op::Binary{static_cast<op::BinaryFunction>(function), aware}, kPairs);
    }
  }
  const Inputs two_texts = {{2, 2}, {ValueKind::kText, ValueKind::kText}};
  for (const bool aware : {false, true}) {
    list.Add(aware ? "binary_text_aware" : "binary_text", op::Binary{op::BinaryFunction::kEqual, aware}, two_texts);
    list.Add(aware ? "binary_text_not_aware" : "binary_text_not", op::Binary{op::BinaryFunction::kNotEqual, aware},
             two_texts);
  }
  list.Add("binary_broadcast", op::Binary{op::BinaryFunction::kAdd, false}, {{1, 3}, {}});
  list.Add("where", op::Where{}, {{3, 3, 1}, {}});
  list.Add("where_text", op::Where{}, {{1, 2, 2}, {ValueKind::kNumber, ValueKind::kText, ValueKind::kText}});
  using enum op::RowAggregate;
  for (const op::RowAggregate function : {kSum, kProduct, kMean, kMin, kMax, kMedian, kCount}) {
    for (const bool skip : {false, true}) {
      list.Add("aggregate_" + std::to_string(static_cast<int>(function)) + (skip ? "_skip" : ""),
               op::AggregateRow{function, skip});
    }
  }
  for (const op::TextFunction function :
       {op::TextFunction::kLower, op::TextFunction::kUpper, op::TextFunction::kTrim, op::TextFunction::kLength}) {
    list.Add("text_unary_" + std::to_string(static_cast<int>(function)), op::TextUnary{function, 0, 0}, kTexts);
  }
  list.Add("text_unary_4", op::TextUnary{op::TextFunction::kSubstring, 2, 6}, kTexts);
  list.Add("text_unary_5", op::TextUnary{op::TextFunction::kSubstring, 3, std::numeric_limits<int64_t>::max()}, kTexts);
  list.Add("match_text", op::MatchText{"t [0-3]"}, kTexts);
  list.Add("replace_text", op::ReplaceText{"[aeiou]", "-"}, kTexts);
  list.Add("join_text", op::JoinText{", "}, {{1, 1}, {ValueKind::kText, ValueKind::kText}});
}

void AddPredictors(ModelList& list) {
  op::Linear linear;
  linear.outputs = 2;
  linear.weights = {0.5, -1.25, 3, 0, 2, 0.1};
  linear.bias = {0.75, -2};
  list.Add("linear", linear);
  linear.precision = op::Precision::kFloat32;
  list.Add("linear_float", linear);
  using Metric = op::Distances::Metric;
  for (const Metric metric : {Metric::kSquaredEuclidean, Metric::kEuclidean, Metric::kManhattan}) {
    list.Add("distances_" + std::to_string(static_cast<int>(metric)), op::Distances{metric, {1, 2, 3, -1, 0, 0.5}});
  }
}

void AddPoints(ModelList& list) {
  using op::Similarity;
  for (const Similarity similarity : {Similarity::kLinear, Similarity::kPolynomial, Similarity::kSigmoid,
                                      Similarity::kRbf, Similarity::kLaplacian, Similarity::kCosine}) {
    op::KernelMatrix kernel{similarity, 0.25, 0.5, 2, {}, {1, 2, 3, -1, 0, 0.5, 0, 0, 0}};
    const std::string name = "kernel_matrix_" + std::to_string(static_cast<int>(similarity));
    list.Add(name, kernel);
    kernel.scale = {2, 0.5, 4};
    list.Add(name + "_scaled", kernel);
  }
}

// Fields of which each is compared in its own way, and weighs as much as it does.
void AddComparisons(ModelList& list) {
  using enum op::FieldDistances::Measure;
  for (const op::FieldDistances::Measure measure :
       {kEuclidean, kSquaredEuclidean, kChebyshev, kManhattan, kMinkowski}) {
    op::FieldDistances distances;
    distances.measure = measure;
    distances.exponent = 3;
    distances.compare.assign(3, op::FieldCompare::kAbsoluteDifference);
    distances.scale = {1, 0.5, 2};
    distances.weight = {1, 2, 0.5};
    distances.presence_weight = {1, 0.5, 2};
    distances.points = {1, 2, 3, -1, 0, 0.5};
    const std::string name = "field_distances_" + std::to_string(static_cast<int>(measure));
    list.Add(name, distances);
    distances.compare = {op::FieldCompare::kUnequal, op::FieldCompare::kGaussian, op::FieldCompare::kEqual};
    list.Add(name + "_mixed", distances);
  }
}

// Three trees: x0 ? (x1 ? leaf 0 : leaf 1) : leaf 2, a leaf, and x2 ? leaf 1 : leaf 0.
op::TreeEnsemble Trees(uint32_t leaf_width) {
  op::TreeEnsemble trees;
  trees.roots = {0, 5, 6};
  trees.left = {1, 3, 2, 3, 4, 5, 7, 7, 8};
  trees.right = {2, 4, 2, 3, 4, 5, 8, 7, 8};
  trees.feature = {0, 1, 0, 0, 0, 0, 2, 0, 0};
  trees.threshold = {0.1, -1.5, 0, 0, 0, 0, 0.30000001192092896, 0, 0};
  trees.flags = {op::TreeEnsemble::kMissingLeft, 0, 0, 0, 0, 0, 0, 0, 0};
  trees.payload = {0, 0, 2, 0, 1, 1, 0, 1, 0};
  trees.leaf_width = leaf_width;
  trees.outputs = leaf_width;
  for (uint32_t i = 0; i < 3 * leaf_width; ++i) trees.leaf_values.push_back(0.3 * i - 0.7);
  return trees;
}

void AddTrees(ModelList& list) {
  using enum op::TreeEnsemble::Compare;
  for (const op::TreeEnsemble::Compare compare : {kLessEqual, kLess, kFloat32LessEqual, kFloat32Less}) {
    op::TreeEnsemble trees = Trees(1);
    trees.compare = compare;
    list.Add("trees_compare_" + std::to_string(static_cast<int>(compare)), trees);
  }
  op::TreeEnsemble based = Trees(1);
  based.base = {2.5};
  based.divisor = 7;
  list.Add("trees_base", based);
  op::TreeEnsemble averaged = Trees(1);
  averaged.divisor = 3;
  list.Add("trees_average", averaged);
  op::TreeEnsemble rounded = Trees(1);
  rounded.compare = kFloat32Less;
  rounded.precision = op::Precision::kFloat32;
  rounded.base = {0.5};
  list.Add("trees_float", rounded);
  op::TreeEnsemble targets = Trees(1);
  targets.outputs = 3;
  targets.tree_output = {2, 0, 2};
  targets.base = {1, 2, 3};
  list.Add("trees_targets", targets);
  op::TreeEnsemble rows = Trees(3);
  rows.base = {1, 0, -1};
  list.Add("trees_rows", rows);
  op::TreeEnsemble shares = Trees(2);
  shares.leaf_values = {0.25, 0.75, 1, 0, 0.5, 0.5};
  shares.divisor = 3;
  list.Add("trees_shares", shares);
  op::TreeEnsemble categories = Trees(1);
  categories.flags[0] |= op::TreeEnsemble::kCategorical;
  categories.flags[6] |=
      op::TreeEnsemble::kCategorical | op::TreeEnsemble::kUnknownIsMissing | op::TreeEnsemble::kMissingLeft;
  categories.category_bits = {40, 0, 0, 0, 0, 0, 8, 0, 0};
  categories.category_words = {0b101101, 0b11, 0b110};
  categories.payload[6] = 2;
  list.Add("trees_categories", categories);
  categories.category_words = {0, 0, 0};
  list.Add("trees_empty_sets", categories);
  op::LinearTreeEnsemble linear{Trees(1), {}, {}, {}, {}};
  linear.leaf_constants.assign(linear.trees.leaf_values.size(), 0.5);
  linear.term_ends.assign(linear.trees.leaf_values.size(), 1);
  linear.term_features = {1};
  linear.term_weights = {2};
  list.Add("trees_linear", linear);
}

void AddDecisions(ModelList& list) {
  using enum op::RowFunction;
  for (const op::RowFunction function :
       {kSoftmax, kNormalizeSum, kArgMax, kArgMin, kLogSoftmax, kCumulativeSum, kSort}) {
    list.Add("row_" + std::to_string(static_cast<int>(function)), op::Row{function, false});
  }
  list.Add("row_uniform", op::Row{kNormalizeSum, true});
  list.Add("threshold", op::Threshold{0.5, false});
  list.Add("threshold_or_equal", op::Threshold{0.5, true});
  list.Add("weighted_sum", op::WeightedSum{{0.5, -2}, 3}, kPairs);
  list.Add("weighted_sum_plain", op::WeightedSum{{}, 1}, kPairs);
  list.Add("votes", op::Votes{3, {}});
  list.Add("votes_weighted", op::Votes{3, {0.5, 2, 1.25}});
  op::Interpolate line;
  line.x = {-1, 0, 2.5};
  line.y = {0.1, 0.5, 0.4};
  list.Add("interpolate", line);
  line.nan_outside = true;
  list.Add("interpolate_within", line);
  list.Add("interpolate_steps", op::Interpolate{{-1, 0, 0, 1}, {0, 0.25, 0.5, 1}, false});
  list.Add("interpolate_point", op::Interpolate{{1}, {0.5}, false});
  op::GaussianLikelihood normal;
  normal.log_prior = {-0.5, -1};
  normal.mean = {0, 1, 2, -1, 0.5, 0};
  normal.variance = {1, 2, 0.5, 0.25, 3, 1};
  list.Add("gaussian_likelihood", normal);
  list.Add("weighted_median", op::WeightedMedian{{0.5, 1.75, 0.8}});
}

}  // namespace

std::vector<OperatorModel> OperatorModels() {
  ModelList list;
  AddShapes(list);
  AddChecks(list);
  AddMissing(list);
  AddScaling(list);
  AddCategories(list);
  AddFunctions(list);
  AddPoints(list);
  AddComparisons(list);
  AddPredictors(list);
  AddTrees(list);
  AddDecisions(list);
  return std::move(list).Take();
}

}  // namespace scoreway
