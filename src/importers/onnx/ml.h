// The operators of ai.onnx.ml.
#pragma once

#include "importers/onnx/lowering.h"

namespace scoreway::onnx {

// ml_columns.cc
Result<Outputs> LowerArrayFeatureExtractor(Context& context, const Node& node);
Result<Outputs> LowerFeatureVectorizer(Context& context, const Node& node);
Result<Outputs> LowerZipMap(Context& context, const Node& node);
// ml_maps.cc
Result<Outputs> LowerCastMap(Context& context, const Node& node);
Result<Outputs> LowerDictVectorizer(Context& context, const Node& node);
// ml_scale.cc
Result<Outputs> LowerBinarizer(Context& context, const Node& node);
Result<Outputs> LowerImputer(Context& context, const Node& node);
Result<Outputs> LowerNormalizer(Context& context, const Node& node);
Result<Outputs> LowerScaler(Context& context, const Node& node);
// ml_categories.cc
Result<Outputs> LowerCategoryMapper(Context& context, const Node& node);
Result<Outputs> LowerLabelEncoder(Context& context, const Node& node);
Result<Outputs> LowerOneHotEncoder(Context& context, const Node& node);
// ml_linear.cc
Result<Outputs> LowerLinearClassifier(Context& context, const Node& node);
Result<Outputs> LowerLinearRegressor(Context& context, const Node& node);
// ml_support_vectors.cc
Result<Outputs> LowerSvmClassifier(Context& context, const Node& node);
Result<Outputs> LowerSvmRegressor(Context& context, const Node& node);
// ml_trees.cc
Result<Outputs> LowerTreeEnsemble(Context& context, const Node& node);
Result<Outputs> LowerTreeEnsembleClassifier(Context& context, const Node& node);
Result<Outputs> LowerTreeEnsembleRegressor(Context& context, const Node& node);

}  // namespace scoreway::onnx
