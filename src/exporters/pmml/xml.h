// XML as text: escaping, and numbers as PMML writes them.
#pragma once

#include <string>
#include <string_view>

namespace scoreway::pmml_export {

// Text between quotes or tags, so that a reader gets back the very same.
std::string Escaped(std::string_view text);
// Whether XML can hold the text at all: well-formed UTF-8 without control characters but tab and line ends.
bool IsXmlText(std::string_view text);
// The fewest digits that read back as the same float64; INF, -INF and NaN as XML Schema has them.
std::string NumberText(double value);
// ` name="value"`, escaped.
std::string AttributeText(std::string_view name, std::string_view value);
std::string AttributeText(std::string_view name, double value);

}  // namespace scoreway::pmml_export
