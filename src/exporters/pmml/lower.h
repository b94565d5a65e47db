// The lowering functions: one a kind of operator, by the themes of model/operators. Each gives as many columns as the
// operator has, or refuses.
#pragma once

#include "exporters/pmml/site.h"
#include "model/operators.h"

namespace scoreway::pmml_export {

// shape.cc
void Lower(const op::Concat&, Site&);
void Lower(const op::Select&, Site&);
void Lower(const op::Constant&, Site&);

// checks.cc
void Lower(const op::RequireFinite&, Site&);
void Lower(const op::NumberDomain&, Site&);
void Lower(const op::TextDomain&, Site&);

// missing.cc
void Lower(const op::ImputeNumber&, Site&);
void Lower(const op::ImputeText&, Site&);
void Lower(const op::MissingIndicator&, Site&);

// scaling.cc
void Lower(const op::Affine&, Site&);
void Lower(const op::NormalizeRows&, Site&);
void Lower(const op::PowerTransform&, Site&);
void Lower(const op::QuantileTransform&, Site&);

// categories.cc
void Lower(const op::EncodeNumber&, Site&);
void Lower(const op::EncodeText&, Site&);
void Lower(const op::DecodeNumber&, Site&);
void Lower(const op::DecodeText&, Site&);
void Lower(const op::OneHot&, Site&);
void Lower(const op::Bin&, Site&);

// functions.cc
void Lower(const op::Unary&, Site&);
void Lower(const op::Binary&, Site&);
void Lower(const op::Where&, Site&);

// derived.cc
void Lower(const op::Polynomial&, Site&);
void Lower(const op::AggregateRow&, Site&);
void Lower(const op::TextUnary&, Site&);
void Lower(const op::JoinText&, Site&);
void Lower(const op::MatchText&, Site&);
void Lower(const op::ReplaceText&, Site&);

// predictors.cc
void Lower(const op::Linear&, Site&);
void Lower(const op::Distances&, Site&);

// comparisons.cc
void Lower(const op::FieldDistances&, Site&);

// trees.cc
void Lower(const op::TreeEnsemble&, Site&);

// decisions.cc
void Lower(const op::Row&, Site&);
void Lower(const op::Threshold&, Site&);
void Lower(const op::WeightedSum&, Site&);
void Lower(const op::Votes&, Site&);
void Lower(const op::Interpolate&, Site&);
void Lower(const op::GaussianLikelihood&, Site&);
void Lower(const op::WeightedMedian&, Site&);

// What has no function of its own.
template <typename Params>
void Lower(const Params&, Site& site) {
  site.Refuse("PMML has no expression for it");
}

}  // namespace scoreway::pmml_export
