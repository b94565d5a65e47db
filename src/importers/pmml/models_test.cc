// What the model elements refuse, and what they find wrong.
#include <gtest/gtest.h>

#include <string>

#include "importers/pmml/pmml_importer.h"

namespace scoreway::pmml {
namespace {

std::string Document(const std::string& model) {
  return R"(<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><DataDictionary>
<DataField name="x" optype="continuous" dataType="double"/>
<DataField name="c" optype="categorical" dataType="string"><Value value="a"/><Value value="b"/></DataField>
<DataField name="t" optype="continuous" dataType="double"/>
<DataField name="k" optype="categorical" dataType="string"><Value value="p"/><Value value="q"/></DataField>
</DataDictionary>)" +
         model + "</PMML>";
}

std::string Schema(const std::string& target) {
  return R"(<MiningSchema><MiningField name="x"/><MiningField name="c"/><MiningField name=")" + target +
         R"(" usageType="target"/></MiningSchema>)";
}

// "unsupported ..." or "corrupt ...", as the importer says it.
std::string ErrorOf(const std::string& model) {
  const auto result = ImportPmml(Document(model));
  if (result.ok()) return "no error";
  return (result.code() == Code::kUnsupported ? "unsupported: " : "wrong: ") + result.error().ToString();
}

void ExpectError(const std::string& model, const std::string& kind, const std::string& piece) {
  const std::string error = ErrorOf(model);
  EXPECT_TRUE(error.starts_with(kind)) << error;
  EXPECT_NE(error.find(piece), std::string::npos) << error;
}

std::string General(const std::string& attributes, const std::string& function = "regression",
                    const std::string& target = "t") {
  return "<GeneralRegressionModel functionName=\"" + function + "\" " + attributes + ">" + Schema(target) +
         R"(<ParameterList><Parameter name="p0"/><Parameter name="p1"/></ParameterList>
<FactorList><Predictor name="c"/></FactorList><CovariateList><Predictor name="x"/></CovariateList>
<PPMatrix><PPCell value="1" predictorName="x" parameterName="p1"/></PPMatrix>
<ParamMatrix><PCell parameterName="p0" beta="1"/><PCell parameterName="p1" beta="2"/></ParamMatrix>
</GeneralRegressionModel>)";
}

TEST(GeneralRegression, NamesWhatItCannotSay) {
  EXPECT_EQ(ErrorOf(General("modelType=\"regression\"")), "no error");
  ExpectError(General("modelType=\"logLinear\""), "unsupported", "modelType logLinear");
  ExpectError(General("modelType=\"generalLinear\" offsetValue=\"1\""), "unsupported", "offsetValue");
  ExpectError(General("modelType=\"generalizedLinear\""), "wrong", "linkFunction is missing");
  ExpectError(General("modelType=\"generalizedLinear\" linkFunction=\"cubic\""), "wrong", "'cubic' is not known");
  ExpectError(General("modelType=\"generalizedLinear\" linkFunction=\"power\""), "wrong", "linkParameter is missing");
  ExpectError(General("modelType=\"CoxRegression\""), "wrong", "BaseCumHazardTables");
  ExpectError(General("modelType=\"multinomialLogistic\"", "classification", "k"), "wrong", "reference category");
}

std::string Network(const std::string& layer, const std::string& attributes = "activationFunction=\"tanh\"") {
  return "<NeuralNetwork functionName=\"regression\" " + attributes + ">" + Schema("t") +
         R"(<NeuralInputs><NeuralInput id="0"><DerivedField optype="continuous" dataType="double"><FieldRef field="x"/>
</DerivedField></NeuralInput></NeuralInputs>)" +
         layer + R"(<NeuralOutputs><NeuralOutput outputNeuron="1"><DerivedField optype="continuous" dataType="double">
<FieldRef field="t"/></DerivedField></NeuralOutput></NeuralOutputs></NeuralNetwork>)";
}

