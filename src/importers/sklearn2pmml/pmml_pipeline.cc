// PMMLPipeline: a pipeline that knows the names of its inputs and of what it predicts. Outputs carry the names that the
// PMML converted from such a pipeline has.

#include <algorithm>

#include "importers/sklearn/sklearn_importer.h"
#include "importers/sklearn2pmml/chaid.h"
#include "importers/sklearn2pmml/dtype.h"
#include "importers/sklearn2pmml/natural_boosting.h"

namespace scoreway::sklearn2pmml {
namespace {

constexpr size_t kPositionalMax = 100'000;

Result<std::vector<std::string>> ReadNames(const Object& pipeline, std::string_view name) {
  const Object at = pipeline.Get(name);
  if (!at.has_value()) return std::vector<std::string>();
  if (at.is_text()) {
    SCOREWAY_ASSIGN_OR_RETURN(std::string text, at.Text());
    return std::vector{std::move(text)};
  }
  return at.Texts();
}

// What a column of the verification data says about its input: the type all its cells share.
std::optional<Type> CommonType(const pickle::Nodes& cells, size_t column, size_t width) {
  std::optional<Type> common;
  for (size_t i = column; i < cells.size(); i += width) {
    const Object cell(cells[i], "");
    const pickle::Kind kind = cells[i]->kind();
    if (kind == pickle::Kind::kNone) continue;
    if (!cell.is_text() && !cell.is_number() && !cell.is_bool()) return std::nullopt;
    const Type type = cell.is_text()               ? Type::kString
                      : cell.is_bool()             ? Type::kBool
                      : kind == pickle::Kind::kInt ? Type::kInt64
                                                   : Type::kFloat64;
    // A missing cell of text is a NaN.
    const bool missing = kind == pickle::Kind::kFloat && cell.Number().value() != cell.Number().value();
    if (missing && common != Type::kInt64) continue;
    if (common && *common != type) return std::nullopt;
    common = type;
  }
  return common;
}

// Rows kept for verification show of what type each column was.
Status DecideByVerification(Context& context, const Object& pipeline, const Table& inputs) {
  const Object rows = pipeline.Get("verification").Get("active_values");
  if (!rows.is_array()) return {};
  const pickle::Array& array = **rows.node().AsArray();
  if (array.stored_nodes() == nullptr || array.ndim() != 2 ||
      array.shape()[1] != static_cast<int64_t>(inputs.width())) {
    return {};
  }
  SCOREWAY_ASSIGN_OR_RETURN(const pickle::Nodes cells, array.ToNodes());
  for (size_t i = 0; i < inputs.width(); ++i) {
    const std::optional<Type> type = CommonType(cells, i, inputs.width());
    if (!type) continue;
    SCOREWAY_RETURN_IF_ERROR(DecideOpen(context, pipeline, inputs.columns[i], *type));
  }
  return {};
}

// The estimator that predicts, inside pipelines.
Object FinalEstimator(Object object) {
  for (int depth = 0; depth < 16; ++depth) {
    const Result<std::vector<Object>> steps = object.Items("steps");
    if (!steps.ok() || steps->empty()) return object;
    const Result<std::vector<Object>> last = steps->back().Items();
    if (!last.ok() || last->size() < 2) return object;
    object = (*last)[1];
  }
  return object;
}

// Whether a transformer begins with a Recaller of no memory: it is for the converter to PMML, and Python cannot run it.
bool RecallsNothing(const Object& transformer) {
  Object first = transformer;
  if (const Result<std::vector<Object>> steps = transformer.Items("steps"); steps.ok() && !steps->empty()) {
    const Result<std::vector<Object>> step = steps->front().Items();
    if (step.ok() && step->size() == 2) first = (*step)[1];
  }
  return first.short_name() == "Recaller" && !first.Get("memory").has_value();
}

std::string ClassText(const Labels& labels, size_t index) {
  if (labels.type == Type::kBool) return labels.numbers[index] != 0 ? "true" : "false";
  return labels.TextAt(index);
}

// The names the pipeline was fitted on. Without any, columns are known by position, and called as PMML's converter
// calls them.
Result<Table> FindPipelineInputs(Context& context, const Object& pipeline) {
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<std::string> names, ReadNames(pipeline, "active_fields"));
  if (!names.empty()) return context.NamedInputs(names);
  const Result<std::vector<Object>> steps = pipeline.Items("steps");
  const Object estimator = FinalEstimator(pipeline);
  const bool says_inputs =
      estimator.Get("n_features_in_").has_value() || estimator.Get("feature_names_in_").has_value();
  if (!steps.ok() || steps->size() != 1 || says_inputs) return sklearn::FindInputs(context, pipeline);
  const Result<sklearn::Matrix> coefficients = estimator.Numbers("coef_");
  if (!coefficients.ok() || coefficients->columns() > kPositionalMax) return sklearn::FindInputs(context, pipeline);
  for (size_t i = 1; i <= coefficients->columns(); ++i) names.push_back("x" + std::to_string(i));
  context.builder().set_inputs_named(false);
  return context.NamedInputs(names);
}

// A tree tells the number of its leaf where the pipeline was told to say or to transform it.
bool WantsNodeNumber(const Object& pipeline) {
  const Object final_estimator = FinalEstimator(pipeline);
  if (!final_estimator.Get("tree_").has_value()) return false;
  if (pipeline.Get("apply_transformer").has_value()) return true;
  const Result<bool> option = final_estimator.Get("pmml_options_").BoolOr("winner_id", false);
  return option.ok() && *option;
}

// The estimator at the end of a pipeline, and what it is given.
struct BeforeFinal {
  Object estimator;
  Table table;
};

Result<BeforeFinal> RunToFinal(Context& context, const Object& pipeline, const Table& inputs) {
  BeforeFinal before{pipeline, inputs};
  while (before.estimator.Get("steps").has_value()) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> steps, before.estimator.Items("steps"));
    for (size_t i = 0; i < steps.size(); ++i) {
      SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> pair, steps[i].Items());
      if (pair.size() < 2) return steps[i].Corrupt("a step is a name and an estimator");
      if (i + 1 == steps.size()) {
        before.estimator = pair[1];
      } else if (pair[1].is_instance()) {
        SCOREWAY_ASSIGN_OR_RETURN(before.table, context.Transform(pair[1], before.table));
      }
    }
    if (steps.empty()) return pipeline.Corrupt("a pipeline without steps");
  }
  return before;
}

