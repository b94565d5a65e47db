#include "service/convert.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "exporters/operator_models.h"
#include "importers/importer.h"

namespace scoreway {
namespace {

using Refused = std::map<std::string, std::string>;  // why a model is not compared, by its name

// Converts every operator's model; what is written must answer as the source does.
Refused ConvertAll(ExportFormat format, size_t* compared) {
  Refused refused;
  for (OperatorModel& sample : OperatorModels()) {
    std::string bytes;
    StringSink sink(&bytes);
    ConvertRequest request;
    request.format = format;
    request.probe.rows = 400;
    const auto model = std::make_shared<const Model>(std::move(sample.model));
    const Result<ConvertAnswer> answer = ConvertModel(model, request, &sink);
    if (answer.code() == Code::kUnsupported) {
      refused[sample.name] = answer.error().message;
      EXPECT_EQ(bytes, "") << sample.name;  // nothing is half written
      continue;
    }
    EXPECT_TRUE(answer.ok()) << sample.name << ": " << answer.status().ToString();
    if (!answer.ok()) continue;
    if (!answer->parity) {
      refused[sample.name] = answer->unchecked;
      continue;
    }
    EXPECT_TRUE(answer->parity->passed()) << sample.name << ": " << answer->parity->first_difference;
    EXPECT_GE(answer->parity->rows, 20U) << sample.name;
    ++*compared;
  }
  return refused;
}

TEST(Convert, EveryOperatorToItself) {
  size_t compared = 0;
  EXPECT_TRUE(ConvertAll(ExportFormat::kScoreway, &compared).empty());
  EXPECT_GT(compared, 200U);
}

void ExpectCoverage(ExportFormat format, const std::vector<std::string>& refused_names) {
  const std::vector<std::string_view> known = KnownFormats();
  if (std::find(known.begin(), known.end(), ExportFormatName(format)) == known.end()) {
    GTEST_SKIP() << "there is no importer to read it back";
  }
  size_t compared = 0;
  const Refused refused = ConvertAll(format, &compared);
  for (const auto& [name, why] : refused) {
    const bool expected = std::any_of(refused_names.begin(), refused_names.end(),
                                      [&](const std::string& start) { return name.rfind(start, 0) == 0; });
    EXPECT_TRUE(expected) << name << ": " << why;
  }
  EXPECT_GT(compared, 200U);
}

TEST(Convert, EveryOperatorToPmml) {
  ExpectCoverage(ExportFormat::kPmml,
                 {"binary_17", "quantile_normal", "quantile_ties", "interpolate_steps", "match_text", "replace_text",
                  "row_6", "trees_linear", "unary_40", "kernel_matrix"});
}

TEST(Convert, EveryOperatorToOnnx) {
  ExpectCoverage(
      ExportFormat::kOnnx,
      {"binary_17", "binary_5", "binary_6", "unary_19", "unary_20", "unary_21", "unary_32", "aggregate_5", "text_unary",
       "join_text", "match_text", "replace_text", "quantile_normal", "text_domain_marked", "row_6", "trees_linear"});
}

}  // namespace
}  // namespace scoreway
