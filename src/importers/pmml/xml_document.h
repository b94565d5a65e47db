// XmlDocument: an XML document as a read-only tree of elements, compact enough for forests of a hundred megabytes.
//
// Elements lie in one array in document order, attributes in another, and all text in one buffer in which equal values
// of neighbours are mostly stored once. Names are local (a prefix is dropped) and interned. A document type declaration
// is refused, so there are no entities beyond the five of XML itself, and nothing outside the bytes is ever read.
// Character data is kept only of elements without children. Immutable once parsed; Elements point into the document.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace scoreway::pmml {

// Beyond these, parsing stops with RESOURCE_EXHAUSTED.
struct XmlLimits {
  size_t depth = 1000;
  size_t elements = size_t{1} << 28;
  size_t attributes_of_element = 4096;
  size_t names = 20'000;  // different ones
};

class Element;

class XmlDocument {
 public:
  // CORRUPT with the line where the bytes are not well-formed, UNSUPPORTED at a document type declaration.
  static Result<XmlDocument> Parse(std::string_view bytes, const XmlLimits& limits = {});

  Element root() const;

 private:
  friend class Element;
  friend class XmlReader;

  struct Node {
    uint32_t line = 0;
    uint32_t first_attribute = 0;
    uint32_t end = 0;   // the next element that is not below this one
    uint32_t text = 0;  // in text_; 0 is the empty text
    uint16_t name = 0;
    uint16_t attribute_count = 0;
  };

  std::vector<std::string> names_;
  std::vector<Node> nodes_;
  std::vector<uint16_t> attribute_names_;
  std::vector<uint32_t> attribute_values_;  // in text_
  std::string text_;                        // zero-terminated pieces
};

// One element of a document that outlives it. A value, cheap to copy. It may be empty (operator bool): then it has no
// children and no attributes, and nothing else may be asked of it.
class Element {
 public:
  Element() = default;

  explicit operator bool() const { return document_ != nullptr; }
  std::string_view name() const { return document_->names_[node().name]; }
  // Whether some element or attribute of the whole document has the name.
  bool DocumentKnows(std::string_view name) const {
    return std::ranges::find(document_->names_, name) != document_->names_.end();
  }
  bool Is(std::string_view name) const { return document_ != nullptr && this->name() == name; }
  uint32_t line() const { return node().line; }
  // Of an element without children; else empty.
  std::string_view text() const { return TextAt(node().text); }
  // "TreeModel, line 12".
  std::string Place() const;

  size_t attribute_count() const { return node().attribute_count; }
  std::string_view attribute_name(size_t i) const {
    return document_->names_[document_->attribute_names_[node().first_attribute + i]];
  }
  std::string_view attribute_value(size_t i) const {
    return TextAt(document_->attribute_values_[node().first_attribute + i]);
  }
  std::optional<std::string_view> Attribute(std::string_view name) const;
  // The attribute, or what stands for it when it is absent.
  std::string_view Attribute(std::string_view name, std::string_view otherwise) const {
    return Attribute(name).value_or(otherwise);
  }

  // Children in order: for (Element child = e.first_child(); child; child = child.next_sibling()).
  Element first_child() const;
  Element next_sibling() const;
  // The first child of that name; empty if there is none.
  Element Child(std::string_view name) const;
  std::vector<Element> Children() const;
  std::vector<Element> Children(std::string_view name) const;
  // How many elements are below this one.
  size_t DescendantCount() const { return node().end - index_ - 1; }

  // The position in the document; equal for the same element.
  uint32_t index() const { return index_; }
  bool operator==(const Element&) const = default;

 private:
  friend class XmlDocument;
  Element(const XmlDocument* document, uint32_t index, uint32_t parent_end)
      : document_(document), index_(index), parent_end_(parent_end) {}

  const XmlDocument::Node& node() const { return document_->nodes_[index_]; }
  std::string_view TextAt(uint32_t offset) const { return document_->text_.data() + offset; }

  const XmlDocument* document_ = nullptr;
  uint32_t index_ = 0;
  uint32_t parent_end_ = 0;
};

inline Element XmlDocument::root() const { return Element(this, 0, static_cast<uint32_t>(nodes_.size())); }

inline Element Element::first_child() const {
  return document_ != nullptr && node().end > index_ + 1 ? Element(document_, index_ + 1, node().end) : Element();
}

inline Element Element::next_sibling() const {
  return node().end < parent_end_ ? Element(document_, node().end, parent_end_) : Element();
}

}  // namespace scoreway::pmml
