#include "importers/boosters/xgboost_objective.h"

#include <algorithm>
#include <cmath>

namespace scoreway::boosters {
namespace {

constexpr int64_t kOutputsMax = 1 << 16;

struct KnownObjective {
  std::string_view name;
  XgboostLink link;
};

// base_score is in the space of predictions: its margin is the link's inverse, which for those that have none (hinge,
// classes, ranks) is the number itself.
constexpr KnownObjective kObjectives[] = {
    {"reg:squarederror", XgboostLink::kIdentity},
    {"reg:linear", XgboostLink::kIdentity},
    {"reg:squaredlogerror", XgboostLink::kIdentity},
    {"reg:pseudohubererror", XgboostLink::kIdentity},
    {"reg:absoluteerror", XgboostLink::kIdentity},
    {"reg:quantileerror", XgboostLink::kIdentity},
    {"reg:expectileerror", XgboostLink::kIdentity},
    {"reg:logistic", XgboostLink::kLogistic},
    {"reg:gamma", XgboostLink::kExp},
    {"reg:tweedie", XgboostLink::kExp},
    {"count:poisson", XgboostLink::kExp},
    {"survival:cox", XgboostLink::kExp},
    {"survival:aft", XgboostLink::kExp},
    {"binary:logistic", XgboostLink::kLogistic},
    {"binary:logitraw", XgboostLink::kIdentity},
    {"binary:hinge", XgboostLink::kHinge},
    {"multi:softprob", XgboostLink::kSoftmax},
    {"multi:softmax", XgboostLink::kArgMax},
    {"rank:pairwise", XgboostLink::kIdentity},
    {"rank:ndcg", XgboostLink::kIdentity},
    {"rank:map", XgboostLink::kIdentity},
};

Result<ValueId> AddUnary(ModelBuilder& builder, op::UnaryFunction function, ValueId value, const std::string& origin) {
  return builder.Add(op::Unary{function}, {value}, origin);
}

Result<ValueId> AddRounded(ModelBuilder& builder, Result<ValueId> value, const std::string& origin) {
  if (!value.ok()) return value;
  return AddUnary(builder, op::UnaryFunction::kFloat32, *value, origin);
}

// The first margin stands; every other prediction lies above the one before by the softplus of its margin.
Result<ValueId> AddExpectiles(ModelBuilder& builder, ValueId margin, const std::string& origin) {
  constexpr float kLeastGap = 1e-6F;
  const uint32_t width = builder.shape(margin).width;
  std::vector<uint32_t> rest;
  for (uint32_t column = 1; column < width; ++column) rest.push_back(column);
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId first, builder.Add(op::Select{{0}}, {margin}, origin));
  SCOREWAY_ASSIGN_OR_RETURN(ValueId gaps, builder.Add(op::Select{std::move(rest)}, {margin}, origin));
  // log(1 + exp(x)) as max(x, 0) + log1p(exp(-|x|)), which does not overflow.
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId positive, AddUnary(builder, op::UnaryFunction::kRelu, gaps, origin));
  SCOREWAY_ASSIGN_OR_RETURN(gaps, AddUnary(builder, op::UnaryFunction::kAbs, gaps, origin));
  SCOREWAY_ASSIGN_OR_RETURN(gaps, AddUnary(builder, op::UnaryFunction::kNegate, gaps, origin));
  SCOREWAY_ASSIGN_OR_RETURN(gaps, AddUnary(builder, op::UnaryFunction::kExp, gaps, origin));
  SCOREWAY_ASSIGN_OR_RETURN(gaps, AddUnary(builder, op::UnaryFunction::kLog1p, gaps, origin));
  SCOREWAY_ASSIGN_OR_RETURN(gaps, builder.Add(op::Binary{op::BinaryFunction::kAdd, false}, {positive, gaps}, origin));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId least, builder.Add(op::Constant{{kLeastGap}}, {}, origin));
  SCOREWAY_ASSIGN_OR_RETURN(gaps, builder.Add(op::Binary{op::BinaryFunction::kAdd, false}, {gaps, least}, origin));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId steps, builder.Add(op::Concat{}, {first, gaps}, origin));
  return builder.Add(op::Row{op::RowFunction::kCumulativeSum}, {steps}, origin);
}