TEST(NeuralNetwork, NamesWhatIsWrong) {
  const std::string neuron = "<Neuron id=\"1\"><Con from=\"0\" weight=\"1\"/></Neuron>";
  EXPECT_EQ(ErrorOf(Network("<NeuralLayer>" + neuron + "</NeuralLayer>")), "no error");
  ExpectError(Network("<NeuralLayer>" + neuron + neuron + "</NeuralLayer>"), "wrong", "another neuron has the id '1'");
  ExpectError(Network("<NeuralLayer><Neuron id=\"1\"><Con from=\"7\" weight=\"1\"/></Neuron></NeuralLayer>"), "wrong",
              "there is no neuron '7' before");
  ExpectError(Network("<NeuralLayer><Neuron id=\"2\"/></NeuralLayer>"), "wrong", "there is no neuron '1'");
  ExpectError(Network("<NeuralLayer>" + neuron + "</NeuralLayer>", "activationFunction=\"step\""), "wrong",
              "'step' is not known");
  ExpectError(Network("<NeuralLayer>" + neuron + "</NeuralLayer>", "activationFunction=\"radialBasis\""), "wrong",
              "it has no width");
}

std::string Vectors(const std::string& kernel, const std::string& vector) {
  return "<SupportVectorMachineModel functionName=\"regression\">" + Schema("t") + kernel +
         R"(<VectorDictionary><VectorFields><FieldRef field="x"/></VectorFields><VectorInstance id="v">)" + vector +
         R"(</VectorInstance></VectorDictionary><SupportVectorMachine><SupportVectors><SupportVector vectorId="v"/>
</SupportVectors><Coefficients><Coefficient value="1"/></Coefficients></SupportVectorMachine></SupportVectorMachineModel>)";
}

TEST(SupportVectorMachine, NamesWhatIsWrong) {
  const std::string linear = "<LinearKernelType/>", one = "<Array n=\"1\" type=\"real\">1</Array>";
  EXPECT_EQ(ErrorOf(Vectors(linear, one)), "no error");
  ExpectError(Vectors("<WaveletKernelType/>", one), "unsupported", "this kernel");
  ExpectError(Vectors(linear, "<Array n=\"2\" type=\"real\">1 2</Array>"), "wrong", "2 numbers");
  ExpectError(Vectors(linear,
                      "<REAL-SparseArray n=\"1\"><Indices>2</Indices><REAL-Entries>1</REAL-Entries>"
                      "</REAL-SparseArray>"),
              "wrong", "an index is beyond the array");
}

std::string Bayes(const std::string& input) {
  const std::string counts = R"(<TargetValueCounts><TargetValueCount value="p" count="3"/>
<TargetValueCount value="q" count="1"/></TargetValueCounts>)";
  return "<NaiveBayesModel functionName=\"classification\" threshold=\"0.1\">" + Schema("k") + "<BayesInputs>" + input +
         "</BayesInputs><BayesOutput fieldName=\"k\">" + counts + "</BayesOutput></NaiveBayesModel>";
}

TEST(NaiveBayes, NamesWhatItCannotSay) {
  const auto stats = [](const std::string& distribution) {
    return "<BayesInput fieldName=\"x\"><TargetValueStats><TargetValueStat value=\"p\">" + distribution +
           "</TargetValueStat></TargetValueStats></BayesInput>";
  };
  EXPECT_EQ(ErrorOf(Bayes(stats("<GaussianDistribution mean=\"1\" variance=\"2\"/>"))), "no error");
  ExpectError(Bayes(stats("<UniformDistribution lower=\"1\" upper=\"2\"/>")), "unsupported", "Gaussian");
  ExpectError(Bayes(stats("<GaussianDistribution mean=\"1\" variance=\"0\"/>")), "wrong", "variance is not positive");
  ExpectError(Bayes("<BayesInput fieldName=\"c\"/>"), "wrong", "neither PairCounts nor TargetValueStats");
}

std::string Rules(const std::string& criterion, const std::string& rules) {
  return "<RuleSetModel functionName=\"classification\">" + Schema("k") + "<RuleSet><RuleSelectionMethod criterion=\"" +
         criterion + "\"/>" + rules + "</RuleSet></RuleSetModel>";
}

TEST(RuleSet, NamesWhatIsWrong) {
  EXPECT_EQ(ErrorOf(Rules("firstHit", "<SimpleRule score=\"p\"><True/></SimpleRule>")), "no error");
  ExpectError(Rules("lastHit", "<SimpleRule score=\"p\"><True/></SimpleRule>"), "wrong", "'lastHit' is not known");
  ExpectError(Rules("firstHit", ""), "wrong", "it has no rules");
  ExpectError(Rules("firstHit", "<SimpleRule score=\"p\"/>"), "wrong", "it has no predicate");
}

