// PyCaret: pipelines whose steps are wrapped, to work on some of the columns by name or on the target alone.

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "importers/sklearn/decision.h"
#include "importers/sklearn/inverse.h"
#include "importers/sklearn/sklearn_importer.h"
#include "importers/sklearn2pmml/lowerings.h"

namespace scoreway::sklearn2pmml {
namespace {

// Transformers that give a column for each, of the same name.
constexpr std::array<std::string_view, 10> kKeepNames = {
    "SimpleImputer",    "StandardScaler",      "MinMaxScaler",   "MaxAbsScaler",         "RobustScaler",
    "PowerTransformer", "QuantileTransformer", "OrdinalEncoder", "RareCategoryGrouping", "KBinsDiscretizer"};

struct Step {
  Object wrapper;
  Object inner;  // of a wrapper; else the step itself
};

// The steps that predictions go through; those for training alone are left out.
Result<std::vector<Step>> ReadSteps(const Object& pipeline) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> items, pipeline.Items("steps"));
  std::vector<Step> steps;
  for (const Object& item : items) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> pair, item.Items());
    if (pair.size() < 2) return item.Corrupt("a step is a name and an estimator");
    if (!pair[1].is_instance()) continue;  // passthrough
    SCOREWAY_ASSIGN_OR_RETURN(const bool train_only, pair[1].BoolOr("_train_only", false));
    if (train_only) continue;
    const Object inner = pair[1].Get("transformer");
    steps.push_back({pair[1], inner.is_instance() ? inner : pair[1]});
  }
  if (steps.empty()) return pipeline.Corrupt("a pipeline without steps");
  return steps;
}

// The names of the columns of the frame that a wrapper was fitted on, but for the target's, the last.
Result<std::vector<std::string>> NamesBefore(const Object& wrapper, size_t width) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object names_at, wrapper.Want("_feature_names_in"));
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<std::string> names, names_at.Texts());
  if (names.size() < width) return wrapper.Corrupt("more columns come in than it was fitted on");
  names.resize(width);
  return names;
}

Result<std::vector<size_t>> PlacesOf(const Object& wrapper, const std::vector<std::string>& include,
                                     const std::vector<std::string>& names) {
  std::vector<size_t> places;
  for (const std::string& name : include) {
    const auto place = static_cast<size_t>(std::ranges::find(names, name) - names.begin());
    if (place == names.size()) return wrapper.Corrupt("a column '" + name + "' that does not come in");
    places.push_back(place);
  }
  return places;
}

// The names of what a transformer made of some columns; nothing where they are not known.
Result<std::optional<std::vector<std::string>>> NamesAfter(const Object& inner, const std::vector<std::string>& include,
                                                           const Table& in, const Table& out) {
  using Names = std::optional<std::vector<std::string>>;
  const bool keeps = std::ranges::find(kKeepNames, inner.short_name()) != kKeepNames.end();
  if (keeps && out.width() == include.size()) return Names(include);
  // As the encoders of category_encoders have it.
  if (const Object said = inner.GetFirst({"feature_names_out_", "feature_names"}); said.has_value()) {
    SCOREWAY_ASSIGN_OR_RETURN(std::vector<std::string> names, said.Texts());
    return names.size() == out.width() ? Names(std::move(names)) : Names();
  }
  // Columns that were selected are those that came in.
  std::vector<std::string> names;
  for (const TableColumn& column : out.columns) {
    size_t from = 0;
    const auto same = [&column](const TableColumn& other) {
      return other.value == column.value && other.column == column.column;
    };
    while (from < in.width() && !same(in.columns[from])) ++from;
    if (from == in.width()) return Names();
    names.push_back(include[from]);
  }
  return Names(std::move(names));
}

// PyCaret's order of a frame of which some columns were transformed: what they became stands where they stood, columns
// that are named after one (its name, then '_') behind it, and what else is new at the end.
class NewOrder {
 public:
  NewOrder(const std::vector<std::string>& names, const Table& in, const std::vector<std::string>& include,
           const std::vector<std::string>& names_after, const Table& out)
      : names_(names), in_(in), names_after_(names_after), out_(out) {
    for (size_t i = 0; i < names.size(); ++i) {
      if (Place(names_after, names[i]) || !Place(include, names[i])) Add(names[i]);
      for (const std::string& name : names_after) {
        if (name.starts_with(names[i] + "_") && !Place(names, name)) Add(name);
      }
    }
    for (const std::string& name : names_after) Add(name);
  }

