#include "registry/model_names.h"

#include <algorithm>

#include "base/number_text.h"

namespace scoreway {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsNameByte(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' || c == '.';
}

Status CheckName(std::string_view what, std::string_view name) {
  const std::string subject = "the name of " + std::string(what);
  // Cut short, as a place must stay readable whatever was sent.
  const std::string place =
      std::string(what.substr(what.find(' ') + 1)) + " '" + std::string(name.substr(0, 160)) + "'";
  if (name.empty()) return Status(Code::kInvalidArgument, subject + " is empty");
  if (name.size() > kNameBytesMax) {
    return Status(Code::kInvalidArgument, subject + " has more than " + std::to_string(kNameBytesMax) + " characters",
                  place);
  }
  if (!std::ranges::all_of(name, IsNameByte)) {
    return Status(Code::kInvalidArgument, subject + " may have letters, digits, '_', '-' and '.' only", place);
  }
  if (std::ranges::all_of(name, [](char c) { return c == '.'; })) {
    return Status(Code::kInvalidArgument, subject + " is only dots", place);
  }
  return {};
}

Result<int64_t> ParseVersion(std::string_view digits, std::string_view reference) {
  int64_t number = 0;
  const bool is_number = !digits.empty() && std::ranges::all_of(digits, IsDigit) &&
                         ParseInt64(digits, &number) == NumberParse::kOk && number > 0;
  if (is_number) return number;
  return Status(Code::kInvalidArgument, "a version is a number from 1, as in name/3 or name/versions/3",
                "reference '" + std::string(reference.substr(0, 300)) + "'");
}

}  // namespace

Status CheckModelName(std::string_view name) { return CheckName("a model", name); }

Status CheckAliasName(std::string_view alias) {
  SCOREWAY_RETURN_IF_ERROR(CheckName("an alias", alias));
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
