#include "model/operators.h"

namespace scoreway::op {

Params::Params() = default;
Params::Params(const Params& other) = default;
Params::Params(Params&& other) noexcept = default;
Params& Params::operator=(const Params& other) = default;
Params& Params::operator=(Params&& other) noexcept = default;
Params::~Params() = default;

template <typename Op>
  requires kIsOneOf<Op, AnyParams>
Params::Params(Op op) : AnyParams(std::in_place_type<Op>, std::move(op)) {}

template Params::Params(Concat);
template Params::Params(Select);
template Params::Params(Constant);
template Params::Params(RequireFinite);
template Params::Params(NumberDomain);
template Params::Params(TextDomain);
template Params::Params(ImputeNumber);
template Params::Params(ImputeText);
template Params::Params(MissingIndicator);
template Params::Params(Affine);
template Params::Params(NormalizeRows);
template Params::Params(PowerTransform);
template Params::Params(QuantileTransform);
template Params::Params(EncodeNumber);
template Params::Params(EncodeText);
template Params::Params(DecodeNumber);
template Params::Params(DecodeText);
template Params::Params(OneHot);
template Params::Params(Bin);
template Params::Params(Polynomial);
template Params::Params(Unary);
template Params::Params(Binary);
template Params::Params(Where);
template Params::Params(TextUnary);
template Params::Params(NumberToText);
template Params::Params(JoinText);
template Params::Params(AggregateRow);
template Params::Params(SplineBasis);
template Params::Params(Linear);
template Params::Params(Distances);
template Params::Params(TreeEnsemble);
template Params::Params(Row);
template Params::Params(Threshold);
template Params::Params(WeightedSum);
template Params::Params(Votes);
template Params::Params(Interpolate);
template Params::Params(GaussianLikelihood);
template Params::Params(WeightedMedian);
template Params::Params(MatchText);
template Params::Params(ReplaceText);
template Params::Params(DateText);
template Params::Params(LinearTreeEnsemble);
template Params::Params(KernelMatrix);
template Params::Params(PointDistances);
template Params::Params(NearestPoints);
template Params::Params(DistanceWeights);
template Params::Params(CellVotes);
template Params::Params(ImputeNearest);
template Params::Params(PairVotes);
template Params::Params(CouplePairs);
template Params::Params(CountText);
template Params::Params(FieldDistances);
template Params::Params(FlagSimilarities);
template Params::Params(RankRow);
template Params::Params(NormalizeText);
template Params::Params(TermFrequency);
template Params::Params(ListItems);
template Params::Params(SplitText);
template Params::Params(ListWords);
template Params::Params(HashText);
template Params::Params(TermMeans);
template Params::Params(ItemRules);
template Params::Params(TopicInference);
template Params::Params(GreatestProducts);
template Params::Params(PathDistances);
template Params::Params(BarycenterWeights);
template Params::Params(SparseCode);
template Params::Params(TopicShares);
template Params::Params(CircularConvolution);

}  // namespace scoreway::op
