// Whatever the text: an expression, a function or a pattern is understood, or refused with its place. The first byte
// chooses which.
#include <cstdint>

#include "importers/python/regex.h"
#include "importers/sklearn2pmml/python_expression.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace scoreway::sklearn2pmml;
  namespace python = scoreway::python;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  switch (data[0] % 4) {
    case 0: (void)ParseExpression(text); break;
    case 1: (void)ParseFunction(text); break;
    case 2: {
      const auto pattern = python::TranslateRegex(text, python::RegexUse::kSearch);
      if (pattern.ok()) (void)python::CountGroups(*pattern);
      break;
    }
    default: (void)python::TranslateReplacement(text, 3); break;
  }
  return 0;
}