  Table Take() && { return std::move(all_); }

 private:
  static std::optional<size_t> Place(const std::vector<std::string>& names, const std::string& name) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) return std::nullopt;
    return static_cast<size_t>(found - names.begin());
  }

  // The newer of two columns of one name, and each once.
  void Add(const std::string& name) {
    if (!added_.insert(name).second) return;
    const std::optional<size_t> after = Place(names_after_, name);
    all_.columns.push_back(after ? out_.columns[*after] : in_.columns[*Place(names_, name)]);
  }

  const std::vector<std::string>& names_;
  const Table& in_;
  const std::vector<std::string>& names_after_;
  const Table& out_;
  std::set<std::string> added_;
  Table all_;
};

// 1 for a row that stays. Rows cannot be left out of what is asked, so that outliers have no prediction instead; where
// they are removed for training only, which is the rule, the step is not among those that predictions go through.
Result<ValueId> AddOutlierMark(Context& context, const Object& removal, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object detector, removal.Want("_estimator"));
  SCOREWAY_ASSIGN_OR_RETURN(const Prediction found, context.Predict(detector, in));
  if (!found.numbers || context.width(*found.numbers) != 1) return detector.Corrupt("a detector was expected");
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId zero, context.Add(op::Constant{{0}}, {}, removal));
  return context.Add(op::Binary{op::BinaryFunction::kGreater}, {*found.numbers, zero}, removal);
}

Status HideOutliers(Context& context, const Object& pipeline, ValueId mark, Prediction* prediction) {
  for (std::optional<ValueId>* value :
       {&prediction->codes, &prediction->probabilities, &prediction->decision, &prediction->numbers}) {
    if (!*value) continue;
    const std::vector<double> nothing(context.width(**value), op::kNaN);
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId missing, context.Add(op::Constant{nothing}, {}, pipeline));
    SCOREWAY_ASSIGN_OR_RETURN(*value, context.Add(op::Where{}, {mark, **value, missing}, pipeline));
  }
  return {};
}

// The rows that are predicted have no target, though a pipeline inside another one names it among its columns.
Table WithoutTarget(const Object& pipeline, const std::string& target, const Table& in) {
  const Object names_at = pipeline.Get("_feature_names_in");
  if (target.empty() || !names_at.has_value()) return in;
  const Result<std::vector<std::string>> names = names_at.Texts();
  if (!names.ok() || names->size() != in.width() || names->back() != target) return in;
  Table out = in;
  out.columns.pop_back();
  return out;
}

}  // namespace

Result<Table> TransformPycaretWrapper(Context& context, const Object& wrapper, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object inner, wrapper.Want("transformer"));
  if (inner.short_name() == "CleanColumnNames") return in;
  const Object include_at = wrapper.Get("_include");
  if (!include_at.has_value()) return context.Transform(inner, in);
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<std::string> include, include_at.Texts());
  if (include.empty()) return in;
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesBefore(wrapper, in.width()));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<size_t> places, PlacesOf(wrapper, include, names));
  Table chosen = in.Select(places);
  // What was made of others has the names that PyCaret gave it, too.
  for (size_t i = 0; i < include.size(); ++i) {
    if (chosen.columns[i].name.empty()) chosen.columns[i].name = include[i];
  }
  SCOREWAY_ASSIGN_OR_RETURN(Table out, context.Transform(inner, chosen));
  if (include.size() == in.width()) return out;
  SCOREWAY_ASSIGN_OR_RETURN(const auto names_after, NamesAfter(inner, include, chosen, out));
  if (!names_after) return context.Unsupported(wrapper, inner.short_name() + " on some of the columns");
  return NewOrder(names, in, include, *names_after, out).Take();
}