class Outputs {
 public:
  Outputs(Context& context, const Object& pipeline, std::vector<std::string> targets)
      : context_(context), pipeline_(pipeline), targets_(std::move(targets)), final_(FinalEstimator(pipeline)) {}

  Status Add(Prediction prediction) {
    // What classes stand for that the estimator knows by number only.
    if (const Object names = final_.Get("pmml_classes_"); names.has_value() && prediction.codes) {
      SCOREWAY_ASSIGN_OR_RETURN(Labels labels, ReadValues(names));
      if (labels.size() != prediction.labels.size()) return Status(names.Corrupt("not one name a class"));
      prediction.labels = std::move(labels);
    }
    several_ = prediction.targets.size() > 1 || (prediction.numbers && context_.width(*prediction.numbers) > 1);
    if (!prediction.targets.empty()) return AddTargets(prediction);
    if (prediction.codes) {
      SCOREWAY_RETURN_IF_ERROR(AddClassifier(prediction, TargetName(0)));
      // Of neighbours PMML says which they are, and not how their classes are shared.
      return prediction.neighbours ? AddNeighbours(*prediction.neighbours) : AddProbabilities(prediction);
    }
    if (prediction.numbers && prediction.decision && targets_.empty()) return AddOutlier(prediction);
    if (prediction.numbers) {
      SCOREWAY_RETURN_IF_ERROR(AddNumbers(prediction));
      return prediction.neighbours ? AddNeighbours(*prediction.neighbours) : Status();
    }
    if (prediction.neighbours) return AddNeighbours(*prediction.neighbours);
    if (prediction.transformed) return AddTransformed(*prediction.transformed);
    return Status(context_.Unsupported(pipeline_, "a pipeline that predicts nothing"));
  }

  // The bounds that the target keeps within.
  Status AddInterval(ValueId bounds) {
    SCOREWAY_RETURN_IF_ERROR(builder().AddOutput("lower(" + TargetName(0) + ")", Type::kFloat64, bounds, 0));
    return builder().AddOutput("upper(" + TargetName(0) + ")", Type::kFloat64, bounds, 1);
  }

  // The number of a tree's leaf, and what a transformer makes of it.
  Status AddNode(ValueId node) {
    SCOREWAY_RETURN_IF_ERROR(builder().AddOutput("nodeId", Type::kInt64, node, 0));
    const Object transformer = pipeline_.Get("apply_transformer");
    if (!transformer.has_value()) return {};
    Table table = context_.TableOf(node);
    table.columns[0].cell_type = Type::kInt64;
    return AddDerived(transformer, std::move(table), {"nodeId"});
  }

 private:
  ModelBuilder& builder() { return context_.builder(); }

  std::string TargetName(size_t index) const {
    std::string name = index < targets_.size() ? targets_[index] : several_ ? "y" + std::to_string(index + 1) : "y";
    const std::string kind = final_.short_name();
    if (kind == "FixedThresholdClassifier" || kind == "TunedThresholdClassifierCV") name = "thresholded(" + name + ")";
    return name;
  }

