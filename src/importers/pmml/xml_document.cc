#include "importers/pmml/xml_document.h"

#include <expat.h>

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <memory>
#include <unordered_map>
#include <utility>

#include "base/ascii_case.h"

namespace scoreway::pmml {
namespace {

// A prefix says which namespace a name is from; no two of those in a PMML document share names that mean something.
std::string_view LocalName(std::string_view name) {
  const size_t colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

bool IsNamespaceDeclaration(std::string_view name) { return name == "xmlns" || name.starts_with("xmlns:"); }

// windows-1252 has these in the place of Latin-1's control characters, from 0x80 on; -1 is no character.
constexpr std::array<int, 32> kWindows1252 = {
    0x20AC, -1,     0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, -1,     0x017D, -1,     -1,     0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, -1,     0x017E, 0x0178,
};
// Where ISO-8859-15 is not Latin-1.
constexpr std::array<std::pair<int, int>, 8> kLatin9 = {{{0xA4, 0x20AC},
                                                         {0xA6, 0x0160},
                                                         {0xA8, 0x0161},
                                                         {0xB4, 0x017D},
                                                         {0xB8, 0x017E},
                                                         {0xBC, 0x0152},
                                                         {0xBD, 0x0153},
                                                         {0xBE, 0x0178}}};

// Encodings that expat does not know and tools on Windows declare.
int OnEncoding(void*, const XML_Char* name, XML_Encoding* encoding) {
  for (int byte = 0; byte < 256; ++byte) encoding->map[byte] = byte;
  encoding->data = nullptr;
  encoding->convert = nullptr;
  encoding->release = nullptr;
  const std::string lower = AsciiLower(name);
  if (lower == "windows-1252" || lower == "cp1252") {
    std::ranges::copy(kWindows1252, encoding->map + 0x80);
    return XML_STATUS_OK;
  }
  if (lower == "iso-8859-15") {
    for (const auto& [byte, character] : kLatin9) encoding->map[byte] = character;
    return XML_STATUS_OK;
  }
  return XML_STATUS_ERROR;
}

bool IsBlank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

}  // namespace

// Receives expat's events. An error stops the parser; the first one counts.
class XmlReader {
 public:
  XmlReader(XmlDocument* document, const XmlLimits& limits, XML_Parser parser)
      : document_(*document), limits_(limits), parser_(parser) {
    document_.text_.push_back('\0');
    XML_SetUserData(parser, this);
    XML_SetElementHandler(parser, OnStart, OnEnd);
    XML_SetCharacterDataHandler(parser, OnText);
    XML_SetStartDoctypeDeclHandler(parser, OnDoctype);
    XML_SetUnknownEncodingHandler(parser, OnEncoding, nullptr);
  }

  // Room for as many elements and attributes as there can be: pages that are never written cost nothing.
  void Reserve(std::string_view bytes) {
    const auto count = [bytes](char sign) { return static_cast<size_t>(std::ranges::count(bytes, sign)); };
    document_.nodes_.reserve(std::min(count('<'), limits_.elements));
    const size_t attributes = count('=');
    document_.attribute_names_.reserve(attributes);
    document_.attribute_values_.reserve(attributes);
  }

  Status Run(std::string_view bytes) {
    constexpr size_t kChunk = size_t{1} << 20;
    for (size_t at = 0; at < bytes.size() || at == 0; at += kChunk) {
      const std::string_view chunk = bytes.substr(at, kChunk);
      const bool last = at + kChunk >= bytes.size();
      if (XML_Parse(parser_, chunk.data(), static_cast<int>(chunk.size()), last) == XML_STATUS_ERROR) return Failure();
    }
    return status_.ok() ? Status() : std::move(status_);
  }

 private:
  using Node = XmlDocument::Node;

  static void OnStart(void* self, const char* name, const char** attributes) {
    static_cast<XmlReader*>(self)->Start(name, attributes);
  }
  static void OnEnd(void* self, const char*) { static_cast<XmlReader*>(self)->End(); }
  static void OnText(void* self, const char* text, int size) {
    static_cast<XmlReader*>(self)->Text({text, static_cast<size_t>(size)});
  }
  static void OnDoctype(void* self, const char*, const char*, const char*, int) {
    static_cast<XmlReader*>(self)->Stop(Code::kUnsupported,
                                        "a document type declaration, which may ask for entities, is not read");
  }

  void Stop(Code code, std::string message) {
    if (status_.ok()) status_ = Status(code, std::move(message), Place());
    XML_StopParser(parser_, XML_FALSE);
  }

  std::string Place() const { return "line " + std::to_string(XML_GetCurrentLineNumber(parser_)); }

  Status Failure() {
    if (!status_.ok()) return std::move(status_);
    return Status(Code::kCorrupt, "not well-formed XML: " + std::string(XML_ErrorString(XML_GetErrorCode(parser_))),
                  Place());
  }