std::string Clustering(const std::string& attributes, const std::string& measure, const std::string& centre = "1") {
  return "<ClusteringModel functionName=\"clustering\" " + attributes +
         "><MiningSchema><MiningField name=\"x\"/></MiningSchema><ComparisonMeasure kind=\"distance\">" + measure +
         "</ComparisonMeasure><ClusteringField field=\"x\"/><Cluster><Array type=\"real\">" + centre +
         "</Array></Cluster></ClusteringModel>";
}

TEST(Clustering, NamesWhatItCannotSay) {
  EXPECT_EQ(ErrorOf(Clustering("modelClass=\"centerBased\"", "<euclidean/>")), "no error");
  ExpectError(Clustering("modelClass=\"distributionBased\"", "<euclidean/>"), "unsupported", "distributionBased");
  ExpectError(Clustering("", "<cosine/>"), "unsupported", "a measure that is none of the specification's");
  ExpectError(Clustering("", "<minkowski/>"), "wrong", "p-parameter is missing");
  ExpectError(Clustering("", "<euclidean/>", "1 2"), "wrong", "2 numbers");
  ExpectError(Clustering("", "<jaccard/>", "0.5"), "wrong", "neither 0 nor 1");
}

std::string Neighbors(const std::string& count, const std::string& row, const std::string& input = "x") {
  return "<NearestNeighborModel functionName=\"regression\" numberOfNeighbors=\"" + count + "\">" + Schema("t") +
         R"(<TrainingInstances><InstanceFields><InstanceField field="x"/><InstanceField field="t"/></InstanceFields>
<InlineTable>)" +
         row + R"(</InlineTable></TrainingInstances><ComparisonMeasure kind="distance"><euclidean/></ComparisonMeasure>
<KNNInputs><KNNInput field=")" +
         input + "\"/></KNNInputs></NearestNeighborModel>";
}

TEST(NearestNeighbor, NamesWhatIsWrong) {
  const std::string row = "<row><x>1</x><t>2</t></row>";
  EXPECT_EQ(ErrorOf(Neighbors("1", row)), "no error");
  ExpectError(Neighbors("2", row), "wrong", "numberOfNeighbors is not between 1 and the number of instances");
  ExpectError(Neighbors("1", "<row><x>1</x></row>"), "wrong", "field 't' is missing");
  ExpectError(Neighbors("1", "<row><x>one</x><t>2</t></row>"), "wrong", "'one' of field 'x' is no double");
  ExpectError(Neighbors("1", ""), "wrong", "it has no instances");
  ExpectError(Neighbors("1", row, "c"), "unsupported", "the instances do not have");
}

std::string Card(const std::string& attribute, const std::string& output = "") {
  return "<Scorecard functionName=\"regression\">" + Schema("t") + output +
         "<Characteristics><Characteristic name=\"n\">" + attribute + "</Characteristic></Characteristics></Scorecard>";
}

TEST(Scorecard, NamesWhatIsWrong) {
  const std::string reason = R"(<Output><OutputField name="r" feature="reasonCode"/></Output>)";
  EXPECT_EQ(ErrorOf(Card("<Attribute partialScore=\"1\"><True/></Attribute>")), "no error");
  ExpectError(Card("<Attribute><True/></Attribute>"), "wrong", "partialScore is missing");
  ExpectError(Card("<Attribute partialScore=\"1\"/>"), "wrong", "it has no predicate");
  ExpectError(Card("<Attribute partialScore=\"1\"><True/></Attribute>", reason), "wrong", "baselineScore is missing");
}

std::string Associations(const std::string& schema, const std::string& output, const std::string& rule) {
  return "<AssociationModel functionName=\"associationRules\"><MiningSchema>" + schema + "</MiningSchema><Output>" +
         output + R"(</Output><Item id="1" value="c=a"/><Item id="2" value="c=b"/><Itemset id="1"><ItemRef itemRef="1"/>
</Itemset><Itemset id="2"><ItemRef itemRef="2"/></Itemset>)" +
         rule + "</AssociationModel>";
}