  Status AddClassifier(const Prediction& prediction, const std::string& name) {
    const Labels& labels = prediction.labels;
    op::Params decode = op::DecodeNumber{labels.numbers};
    if (labels.type == Type::kString) decode = op::DecodeText{labels.texts};
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId decoded, context_.Add(std::move(decode), {*prediction.codes}, pipeline_));
    return builder().AddOutput(name, labels.type, decoded, 0);
  }

  Status AddProbabilities(const Prediction& prediction) {
    if (!prediction.probabilities) return {};
    const Labels& labels = prediction.labels;
    if (context_.width(*prediction.probabilities) != labels.size()) {
      return Status(pipeline_.Corrupt("probabilities do not fit the classes"));
    }
    for (uint32_t k = 0; k < labels.size(); ++k) {
      SCOREWAY_RETURN_IF_ERROR(builder().AddOutput("probability(" + ClassText(labels, k) + ")", Type::kFloat64,
                                                   *prediction.probabilities, k));
    }
    const Object transformer = pipeline_.Get("predict_proba_transformer");
    if (!transformer.has_value()) return {};
    std::vector<std::string> names;
    for (uint32_t k = 0; k < labels.size(); ++k) names.push_back("probability(" + ClassText(labels, k) + ")");
    return AddDerived(transformer, context_.TableOf(*prediction.probabilities), names);
  }

  // Rows of training by their number; without a target as scikit-learn counts them, from 0.
  Status AddNeighbours(ValueId indices) {
    ValueId numbers = indices;
    if (!targets_.empty()) {
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId one, context_.Add(op::Constant{{1}}, {}, pipeline_));
      SCOREWAY_ASSIGN_OR_RETURN(numbers,
                                context_.Add(op::Binary{op::BinaryFunction::kAdd, false}, {indices, one}, pipeline_));
    }
    for (uint32_t i = 0; i < context_.width(numbers); ++i) {
      SCOREWAY_RETURN_IF_ERROR(
          builder().AddOutput("neighbor(" + std::to_string(i + 1) + ")", Type::kInt64, numbers, i));
    }
    return {};
  }

  Status AddTargets(const Prediction& prediction) {
    for (size_t i = 0; i < prediction.targets.size(); ++i) {
      SCOREWAY_RETURN_IF_ERROR(AddClassifier(prediction.targets[i], TargetName(i)));
    }
    return prediction.neighbours ? AddNeighbours(*prediction.neighbours) : Status();
  }

  Status AddNumbers(const Prediction& prediction) {
    const uint32_t width = context_.width(*prediction.numbers);
    std::vector<std::string> names;
    const bool cluster = targets_.empty() && prediction.numbers_type == Type::kInt64;
    for (uint32_t column = 0; column < width; ++column) {
      const std::string name = cluster ? "cluster" : TargetName(column);
      SCOREWAY_RETURN_IF_ERROR(builder().AddOutput(name, prediction.numbers_type, *prediction.numbers, column));
      names.push_back("predict(" + TargetName(column) + ")");
    }
    if (cluster && prediction.transformed) return AddAffinities(*prediction.transformed);
    const Object transformer = pipeline_.Get("predict_transformer");
    if (!transformer.has_value() || RecallsNothing(transformer)) return {};
    return AddDerived(transformer, context_.TableOf(*prediction.numbers), names);
  }

  // A detector of outliers calls them -1.
  Status AddOutlier(const Prediction& prediction) {
    SCOREWAY_RETURN_IF_ERROR(builder().AddOutput("decisionFunction", Type::kFloat64, *prediction.decision, 0));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId mark, context_.Add(op::Constant{{-1}}, {}, pipeline_));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId outlier, context_.Add(op::Binary{op::BinaryFunction::kEqual, false},
                                                                  {*prediction.numbers, mark}, pipeline_));
    return builder().AddOutput("outlier", Type::kBool, outlier, 0);
  }

  // The squared distance to each centre of a clustering.
  Status AddAffinities(const Table& distances) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId plain, context_.Numbers(pipeline_, distances));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId squared,
                              context_.Add(op::Unary{op::UnaryFunction::kSquare}, {plain}, pipeline_));
    for (uint32_t column = 0; column < distances.width(); ++column) {
      SCOREWAY_RETURN_IF_ERROR(
          builder().AddOutput("affinity(" + std::to_string(column) + ")", Type::kFloat64, squared, column));
    }
    return {};
  }

  // What a transformer makes of predictions, whose columns go by `names`.
  Status AddDerived(const Object& transformer, const Table& predictions, const std::vector<std::string>& names) {
    SCOREWAY_ASSIGN_OR_RETURN(const Table table, context_.Transform(transformer, predictions));
    for (size_t i = 0; i < table.width(); ++i) {
      const TableColumn& column = table.columns[i];
      const Type type = context_.IsText(column) ? Type::kString : column.cell_type.value_or(Type::kFloat64);
      SCOREWAY_RETURN_IF_ERROR(
          builder().AddOutput(DerivedName(transformer, names, i, table.width()), type, column.value, column.column));
    }
    return {};
  }

  static std::string DerivedName(const Object& transformer, const std::vector<std::string>& names, size_t index,
                                 size_t width) {
    const std::string kind = transformer.short_name();
    if (kind == "Alias") {
      const Result<std::string> name = transformer.TextOr("name", kind);
      if (name.ok()) return *name;
    }
    if (kind == "MultiAlias") {
      const Result<std::vector<std::string>> given = transformer.Get("names").Texts();
      if (given.ok() && index < given->size()) return (*given)[index];
    }
    std::string of = index < names.size() && width == names.size() ? names[index] : names[0];
    if (kind == "Normalizer") return "normalizer(" + of + ")";
    if (kind == "QuantileTransformer") return "quantile(" + of + ")";
    if (kind == "SplineTransformer") return "bspline(" + of + ", " + std::to_string(index) + ")";
    if (kind == "BSplineTransformer") return "bspline(" + of + ")";
    if (kind == "PowerTransformer") {
      const Result<bool> scaled = transformer.BoolOr("standardize", true);
      return scaled.ok() && *scaled ? "standardScaler(power(" + of + "))" : "power(" + of + ")";
    }
    if (kind == "ExpressionTransformer") return "eval(" + of + ")";
    std::string name = kind;
    if (!name.empty() && name[0] >= 'A' && name[0] <= 'Z') name[0] = static_cast<char>(name[0] - 'A' + 'a');
    if (width > names.size()) of += ", " + std::to_string(index);
    return name + "(" + of + ")";
  }

  Status AddTransformed(const Table& table) {
    for (size_t i = 0; i < table.width(); ++i) {
      const TableColumn& column = table.columns[i];
      if (context_.IsOpen(column)) SCOREWAY_RETURN_IF_ERROR(context_.DecideInput(pipeline_, column, Type::kFloat64));
      const Type type = context_.IsText(column) ? Type::kString : Type::kFloat64;
      SCOREWAY_RETURN_IF_ERROR(
          builder().AddOutput("transform_" + std::to_string(i), type, column.value, column.column));
    }
    return {};
  }

  Context& context_;
  const Object& pipeline_;
  std::vector<std::string> targets_;
  Object final_;
  bool several_ = false;  // targets
};

}  // namespace

