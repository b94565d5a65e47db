// The rule of shape of each kind of operator: the shape of its output for inputs of these shapes, or what is wrong.
// What passes is all that a kernel relies on about its parameters.
#pragma once

#include <vector>

#include "base/result.h"
#include "model/operators.h"
#include "model/value.h"

namespace scoreway {

using Shapes = std::vector<ValueShape>;

Result<ValueShape> Infer(const op::Concat& p, const Shapes& in);
Result<ValueShape> Infer(const op::Select& p, const Shapes& in);
Result<ValueShape> Infer(const op::Constant& p, const Shapes& in);
Result<ValueShape> Infer(const op::RequireFinite& p, const Shapes& in);
Result<ValueShape> Infer(const op::NumberDomain& p, const Shapes& in);
Result<ValueShape> Infer(const op::TextDomain& p, const Shapes& in);
Result<ValueShape> Infer(const op::ImputeNumber& p, const Shapes& in);
Result<ValueShape> Infer(const op::ImputeText& p, const Shapes& in);
Result<ValueShape> Infer(const op::MissingIndicator& p, const Shapes& in);
Result<ValueShape> Infer(const op::Affine& p, const Shapes& in);
Result<ValueShape> Infer(const op::NormalizeRows& p, const Shapes& in);
Result<ValueShape> Infer(const op::PowerTransform& p, const Shapes& in);
Result<ValueShape> Infer(const op::QuantileTransform& p, const Shapes& in);
Result<ValueShape> Infer(const op::EncodeNumber& p, const Shapes& in);
Result<ValueShape> Infer(const op::EncodeText& p, const Shapes& in);
Result<ValueShape> Infer(const op::DecodeNumber& p, const Shapes& in);
Result<ValueShape> Infer(const op::DecodeText& p, const Shapes& in);
Result<ValueShape> Infer(const op::OneHot& p, const Shapes& in);
Result<ValueShape> Infer(const op::Bin& p, const Shapes& in);
Result<ValueShape> Infer(const op::Polynomial& p, const Shapes& in);
Result<ValueShape> Infer(const op::Unary& p, const Shapes& in);
Result<ValueShape> Infer(const op::Binary& p, const Shapes& in);
Result<ValueShape> Infer(const op::Where& p, const Shapes& in);
Result<ValueShape> Infer(const op::TextUnary& p, const Shapes& in);
Result<ValueShape> Infer(const op::NumberToText& p, const Shapes& in);
Result<ValueShape> Infer(const op::JoinText& p, const Shapes& in);
Result<ValueShape> Infer(const op::AggregateRow& p, const Shapes& in);
Result<ValueShape> Infer(const op::SplineBasis& p, const Shapes& in);
Result<ValueShape> Infer(const op::Linear& p, const Shapes& in);
Result<ValueShape> Infer(const op::Distances& p, const Shapes& in);
Result<ValueShape> Infer(const op::TreeEnsemble& p, const Shapes& in);
Result<ValueShape> Infer(const op::Row& p, const Shapes& in);
Result<ValueShape> Infer(const op::Threshold& p, const Shapes& in);
Result<ValueShape> Infer(const op::WeightedSum& p, const Shapes& in);
Result<ValueShape> Infer(const op::Votes& p, const Shapes& in);
Result<ValueShape> Infer(const op::Interpolate& p, const Shapes& in);
Result<ValueShape> Infer(const op::GaussianLikelihood& p, const Shapes& in);
Result<ValueShape> Infer(const op::WeightedMedian& p, const Shapes& in);
Result<ValueShape> Infer(const op::MatchText& p, const Shapes& in);
Result<ValueShape> Infer(const op::ReplaceText& p, const Shapes& in);
Result<ValueShape> Infer(const op::DateText& p, const Shapes& in);
Result<ValueShape> Infer(const op::LinearTreeEnsemble& p, const Shapes& in);
Result<ValueShape> Infer(const op::KernelMatrix& p, const Shapes& in);
Result<ValueShape> Infer(const op::PointDistances& p, const Shapes& in);
Result<ValueShape> Infer(const op::NearestPoints& p, const Shapes& in);
Result<ValueShape> Infer(const op::DistanceWeights& p, const Shapes& in);
Result<ValueShape> Infer(const op::CellVotes& p, const Shapes& in);
Result<ValueShape> Infer(const op::ImputeNearest& p, const Shapes& in);
Result<ValueShape> Infer(const op::PairVotes& p, const Shapes& in);
Result<ValueShape> Infer(const op::CouplePairs& p, const Shapes& in);
Result<ValueShape> Infer(const op::CountText& p, const Shapes& in);
Result<ValueShape> Infer(const op::FieldDistances& p, const Shapes& in);
Result<ValueShape> Infer(const op::FlagSimilarities& p, const Shapes& in);
Result<ValueShape> Infer(const op::RankRow& p, const Shapes& in);
Result<ValueShape> Infer(const op::NormalizeText& p, const Shapes& in);
Result<ValueShape> Infer(const op::TermFrequency& p, const Shapes& in);
Result<ValueShape> Infer(const op::ListItems& p, const Shapes& in);
Result<ValueShape> Infer(const op::SplitText& p, const Shapes& in);
Result<ValueShape> Infer(const op::ListWords& p, const Shapes& in);
Result<ValueShape> Infer(const op::HashText& p, const Shapes& in);
Result<ValueShape> Infer(const op::TermMeans& p, const Shapes& in);
Result<ValueShape> Infer(const op::ItemRules& p, const Shapes& in);
Result<ValueShape> Infer(const op::TopicInference& p, const Shapes& in);
Result<ValueShape> Infer(const op::GreatestProducts& p, const Shapes& in);
Result<ValueShape> Infer(const op::PathDistances& p, const Shapes& in);
Result<ValueShape> Infer(const op::BarycenterWeights& p, const Shapes& in);
Result<ValueShape> Infer(const op::SparseCode& p, const Shapes& in);
Result<ValueShape> Infer(const op::TopicShares& p, const Shapes& in);
Result<ValueShape> Infer(const op::CircularConvolution& p, const Shapes& in);

}  // namespace scoreway
