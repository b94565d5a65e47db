// What the core of the importer refuses, and what it finds wrong.
#include "importers/pmml/pmml_importer.h"

#include <gtest/gtest.h>

#include <string>

#include "importers/pmml/verification.h"

namespace scoreway::pmml {
namespace {

std::string Document(const std::string& model, const std::string& transformations = "") {
  return R"(<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><DataDictionary>
<DataField name="x" optype="continuous" dataType="double"/>
<DataField name="c" optype="categorical" dataType="string"/></DataDictionary>
<TransformationDictionary>)" +
         transformations + "</TransformationDictionary>" + model + "</PMML>";
}

std::string Regression(const std::string& inside, const std::string& attributes = "") {
  return "<RegressionModel functionName=\"regression\" " + attributes +
         "><MiningSchema><MiningField name=\"x\"/><MiningField name=\"c\"/></MiningSchema>" + inside +
         "</RegressionModel>";
}

const std::string kTable =
    R"(<RegressionTable intercept="1"><NumericPredictor name="d" coefficient="2"/></RegressionTable>)";

std::string Derived(const std::string& expression) {
  return R"(<DerivedField name="d" optype="continuous" dataType="double">)" + expression + "</DerivedField>";
}

void ExpectError(const std::string& document, Code code, const std::string& piece) {
  const auto model = ImportPmml(document);
  ASSERT_FALSE(model.ok());
  EXPECT_EQ(model.code(), code) << model.error().ToString();
  EXPECT_NE(model.error().ToString().find(piece), std::string::npos) << model.error().ToString();
}

TEST(PmmlImporter, KnowsItsDocuments) {
  EXPECT_TRUE(LooksLikePmml("<?xml version='1.0'?><PMML/>"));
  EXPECT_TRUE(LooksLikePmml("\xEF\xBB\xBF<PMML version='4.4'>"));
  EXPECT_FALSE(LooksLikePmml("{\"learner\":{}}"));
  EXPECT_FALSE(LooksLikePmml(""));
  ExpectError("<html/>", Code::kInvalidArgument, "not PMML but html");
  ExpectError("<PMML version='5.0'/>", Code::kUnsupported, "version 5.0");
  ExpectError("<PMML version='4.4'/>", Code::kUnsupported, "no model element");
}

TEST(PmmlImporter, NamesWhatIsNotSupported) {
  ExpectError(Document(Regression(kTable), Derived(R"(<Lag field="x"/>)")), Code::kUnsupported, "Lag");
  ExpectError(Document(Regression(kTable), Derived(R"(<Apply function="cube"><FieldRef field="x"/></Apply>)")),
              Code::kUnsupported, "function 'cube'");
  ExpectError(Document(Regression(kTable),
                       Derived(R"(<Apply function="matches"><FieldRef field="c"/><Constant>(?=a)</Constant></Apply>)")),
              Code::kUnsupported, "regular expression");
  ExpectError(Document("<TimeSeriesModel functionName=\"timeSeries\"/>"), Code::kUnsupported,
              "TimeSeriesModel, line 4");
  ExpectError(Document(Regression(kTable, "isScorable=\"false\""), Derived("<Constant>1</Constant>")),
              Code::kUnsupported, "isScorable");
}

TEST(PmmlImporter, PassesOverTheResultFeaturesOfVendors) {
  const std::string output = R"(<Output><OutputField name="p" feature="predictedValue"/>
<OutputField name="r" feature="x-report"/></Output>)";
  const auto model = ImportPmml(Document(Regression(output + kTable), Derived("<Constant>1</Constant>")));
  ASSERT_TRUE(model.ok()) << model.error().ToString();
  for (const OutputField& column : model->signature().outputs) EXPECT_NE(column.name, "r");
  const std::string reader = R"(<OutputField name="q" feature="transformedValue"><FieldRef field="r"/></OutputField>)";
  const std::string read = output.substr(0, output.size() - 9) + reader + "</Output>";
  ExpectError(Document(Regression(read + kTable), Derived("<Constant>1</Constant>")), Code::kCorrupt,
              "field 'r' is not defined");
}

TEST(PmmlImporter, FindsFieldsThatAreWrong) {
  ExpectError(Document(Regression(kTable)), Code::kCorrupt, "field 'd' is not defined");
  ExpectError(Document(Regression(kTable), Derived(R"(<FieldRef field="d"/>)")), Code::kCorrupt, "rests on itself");
  const std::string recursive = R"(<DefineFunction name="f" optype="continuous"><ParameterField name="v"/>
<Apply function="f"><FieldRef field="v"/></Apply></DefineFunction>)";
  ExpectError(Document(Regression(kTable), recursive + Derived(R"(<Apply function="f"><FieldRef field="x"/></Apply>)")),
              Code::kCorrupt, "calls itself");
  ExpectError(Document(Regression("<RegressionTable/>")), Code::kCorrupt, "intercept is missing");
}

TEST(PmmlImporter, ReadsWhatAModelIsVerifiedWith) {
  const std::string verification = R"(<ModelVerification><VerificationFields>
<VerificationField field="x"/><VerificationField field="_target" column="t" precision="1E-3" zeroThreshold="1E-9"/>
</VerificationFields><InlineTable><row><x>1</x><t>3</t></row><row><t>"</t></row></InlineTable></ModelVerification>)";
  const auto read = ReadVerification(Document(Regression(kTable + verification)));
  ASSERT_TRUE(read.ok() && *read);
  EXPECT_EQ((*read)->rows, "\"x\"\n\"1\"\n\n");
  EXPECT_EQ((*read)->expected, "\"_target\"\n\"3\"\n\"\"\"\"\n");
  EXPECT_EQ((*read)->precision, 1e-3);
  EXPECT_EQ((*read)->zero_threshold, 1e-9);
  const auto none = ReadVerification(Document(Regression(kTable)));
  EXPECT_TRUE(none.ok() && !*none);
}

}  // namespace
}  // namespace scoreway::pmml
