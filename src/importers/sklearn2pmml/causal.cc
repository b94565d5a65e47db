// causalml: what a treatment changes, as a difference of predictions, and the propensity to be treated.

#include "importers/sklearn/decision.h"
#include "importers/sklearn2pmml/lowerings.h"

namespace scoreway::sklearn2pmml {
namespace {

// What an outcome model expects: a number, or the probability of the second class.
Result<ValueId> AddOutcome(Context& context, const Object& model, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Prediction prediction, context.Predict(model, in));
  if (prediction.codes) {
    if (!prediction.probabilities || context.width(*prediction.probabilities) != 2) {
      return context.Unsupported(model, "an outcome without the probability of two classes");
    }
    return context.SelectColumns(*prediction.probabilities, {1}, model);
  }
  if (!prediction.numbers || context.width(*prediction.numbers) != 1) return model.Corrupt("a regressor was expected");
  return *prediction.numbers;
}

Result<ValueId> Subtract(Context& context, const Object& at, ValueId a, ValueId b) {
  return context.Add(op::Binary{op::BinaryFunction::kSubtract}, {a, b}, at);
}

// The model of a group in a dict of models.
Result<Object> ModelOf(const Object& learner, std::string_view name, const std::string& group) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object models, learner.Want(name));
  return models.Want(group);
}

// The table with the mark of the treatment in front; instead of its first column, if that is what a pipeline made of
// the treatment.
Result<Table> WithTreatment(Context& context, const Object& model, const Table& in, double treatment) {
  SCOREWAY_ASSIGN_OR_RETURN(const double width, model.NumberOr("n_features_in_", static_cast<double>(in.width()) + 1));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId mark, context.Add(op::Constant{{treatment}}, {}, model));
  Table table = context.TableOf(mark);
  const bool replaces = width == static_cast<double>(in.width());
  for (size_t i = replaces ? 1 : 0; i < in.width(); ++i) table.columns.push_back(in.columns[i]);
  return table;
}

Result<ValueId> AddPropensity(Context& context, const Object& model, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object inner, model.Want("model"));
  SCOREWAY_ASSIGN_OR_RETURN(ValueId chance, AddOutcome(context, inner, in));
  SCOREWAY_ASSIGN_OR_RETURN(const bool calibrate, model.BoolOr("calibrate", false));
  if (calibrate) {
    SCOREWAY_ASSIGN_OR_RETURN(const Object calibrator, model.Want("calibrator"));
    SCOREWAY_ASSIGN_OR_RETURN(chance, AddOutcome(context, calibrator, context.TableOf(chance)));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> bounds, model.Vector("clip_bounds", 2));
  op::Affine clip{
      .form = op::Affine::Form::kMultiplyAdd, .offset = {}, .factor = {}, .low = bounds[0], .high = bounds[1]};
  return context.Add(std::move(clip), {chance}, model);
}

using Effect = Result<ValueId> (*)(Context&, const Object& learner, const std::string& group, const Table& in);

Result<ValueId> EffectOfS(Context& context, const Object& learner, const std::string& group, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object model, ModelOf(learner, "models", group));
  SCOREWAY_ASSIGN_OR_RETURN(const Table treated_in, WithTreatment(context, model, in, 1));
  SCOREWAY_ASSIGN_OR_RETURN(const Table control_in, WithTreatment(context, model, in, 0));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId treated, AddOutcome(context, model, treated_in));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId control, AddOutcome(context, model, control_in));
  return Subtract(context, learner, treated, control);
}

Result<ValueId> EffectOfT(Context& context, const Object& learner, const std::string& group, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object treated_model, ModelOf(learner, "models_t", group));
  // Newer releases keep one model for those not treated.
  const bool by_group = learner.Get("models_c").has_value();
  SCOREWAY_ASSIGN_OR_RETURN(const Object control_model,
                            by_group ? ModelOf(learner, "models_c", group) : learner.Want("model_c"));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId treated, AddOutcome(context, treated_model, in));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId control, AddOutcome(context, control_model, in));
  return Subtract(context, learner, treated, control);
}

// The effects that both groups suggest, weighted by the propensity.
Result<ValueId> EffectOfX(Context& context, const Object& learner, const std::string& group, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object control_model, ModelOf(learner, "models_tau_c", group));
  SCOREWAY_ASSIGN_OR_RETURN(const Object treated_model, ModelOf(learner, "models_tau_t", group));
  SCOREWAY_ASSIGN_OR_RETURN(const Object propensity_model, ModelOf(learner, "propensity_model", group));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId propensity, AddPropensity(context, propensity_model, in));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId control, AddOutcome(context, control_model, in));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId treated, AddOutcome(context, treated_model, in));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId rest, sklearn::MultiplyAdd(context, learner, propensity, -1, 1));
  using enum op::BinaryFunction;
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId a, context.Add(op::Binary{kMultiply}, {propensity, control}, learner));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId b, context.Add(op::Binary{kMultiply}, {rest, treated}, learner));
  return context.Add(op::Binary{kAdd}, {a, b}, learner);
}

Result<ValueId> EffectOfR(Context& context, const Object& learner, const std::string& group, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object model, ModelOf(learner, "models_tau", group));
  return AddOutcome(context, model, in);
}

// One effect for each group that was treated.
Result<Prediction> PredictEffects(Context& context, const Object& learner, const Table& in, Effect effect) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object groups_at, learner.Want("t_groups"));
  SCOREWAY_ASSIGN_OR_RETURN(const Labels groups, groups_at.ReadLabels());
  std::vector<ValueId> effects;
  for (size_t i = 0; i < groups.size(); ++i) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId one, effect(context, learner, groups.TextAt(i), in));
    effects.push_back(one);
  }
  if (effects.empty()) return groups_at.Corrupt("no groups");
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId all, context.Concat(std::move(effects), learner));
  return sklearn::RegressorOf(all);
}

}  // namespace

Result<Prediction> PredictSLearner(Context& context, const Object& learner, const Table& in) {
  return PredictEffects(context, learner, in, EffectOfS);
}

Result<Prediction> PredictTLearner(Context& context, const Object& learner, const Table& in) {
  return PredictEffects(context, learner, in, EffectOfT);
}

Result<Prediction> PredictXLearner(Context& context, const Object& learner, const Table& in) {
  return PredictEffects(context, learner, in, EffectOfX);
}

Result<Prediction> PredictRLearner(Context& context, const Object& learner, const Table& in) {
  return PredictEffects(context, learner, in, EffectOfR);
}

Result<Prediction> PredictPropensity(Context& context, const Object& model, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId propensity, AddPropensity(context, model, in));
  return sklearn::RegressorOf(propensity);
}

}  // namespace scoreway::sklearn2pmml
