// Which function lowers which class, by public name (Object::public_name). This table is what "supported" means.

#include "importers/sklearn2pmml/classes.h"

#include "importers/sklearn2pmml/lowerings.h"

namespace scoreway::sklearn2pmml {
namespace {

using sklearn::PredictPipeline;
using sklearn::TransformPipeline;

constexpr sklearn::ClassLowering kClasses[] = {
    // composition
    {"sklearn2pmml.pipeline.PMMLPipeline", TransformPipeline, PredictPipeline, LowerPmmlPipeline},
    {"sklearn2pmml.PMMLPipeline", TransformPipeline, PredictPipeline, LowerPmmlPipeline},
    {"sklearn_pandas.dataframe_mapper.DataFrameMapper", TransformDataFrameMapper},
    {"sklearn_pandas.pipeline.TransformerPipeline", TransformPipeline, PredictPipeline},
    // domains
    {"sklearn2pmml.decoration.ContinuousDomain", TransformContinuousDomain},
    {"sklearn2pmml.decoration.CategoricalDomain", TransformDiscreteDomain},
    {"sklearn2pmml.decoration.OrdinalDomain", TransformDiscreteDomain},
    {"sklearn2pmml.decoration.DateDomain", TransformTemporalDomain},
    {"sklearn2pmml.decoration.DateTimeDomain", TransformTemporalDomain},
    {"sklearn2pmml.decoration.MultiDomain", TransformMultiDomain},
    {"sklearn2pmml.decoration.ContinuousDomainEraser", TransformIdentity},
    {"sklearn2pmml.decoration.DiscreteDomainEraser", TransformIdentity},
    // names and columns
    {"sklearn2pmml.decoration.Alias", TransformAlias},
    {"sklearn2pmml.decoration.MultiAlias", TransformAlias},
    {"sklearn2pmml.SelectorProxy", TransformSelectorProxy},
    {"sklearn2pmml.feature_selection.SelectUnique", TransformSupportMask},
    {"sklearn2pmml.preprocessing.IdentityTransformer", TransformIdentity},
    {"sklearn2pmml.preprocessing.DataFrameConstructor", TransformFrameConstructor},
    {"sklearn2pmml.preprocessing.SeriesConstructor", TransformFrameConstructor},
    {"sklearn2pmml.util.Slicer", TransformSlicer},
    // types and texts
    {"sklearn2pmml.preprocessing.CastTransformer", TransformCast},
    {"sklearn2pmml.preprocessing.MultiCastTransformer", TransformMultiCast},
    {"sklearn2pmml.preprocessing.ConcatTransformer", TransformConcat},
    {"sklearn2pmml.preprocessing.StringNormalizer", TransformStringNormalizer},
    {"sklearn2pmml.preprocessing.SubstringTransformer", TransformSubstring},
    {"sklearn2pmml.preprocessing.StringLengthTransformer", TransformStringLength},
    // categories
    {"sklearn2pmml.preprocessing.LookupTransformer", TransformLookup},
    {"sklearn2pmml.preprocessing.FilterLookupTransformer", TransformFilterLookup},
    {"sklearn2pmml.preprocessing.MultiLookupTransformer", TransformMultiLookup},
    {"sklearn2pmml.preprocessing.PMMLLabelBinarizer", TransformPmmlLabelBinarizer},
    {"sklearn2pmml.preprocessing.PMMLLabelEncoder", TransformPmmlLabelEncoder},
    // derived numbers
    {"sklearn2pmml.preprocessing.PowerFunctionTransformer", TransformPowerFunction},
    {"sklearn2pmml.preprocessing.AggregateTransformer", TransformAggregate},
    {"sklearn2pmml.preprocessing.Aggregator", TransformAggregate},
    {"sklearn2pmml.preprocessing.CutTransformer", TransformCut},
    {"sklearn2pmml.preprocessing.ExpressionTransformer", TransformExpression},
};

}  // namespace

sklearn::ClassTable Sklearn2pmmlClasses() { return kClasses; }

}  // namespace scoreway::sklearn2pmml
