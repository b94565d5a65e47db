#include "gateways/http/multipart.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace scoreway::http {
namespace {

using Parts = std::vector<std::pair<std::string, std::string>>;

class Collector final : public MultipartReader::Listener {
 public:
  Status OnPart(std::string_view name) override {
    parts.emplace_back(name, "");
    return {};
  }
  Status OnData(std::string_view bytes) override {
    parts.back().second += bytes;
    return {};
  }
  Parts parts;
};

// In pieces of that size; the parts, or nothing and the error's code.
Result<Parts> Read(std::string_view body, size_t piece, std::string_view boundary = "XX") {
  Collector collector;
  MultipartReader reader(boundary, &collector);
  for (size_t at = 0; at < body.size(); at += piece) SCOREWAY_RETURN_IF_ERROR(reader.Feed(body.substr(at, piece)));
  SCOREWAY_RETURN_IF_ERROR(reader.End());
  return collector.parts;
}

const std::string kForm =
    "a preamble\r\n--XX\r\nContent-Disposition: form-data; name=\"metadata\"\r\n\r\n{\"a\":1}\r\n"
    "--XX \r\ncontent-type: text/csv\r\nCONTENT-DISPOSITION: form-data; filename=\"a;b.csv\"; name=rows\r\n\r\n\r\n"
    "--XX\r\nContent-Disposition: form-data; name=\"artifact\"\r\n\r\nbytes\r\n--X\r\n--XY\r\n\r\n--XX--\r\nan "
    "epilogue";

TEST(MultipartTest, PartsComeOutWhateverThePieces) {
  for (size_t piece = 1; piece <= kForm.size(); ++piece) {
    const Result<Parts> parts = Read(kForm, piece);
    ASSERT_TRUE(parts.ok()) << piece << ": " << parts.status().ToString();
    EXPECT_EQ(*parts, (Parts{{"metadata", "{\"a\":1}"}, {"rows", ""}, {"artifact", "bytes\r\n--X\r\n--XY\r\n"}}))
        << piece;
  }
}

TEST(MultipartTest, TheFirstBoundaryMayBeTheBeginning) {
  const Result<Parts> parts = Read("--XX\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--XX--", 7);
  ASSERT_TRUE(parts.ok());
  EXPECT_EQ(*parts, (Parts{{"a", "1"}}));
  EXPECT_EQ(Read("--XX--\r\n", 3)->size(), 0u);
}

TEST(MultipartTest, WhatIsNoFormIsRefused) {
  for (const char* body : {"", "hello", "--XX", "--XX\r\n", "--XX\r\n\r\ndata\r\n--XX--",
                           "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\n1",
                           "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--XX",
                           "--XXY\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--XX--",
                           "--XX\r\nContent-Disposition: form-data\r\n\r\n1\r\n--XX--"}) {
    EXPECT_EQ(Read(body, 1000).code(), Code::kInvalidArgument) << body;
    EXPECT_EQ(Read(body, 1).code(), Code::kInvalidArgument) << body;
  }
  const std::string endless = "--XX\r\n" + std::string(10'000, 'h');
  EXPECT_EQ(Read(endless, 100).code(), Code::kResourceExhausted);
}

TEST(MultipartTest, TheLimitsHoldWhateverThePieces) {
  const auto form = [](size_t blanks, size_t head_bytes) {
    const std::string line = "Content-Disposition: form-data; name=a";
    return "--XX" + std::string(blanks, ' ') + "\r\n" + line + std::string(head_bytes - line.size(), ' ') +
           "\r\n\r\n1\r\n--XX--";
  };
  for (const size_t piece : {1, 3, 100'000}) {
    EXPECT_TRUE(Read(form(60, 8192), piece).ok()) << piece;
    EXPECT_EQ(Read(form(100, 100), piece).code(), Code::kInvalidArgument) << piece;
    EXPECT_EQ(Read(form(0, 8193), piece).code(), Code::kResourceExhausted) << piece;
  }
}

TEST(MultipartTest, ContentTypesAreToldApart) {
  EXPECT_EQ(*BoundaryOf("multipart/form-data; boundary=XX"), "XX");
  EXPECT_EQ(*BoundaryOf("Multipart/Form-Data; charset=utf-8; Boundary=\"a b\""), "a b");
  EXPECT_EQ(*BoundaryOf("application/octet-stream"), std::nullopt);
  EXPECT_EQ(*BoundaryOf(""), std::nullopt);
  EXPECT_EQ(BoundaryOf("multipart/form-data").code(), Code::kInvalidArgument);
  EXPECT_EQ(BoundaryOf("multipart/mixed; boundary=XX").code(), Code::kInvalidArgument);
  EXPECT_EQ(BoundaryOf("multipart/form-data; boundary=" + std::string(71, 'x')).code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace scoreway::http
