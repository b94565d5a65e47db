// The files of testdata/, and the few steps every test takes with them.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "importers/pickle/joblib.h"

namespace scoreway::pickle {

inline std::string ReadTestFile(const std::string& name) {
  std::ifstream file(std::string(SCOREWAY_SOURCE_DIR) + "/src/importers/pickle/testdata/" + name, std::ios::binary);
  EXPECT_TRUE(file.good()) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

inline Document MustParse(std::string bytes) {
  Result<Document> document = ParseSaved(std::make_shared<const std::string>(std::move(bytes)));
  EXPECT_TRUE(document.ok()) << document.error().ToString();
  return std::move(document).value();
}

inline Document MustParseFile(const std::string& name) { return MustParse(ReadTestFile(name)); }

// The value under a text key of a dict.
inline const Node& At(const Node& dict, std::string_view key) {
  const Node* value = dict.AsDict()->Find(key);
  EXPECT_NE(value, nullptr) << key;
  return *value;
}

}  // namespace scoreway::pickle

// A string with NUL bytes in it.
#define PICKLE(literal) std::string(literal, sizeof(literal) - 1)
