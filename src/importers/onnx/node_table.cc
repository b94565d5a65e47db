// Which function lowers which operator.
#include <algorithm>
#include <array>

#include "importers/onnx/activations.h"
#include "importers/onnx/constants.h"
#include "importers/onnx/elementwise.h"
#include "importers/onnx/lowering.h"
#include "importers/onnx/matrix.h"
#include "importers/onnx/ml.h"
#include "importers/onnx/movement.h"
#include "importers/onnx/points.h"
#include "importers/onnx/reduce.h"
#include "importers/onnx/texts.h"

namespace scoreway::onnx {
namespace {

constexpr std::string_view kMl = "ai.onnx.ml";

constexpr std::array kTable = {
    NodeEntry{"", "Abs", LowerUnary},
    NodeEntry{"", "Acos", LowerUnary},
    NodeEntry{"", "Acosh", LowerUnary},
    NodeEntry{"", "Add", LowerAdd},
    NodeEntry{"", "And", LowerAnd},
    NodeEntry{"", "ArgMax", LowerArgMax},
    NodeEntry{"", "ArgMin", LowerArgMin},
    NodeEntry{"", "Asin", LowerUnary},
    NodeEntry{"", "Asinh", LowerUnary},
    NodeEntry{"", "Atan", LowerUnary},
    NodeEntry{"", "Atanh", LowerUnary},
    NodeEntry{"", "Cast", LowerCast},
    NodeEntry{"", "CastLike", LowerCastLike},
    NodeEntry{"", "Ceil", LowerUnary},
    NodeEntry{"", "Celu", LowerCelu},
    NodeEntry{"", "Clip", LowerClip},
    NodeEntry{"", "Concat", LowerConcat},
    NodeEntry{"", "Constant", LowerConstant},
    NodeEntry{"", "ConstantOfShape", LowerConstantOfShape},
    NodeEntry{"", "Cos", LowerUnary},
    NodeEntry{"", "Cosh", LowerUnary},
    NodeEntry{"", "CumSum", LowerCumSum},
    NodeEntry{"", "Div", LowerDiv},
    NodeEntry{"", "Dropout", LowerDropout},
    NodeEntry{"", "Elu", LowerElu},
    NodeEntry{"", "Equal", LowerEqual},
    NodeEntry{"", "Erf", LowerErf},
    NodeEntry{"", "Exp", LowerUnary},
    NodeEntry{"", "Expand", LowerExpand},
    NodeEntry{"", "Flatten", LowerFlatten},
    NodeEntry{"", "Floor", LowerUnary},
    NodeEntry{"", "Gather", LowerGather},
    NodeEntry{"", "Gelu", LowerGelu},
    NodeEntry{"", "Gemm", LowerGemm},
    NodeEntry{"", "Greater", LowerGreater},
    NodeEntry{"", "GreaterOrEqual", LowerGreaterOrEqual},
    NodeEntry{"", "HardSigmoid", LowerHardSigmoid},
    NodeEntry{"", "HardSwish", LowerHardSwish},
    NodeEntry{"", "Hardmax", LowerHardmax},
    NodeEntry{"", "Identity", LowerIdentity},
    NodeEntry{"", "IsInf", LowerIsInf},
    NodeEntry{"", "IsNaN", LowerIsNaN},
    NodeEntry{"", "LeakyRelu", LowerLeakyRelu},
    NodeEntry{"", "Less", LowerLess},
    NodeEntry{"", "LessOrEqual", LowerLessOrEqual},
    NodeEntry{"", "Log", LowerUnary},
    NodeEntry{"", "LogSoftmax", LowerLogSoftmax},
    NodeEntry{"", "LpNormalization", LowerLpNormalization},
    NodeEntry{"", "MatMul", LowerMatMul},
    NodeEntry{"", "Max", LowerMax},
    NodeEntry{"", "Mean", LowerMean},
    NodeEntry{"", "Min", LowerMin},
    NodeEntry{"", "Mod", LowerMod},
    NodeEntry{"", "Mul", LowerMul},
    NodeEntry{"", "Neg", LowerUnary},
    NodeEntry{"", "Not", LowerNot},
    NodeEntry{"", "Or", LowerOr},
    NodeEntry{"", "PRelu", LowerPRelu},
    NodeEntry{"", "Pow", LowerPow},
    NodeEntry{"", "Range", LowerRange},
    NodeEntry{"", "Reciprocal", LowerUnary},
    NodeEntry{"", "ReduceL1", LowerReduce},
    NodeEntry{"", "ReduceL2", LowerReduce},
    NodeEntry{"", "ReduceLogSum", LowerReduce},
    NodeEntry{"", "ReduceLogSumExp", LowerReduce},
    NodeEntry{"", "ReduceMax", LowerReduce},
    NodeEntry{"", "ReduceMean", LowerReduce},
    NodeEntry{"", "ReduceMin", LowerReduce},
    NodeEntry{"", "ReduceProd", LowerReduce},
    NodeEntry{"", "ReduceSum", LowerReduce},
    NodeEntry{"", "ReduceSumSquare", LowerReduce},
    NodeEntry{"", "Relu", LowerUnary},
    NodeEntry{"", "Reshape", LowerReshape},
    NodeEntry{"", "Round", LowerUnary},
    NodeEntry{"", "Scan", LowerScan},
    NodeEntry{"", "Selu", LowerSelu},
    NodeEntry{"", "Shape", LowerShape},
    NodeEntry{"", "Shrink", LowerShrink},
    NodeEntry{"", "Sigmoid", LowerUnary},
    NodeEntry{"", "Sign", LowerUnary},
    NodeEntry{"", "Sin", LowerUnary},
    NodeEntry{"", "Sinh", LowerUnary},
    NodeEntry{"", "Size", LowerSize},
    NodeEntry{"", "Slice", LowerSlice},
    NodeEntry{"", "Softmax", LowerSoftmax},
    NodeEntry{"", "Softplus", LowerSoftplus},
    NodeEntry{"", "Softsign", LowerSoftsign},
    NodeEntry{"", "Split", LowerSplit},
    NodeEntry{"", "Sqrt", LowerUnary},
    NodeEntry{"", "Squeeze", LowerSqueeze},
    NodeEntry{"", "StringConcat", LowerStringConcat},
    NodeEntry{"", "StringNormalizer", LowerStringNormalizer},
    NodeEntry{"", "Sub", LowerSub},
    NodeEntry{"", "Sum", LowerSum},
    NodeEntry{"", "Tan", LowerUnary},
    NodeEntry{"", "Tanh", LowerUnary},
    NodeEntry{"", "ThresholdedRelu", LowerThresholdedRelu},
    NodeEntry{"", "Tile", LowerTile},
    NodeEntry{"", "TopK", LowerTopK},
    NodeEntry{"", "Transpose", LowerTranspose},
    NodeEntry{"", "Unsqueeze", LowerUnsqueeze},
    NodeEntry{"", "Where", LowerWhere},
    NodeEntry{"", "Xor", LowerXor},
    NodeEntry{kMl, "ArrayFeatureExtractor", LowerArrayFeatureExtractor},
    NodeEntry{kMl, "Binarizer", LowerBinarizer},
    NodeEntry{kMl, "CastMap", LowerCastMap},
    NodeEntry{kMl, "CategoryMapper", LowerCategoryMapper},
    NodeEntry{kMl, "DictVectorizer", LowerDictVectorizer},
    NodeEntry{kMl, "FeatureVectorizer", LowerFeatureVectorizer},
    NodeEntry{kMl, "Imputer", LowerImputer},
    NodeEntry{kMl, "LabelEncoder", LowerLabelEncoder},
    NodeEntry{kMl, "LinearClassifier", LowerLinearClassifier},
    NodeEntry{kMl, "LinearRegressor", LowerLinearRegressor},
    NodeEntry{kMl, "Normalizer", LowerNormalizer},
    NodeEntry{kMl, "OneHotEncoder", LowerOneHotEncoder},
    NodeEntry{kMl, "SVMClassifier", LowerSvmClassifier},
    NodeEntry{kMl, "SVMRegressor", LowerSvmRegressor},
    NodeEntry{kMl, "Scaler", LowerScaler},
    NodeEntry{kMl, "TreeEnsemble", LowerTreeEnsemble},
    NodeEntry{kMl, "TreeEnsembleClassifier", LowerTreeEnsembleClassifier},
    NodeEntry{kMl, "TreeEnsembleRegressor", LowerTreeEnsembleRegressor},
    NodeEntry{kMl, "ZipMap", LowerZipMap},
    NodeEntry{"com.microsoft", "CDist", LowerCDist},
};

}  // namespace

NodeLowering FindLowering(std::string_view domain, std::string_view op_type) {
  for (const NodeEntry& entry : kTable) {
    if (entry.op_type == op_type && entry.domain == domain) return entry.lower;
  }
  return nullptr;
}

}  // namespace scoreway::onnx
