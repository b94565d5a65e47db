// What moves columns about: pipelines, column transformers, unions, and functions of single cells.

#include <algorithm>

#include "importers/sklearn/lowerings.h"

namespace scoreway::sklearn {
namespace {

struct Step {
  std::string name;
  Object estimator;
  bool passes = false;  // None or 'passthrough'
};

// An element of a list of named things, by its name: people know "steps['scale']", not "steps[1][1]".
Object Named(const Object& list, const std::string& name, const Object& element) {
  return Object(&element.node(), list.path() + "['" + name + "']");
}

Result<Step> ReadStep(const Object& list, const Object& at) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> parts, at.Items());
  if (parts.size() < 2) return at.Corrupt("a step is a name and an estimator");
  Step step;
  SCOREWAY_ASSIGN_OR_RETURN(step.name, parts[0].Text());
  step.estimator = Named(list, step.name, parts[1]);
  if (step.estimator.is_text()) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::string word, step.estimator.Text());
    if (word != "passthrough") return at.Corrupt("a step '" + word + "'");
    step.passes = true;
  } else {
    step.passes = step.estimator.is_none();
  }
  return step;
}

Result<std::vector<Step>> ReadSteps(const Object& pipeline) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object list, pipeline.Want("steps"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> items, list.Items());
  std::vector<Step> steps;
  for (const Object& item : items) {
    SCOREWAY_ASSIGN_OR_RETURN(Step step, ReadStep(list, item));
    steps.push_back(std::move(step));
  }
  if (steps.empty()) return pipeline.Corrupt("a pipeline without steps");
  return steps;
}

// All steps from `begin` to before `end`. Where one cannot be expressed, what is wrong with the later ones is noted
// too.
Result<Table> RunSteps(Context& context, const std::vector<Step>& steps, size_t end, Table table) {
  for (size_t i = 0; i < end; ++i) {
    if (steps[i].passes) continue;
    Result<Table> next = context.Transform(steps[i].estimator, table);
    if (!next.ok()) {
      if (context.NoteAndGoOn(next.error())) {
        context.Survey(steps[i].estimator);
        for (size_t later = i + 1; later < steps.size(); ++later) context.Survey(steps[later].estimator);
      }
      return next;
    }
    table = std::move(next).value();
  }
  return table;
}

// A slice of Python, which is saved as the call slice(start, stop, step). Of names it holds its last, too.
Result<std::vector<size_t>> SlicePositions(Context& context, const Object& slice, const Table& in) {
  const pickle::Node* args = (*slice.node().AsInstance())->args;
  if (args == nullptr) return slice.Corrupt("a slice without bounds");
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> bounds, Object(args, slice.path()).Items());
  if (bounds.size() != 3) return slice.Corrupt("a slice has three parts");
  const auto width = static_cast<int64_t>(in.width());
  int64_t limits[3] = {0, width, 1};
  for (size_t i = 0; i < 3; ++i) {
    if (bounds[i].is_none()) continue;
    if (bounds[i].is_text()) {
      SCOREWAY_ASSIGN_OR_RETURN(const std::string name, bounds[i].Text());
      const auto found = std::find_if(in.columns.begin(), in.columns.end(),
                                      [&name](const TableColumn& column) { return column.name == name; });
      if (found == in.columns.end())
        return context.Unsupported(slice, "a slice up to '" + name + "', which is no input");
      limits[i] = found - in.columns.begin() + (i == 1 ? 1 : 0);
      continue;
    }
    SCOREWAY_ASSIGN_OR_RETURN(limits[i], bounds[i].Integer());
    if (i < 2 && limits[i] < 0) limits[i] += width;
  }
  if (limits[2] <= 0) return context.Unsupported(slice, "a slice that does not go forwards");
  std::vector<size_t> positions;
  for (int64_t i = std::max<int64_t>(limits[0], 0); i < std::min(limits[1], width); i += limits[2]) {
    positions.push_back(static_cast<size_t>(i));
  }
  return positions;
}

Result<size_t> CheckedPosition(const Object& at, int64_t index, size_t width) {
  if (index < 0) index += static_cast<int64_t>(width);
  if (index < 0 || static_cast<size_t>(index) >= width) return at.Corrupt("a column out of range");
  return static_cast<size_t>(index);
}