Status AddPmmlOutputs(Context& context, const Object& root, const std::string& target, Prediction prediction) {
  std::vector<std::string> targets;
  if (!target.empty()) targets.push_back(target);
  return Outputs(context, root, std::move(targets)).Add(std::move(prediction));
}

Status LowerPmmlPipeline(Context& context, const Object& pipeline) {
  SCOREWAY_ASSIGN_OR_RETURN(const Table inputs, FindPipelineInputs(context, pipeline));
  SCOREWAY_RETURN_IF_ERROR(DecideByVerification(context, pipeline, inputs));
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<std::string> targets, ReadNames(pipeline, "target_fields"));
  Outputs outputs(context, pipeline, std::move(targets));
  if (IsChaid(FinalEstimator(pipeline))) {
    SCOREWAY_ASSIGN_OR_RETURN(const BeforeFinal before, RunToFinal(context, pipeline, inputs));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId leaf, AddChaidNode(context, before.estimator, before.table));
    return outputs.AddNode(leaf);
  }
  if (const auto confidence = WantedConfidence(FinalEstimator(pipeline))) {
    SCOREWAY_ASSIGN_OR_RETURN(const BeforeFinal before, RunToFinal(context, pipeline, inputs));
    SCOREWAY_ASSIGN_OR_RETURN(Prediction prediction, context.Predict(before.estimator, before.table));
    SCOREWAY_RETURN_IF_ERROR(outputs.Add(std::move(prediction)));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId bounds, AddBounds(context, before.estimator, before.table, *confidence));
    return outputs.AddInterval(bounds);
  }
  if (!WantsNodeNumber(pipeline)) {
    SCOREWAY_ASSIGN_OR_RETURN(Prediction prediction, sklearn::PredictPipeline(context, pipeline, inputs));
    return outputs.Add(std::move(prediction));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const BeforeFinal before, RunToFinal(context, pipeline, inputs));
  SCOREWAY_ASSIGN_OR_RETURN(Prediction prediction, context.Predict(before.estimator, before.table));
  SCOREWAY_RETURN_IF_ERROR(outputs.Add(std::move(prediction)));
  SCOREWAY_ASSIGN_OR_RETURN(const std::optional<ValueId> node, AddNodeNumber(context, before.estimator, before.table));
  return node ? outputs.AddNode(*node) : Status();
}

}  // namespace scoreway::sklearn2pmml