TEST(Association, NamesWhatIsWrong) {
  const std::string field = "<MiningField name=\"c\"/>", list = field + "<MiningField name=\"k\" usageType=\"group\"/>";
  const std::string rule = R"(<AssociationRule antecedent="1" consequent="2" support="0.1" confidence="0.5"/>)";
  const std::string best = R"(<OutputField name="o" feature="ruleValue" ruleFeature="rule"/>)";
  EXPECT_EQ(ErrorOf(Associations(field, best, rule)), "no error");
  EXPECT_EQ(ErrorOf(Associations(list, best, rule)), "no error");
  ExpectError(Associations("<MiningField name=\"x\"/>", best, rule), "wrong", "it belongs to no field");
  ExpectError(Associations(field, best, ""), "wrong", "it has no AssociationRule");
  ExpectError(Associations(field, best, R"(<AssociationRule antecedent="1" consequent="7"/>)"), "wrong",
              "there is no Itemset '7'");
  const std::string by_lift = R"(<OutputField name="o" feature="ruleValue" ruleFeature="rule" rankBasis="lift"/>)";
  ExpectError(Associations(field, by_lift, rule), "wrong", "lift is missing");
  const std::string many = R"(<OutputField name="o" feature="ruleValue" ruleFeature="rule" isMultiValued="1"/>)";
  ExpectError(Associations(field, many, rule), "unsupported", "isMultiValued");
}

TEST(Anomaly, NamesWhatIsWrong) {
  const auto model = [](const std::string& attributes) {
    return "<AnomalyDetectionModel functionName=\"regression\" " + attributes +
           R"(><MiningSchema><MiningField name="x"/></MiningSchema><RegressionModel functionName="regression">
<MiningSchema><MiningField name="x"/></MiningSchema><RegressionTable intercept="1"/></RegressionModel>
</AnomalyDetectionModel>)";
  };
  EXPECT_EQ(ErrorOf(model("algorithmType=\"ocsvm\"")), "no error");
  ExpectError(model("algorithmType=\"iforest\""), "wrong", "sampleDataSize is missing");
  ExpectError(model("algorithmType=\"clusterMeanDist\""), "wrong", "MeanClusterDistances");
  ExpectError(model("algorithmType=\"other\""), "unsupported", "algorithmType other");
}

TEST(Baseline, RefusesStreams) {
  const auto model = [](const std::string& test) {
    return "<BaselineModel functionName=\"regression\">" + Schema("t") + "<TestDistributions field=\"x\" " + test +
           R"(><Baseline><GaussianDistribution mean="1" variance="2"/></Baseline></TestDistributions></BaselineModel>)";
  };
  EXPECT_EQ(ErrorOf(model("testStatistic=\"zValue\"")), "no error");
  ExpectError(model("testStatistic=\"zValue\" windowSize=\"9\""), "unsupported", "windowSize");
  ExpectError(model("testStatistic=\"CUSUM\""), "unsupported", "testStatistic CUSUM");
}

TEST(GaussianProcess, NamesWhatIsWrong) {
  const auto model = [](const std::string& kernel) {
    return "<GaussianProcessModel functionName=\"regression\">" + Schema("t") + kernel +
           R"(<TrainingInstances><InstanceFields><InstanceField field="x" column="x"/><InstanceField field="t" column="t"/>
</InstanceFields><InlineTable><row><x>1</x><t>2</t></row><row><x>1</x><t>3</t></row></InlineTable></TrainingInstances>
</GaussianProcessModel>)";
  };
  EXPECT_EQ(ErrorOf(model("<RadialBasisKernel/>")), "no error");
  ExpectError(model(""), "wrong", "it has no kernel");
  ExpectError(model("<RadialBasisKernel lambda=\"0\"/>"), "wrong", "none of a kernel");
  // Two instances at one point, and no noise.
  ExpectError(model("<RadialBasisKernel noiseVariance=\"0\"/>"), "wrong", "not positive definite");
  ExpectError(model("<AbsoluteExponentialKernel/>"), "wrong", "it has no Lambda");
}