Result<Table> SelectPositions(const Object& at, const Table& in, const std::vector<int64_t>& indices) {
  Table out;
  for (int64_t index : indices) {
    SCOREWAY_ASSIGN_OR_RETURN(const size_t position, CheckedPosition(at, index, in.width()));
    out.columns.push_back(in.columns[position]);
  }
  return out;
}

// The columns a transformer was given: names, positions, a mask or a slice.
Result<Table> SelectGiven(Context& context, const Object& given, const Table& in) {
  if (given.is_text()) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::string name, given.Text());
    SCOREWAY_ASSIGN_OR_RETURN(TableColumn column, context.FindColumn(given, in, name));
    Table out;
    out.columns.push_back(std::move(column));
    return out;
  }
  if (given.is_instance() && given.short_name() == "slice") {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<size_t> positions, SlicePositions(context, given, in));
    return in.Select(positions);
  }
  // _RemainderColsList of scikit-learn 1.5 keeps its list in `data`.
  if (given.is_instance() && given.Get("data").exists()) return SelectGiven(context, given.Get("data"), in);
  if (given.is_number()) {
    SCOREWAY_ASSIGN_OR_RETURN(const int64_t index, given.Integer());
    return SelectPositions(given, in, {index});
  }
  if (!given.is_sequence() && !given.is_array()) {
    return context.Unsupported(given, "columns chosen by " + given.node().Describe());
  }
  SCOREWAY_ASSIGN_OR_RETURN(const Labels labels, given.ReadLabels());
  if (labels.type == Type::kString) {
    Table out;
    for (const std::string& name : labels.texts) {
      SCOREWAY_ASSIGN_OR_RETURN(TableColumn column, context.FindColumn(given, in, name));
      out.columns.push_back(std::move(column));
    }
    return out;
  }
  std::vector<int64_t> indices;
  for (size_t i = 0; i < labels.size(); ++i) {
    if (labels.type != Type::kBool) {
      indices.push_back(static_cast<int64_t>(labels.numbers[i]));
    } else if (labels.numbers[i] != 0) {
      indices.push_back(static_cast<int64_t>(i));
    }
  }
  return SelectPositions(given, in, indices);
}

// Positions in the frame that a transformer was fitted on as positions of `in`, whose columns may come in another order
// where all have names.
std::vector<int64_t> ByFittedNames(const Object& transformer, const Table& in, std::vector<int64_t> positions) {
  const Result<std::vector<std::string>> names = transformer.Get("feature_names_in_").Texts();
  const auto named = [](const TableColumn& column) { return !column.name.empty(); };
  if (!names.ok() || !std::all_of(in.columns.begin(), in.columns.end(), named)) return positions;
  for (int64_t& position : positions) {
    if (position < 0 || static_cast<size_t>(position) >= names->size()) continue;
    const auto place = static_cast<size_t>(position);
    const std::string& name = (*names)[place];
    if (place < in.width() && in.columns[place].name == name) continue;
    const auto found = std::find_if(in.columns.begin(), in.columns.end(),
                                    [&name](const TableColumn& column) { return column.name == name; });
    if (found != in.columns.end()) position = found - in.columns.begin();
  }
  return positions;
}

// The columns of transformer `name`. From 1.0 on the fitted object says their positions itself.
Result<Table> SelectFor(Context& context, const Object& transformer, const std::string& name, const Object& given,
                        const Table& in) {
  const Object known = transformer.Get("_transformer_to_input_indices").Get(name);
  if (!known.has_value() || in.by_name) return SelectGiven(context, given, in);
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<int64_t> indices, known.Integers());
  return SelectPositions(known, in, ByFittedNames(transformer, in, indices));
}

Result<double> WeightOf(const Object& object, const std::string& name) {
  return object.Get("transformer_weights").NumberOr(name, 1);
}

Result<bool> IsWord(const Object& object, std::string_view word) {
  if (!object.is_text()) return false;
  SCOREWAY_ASSIGN_OR_RETURN(const std::string text, object.Text());
  return text == word;
}

// One part of a union, or all of `in` where it is 'passthrough'.
Result<Table> RunPart(Context& context, const Object& owner, const std::string& name, const Object& part,
                      const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const bool passes, IsWord(part, "passthrough"));
  Table out = in;
  if (!passes) {
    SCOREWAY_ASSIGN_OR_RETURN(out, context.Transform(part, in));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const double weight, WeightOf(owner, name));
  if (weight == 1) return out;
  return context.Scaled(part, out, weight);
}

