#include "importers/pmml/xml_document.h"

#include <gtest/gtest.h>

namespace scoreway::pmml {
namespace {

TEST(XmlDocument, KeepsElementsAttributesAndText) {
  const auto document = XmlDocument::Parse(
      "<p:a xmlns:p='urn:x' one='1' p:two='&lt;2'>\n  <b/>\n  <c> kept </c><d>\n x<e/>y</d>\n</p:a>");
  ASSERT_TRUE(document.ok()) << document.error().ToString();
  const Element root = document->root();
  EXPECT_EQ(root.name(), "a");
  EXPECT_EQ(root.attribute_count(), 2U);
  EXPECT_EQ(root.Attribute("one"), "1");
  EXPECT_EQ(root.Attribute("two", ""), "<2");
  EXPECT_EQ(root.Attribute("three", "none"), "none");
  ASSERT_EQ(root.Children().size(), 3U);
  EXPECT_EQ(root.Child("c").text(), " kept ");
  EXPECT_EQ(root.Child("c").line(), 3U);
  EXPECT_EQ(root.Child("d").text(), "");
  EXPECT_TRUE(root.Child("d").Child("e"));
  EXPECT_FALSE(root.Child("nothing").Child("there").Attribute("at all"));
}

std::string ErrorOf(std::string_view text, const XmlLimits& limits = {}) {
  const auto document = XmlDocument::Parse(text, limits);
  return document.ok() ? "" : document.error().ToString();
}

TEST(XmlDocument, SaysWhereItIsNotWellFormed) {
  EXPECT_NE(ErrorOf("<a>\n<b></a>").find("line 2: not well-formed XML"), std::string::npos);
  EXPECT_NE(ErrorOf("").find("not well-formed"), std::string::npos);
  EXPECT_NE(ErrorOf("<a>\xff</a>").find("not well-formed"), std::string::npos);
}

TEST(XmlDocument, RefusesDocumentTypes) {
  EXPECT_NE(ErrorOf("<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>").find("document type"), std::string::npos);
  EXPECT_NE(ErrorOf("<!DOCTYPE a SYSTEM 'http://example.org/a.dtd'><a/>").find("document type"), std::string::npos);
}

TEST(XmlDocument, HasLimits) {
  std::string deep;
  for (int i = 0; i < 2000; ++i) deep += "<a>";
  EXPECT_NE(ErrorOf(deep).find("too deeply"), std::string::npos);
  EXPECT_NE(ErrorOf("<a b='' c='' d=''/>", {.attributes_of_element = 2}).find("too many attributes"),
            std::string::npos);
  EXPECT_NE(ErrorOf("<a><b/><c/></a>", {.elements = 2}).find("too many elements"), std::string::npos);
}

}  // namespace
}  // namespace scoreway::pmml