  void Start(const char* name, const char** attributes) {
    pending_.clear();
    if (open_.size() >= limits_.depth) return Stop(Code::kResourceExhausted, "elements nest too deeply");
    if (document_.nodes_.size() >= limits_.elements) return Stop(Code::kResourceExhausted, "too many elements");
    Node& node = document_.nodes_.emplace_back();
    node.line = static_cast<uint32_t>(std::min<uint64_t>(XML_GetCurrentLineNumber(parser_), UINT32_MAX));
    node.first_attribute = static_cast<uint32_t>(document_.attribute_names_.size());
    node.name = Intern(LocalName(name));
    size_t count = 0;
    for (; attributes[0] != nullptr; attributes += 2) {
      if (IsNamespaceDeclaration(attributes[0])) continue;
      if (++count > limits_.attributes_of_element) {
        return Stop(Code::kResourceExhausted, "an element has too many attributes");
      }
      document_.attribute_names_.push_back(Intern(LocalName(attributes[0])));
      document_.attribute_values_.push_back(Store(attributes[1]));
    }
    node.attribute_count = static_cast<uint16_t>(count);
    open_.push_back(static_cast<uint32_t>(document_.nodes_.size() - 1));
  }

  void End() {
    if (open_.empty()) return;
    const uint32_t index = open_.back();
    open_.pop_back();
    Node& node = document_.nodes_[index];
    node.end = static_cast<uint32_t>(document_.nodes_.size());
    if (node.end == index + 1 && !pending_.empty()) node.text = Store(pending_);
    pending_.clear();
  }

  void Text(std::string_view text) {
    // Between the children of an element there is nothing but layout.
    if (open_.empty() || open_.back() + 1 != document_.nodes_.size()) return;
    if (pending_.empty() && IsBlank(text) && text.find('\n') != std::string_view::npos) return;
    pending_.append(text);
  }

  uint16_t Intern(std::string_view name) {
    const auto it = name_indexes_.find(name);
    if (it != name_indexes_.end()) return it->second;
    if (document_.names_.size() >= std::min<size_t>(limits_.names, UINT16_MAX)) {
      Stop(Code::kResourceExhausted, "too many different names");
      return 0;
    }
    const auto index = static_cast<uint16_t>(document_.names_.size());
    document_.names_.emplace_back(name);
    name_indexes_.emplace(name, index);
    return index;
  }

  // The offset of the value in the buffer: of an equal one stored lately, if there is one.
  uint32_t Store(std::string_view value) {
    if (value.empty()) return 0;
    uint32_t& recent = recent_[std::hash<std::string_view>()(value) % recent_.size()];
    if (document_.text_.compare(recent, value.size() + 1, value.data(), value.size() + 1) == 0) return recent;
    if (document_.text_.size() + value.size() >= UINT32_MAX) {
      Stop(Code::kResourceExhausted, "more than four gigabytes of text");
      return 0;
    }
    recent = static_cast<uint32_t>(document_.text_.size());
    document_.text_.append(value).push_back('\0');
    return recent;
  }
  uint32_t Store(const std::string& value) { return Store(std::string_view(value)); }
  uint32_t Store(const char* value) { return Store(std::string_view(value)); }

  struct NameHash {
    using is_transparent = void;
    size_t operator()(std::string_view name) const { return std::hash<std::string_view>()(name); }
  };

  XmlDocument& document_;
  const XmlLimits& limits_;
  XML_Parser parser_;
  Status status_;
  std::vector<uint32_t> open_;
  std::string pending_;  // character data of the open element
  std::unordered_map<std::string, uint16_t, NameHash, std::equal_to<>> name_indexes_;
  std::array<uint32_t, size_t{1} << 14> recent_{};
};

Result<XmlDocument> XmlDocument::Parse(std::string_view bytes, const XmlLimits& limits) {
  const std::unique_ptr<XML_ParserStruct, void (*)(XML_Parser)> parser(XML_ParserCreate(nullptr), XML_ParserFree);
  if (parser == nullptr) return Error{Code::kResourceExhausted, "no memory for the XML parser", {}};
  XmlDocument document;
  const auto reader = std::make_unique<XmlReader>(&document, limits, parser.get());
  reader->Reserve(bytes);
  SCOREWAY_RETURN_IF_ERROR(reader->Run(bytes));
  document.text_.shrink_to_fit();
  return document;
}

std::string Element::Place() const { return std::string(name()) + ", line " + std::to_string(line()); }

std::optional<std::string_view> Element::Attribute(std::string_view name) const {
  if (document_ == nullptr) return std::nullopt;
  for (size_t i = 0; i < attribute_count(); ++i) {
    if (attribute_name(i) == name) return attribute_value(i);
  }
  return std::nullopt;
}

Element Element::Child(std::string_view name) const {
  for (Element child = first_child(); child; child = child.next_sibling()) {
    if (child.Is(name)) return child;
  }
  return {};
}

std::vector<Element> Element::Children() const {
  std::vector<Element> children;
  for (Element child = first_child(); child; child = child.next_sibling()) children.push_back(child);
  return children;
}

std::vector<Element> Element::Children(std::string_view name) const {
  std::vector<Element> children;
  for (Element child = first_child(); child; child = child.next_sibling()) {
    if (child.Is(name)) children.push_back(child);
  }
  return children;
}

}  // namespace scoreway::pmml
