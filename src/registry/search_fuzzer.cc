// Whatever is typed, a search expression is understood or refused; and matches a version or not.
#include <cstdint>

#include "registry/search_expression.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const scoreway::VersionInfo version = [] {
    scoreway::VersionInfo info;
    info.name = "wine";
    info.number = 3;
    info.created_micros = 1'750'000'000'000'000;
    info.metadata.format = "sklearn-pickle";
    info.metadata.metrics = {{"auc", 0.93}};
    info.metadata.tags = {{"team", "risk"}};
    return info;
  }();
  const auto expression =
      scoreway::SearchExpression::Parse(std::string_view(reinterpret_cast<const char*>(data), size));
  if (expression.ok()) (void)expression->Matches(version);
  return 0;
}
