#include "service/gather_rule.h"

#include <charconv>
#include <optional>

#include "registry/model_names.h"

namespace scoreway {
namespace {

constexpr int64_t kRowsMax = 65'536;

std::optional<int64_t> ReadCount(std::string_view text) {
  int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size() || count < 1) return std::nullopt;
  return count;
}

}  // namespace

Result<GatherRule> ParseGatherRule(std::string_view text) {
  const auto refuse = [text](const std::string& why) { return Error{Code::kInvalidArgument, why, std::string(text)}; };
  const size_t equals = text.rfind('=');
  if (equals == std::string_view::npos) return refuse("MODEL=ROWS or MODEL/VERSION=ROWS is wanted");
  const auto rows = ReadCount(text.substr(equals + 1));
  if (!rows || *rows < 2 || *rows > kRowsMax) return refuse("from 2 to 65536 rows may be gathered");
  GatherRule rule;
  rule.rows_max = static_cast<size_t>(*rows);
  std::string_view name = text.substr(0, equals);
  if (const size_t slash = name.find('/'); slash != std::string_view::npos) {
    const auto version = ReadCount(name.substr(slash + 1));
    if (!version) return refuse("the version is no number");
    rule.version = *version;
    name = name.substr(0, slash);
  }
  rule.model = name;
  SCOREWAY_RETURN_IF_ERROR(CheckModelName(rule.model));
  return rule;
}

size_t GatherRowsOf(const std::vector<GatherRule>& rules, std::string_view model, int64_t version) {
  size_t rows_max = 0;
  for (const GatherRule& rule : rules) {
    if (rule.model != model) continue;
    if (rule.version == version) return rule.rows_max;
    if (rule.version == 0) rows_max = rule.rows_max;
  }
  return rows_max;
}

}  // namespace scoreway