const std::pair<std::string_view, op::UnaryFunction> kFunctions[] = {
    {"abs", op::UnaryFunction::kAbs},         {"absolute", op::UnaryFunction::kAbs},
    {"fabs", op::UnaryFunction::kAbs},        {"negative", op::UnaryFunction::kNegate},
    {"sign", op::UnaryFunction::kSign},       {"floor", op::UnaryFunction::kFloor},
    {"ceil", op::UnaryFunction::kCeil},       {"rint", op::UnaryFunction::kRound},
    {"trunc", op::UnaryFunction::kTruncate},  {"fix", op::UnaryFunction::kTruncate},
    {"sqrt", op::UnaryFunction::kSqrt},       {"square", op::UnaryFunction::kSquare},
    {"cbrt", op::UnaryFunction::kCbrt},       {"reciprocal", op::UnaryFunction::kReciprocal},
    {"exp", op::UnaryFunction::kExp},         {"exp2", op::UnaryFunction::kExp2},
    {"expm1", op::UnaryFunction::kExpm1},     {"log", op::UnaryFunction::kLog},
    {"log1p", op::UnaryFunction::kLog1p},     {"log2", op::UnaryFunction::kLog2},
    {"log10", op::UnaryFunction::kLog10},     {"sin", op::UnaryFunction::kSin},
    {"cos", op::UnaryFunction::kCos},         {"tan", op::UnaryFunction::kTan},
    {"arcsin", op::UnaryFunction::kAsin},     {"arccos", op::UnaryFunction::kAcos},
    {"arctan", op::UnaryFunction::kAtan},     {"sinh", op::UnaryFunction::kSinh},
    {"cosh", op::UnaryFunction::kCosh},       {"tanh", op::UnaryFunction::kTanh},
    {"arcsinh", op::UnaryFunction::kAsinh},   {"arccosh", op::UnaryFunction::kAcosh},
    {"arctanh", op::UnaryFunction::kAtanh},   {"degrees", op::UnaryFunction::kDegrees},
    {"rad2deg", op::UnaryFunction::kDegrees}, {"radians", op::UnaryFunction::kRadians},
    {"deg2rad", op::UnaryFunction::kRadians}, {"logical_not", op::UnaryFunction::kNot},
    {"expit", op::UnaryFunction::kLogistic},
};

}  // namespace

std::optional<op::UnaryFunction> FindFunction(const Object& function) {
  std::string name = function.class_name();
  if (function.is_instance()) {
    // numpy before 1.20 saved a ufunc as _ufunc_reconstruct(module, name).
    const pickle::Node* args = (*function.node().AsInstance())->args;
    if (!name.ends_with("_ufunc_reconstruct") || args == nullptr) return std::nullopt;
    Result<std::vector<std::string>> parts = args->ToStrings();
    if (!parts.ok() || parts->size() != 2) return std::nullopt;
    name = (*parts)[0] + "." + (*parts)[1];
  }
  if (!name.starts_with("numpy.") && !name.starts_with("scipy.special.")) return std::nullopt;
  const std::string_view last = std::string_view(name).substr(name.rfind('.') + 1);
  for (const auto& [known, unary] : kFunctions) {
    if (known == last) return unary;
  }
  return std::nullopt;
}

namespace {

// Whether it hands numbers on as they are: check_array, alone or as functools.partial with options of its own.
bool IsCheckArray(const Object& function) {
  std::string name = function.class_name();
  if (function.is_instance() && function.short_name() == "partial") {
    const pickle::Node* args = (*function.node().AsInstance())->args;
    if (args == nullptr || !args->is_sequence() || (*args->AsSequence())->empty()) return false;
    name = Object((**args->AsSequence())[0], function.path()).class_name();
  }
  return name == "sklearn.utils.validation.check_array";
}

// The function of a FunctionTransformer; nothing for the identity.
Result<std::optional<op::UnaryFunction>> ReadFunction(Context& context, const Object& transformer) {
  const Object function = transformer.Get("func");
  if (!function.has_value() || IsCheckArray(function)) return std::optional<op::UnaryFunction>();
  if (const Object arguments = transformer.Get("kw_args"); arguments.has_value()) {
    SCOREWAY_ASSIGN_OR_RETURN(const auto entries, arguments.Entries());
    if (!entries.empty()) return context.Unsupported(transformer, "a function with arguments of its own");
  }
  const std::optional<op::UnaryFunction> unary = FindFunction(function);
  if (unary) return unary;
  const std::string name = function.class_name();
  return context.Unsupported(transformer,
                             "the function " + (name.empty() ? function.node().Describe() : name) + " is not known");
}

}  // namespace