Result<Table> TransformRareCategories(Context& context, const Object& grouping, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::string value, grouping.Text("value"));
  SCOREWAY_ASSIGN_OR_RETURN(const Object rare_at, grouping.Want("to_other_"));
  SCOREWAY_ASSIGN_OR_RETURN(const auto entries, rare_at.Entries());
  Table out = in;
  for (TableColumn& column : out.columns) {
    const auto found = std::ranges::find_if(entries, [&](const auto& entry) { return entry.first == column.name; });
    if (found == entries.end()) continue;
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> categories, found->second.Items());
    if (categories.empty()) continue;
    op::EncodeText rare;
    rare.categories.emplace_back();
    for (const Object& category : categories) {
      if (!category.is_text()) return context.Unsupported(grouping, "rare categories that are no text");
      SCOREWAY_ASSIGN_OR_RETURN(rare.categories[0].emplace_back(), category.Text());
    }
    rare.unknown = rare.missing = {{false, op::kNaN}};
    Table one;
    one.columns.push_back(column);
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId text, context.Texts(grouping, one));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId code, context.Add(std::move(rare), {text}, grouping));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId is_rare,
                              sklearn::AddUnary(context, grouping, op::UnaryFunction::kIsPresent, code));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId zero, context.Add(op::Constant{{0}}, {}, grouping));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId group, context.Add(op::DecodeText{{value}}, {zero}, grouping));
    SCOREWAY_ASSIGN_OR_RETURN(column.value, context.Add(op::Where{}, {is_rare, group, text}, grouping));
    column.column = 0;
  }
  return out;
}

Result<Table> TransformMulticollinear(Context&, const Object& removal, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object dropped_at, removal.Want("drop_"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<std::string> dropped, dropped_at.Texts());
  Table out = in;
  std::erase_if(out.columns, [&dropped](const TableColumn& column) {
    return std::ranges::find(dropped, column.name) != dropped.end();
  });
  return out;
}

// Its wrapped transformer is of the target: rows that are predicted have none.
Result<Table> TransformPycaretTarget(Context&, const Object&, const Table& in) { return in; }

Result<Prediction> PredictPycaretPipeline(Context& context, const Object& pipeline, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Step> steps, ReadSteps(pipeline));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string target, steps[0].wrapper.TextOr("target_name_", ""));
  Table table = WithoutTarget(pipeline, target, in);
  std::vector<ValueId> marks;
  for (size_t i = 0; i + 1 < steps.size(); ++i) {
    if (steps[i].inner.short_name() == "RemoveOutliers") {
      SCOREWAY_ASSIGN_OR_RETURN(marks.emplace_back(), AddOutlierMark(context, steps[i].inner, table));
    } else {
      SCOREWAY_ASSIGN_OR_RETURN(table, context.Transform(steps[i].wrapper, table));
    }
  }
  SCOREWAY_ASSIGN_OR_RETURN(Prediction prediction, context.Predict(steps.back().wrapper, table));
  for (const ValueId mark : marks) SCOREWAY_RETURN_IF_ERROR(HideOutliers(context, pipeline, mark, &prediction));
  for (size_t i = steps.size() - 1; i-- > 0;) {
    if (steps[i].wrapper.short_name() != "TransformerWrapperWithInverse") continue;
    const Object& inner = steps[i].inner;
    if (inner.short_name() == "LabelEncoder" && prediction.codes) {
      SCOREWAY_ASSIGN_OR_RETURN(const Labels labels, inner.ReadLabels("classes_"));
      SCOREWAY_ASSIGN_OR_RETURN(prediction, sklearn::Relabel(context, inner, std::move(prediction), labels));
    } else if (inner.short_name() == "TargetTransformer" && prediction.numbers) {
      SCOREWAY_ASSIGN_OR_RETURN(const Object estimator, inner.Want("estimator"));
      SCOREWAY_ASSIGN_OR_RETURN(prediction.numbers,
                                sklearn::InvertTransformer(context, estimator, *prediction.numbers));
    } else {
      return context.Unsupported(inner, "undoing it on what is predicted");
    }
  }
  return prediction;
}

Status LowerPycaretPipeline(Context& context, const Object& pipeline) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object names_at, pipeline.Want("_feature_names_in"));
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<std::string> names, names_at.Texts());
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Step> steps, ReadSteps(pipeline));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string target, steps[0].wrapper.TextOr("target_name_", ""));
  std::erase(names, target);
  const Table inputs = context.NamedInputs(names);
  SCOREWAY_ASSIGN_OR_RETURN(Prediction prediction, context.Predict(pipeline, inputs));
  return AddPmmlOutputs(context, pipeline, target, std::move(prediction));
}

}  // namespace scoreway::sklearn2pmml
