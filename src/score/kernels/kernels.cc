#include "score/kernels/kernels.h"

#include <array>
#include <variant>

namespace scoreway {

namespace {

// In the order of op::Params.
constexpr std::array kFactories = {
    MakeConcat,
    MakeSelect,
    MakeConstant,
    MakeRequireFinite,
    MakeNumberDomain,
    MakeTextDomain,
    MakeImputeNumber,
    MakeImputeText,
    MakeMissingIndicator,
    MakeAffine,
    MakeNormalizeRows,
    MakePowerTransform,
    MakeQuantileTransform,
    MakeEncodeNumber,
    MakeEncodeText,
    MakeDecodeNumber,
    MakeDecodeText,
    MakeOneHot,
    MakeBin,
    MakePolynomial,
    MakeUnary,
    MakeBinary,
    MakeWhere,
    MakeTextUnary,
    MakeNumberToText,
    MakeJoinText,
    MakeAggregateRow,
    MakeSplineBasis,
    MakeLinear,
    MakeDistances,
    MakeTreeEnsemble,
    MakeRow,
    MakeThreshold,
    MakeWeightedSum,
    MakeVotes,
    MakeInterpolate,
    MakeGaussianLikelihood,
    MakeWeightedMedian,
    MakeMatchText,
    MakeReplaceText,
    MakeDateText,
    MakeLinearTreeEnsemble,
    MakeKernelMatrix,
    MakePointDistances,
    MakeNearestPoints,
    MakeDistanceWeights,
    MakeCellVotes,
    MakeImputeNearest,
    MakePairVotes,
    MakeCouplePairs,
    MakeCountText,
    MakeFieldDistances,
    MakeFlagSimilarities,
    MakeRankRow,
    MakeNormalizeText,
    MakeTermFrequency,
    MakeListItems,
    MakeSplitText,
    MakeListWords,
    MakeHashText,
    MakeTermMeans,
    MakeItemRules,
    MakeTopicInference,
    MakeGreatestProducts,
    MakePathDistances,
    MakeBarycenterWeights,
    MakeSparseCode,
    MakeTopicShares,
    MakeCircularConvolution,
};
static_assert(kFactories.size() == std::variant_size_v<op::AnyParams>);

}  // namespace

Result<std::unique_ptr<Kernel>> MakeKernel(const KernelContext& context) {
  return kFactories[context.op.params.index()](context);
}

}  // namespace scoreway
