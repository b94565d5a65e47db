#include "importers/pickle/joblib.h"

#include "importers/pickle/decompress.h"
#include "importers/pickle/pickle_files_test.h"

namespace scoreway::pickle {
namespace {

const char* const kCompressors[] = {"zlib", "gzip", "bz2", "lzma", "xz", "lz4"};

std::string CompressedFile(const std::string& compressor) { return ReadTestFile("arrays_" + compressor + ".joblib"); }

TEST(ParseSaved, KeepsWhatItDecompressed) {
  for (const char* compressor : kCompressors) {
    std::string bytes = CompressedFile(compressor);
    Result<Document> document = ParseSaved(bytes);
    ASSERT_TRUE(document.ok()) << compressor << document.error().ToString();
    bytes.assign(bytes.size(), 'x');  // the compressed bytes are no longer needed
    Document moved = std::move(*document);
    EXPECT_EQ(*At(moved.root(), "bytes_text").ToStrings(), (std::vector<std::string>{"ab", "c"})) << compressor;
  }
}

TEST(ParseSaved, RefusesDamagedContainers) {
  for (const char* compressor : kCompressors) {
    std::string bytes = CompressedFile(compressor);
    Result<Document> cut = ParseSaved(std::string_view(bytes).substr(0, bytes.size() / 2));
    ASSERT_FALSE(cut.ok()) << compressor;
    EXPECT_EQ(cut.code(), Code::kCorrupt) << compressor << cut.error().ToString();
    for (size_t i = 20; i < 60; ++i) bytes[bytes.size() / 2 + i] = static_cast<char>(~bytes[bytes.size() / 2 + i]);
    Result<Document> damaged = ParseSaved(bytes);
    EXPECT_FALSE(damaged.ok()) << compressor;
  }
}

TEST(ParseSaved, StopsWhereBytesExplode) {
  Limits limits;
  limits.memory_bytes = 1000;
  for (const char* compressor : kCompressors) {
    std::string bytes = CompressedFile(compressor);
    Result<Document> document = ParseSaved(bytes, limits);
    ASSERT_FALSE(document.ok());
    EXPECT_EQ(document.code(), Code::kResourceExhausted) << compressor;
  }
  limits = {};
  limits.ratio_free_bytes = 1000;
  limits.compression_ratio = 2;
  std::string bytes = CompressedFile("xz");
  Result<Document> document = ParseSaved(bytes, limits);
  ASSERT_FALSE(document.ok());
  EXPECT_EQ(document.error().message, "decompressed size exceeds the limit: more than 2 times the compressed size");
}

TEST(ParseSaved, RefusesOldJoblibWithAdvice) {
  Result<Document> zfile = ParseSaved("ZF0x1234          x");
  ASSERT_FALSE(zfile.ok());
  EXPECT_EQ(zfile.code(), Code::kUnsupported);
  EXPECT_NE(zfile.error().message.find("save it with joblib 1.0 or later"), std::string::npos);

  Result<Document> wrapper = ParseSaved(
      "\x80\x02"
      "cjoblib.numpy_pickle\nNDArrayWrapper\n)\x81}b.");
  ASSERT_FALSE(wrapper.ok());
  EXPECT_EQ(wrapper.code(), Code::kUnsupported);
  EXPECT_NE(wrapper.error().message.find("joblib.numpy_pickle.NDArrayWrapper"), std::string::npos);
}

TEST(ParseSaved, RefusesForeignFiles) {
  for (const char* bytes : {"", "x", "{\"learner\": 1}", "<PMML/>", "PK\x03\x04"}) {
    EXPECT_FALSE(LooksLikeSaved(bytes)) << bytes;
    Result<Document> document = ParseSaved(std::string_view(bytes));
    ASSERT_FALSE(document.ok()) << bytes;
    EXPECT_EQ(document.error().message, "not a pickle");
  }
}

TEST(ParseSaved, RefusesArraysCutShort) {
  std::string bytes = ReadTestFile("arrays.joblib");
  for (size_t size = 0; size < bytes.size(); size += 7) {
    Result<Document> document = ParsePickle(std::string_view(bytes).substr(0, size));
    EXPECT_FALSE(document.ok()) << size;
  }
}

}  // namespace
}  // namespace scoreway::pickle
