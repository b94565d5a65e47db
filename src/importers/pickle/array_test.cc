#include "importers/pickle/array.h"

#include <cmath>

#include "importers/pickle/pickle_files_test.h"

namespace scoreway::pickle {
namespace {

using Doubles = std::vector<double>;
using Ints = std::vector<int64_t>;
using Strings = std::vector<std::string>;

// The same arrays, through pickle and through joblib.
class SavedArrays : public testing::TestWithParam<std::string> {
 protected:
  Document document_ = MustParseFile(GetParam());
  const Node& at(std::string_view key) const { return At(document_.root(), key); }
  const Array& array(std::string_view key) const { return **at(key).AsArray(); }
};

TEST_P(SavedArrays, ConvertEveryNumberInBothByteOrders) {
  for (std::string code : {"f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"}) {
    for (const std::string& name : {code, ">" + code}) {
      EXPECT_EQ(*at(name).ToDoubles(), (Doubles{0, 1, 2, 100})) << name;
      EXPECT_EQ(*at(name).ToInts(), (Ints{0, 1, 2, 100})) << name;
    }
  }
  EXPECT_EQ(*at("half").ToDoubles(), (Doubles{6.103515625e-05, 5.960464477539063e-08, -65504, INFINITY}));
  EXPECT_EQ(*at("negative").ToInts(), (Ints{-1, -128}));
  EXPECT_EQ(*at("bool").ToInts(), (Ints{1, 0, 1}));
  EXPECT_EQ(*at("huge").ToDoubles(), Doubles{0x1p64});
  EXPECT_EQ(at("huge").ToInts().error().message, "a 64-bit integer expected in an array of <u8 at element 0");
  EXPECT_EQ(at("half").ToInts().error().message, "a 64-bit integer expected in an array of <f2 at element 0");
}

TEST_P(SavedArrays, ComeInRowOrderHoweverTheyWereStored) {
  EXPECT_EQ(array("c_order").shape(), (Ints{2, 3}));
  EXPECT_EQ(*at("c_order").ToDoubles(), (Doubles{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(array("f_order").shape(), (Ints{2, 3}));
  EXPECT_EQ(*at("f_order").ToDoubles(), (Doubles{0, 1, 2, 3, 4, 5}));
  Ints cube(24);
  for (int64_t i = 0; i < 24; ++i) cube[static_cast<size_t>(i)] = i;
  EXPECT_EQ(*at("cube").ToInts(), cube);
  EXPECT_EQ(*at("f_cube").ToInts(), cube);
  Ints turned;
  for (int64_t j = 0; j < 3; ++j) {
    for (int64_t k = 0; k < 4; ++k) {
      for (int64_t i = 0; i < 2; ++i) turned.push_back(12 * i + 4 * j + k);
    }
  }
  EXPECT_EQ(array("turned").shape(), (Ints{3, 4, 2}));
  EXPECT_EQ(*at("turned").ToInts(), turned);
  EXPECT_EQ(array("empty").shape(), (Ints{0, 3}));
  EXPECT_TRUE(at("empty").ToDoubles()->empty());
  EXPECT_TRUE(array("no_dimensions").shape().empty());
  EXPECT_EQ(*at("no_dimensions").ToDoubles(), Doubles{2.5});
}

TEST_P(SavedArrays, HoldTexts) {
  EXPECT_EQ(*at("text").ToStrings(), (Strings{"ab", "\u00e9\U0001d11e", ""}));
  EXPECT_EQ(*at("big_endian_text").ToStrings(), (Strings{"ab", "c"}));
  EXPECT_EQ(*at("bytes_text").ToStrings(), (Strings{"ab", "c"}));
  EXPECT_EQ(*at("object_texts").ToStrings(), (Strings{"x", "y"}));
  EXPECT_EQ(*at("f_objects").ToStrings(), (Strings{"a", "b", "c", "d", "e", "f"}));
  EXPECT_EQ(at("text").ToDoubles().error().message, "a number expected in an array of <U2 at element 0");
}

TEST_P(SavedArrays, HoldObjects) {
  Nodes nodes = *array("objects").ToNodes();
  ASSERT_EQ(nodes.size(), 4u);
  EXPECT_EQ(*nodes[0]->AsString(), "x");
  EXPECT_TRUE(nodes[1]->is_none());
  EXPECT_EQ(*nodes[2]->AsDouble(), 3.5);
  EXPECT_EQ(*nodes[3]->ToInts(), Ints{1});
  EXPECT_FALSE(at("objects").ToStrings().ok());
  EXPECT_FALSE(array("c_order").ToNodes().ok());
}

TEST_P(SavedArrays, HoldRecords) {
  const Array& records = array("records");
  EXPECT_EQ(records.dtype().itemsize, 40);
  EXPECT_EQ(*records.Field("left")->ToInts(), (Ints{1, -1, 2}));
  EXPECT_EQ(*records.Field("threshold")->ToDoubles(), (Doubles{0.5, -2.0, 1e300}));
  Array pair = *records.Field("pair");
  EXPECT_EQ(pair.shape(), (Ints{3, 2}));
  EXPECT_EQ(*pair.ToDoubles(), (Doubles{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(*records.Field("inner")->Field("a")->ToInts(), (Ints{7, 8, 9}));
  EXPECT_EQ(*records.Field("inner")->Field("b")->ToStrings(), (Strings{"p", "qq", ""}));
  EXPECT_FALSE(records.Field("right").ok());
  EXPECT_FALSE(records.ToDoubles().ok());
}

TEST_P(SavedArrays, HoldTimesAndSubclasses) {
  EXPECT_EQ(array("days").dtype().ToString(), "<M8[D]");
  EXPECT_EQ(*at("days").ToInts(), (Ints{1, 10957}));
  EXPECT_EQ(array("spans").dtype().ToString(), "<m8[25s]");
  EXPECT_EQ(array("matrix").subclass()->name, "matrix");
  EXPECT_EQ(*at("matrix").ToDoubles(), (Doubles{1, 2}));
  EXPECT_EQ(array("c_order").subclass(), nullptr);
  EXPECT_FALSE(at("complex").ToDoubles().ok());
}

TEST_P(SavedArrays, FoldScalars) {
  const Nodes& scalars = **at("scalars").AsSequence();
  EXPECT_EQ(*scalars[0]->AsDouble(), 0.1);
  EXPECT_EQ(*scalars[1]->AsDouble(), static_cast<double>(0.1f));
  EXPECT_EQ(*scalars[2]->AsInt(), -5);
  EXPECT_EQ(scalars[3]->kind(), Kind::kBigInt);
  EXPECT_EQ(*scalars[3]->AsDouble(), 0x1p64);
  EXPECT_TRUE(*scalars[4]->AsBool());
  EXPECT_EQ(*scalars[5]->AsString(), "t\u00e9xt");
  EXPECT_EQ(*scalars[6]->AsBytes(), "b\xff");
  EXPECT_EQ(*scalars[7]->ToInts(), Ints{2});
  EXPECT_EQ((*scalars[7]->AsArray())->dtype().unit, "D");
  EXPECT_EQ(*scalars[8]->AsDouble(), 1.5);
  EXPECT_EQ((*at("dtype").AsDType())->ToString(), ">i2");
  EXPECT_EQ((*at("scalar_type").AsGlobal())->FullName(), "numpy.float64");
}

INSTANTIATE_TEST_SUITE_P(Files, SavedArrays,
                         testing::Values("arrays_p0.pkl", "arrays_p2.pkl", "arrays_p4.pkl", "arrays_p5.pkl",
                                         "arrays.joblib", "arrays_zlib.joblib", "arrays_gzip.joblib",
                                         "arrays_bz2.joblib", "arrays_lzma.joblib", "arrays_xz.joblib",
                                         "arrays_lz4.joblib", "arrays_joblib_0_14_1.joblib"));

// The pickle of an ndarray with the given shape, dtype text and data, each as opcodes.
std::string ArrayPickle(const std::string& shape, const std::string& dtype, const std::string& data) {
  return "\x80\x04"
         "cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\nK" +
         PICKLE("\0") + "\x85" + PICKLE("C\x01") + "btR(K\x01" + shape + dtype + "\x89" + data + "tb.";
}

std::string DType(const std::string& text) {
  return "cnumpy\ndtype\nU" + std::string(1, static_cast<char>(text.size())) + text + "\x89\x88\x87R";
}

std::string ErrorOf(const std::string& bytes) {
  Result<Document> document = ParsePickle(bytes);
  return document.ok() ? "ok" : document.error().message;
}

TEST(HostileArray, CannotPromiseMoreThanItsBytes) {
  std::string eight_bytes = PICKLE("C\x08\0\0\0\0\0\0\0\0");
  std::string two_to_40 = PICKLE("\x8a\x06\0\0\0\0\0\x01");
  EXPECT_EQ(ErrorOf(ArrayPickle("K\x01\x85", DType("f8"), eight_bytes)), "ok");
  EXPECT_EQ(ErrorOf(ArrayPickle(two_to_40 + two_to_40 + "\x86", DType("f8"), eight_bytes)),
            "array shape promises more elements than there are");
  EXPECT_EQ(ErrorOf(ArrayPickle("K\x02\x85", DType("f8"), eight_bytes)),
            "array shape and data disagree: 2 elements of 8 bytes, 8 there");
  EXPECT_EQ(ErrorOf(ArrayPickle("J\xff\xff\xff\xff\x85", DType("f8"), eight_bytes)), "negative array dimension: -1");
  // Elements without bytes weigh nothing, and still cost those who count to 2^40.
  EXPECT_EQ(ErrorOf(ArrayPickle(two_to_40 + "\x85", DType("U0"), PICKLE("C\0"))),
            "array shape promises more elements than there are");
  EXPECT_EQ(ErrorOf(ArrayPickle(two_to_40 + PICKLE("K\0") + "\x86", DType("f8"), PICKLE("C\0"))),
            "array shape promises more elements than there are");
  EXPECT_EQ(ErrorOf(ArrayPickle("K\x02\x85", DType("O8"), "](NNNe")),
            "array shape and data disagree: 2 elements of 1 object, 3 there");
}

TEST(HostileArray, CannotGrowItsElementsLater) {
  // The dtype's size is set to 80 bytes after an array of one was made with it.
  std::string dtype = DType("V8") + "\x94";
  std::string grow = PICKLE("h\0(K\x03U\x01|NNNK\x50J\xff\xff\xff\xffK\0tb0");
  std::string bytes = ArrayPickle("K\x01\x85", dtype, PICKLE("C\x08\0\0\0\0\0\0\0\0"));
  bytes.pop_back();
  Document document = MustParse(bytes + grow + ".");
  EXPECT_EQ((*document.root().AsArray())->dtype().itemsize, 8);

  // A list of objects that grows after the array was made with it.
  bytes = ArrayPickle("K\x01\x85", DType("O8"), "]\x94Na");
  bytes.pop_back();
  document = MustParse(bytes + PICKLE("h\0(NNNNe0."));
  EXPECT_EQ((*document.root().AsArray())->ToNodes()->size(), 1u);
}

TEST(HostileArray, CannotHaveFieldsBeyondItsElements) {
  // {'a': (f8, offset)} in 8 bytes.
  auto record = [](const std::string& offset) {
    return DType("V8") +
           "(K\x03U\x01|N(U\x01"
           "at}U\x01"
           "a" +
           DType("f8") + offset + "\x86sK\x08K\x01K\x10tb";
  };
  std::string data = PICKLE("C\x08\0\0\0\0\0\0\xf0\x3f");
  Document document = MustParse(ArrayPickle("K\x01\x85", record(PICKLE("K\0")), data));
  EXPECT_EQ(*(*document.root().AsArray())->Field("a")->ToDoubles(), Doubles{1});
  EXPECT_EQ(ErrorOf(ArrayPickle("K\x01\x85", record("K\x01"), data)), "malformed dtype field 'a'");
  EXPECT_EQ(ErrorOf(ArrayPickle("K\x01\x85", record("J\xff\xff\xff\xff"), data)), "malformed dtype field 'a'");
}

}  // namespace
}  // namespace scoreway::pickle