float Logit(const XgboostModel& model, float probability) {
  // Rows of one class alone make it 0 or 1, from which 3.2 keeps away.
  constexpr float kMargin = 1e-6F;
  const bool within = probability >= 0 && probability <= 1;
  if (within && model.AtLeast(3, 2)) probability = std::clamp(probability, kMargin, 1 - kMargin);
  return -std::log(1.0F / probability - 1.0F);
}

// Without a round the base_score is the 0.5 that it begins at, which 3.1 and later take for the margin.
bool StoppedBeforeRounds(const XgboostModel& model) {
  return model.AtLeast(3, 1) && model.base_is_estimated && model.booster != "gblinear" && model.trees.size() == 0;
}

}  // namespace

bool XgboostObjective::binary_classes() const { return name == "binary:logistic" || name == "binary:hinge"; }

Result<XgboostObjective> FindObjective(const XgboostModel& model) {
  std::string_view name = model.objective;
  if (name.starts_with("gpu:")) name.remove_prefix(4);  // 0.8 had them twice
  for (const KnownObjective& known : kObjectives) {
    if (known.name != name) continue;
    XgboostObjective objective{std::string(name), known.link};
    if (model.outputs() > 1 && name == "reg:quantileerror" && model.AtLeast(3, 4)) objective.link = XgboostLink::kSort;
    if (model.outputs() > 1 && name == "reg:expectileerror") objective.link = XgboostLink::kExpectile;
    return objective;
  }
  return Error{Code::kUnsupported, "unsupported: the objective '" + model.objective + "' of XGBoost", "objective"};
}

Result<std::vector<double>> BaseMargins(const XgboostModel& model, const XgboostObjective& objective) {
  const int64_t outputs = model.outputs();
  if (outputs > kOutputsMax) {
    return Error{Code::kResourceExhausted, "the model has " + std::to_string(outputs) + " outputs", {}};
  }
  const auto count = static_cast<size_t>(outputs);
  std::vector<float> base = model.base_score;
  if (base.size() == 1) base.resize(count, base[0]);
  if (base.size() != count) {
    return Error{Code::kCorrupt,
                 "base_score has " + std::to_string(base.size()) + " numbers for " + std::to_string(count) + " outputs",
                 {}};
  }
  // Until 1.3 the raw margins of binary:logitraw began at a logit, too.
  const bool logit =
      objective.link == XgboostLink::kLogistic || (objective.name == "binary:logitraw" && !model.AtLeast(1, 3));
  const bool is_margin = model.base_is_margin || StoppedBeforeRounds(model);
  std::vector<double> margins;
  for (const float score : base) {
    float margin = score;
    if (!is_margin && logit) margin = Logit(model, score);
    if (!is_margin && objective.link == XgboostLink::kExp) margin = std::log(score);
    if (!std::isfinite(margin)) return Error{Code::kCorrupt, "base_score is out of range for its objective", {}};
    margins.push_back(margin);
  }
  if (objective.link == XgboostLink::kExpectile) {
    for (size_t i = margins.size() - 1; i > 0; --i) {
      const double gap = margins[i] - margins[i - 1] - 1e-6;
      margins[i] = static_cast<float>(std::log(std::expm1(gap)));
      if (!std::isfinite(margins[i])) return Error{Code::kCorrupt, "the expectiles of base_score do not rise", {}};
    }
  }
  return margins;
}

Result<ValueId> AddXgboostPrediction(ModelBuilder& builder, const XgboostObjective& objective, ValueId margin,
                                     const std::string& origin) {
  switch (objective.link) {
    case XgboostLink::kIdentity: return margin;
    case XgboostLink::kLogistic: return AddUnary(builder, op::UnaryFunction::kLogisticFloat32, margin, origin);
    case XgboostLink::kExp:
      return AddRounded(builder, AddUnary(builder, op::UnaryFunction::kExp, margin, origin), origin);
    case XgboostLink::kHinge: return builder.Add(op::Threshold{}, {margin}, origin);
    case XgboostLink::kSoftmax:
      return AddRounded(builder, builder.Add(op::Row{op::RowFunction::kSoftmax}, {margin}, origin), origin);
    case XgboostLink::kArgMax: return builder.Add(op::Row{op::RowFunction::kArgMax}, {margin}, origin);
    case XgboostLink::kSort: return builder.Add(op::Row{op::RowFunction::kSort}, {margin}, origin);
    case XgboostLink::kExpectile: return AddRounded(builder, AddExpectiles(builder, margin, origin), origin);
  }
  return Error{Code::kInternal, "a link that is not known", origin};
}

}  // namespace scoreway::boosters
