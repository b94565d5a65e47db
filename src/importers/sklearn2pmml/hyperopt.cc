// hyperopt-sklearn: what the search found best, on its own as the saved object.

#include "importers/sklearn/sklearn_importer.h"
#include "importers/sklearn2pmml/lowerings.h"

namespace scoreway::sklearn2pmml {

Result<Prediction> PredictHyperopt(Context& context, const Object& search, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object learner, search.Want("_best_learner"));
  Table table = in;
  for (std::string_view name : {"_best_ex_preprocs", "_best_preprocs"}) {
    const Object list = search.Get(name);
    if (!list.is_sequence()) continue;
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> steps, list.Items());
    if (name == "_best_ex_preprocs" && !steps.empty()) return context.Unsupported(search, "columns of other data sets");
    for (const Object& step : steps) {
      SCOREWAY_ASSIGN_OR_RETURN(table, context.Transform(step, table));
    }
  }
  return context.Predict(learner, table);
}

Status LowerHyperopt(Context& context, const Object& search) {
  const Object list = search.Get("_best_preprocs");
  const Result<std::vector<Object>> steps = list.Items();
  const Object first = steps.ok() && !steps->empty() ? (*steps)[0] : search.Get("_best_learner");
  const Table inputs = sklearn::FindInputs(context, first);
  SCOREWAY_ASSIGN_OR_RETURN(Prediction prediction, context.Predict(search, inputs));
  return AddPmmlOutputs(context, search, "", std::move(prediction));
}

}  // namespace scoreway::sklearn2pmml