TEST(Tree, NamesWhatItCannotSay) {
  const auto model = [](const std::string& attributes, const std::string& inside) {
    return "<TreeModel functionName=\"regression\" " + attributes + ">" + Schema("t") + "<Node score=\"1\"><True/>" +
           inside + "</Node></TreeModel>";
  };
  EXPECT_EQ(ErrorOf(model("", "")), "no error");
  const std::string table = "<RegressionTable intercept=\"1\"/>";
  EXPECT_EQ(ErrorOf(model("", "<Regression functionName=\"regression\">" + table + "</Regression>")), "no error");
  ExpectError(model("", "<Regression functionName=\"regression\"><Targets/>" + table + "</Regression>"), "unsupported",
              "of a model within a Node");
  ExpectError(model("", "<DecisionTree/>"), "unsupported", "a tree within a Node");
  ExpectError(model("noTrueChildStrategy=\"guess\"", ""), "wrong", "'guess' is not known");
}

TEST(Mining, NamesWhatItCannotSay) {
  const auto model = [](const std::string& attributes, const std::string& segment, const std::string& output) {
    return "<MiningModel functionName=\"regression\">" + Schema("t") + "<Output>" + output + "</Output><Segmentation " +
           attributes + "><Segment id=\"s\"><True/>" + segment +
           R"(<RegressionModel functionName="regression"><MiningSchema><MiningField name="x"/></MiningSchema>
<RegressionTable intercept="1"/></RegressionModel></Segment></Segmentation></MiningModel>)";
  };
  const std::string average = "multipleModelMethod=\"average\"";
  EXPECT_EQ(ErrorOf(model(average, "", "")), "no error");
  ExpectError(model(average, "<VariableWeight field=\"x\"/>", ""), "unsupported", "a weight that a field says");
  ExpectError(model(average + " missingPredictionTreatment=\"guess\"", "", ""), "wrong", "'guess' is not known");
  ExpectError(model(average, "", "<OutputField name=\"o\" feature=\"entityId\"/>"), "unsupported", "entities");
  ExpectError(model(average, "", "<OutputField name=\"o\" feature=\"predictedValue\" isMultiValued=\"1\"/>"),
              "unsupported", "isMultiValued");
}

TEST(Ordinal, WantsValuesOfTheField) {
  const std::string document = R"(<PMML version="4.4"><DataDictionary><DataField name="o" optype="ordinal"
dataType="string"><Value value="low"/><Value value="high"/></DataField></DataDictionary>
<TreeModel functionName="regression"><MiningSchema><MiningField name="o"/></MiningSchema><Node score="1"><SimplePredicate
field="o" operator="lessThan" value="middle"/></Node></TreeModel></PMML>)";
  const auto result = ImportPmml(document);
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.error().ToString().find("'middle' is none of the values"), std::string::npos);
}

// Asked one by one, so many fields that may be missing would double the tree with every node.
TEST(Tree, OfManySurrogatesStaysSmall) {
  constexpr int kFields = 60;
  std::string fields, schema = R"(<MiningSchema><MiningField name="t" usageType="target"/>)", nodes, ends;
  for (int i = 0; i < kFields; ++i) {
    const std::string name = "f" + std::to_string(i), other = "f" + std::to_string((i + 7) % kFields);
    fields += "<DataField name=\"" + name + R"(" optype="continuous" dataType="double"/>)";
    schema += "<MiningField name=\"" + name + "\"/>";
    const auto predicate = [&](const std::string& comparison) {
      const auto simple = [&](const std::string& field) {
        return "<SimplePredicate field=\"" + field + "\" operator=\"" + comparison + R"(" value="0"/>)";
      };
      return R"(<CompoundPredicate booleanOperator="surrogate">)" + simple(name) + simple(other) +
             "</CompoundPredicate>";
    };
    nodes += "<Node score=\"" + std::to_string(i) + "\">" + predicate("lessThan") + "</Node><Node score=\"-1\">" +
             predicate("greaterOrEqual");
    ends += "</Node>";
  }
  const auto model =
      ImportPmml(R"(<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><DataDictionary>)" + fields +
                 R"(<DataField name="t" optype="continuous" dataType="double"/></DataDictionary>
<TreeModel functionName="regression" missingValueStrategy="lastPrediction">)" +
                 schema + R"(</MiningSchema><Node score="-2"><True/>)" + nodes + ends + "</Node></TreeModel></PMML>");
  ASSERT_TRUE(model.ok()) << model.error().ToString();
  EXPECT_LT(model->ByteSize(), size_t{64} << 20);
}

}  // namespace
}  // namespace scoreway::pmml
