// Wrappers that rename, choose or hand on columns.

#include <algorithm>

#include "importers/sklearn2pmml/dtype.h"

namespace scoreway::sklearn2pmml {
namespace {

// Selectors refuse missing cells, unless they choose by an estimator that takes them.
bool AllowsMissing(const Object& selector) {
  const std::string inner = selector.GetFirst({"estimator_", "estimator"}).short_name();
  return inner.starts_with("HistGradientBoosting") || inner.starts_with("XGB") || inner.starts_with("LGBM");
}

}  // namespace

Result<Table> TransformIdentity(Context&, const Object&, const Table& in) { return in; }

Result<Table> TransformAlias(Context& context, const Object& alias, const Table& in) {
  const Object fitted = alias.Get("transformer_");
  if (fitted.has_value()) return context.Transform(fitted, in);
  SCOREWAY_ASSIGN_OR_RETURN(const Object transformer, alias.Want("transformer"));
  return context.Transform(transformer, in);
}

Result<Table> TransformSupportMask(Context& context, const Object& selector, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<double> mask, selector.Vector("support_mask_", in.width()));
  const bool rejects = !AllowsMissing(selector.Get("selector"));
  Table out;
  for (size_t i = 0; i < in.width(); ++i) {
    if (rejects) context.RejectMissing(in.columns[i]);
    if (mask[i] == 0) continue;
    out.columns.push_back(in.columns[i]);
    if (rejects) out.columns.back().missing_from.clear();
  }
  return out;
}

Result<Table> TransformSelectorProxy(Context& context, const Object& proxy, const Table& in) {
  if (proxy.Get("support_mask_").has_value()) return TransformSupportMask(context, proxy, in);
  const Object selector = proxy.GetFirst({"selector_", "selector"});
  if (!selector.has_value()) return proxy.Corrupt("a proxy of no selector");
  return context.Transform(selector, in);
}

Result<Prediction> PredictEstimatorProxy(Context& context, const Object& proxy, const Table& in) {
  const Object estimator = proxy.GetFirst({"estimator_", "estimator"});
  if (!estimator.has_value()) return proxy.Corrupt("a proxy of no estimator");
  return context.Predict(estimator, in);
}

Result<Table> TransformFrameConstructor(Context& context, const Object& constructor, const Table& in) {
  std::vector<std::string> names;
  if (const Object columns = constructor.Get("columns"); columns.has_value()) {
    SCOREWAY_ASSIGN_OR_RETURN(names, columns.Texts());
  } else if (const Object name = constructor.Get("name"); name.has_value()) {
    SCOREWAY_ASSIGN_OR_RETURN(names.emplace_back(), name.Text());
  }
  if (!names.empty()) SCOREWAY_RETURN_IF_ERROR(context.WantWidth(constructor, in, names.size()));
  Table out = in;
  if (constructor.Get("dtype").has_value()) {
    SCOREWAY_ASSIGN_OR_RETURN(out, TransformCast(context, constructor, in));
  }
  for (size_t i = 0; i < names.size(); ++i) out.columns[i].name = names[i];
  return out;
}

// Columns stay what they are where rows keep their width, however many of them the shape names.
Result<Table> TransformReshaper(Context& context, const Object& reshaper, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object shape_at, reshaper.Want("newshape"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<int64_t> shape, shape_at.Integers());
  if (shape.size() == 2 && shape[1] == static_cast<int64_t>(in.width())) return in;
  return context.Unsupported(reshaper, "rows of another width");
}

Result<Table> TransformDecision(Context& context, const Object& decision, const Table& in) {
  const Object transformer = decision.Get("transformer_");
  if (!transformer.exists()) return context.Unsupported(decision, "a decision that was not fitted");
  if (transformer.is_none()) return in;
  return context.Transform(transformer, in);
}

Result<Table> TransformCategoricalImputer(Context& context, const Object& imputer, const Table& in) {
  SCOREWAY_RETURN_IF_ERROR(context.WantWidth(imputer, in, 1));
  const Object marker = imputer.Get("missing_values");
  const bool plain = !marker.has_value() || (marker.is_text() && *marker.Text() == "NaN") ||
                     (marker.is_number() && *marker.Number() != *marker.Number());
  if (!plain) return context.Unsupported(imputer, "missing_values of its own");
  const Object fill = imputer.Get("fill_");
  if (!fill.is_text()) return context.Unsupported(imputer, "a fill that is no text");
  SCOREWAY_ASSIGN_OR_RETURN(std::string text, fill.Text());
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId cells, context.Texts(imputer, in));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId value,
                            context.Add(op::ImputeText{false, "", {std::move(text)}}, {cells}, imputer));
  Table out = context.TableOf(value, in);
  out.columns[0].missing_from.clear();
  return out;
}

Result<Table> TransformSlicer(Context& context, const Object& slicer, const Table& in) {
  int64_t limits[3] = {0, static_cast<int64_t>(in.width()), 1};
  const char* const names[3] = {"start", "stop", "step"};
  for (size_t i = 0; i < 3; ++i) {
    if (!slicer.Get(names[i]).has_value()) continue;
    SCOREWAY_ASSIGN_OR_RETURN(limits[i], slicer.Integer(names[i]));
    if (i < 2 && limits[i] < 0) limits[i] += static_cast<int64_t>(in.width());
  }
  if (limits[2] <= 0) return context.Unsupported(slicer, "a slice that does not go forwards");
  Table out;
  const int64_t stop = std::min(limits[1], static_cast<int64_t>(in.width()));
  for (int64_t i = std::max<int64_t>(limits[0], 0); i < stop; i += std::min(limits[2], stop)) {
    out.columns.push_back(in.columns[static_cast<size_t>(i)]);
  }
  return out;
}

}  // namespace scoreway::sklearn2pmml
