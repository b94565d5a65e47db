// The factories of the kernels, one a kind of operator (model/operators.h says what each computes). The parameters have
// passed InferShape.
#pragma once

#include <memory>

#include "base/result.h"
#include "score/kernel.h"

namespace scoreway {

using KernelResult = Result<std::unique_ptr<Kernel>>;

KernelResult MakeConcat(const KernelContext& context);
KernelResult MakeSelect(const KernelContext& context);
KernelResult MakeConstant(const KernelContext& context);
KernelResult MakeRequireFinite(const KernelContext& context);
KernelResult MakeNumberDomain(const KernelContext& context);
KernelResult MakeTextDomain(const KernelContext& context);
KernelResult MakeImputeNumber(const KernelContext& context);
KernelResult MakeImputeText(const KernelContext& context);
KernelResult MakeMissingIndicator(const KernelContext& context);
KernelResult MakeAffine(const KernelContext& context);
KernelResult MakeNormalizeRows(const KernelContext& context);
KernelResult MakePowerTransform(const KernelContext& context);
KernelResult MakeQuantileTransform(const KernelContext& context);
KernelResult MakeEncodeNumber(const KernelContext& context);
KernelResult MakeEncodeText(const KernelContext& context);
KernelResult MakeDecodeNumber(const KernelContext& context);
KernelResult MakeDecodeText(const KernelContext& context);
KernelResult MakeOneHot(const KernelContext& context);
KernelResult MakeBin(const KernelContext& context);
KernelResult MakePolynomial(const KernelContext& context);
KernelResult MakeUnary(const KernelContext& context);
KernelResult MakeBinary(const KernelContext& context);
KernelResult MakeWhere(const KernelContext& context);
KernelResult MakeTextUnary(const KernelContext& context);
KernelResult MakeNumberToText(const KernelContext& context);
KernelResult MakeJoinText(const KernelContext& context);
KernelResult MakeAggregateRow(const KernelContext& context);
KernelResult MakeSplineBasis(const KernelContext& context);
KernelResult MakeLinear(const KernelContext& context);
KernelResult MakeDistances(const KernelContext& context);
KernelResult MakeTreeEnsemble(const KernelContext& context);
KernelResult MakeRow(const KernelContext& context);
KernelResult MakeThreshold(const KernelContext& context);
KernelResult MakeWeightedSum(const KernelContext& context);
KernelResult MakeVotes(const KernelContext& context);
KernelResult MakeInterpolate(const KernelContext& context);
KernelResult MakeGaussianLikelihood(const KernelContext& context);
KernelResult MakeWeightedMedian(const KernelContext& context);
KernelResult MakeMatchText(const KernelContext& context);
KernelResult MakeReplaceText(const KernelContext& context);
KernelResult MakeDateText(const KernelContext& context);
KernelResult MakeLinearTreeEnsemble(const KernelContext& context);
KernelResult MakeKernelMatrix(const KernelContext& context);
KernelResult MakePointDistances(const KernelContext& context);
KernelResult MakeNearestPoints(const KernelContext& context);
KernelResult MakeDistanceWeights(const KernelContext& context);
KernelResult MakeCellVotes(const KernelContext& context);
KernelResult MakeImputeNearest(const KernelContext& context);
KernelResult MakePairVotes(const KernelContext& context);
KernelResult MakeCouplePairs(const KernelContext& context);
KernelResult MakeCountText(const KernelContext& context);
KernelResult MakeFieldDistances(const KernelContext& context);
KernelResult MakeFlagSimilarities(const KernelContext& context);
KernelResult MakeRankRow(const KernelContext& context);
KernelResult MakeNormalizeText(const KernelContext& context);
KernelResult MakeTermFrequency(const KernelContext& context);
KernelResult MakeListItems(const KernelContext& context);
KernelResult MakeSplitText(const KernelContext& context);
KernelResult MakeListWords(const KernelContext& context);
KernelResult MakeHashText(const KernelContext& context);
KernelResult MakeTermMeans(const KernelContext& context);
KernelResult MakeItemRules(const KernelContext& context);
KernelResult MakeTopicInference(const KernelContext& context);
KernelResult MakeGreatestProducts(const KernelContext& context);
KernelResult MakePathDistances(const KernelContext& context);
KernelResult MakeBarycenterWeights(const KernelContext& context);
KernelResult MakeSparseCode(const KernelContext& context);
KernelResult MakeTopicShares(const KernelContext& context);
KernelResult MakeCircularConvolution(const KernelContext& context);

}  // namespace scoreway
