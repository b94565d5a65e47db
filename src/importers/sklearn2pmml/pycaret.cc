// PyCaret: pipelines whose steps are wrapped, to work on some of the columns by name or on the target alone.

#include <algorithm>
#include <array>

#include "importers/sklearn/decision.h"
#include "importers/sklearn/inverse.h"
#include "importers/sklearn/sklearn_importer.h"
#include "importers/sklearn2pmml/lowerings.h"

namespace scoreway::sklearn2pmml {
namespace {

// Transformers that give a column for each, of the same name.
constexpr std::array<std::string_view, 8> kKeepNames = {"SimpleImputer",       "StandardScaler", "MinMaxScaler",
                                                        "MaxAbsScaler",        "RobustScaler",   "PowerTransformer",
                                                        "QuantileTransformer", "OrdinalEncoder"};

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

// Where the columns that a wrapper works on lie in the frame it was fitted on, whose last name may be the target's.
Result<std::vector<size_t>> PlacesOf(const Object& wrapper, const std::vector<std::string>& include, size_t width) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object names_at, wrapper.Want("_feature_names_in"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<std::string> names, names_at.Texts());
  std::vector<size_t> places;
  for (const std::string& name : include) {
    const auto place = static_cast<size_t>(std::ranges::find(names, name) - names.begin());
    if (place >= width) return wrapper.Corrupt("a column '" + name + "' that does not come in");
    places.push_back(place);
  }
  return places;
}

}  // namespace

Result<Table> TransformPycaretWrapper(Context& context, const Object& wrapper, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object inner, wrapper.Want("transformer"));
  if (inner.short_name() == "CleanColumnNames") return in;
  const Object include_at = wrapper.Get("_include");
  if (!include_at.has_value()) return context.Transform(inner, in);
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<std::string> include, include_at.Texts());
  if (include.empty()) return in;
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<size_t> places, PlacesOf(wrapper, include, in.width()));
  SCOREWAY_ASSIGN_OR_RETURN(Table out, context.Transform(inner, in.Select(places)));
  if (include.size() == in.width()) return out;
  const bool keeps_names = std::ranges::find(kKeepNames, inner.short_name()) != kKeepNames.end();
  if (!keeps_names || out.width() != places.size()) {
    return context.Unsupported(wrapper, inner.short_name() + " on some of the columns");
  }
  Table all = in;
  for (size_t i = 0; i < places.size(); ++i) all.columns[places[i]] = out.columns[i];
  return all;
}

// Its wrapped transformer is of the target: rows that are predicted have none.
Result<Table> TransformPycaretTarget(Context&, const Object&, const Table& in) { return in; }

Result<Prediction> PredictPycaretPipeline(Context& context, const Object& pipeline, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Step> steps, ReadSteps(pipeline));
  Table table = in;
  for (size_t i = 0; i + 1 < steps.size(); ++i) {
    SCOREWAY_ASSIGN_OR_RETURN(table, context.Transform(steps[i].wrapper, table));
  }
  SCOREWAY_ASSIGN_OR_RETURN(Prediction prediction, context.Predict(steps.back().wrapper, table));
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