Result<Table> TransformPipeline(Context& context, const Object& pipeline, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Step> steps, ReadSteps(pipeline));
  return RunSteps(context, steps, steps.size(), in);
}

Result<Prediction> PredictPipeline(Context& context, const Object& pipeline, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Step> steps, ReadSteps(pipeline));
  const Step& last = steps.back();
  const bool transforms = last.passes || (!context.CanPredict(last.estimator) && context.CanTransform(last.estimator));
  SCOREWAY_ASSIGN_OR_RETURN(Table table, RunSteps(context, steps, steps.size() - 1, in));
  if (!transforms) return context.Predict(last.estimator, table);
  if (!last.passes) {
    SCOREWAY_ASSIGN_OR_RETURN(table, context.Transform(last.estimator, table));
  }
  Prediction prediction;
  prediction.transformed = std::move(table);
  return prediction;
}

Result<Table> TransformColumnTransformer(Context& context, const Object& transformer, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object list, transformer.Want("transformers_"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> parts, list.Items());
  Table out;
  std::optional<Error> failure;
  for (const Object& part : parts) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> triple, part.Items());
    if (triple.size() != 3) return part.Corrupt("a transformer is a name, a transformer and columns");
    SCOREWAY_ASSIGN_OR_RETURN(const std::string name, triple[0].Text());
    SCOREWAY_ASSIGN_OR_RETURN(const bool dropped, IsWord(triple[1], "drop"));
    if (dropped || triple[2].is_none()) continue;
    Result<Table> columns = SelectFor(context, transformer, name, triple[2], in);
    if (columns.ok() && columns->width() == 0) continue;
    const Object inner = Named(list, name, triple[1]);
    Result<Table> result = columns.ok() ? RunPart(context, transformer, name, inner, *columns) : std::move(columns);
    if (result.ok()) {
      out.Append(*result);
      continue;
    }
    if (!context.NoteAndGoOn(result.error())) return result;
    context.Survey(inner);
    failure = std::move(result).error();
  }
  if (failure) return *failure;
  return out;
}

Result<Table> TransformFeatureUnion(Context& context, const Object& feature_union, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object list, feature_union.Want("transformer_list"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> parts, list.Items());
  Table out;
  std::optional<Error> failure;
  for (const Object& part : parts) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> pair, part.Items());
    if (pair.size() != 2) return part.Corrupt("a transformer is a name and a transformer");
    SCOREWAY_ASSIGN_OR_RETURN(const std::string name, pair[0].Text());
    SCOREWAY_ASSIGN_OR_RETURN(const bool dropped, IsWord(pair[1], "drop"));
    if (dropped || pair[1].is_none()) continue;
    const Object inner = Named(list, name, pair[1]);
    Result<Table> result = RunPart(context, feature_union, name, inner, in);
    if (result.ok()) {
      out.Append(*result);
      continue;
    }
    if (!context.NoteAndGoOn(result.error())) return result;
    context.Survey(inner);
    failure = std::move(result).error();
  }
  if (failure) return *failure;
  return out;
}

Result<Table> TransformFunction(Context& context, const Object& transformer, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::optional<op::UnaryFunction> unary, ReadFunction(context, transformer));
  SCOREWAY_ASSIGN_OR_RETURN(const bool validate, transformer.BoolOr("validate", false));
  Table table = in;
  if (!unary && !validate) return table;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId numbers, validate ? context.FiniteNumbers(transformer, &table)
                                                            : context.Numbers(transformer, table));
  if (!unary) return context.TableOf(numbers, table);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId out, context.Add(op::Unary{*unary}, {numbers}, transformer));
  return context.TableOf(out, table);
}

Status CheckFunction(Context& context, const Object& transformer) {
  return ReadFunction(context, transformer).status();
}

}  // namespace scoreway::sklearn
