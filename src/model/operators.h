// The operators a Model is made of: parameters only. They say what is computed; score/kernels says how.
//
// Every operator takes one or more Values and gives one. `in` below is its first input with columns in_0 .. in_{w-1};
// NaN is a missing number and null a missing text (model/value.h). Unless an operator says otherwise a missing input
// cell makes the output cells that depend on it missing. Constants are float64.
//
// Each struct lists its fields once, in Fields; saving, loading, counting bytes and printing all go through that list,
// so a field is added in one place. The order of fields is part of the saved format (model/saved_format.md).
#pragma once

#include <variant>

#include "model/operators/categories.h"
#include "model/operators/checks.h"
#include "model/operators/comparisons.h"
#include "model/operators/constants.h"
#include "model/operators/decisions.h"
#include "model/operators/derived.h"
#include "model/operators/factors.h"
#include "model/operators/missing.h"
#include "model/operators/pairs.h"
#include "model/operators/patterns.h"
#include "model/operators/points.h"
#include "model/operators/predictors.h"
#include "model/operators/scaling.h"
#include "model/operators/shape.h"
#include "model/operators/terms.h"
#include "model/operators/text_counts.h"
#include "model/operators/tokens.h"

namespace scoreway::op {

// Every kind of operator, in the order of the saved format's kind numbers: append only.
// clang-format off
using AnyParams = std::variant<
    Concat,
    Select,
    Constant,
    RequireFinite,
    NumberDomain,
    TextDomain,
    ImputeNumber,
    ImputeText,
    MissingIndicator,
    Affine,
    NormalizeRows,
    PowerTransform,
    QuantileTransform,
    EncodeNumber,
    EncodeText,
    DecodeNumber,
    DecodeText,
    OneHot,
    Bin,
    Polynomial,
    Unary,
    Binary,
    Where,
    TextUnary,
    NumberToText,
    JoinText,
    AggregateRow,
    SplineBasis,
    Linear,
    Distances,
    TreeEnsemble,
    Row,
    Threshold,
    WeightedSum,
    Votes,
    Interpolate,
    GaussianLikelihood,
    WeightedMedian,
    MatchText,
    ReplaceText,
    DateText,
    LinearTreeEnsemble,
    KernelMatrix,
    PointDistances,
    NearestPoints,
    DistanceWeights,
    CellVotes,
    ImputeNearest,
    PairVotes,
    CouplePairs,
    CountText,
    FieldDistances,
    FlagSimilarities,
    RankRow,
    NormalizeText,
    TermFrequency,
    ListItems,
    SplitText,
    ListWords,
    HashText,
    TermMeans,
    ItemRules,
    TopicInference,
    GreatestProducts,
    PathDistances,
    BarycenterWeights,
    SparseCode,
    TopicShares,
    CircularConvolution
>;
// clang-format on

template <typename Op, typename Variant>
inline constexpr bool kIsOneOf = false;
template <typename Op, typename... Kinds>
inline constexpr bool kIsOneOf<Op, std::variant<Kinds...>> = (std::is_same_v<Op, Kinds> || ...);

// The parameters of one operator of any kind, to be asked with std::get_if and std::visit. It is made, copied, moved
// and destroyed in operators.cc alone: a variant of this many kinds costs every file that builds a model a second of
// compiling otherwise.
class Params : public AnyParams {
 public:
  Params();  // a Concat
  template <typename Op>
    requires kIsOneOf<Op, AnyParams>
  Params(Op op);  // NOLINT(google-explicit-constructor)
  Params(const Params& other);
  Params(Params&& other) noexcept;
  Params& operator=(const Params& other);
  Params& operator=(Params&& other) noexcept;
  ~Params();
};

}  // namespace scoreway::op
