#include "importers/sklearn/sklearn_importer.h"

#include <algorithm>

namespace scoreway::sklearn {
namespace {

constexpr int kSearchDepthMax = 16;
// In this order the first estimator that sees the whole input is looked for.
constexpr std::string_view kFirstAttributes[] = {
    "best_estimator_",  "estimator_",    "regressor_", "classifier_",
    "base_estimator_",  "estimators_",   "estimator",  "calibrated_classifiers_",
    "transformer_list", "base_estimator"};

// A function of single cells, or of single rows, may not say how many columns it was given; what follows it then does.
bool MayNotSayColumns(const Object& transformer) {
  constexpr std::string_view kOfCells[] = {"FunctionTransformer", "Normalizer", "Binarizer"};
  return std::ranges::find(kOfCells, transformer.short_name()) != std::end(kOfCells);
}

// The objects that are given the same input as this one.
std::vector<Object> SeeingTheSame(const Object& object) {
  std::vector<Object> found;
  if (const Object steps = object.Get("steps"); steps.has_value()) {
    Result<std::vector<Object>> items = steps.Items();
    for (size_t i = 0; items.ok() && i < items->size(); ++i) {
      Result<std::vector<Object>> pair = (*items)[i].Items();
      if (!pair.ok() || pair->size() < 2) break;
      if (!(*pair)[1].is_instance()) continue;  // passthrough
      found.push_back((*pair)[1]);
      if (!MayNotSayColumns((*pair)[1])) break;
    }
    return found;
  }
  for (std::string_view name : kFirstAttributes) {
    const Object attribute = object.Get(name);
    if (attribute.is_instance()) found.push_back(attribute);
    if (!attribute.is_sequence() && !attribute.is_array()) continue;
    Result<std::vector<Object>> items = attribute.Items();
    if (!items.ok() || items->empty()) continue;
    const Object& first = (*items)[0];
    if (first.is_instance()) found.push_back(first);
    Result<std::vector<Object>> pair = first.is_sequence() ? first.Items() : Result<std::vector<Object>>(found);
    if (first.is_sequence() && pair.ok() && pair->size() >= 2 && (*pair)[1].is_instance()) found.push_back((*pair)[1]);
  }
  return found;
}

std::optional<std::vector<std::string>> FindNames(const Object& object, int depth) {
  const Object names = object.GetFirst({"feature_names_in_", "_feature_names_in"});
  if (names.has_value()) {
    Result<std::vector<std::string>> texts = names.Texts();
    if (texts.ok() && !texts->empty() && texts->size() <= kInputsMax) return std::move(texts).value();
  }
  if (depth >= kSearchDepthMax) return std::nullopt;
  for (const Object& next : SeeingTheSame(object)) {
    if (auto found = FindNames(next, depth + 1)) return found;
  }
  return std::nullopt;
}

std::optional<size_t> FindCount(const Object& object, int depth) {
  // Encoders of 0.24 say it by their categories only.
  if (const Object categories = object.Get("categories_"); categories.is_sequence()) {
    return (*categories.node().AsSequence())->size();
  }
  // An elimination of features has ranked all that came in, and `n_features_` are left.
  const bool ranks = object.Get("ranking_").is_array();
  const Object count =
      ranks ? object.Get("n_features_in_") : object.GetFirst({"n_features_in_", "_n_features", "n_features_"});
  if (count.has_value()) {
    Result<int64_t> number = count.Integer();
    if (number.ok() && *number > 0 && *number <= static_cast<int64_t>(kInputsMax)) return static_cast<size_t>(*number);
  }
  if (depth >= kSearchDepthMax) return std::nullopt;
  for (const Object& next : SeeingTheSame(object)) {
    if (auto found = FindCount(next, depth + 1)) return found;
  }
  return std::nullopt;
}

// Which way round an attribute has the columns that come in.
enum class Along {
  kElements,  // a number a column
  kColumns,   // a column each: the last dimension
  kRows,      // a row each
};
struct ColumnsOfAttribute {
  std::string_view name;
  Along along;
};
// What is learned of each column that comes in, by the names of all estimators that learn it.
constexpr ColumnsOfAttribute kLearnedOfColumns[] = {
    {"x_weights_", Along::kRows},
    {"coef_", Along::kColumns},
    {"_fit_X", Along::kColumns},
    {"X_fit_", Along::kColumns},
    {"X_train_", Along::kColumns},
    {"cluster_centers_", Along::kColumns},
    {"subcluster_centers_", Along::kColumns},
    {"centroids_", Along::kColumns},
    {"theta_", Along::kColumns},
    {"feature_log_prob_", Along::kColumns},
    {"means_", Along::kColumns},
    {"components_", Along::kColumns},
    {"quantiles_", Along::kColumns},
    {"statistics_", Along::kElements},
    {"scale_", Along::kElements},
    {"mean_", Along::kElements},
    {"var_", Along::kElements},
    {"center_", Along::kElements},
    {"lambdas_", Along::kElements},
    {"n_bins_", Along::kElements},
    {"scores_", Along::kElements},
    {"ranking_", Along::kElements},
    {"variances_", Along::kElements},
};

// Before 0.23 an estimator said it by what it had learned only, and some did so longer.
std::optional<size_t> CountOfLearned(const Object& object) {
  const auto within = [](size_t count) {
    return count > 0 && count <= kInputsMax ? std::optional(count) : std::nullopt;
  };
  // Support vector machines: the rows and columns that they were fitted to.
  if (const Object shape = object.Get("shape_fit_"); shape.is_sequence()) {
    const Result<std::vector<int64_t>> sizes = shape.Integers();
    if (sizes.ok() && sizes->size() == 2 && (*sizes)[1] > 0) return within(static_cast<size_t>((*sizes)[1]));
  }
  if (const Object count = object.Get("n_input_features_"); count.is_number()) {
    const Result<int64_t> number = count.Integer();
    if (number.ok() && *number > 0) return within(static_cast<size_t>(*number));
  }
  // Perceptrons: the weights of the first layer.
  if (const Result<std::vector<Object>> layers = object.Items("coefs_"); layers.ok() && !layers->empty()) {
    const Result<Matrix> first = (*layers)[0].Numbers();
    if (first.ok() && first->shape.size() == 2) return within(first->rows());
  }
  for (const ColumnsOfAttribute& learned : kLearnedOfColumns) {
    const Object attribute = object.Get(learned.name);
    if (!attribute.is_array()) continue;
    const Result<Matrix> numbers = attribute.Numbers();
    if (!numbers.ok() || numbers->shape.empty()) continue;
    if (learned.along == Along::kElements && numbers->shape.size() != 1) continue;
    return within(learned.along == Along::kRows ? numbers->rows() : numbers->columns());
  }
  return std::nullopt;
}

std::optional<size_t> FindCountOfLearned(const Object& object, int depth) {
  if (const auto count = CountOfLearned(object)) return count;
  if (depth >= kSearchDepthMax) return std::nullopt;
  for (const Object& next : SeeingTheSame(object)) {
    if (auto found = FindCountOfLearned(next, depth + 1)) return found;
  }
  return std::nullopt;
}

std::optional<KnownInputs> FindKnownInputs(const Context& context, const Object& object, int depth) {
  const ClassLowering* entry = context.Find(object);
  if (entry != nullptr && entry->inputs != nullptr) return entry->inputs(object);
  if (depth >= kSearchDepthMax) return std::nullopt;
  for (const Object& next : SeeingTheSame(object)) {
    if (auto found = FindKnownInputs(context, next, depth + 1)) return found;
  }
  return std::nullopt;
}

Status LowerAnyRoot(Context& context, const Object& root) {
  const ClassLowering* entry = context.Find(root);
  if (entry != nullptr && entry->root != nullptr) return entry->root(context, root);
  const Table inputs = FindInputs(context, root);
  if (entry != nullptr && entry->predict == nullptr) {
    SCOREWAY_ASSIGN_OR_RETURN(const Table table, context.Transform(root, inputs));
    return AddTransformOutputs(context, root, table);
  }
  SCOREWAY_ASSIGN_OR_RETURN(const Prediction prediction, context.Predict(root, inputs));
  return AddPredictionOutputs(context, root, prediction);
}

Status LowerRoot(Context& context, const Object& root) {
  SCOREWAY_RETURN_IF_ERROR(LowerAnyRoot(context, root));
  if (context.inputs().empty()) return Status(context.Unsupported(root, std::string(kInputsUnsaid)));
  return {};
}

void SetMissingRules(Context& context) {
  for (ValueId input : context.inputs()) {
    context.DecideUnused(input);
    const bool rejects = context.rejecting_inputs().contains(input);
    context.builder().SetMissingRule(input, rejects ? MissingRule::kReject : MissingRule::kModel);
  }
}

Error UnsupportedError(const std::vector<std::string>& reasons) {
  // So many that anybody reads them; a broken artifact may have thousands.
  constexpr size_t kReasonsMax = 50;
  std::string message;
  for (size_t i = 0; i < std::min(reasons.size(), kReasonsMax); ++i) message += reasons[i] + "\n";
  if (reasons.size() > kReasonsMax) message += "and " + std::to_string(reasons.size() - kReasonsMax) + " more\n";
  message += "what to do: export the model as ONNX (skl2onnx.to_onnx) and use that file, or fit it again without these";
  return Error{Code::kUnsupported, std::move(message), {}};
}

// What kind of thing the artifact holds, for a root that is no estimator at all.
Status CheckRoot(const Object& root) {
  if (root.is_instance()) return {};
  return Status(UnsupportedError(
      {"unsupported: the saved object is " + root.node().Describe() + ", not a fitted estimator or pipeline"}));
}

std::string Describe(const Object& object, int depth) {
  std::string text = object.short_name();
  if (depth >= 3) return text;
  std::vector<Object> inner;
  Result<std::vector<Object>> steps = object.Items("steps");
  for (size_t i = 0; steps.ok() && i < steps->size(); ++i) {
    Result<std::vector<Object>> pair = (*steps)[i].Items();
    if (pair.ok() && pair->size() >= 2 && (*pair)[1].is_instance()) inner.push_back((*pair)[1]);
  }
  for (std::string_view name : {"best_estimator_", "regressor_"}) {
    if (const Object nested = object.Get(name); nested.is_instance()) inner.push_back(nested);
  }
  if (inner.empty()) return text;
  text += "(";
  for (size_t i = 0; i < inner.size() && i < 20; ++i) text += (i == 0 ? "" : ", ") + Describe(inner[i], depth + 1);
  return text + ")";
}

}  // namespace

Table FindInputs(Context& context, const Object& object) {
  if (const auto names = FindNames(object, 0)) return context.NamedInputs(*names);
  const auto known = FindKnownInputs(context, object, 0);
  if (known && !known->names.empty()) return context.NamedInputs(known->names);
  if (const auto count = FindCount(object, 0)) return context.PositionalInputs(*count);
  if (known) return context.PositionalInputs(known->count);
  if (const auto count = FindCountOfLearned(object, 0)) return context.PositionalInputs(*count);
  Table table;
  table.by_name = true;
  return table;
}

std::string DescribeEstimator(const Object& object) { return Describe(object, 0); }

Result<Model> ImportObject(const pickle::Document& document, std::vector<ClassTable> tables, std::string_view format) {
  const Object root(&document.root(), "");
  SCOREWAY_RETURN_IF_ERROR(CheckRoot(root));
  ModelBuilder builder{Provenance{}};
  Context context(&builder, std::move(tables), document.bytes().size());
  if (Status status = LowerRoot(context, root); !status.ok()) {
    if (!context.NoteAndGoOn(status.error())) return std::move(status).error();
    return UnsupportedError(context.reasons());
  }
  SetMissingRules(context);
  builder.SetProvenance(
      Provenance{std::string(format), "scikit-learn", context.version_text(), DescribeEstimator(root)});
  return std::move(builder).Build();
}

}  // namespace scoreway::sklearn
