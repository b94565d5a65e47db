#include "registry/model_names.h"

#include <algorithm>

#include "base/number_text.h"
#include "base/plain_name.h"

namespace scoreway {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

Result<int64_t> ParseVersion(std::string_view digits, std::string_view reference) {
  int64_t number = 0;
  const bool is_number = !digits.empty() && std::ranges::all_of(digits, IsDigit) &&
                         ParseInt64(digits, &number) == NumberParse::kOk && number > 0;
  if (is_number) return number;
  return Status(Code::kInvalidArgument, "a version is a number from 1, as in name/3 or name/versions/3",
                "reference '" + std::string(reference.substr(0, 300)) + "'");
}

}  // namespace

Status CheckModelName(std::string_view name) { return CheckPlainName("a model", name); }

Status CheckAliasName(std::string_view alias) {
  SCOREWAY_RETURN_IF_ERROR(CheckPlainName("an alias", alias));
  if (!std::ranges::all_of(alias, IsDigit)) return {};
  return Status(Code::kInvalidArgument, "the name of an alias must not be a number, which would read as a version",
                "alias '" + std::string(alias) + "'");
}

Result<Reference> ParseReference(std::string_view text) {
  Reference reference;
  const size_t at = text.find_first_of("@/");
  reference.name = text.substr(0, at);
  SCOREWAY_RETURN_IF_ERROR(CheckModelName(reference.name));
  if (at == std::string_view::npos) return reference;
  std::string_view rest = text.substr(at + 1);
  if (text[at] == '@') {
    SCOREWAY_RETURN_IF_ERROR(CheckAliasName(rest));
    reference.alias = rest;
    return reference;
  }
  constexpr std::string_view kVersions = "versions/";
  if (rest.starts_with(kVersions)) rest.remove_prefix(kVersions.size());
  SCOREWAY_ASSIGN_OR_RETURN(reference.version, ParseVersion(rest, text));
  return reference;
}

}  // namespace scoreway
