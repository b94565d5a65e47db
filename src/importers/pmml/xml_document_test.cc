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

TEST(XmlDocument, ReadsTheEncodingsOfWindows) {
  const auto text = [](std::string_view encoding, std::string_view bytes) {
    const auto document = XmlDocument::Parse("<?xml version='1.0' encoding='" + std::string(encoding) + "'?><a>" +
                                             std::string(bytes) + "</a>");
    return document.ok() ? std::string(document->root().text()) : document.error().ToString();
  };
  EXPECT_EQ(text("windows-1252", "\x80 \xFC \x93q\x94"), "\u20AC \u00FC \u201Cq\u201D");
  EXPECT_EQ(text("Windows-1252", "\x9F"), "\u0178");
  EXPECT_EQ(text("ISO-8859-15", "\xA4 \xFC"), "\u20AC \u00FC");
  EXPECT_EQ(text("ISO-8859-1", "\xA4 \xFC"), "\u00A4 \u00FC");
  EXPECT_NE(text("windows-1252", "\x81").find("not well-formed"), std::string::npos);
  EXPECT_NE(text("koi8-r", "a").find("unknown encoding"), std::string::npos);
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
