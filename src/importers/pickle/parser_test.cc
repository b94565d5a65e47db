#include "importers/pickle/parser.h"

#include <cmath>

#include "importers/pickle/pickle_files_test.h"
#include "importers/pickle/walk.h"

namespace scoreway::pickle {
namespace {

std::string ErrorOf(const std::string& bytes, const Limits& limits = {}) {
  Result<Document> document = ParsePickle(bytes, limits);
  return document.ok() ? "ok" : std::string(CodeName(document.code())) + " " + document.error().ToString();
}

class PlainPickle : public testing::TestWithParam<int> {
 protected:
  Document document_ = MustParseFile("plain_p" + std::to_string(GetParam()) + ".pkl");
  const Node& at(std::string_view key) const { return At(document_.root(), key); }
};

TEST_P(PlainPickle, HoldsTheScalarsPythonSaved) {
  EXPECT_TRUE(at("none").is_none());
  EXPECT_TRUE(*at("true").AsBool());
  EXPECT_FALSE(*at("false").AsBool());
  EXPECT_EQ(*at("small").AsInt(), 7);
  EXPECT_EQ(*at("negative").AsInt(), -3);
  EXPECT_EQ(*at("wide").AsInt(), 70000);
  EXPECT_EQ(*at("int64").AsInt(), INT64_MIN);
  EXPECT_FALSE(at("beyond").AsInt().ok());
  EXPECT_EQ(*at("beyond").AsDouble(), 0x1p70);
  EXPECT_EQ(*at("below").AsDouble(), -0x1p64);
  EXPECT_EQ(*at("float").AsDouble(), 0.1);
  EXPECT_EQ(*at("tiny").AsDouble(), 5e-324);
  EXPECT_EQ(*at("infinity").AsDouble(), -INFINITY);
  EXPECT_EQ(at("complex").kind(), Kind::kComplex);
}

TEST_P(PlainPickle, HoldsTheTextsPythonSaved) {
  EXPECT_EQ(*at("text").AsString(), "na\u00efve \u20ac \U0001d11e\n'\"\\u0041");
  std::string all_bytes;
  for (int i = 0; i < 256; ++i) all_bytes.push_back(static_cast<char>(i));
  EXPECT_EQ(*at("bytes").AsBytes(), all_bytes);
  EXPECT_EQ(*at("empty_bytes").AsBytes(), "");
  EXPECT_EQ(*at("bytearray").AsBytes(), "ab\xff");
}

TEST_P(PlainPickle, HoldsTheContainersPythonSaved) {
  const Nodes& list = **at("list").AsSequence();
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ((*list[1]->AsSequence())->size(), 2u);
  const Nodes& tuples = **at("tuples").AsSequence();
  ASSERT_EQ(tuples.size(), 5u);
  for (size_t i = 0; i < 5; ++i) EXPECT_EQ((*tuples[i]->AsSequence())->size(), i);
  EXPECT_EQ(*tuples[4]->ToInts(), (std::vector<int64_t>{1, 2, 3, 4}));
  EXPECT_EQ(*(**at("set").AsSet())[0]->AsInt(), 5);
  EXPECT_EQ(*(**at("frozenset").AsSet())[0]->AsInt(), 6);
  DictView ordered = *at("ordered").AsDict();
  EXPECT_EQ(*ordered.key(0).AsString(), "z");
  EXPECT_EQ(*ordered.key(1).AsString(), "a");
  EXPECT_EQ(*at("default").AsDict()->Find("k")->ToInts(), std::vector<int64_t>{1});
  EXPECT_EQ(*at("deque").ToInts(), (std::vector<int64_t>{1, 2}));
}

TEST_P(PlainPickle, HoldsInstancesByTheNameOfTheirClass) {
  const Node& box = at("box");
  EXPECT_EQ(box.ClassName(), "boxes.Box");
  EXPECT_TRUE(box.IsInstanceOf("boxes", "Box"));
  EXPECT_EQ(*(*box.Attribute("weight"))->AsDouble(), 1.5);
  EXPECT_EQ(*(*(*box.Attribute("inner"))->Attribute("name"))->AsString(), "in");
  EXPECT_EQ(box.AttributeOrNull("color"), nullptr);
  EXPECT_EQ(box.Attribute("color").error().message, "boxes.Box has no attribute 'color'");

  const Node& bag = at("bag");
  EXPECT_EQ(*bag.AsDict()->Find("a")->AsInt(), 1);
  EXPECT_EQ(*(*bag.Attribute("color"))->AsString(), "red");
  EXPECT_EQ((*at("class").AsGlobal())->FullName(), "boxes.Box");
  if (GetParam() < 2) return;  // older protocols keep neither slots nor the items of a list subclass apart

  EXPECT_EQ(*(*at("slotted").Attribute("left"))->AsInt(), 1);
  EXPECT_EQ(*(*at("slotted").Attribute("plain"))->AsDouble(), 2.5);
  EXPECT_EQ((*at("row").AsInstance())->list_items.size(), 2u);
  if (GetParam() < 4) return;
  const Instance& keyed = **at("keyed").AsInstance();
  EXPECT_EQ(*(**keyed.args->AsSequence())[0]->AsInt(), 3);
  EXPECT_EQ(*At(*keyed.kwargs, "unit").AsString(), "mm");
}

INSTANTIATE_TEST_SUITE_P(Protocols, PlainPickle, testing::Range(0, 6));

TEST(Python2Pickle, KeepsBytesThatAreNoText) {
  for (const char* name : {"python2_p0.pkl", "python2_p1.pkl", "python2_p2.pkl"}) {
    Document document = MustParseFile(name);
    const Node& root = document.root();
    EXPECT_EQ(*At(root, "str").AsString(), "plain");
    EXPECT_EQ(*At(root, "bytes").AsBytes(), "\x80\xff\n'");
    EXPECT_EQ(*At(root, "unicode").AsString(), "na\u00efve \U0001d11e");
    EXPECT_EQ(*At(root, "long").AsInt(), 5);
    EXPECT_EQ(*At(root, "range").ToInts(), (std::vector<int64_t>{0, 1, 2}));
    EXPECT_EQ(*(*At(root, "box").Attribute("weight"))->AsDouble(), 1.5);
    EXPECT_TRUE(At(root, "old_style").IsInstanceOf("boxes", "OldStyle"));
    EXPECT_EQ(*(*At(root, "old_style").Attribute("size"))->AsInt(), 3);
  }
}

TEST(Pickle, KeepsSharingAndCycles) {
  Document document = MustParseFile("graph.pkl");
  EXPECT_TRUE(document.has_cycle());
  const Nodes& ring = **At(document.root(), "ring").AsSequence();
  EXPECT_EQ(ring[1], &At(document.root(), "ring"));
  const Node& box = At(document.root(), "box");
  EXPECT_EQ(*box.Attribute("self"), &box);
  const Nodes& pair = **At(document.root(), "pair").AsSequence();
  EXPECT_EQ(pair[0], pair[1]);
  size_t visited = 0;
  VisitAll(document, [&visited](const Node&) { ++visited; });
  EXPECT_LE(visited, document.node_count());
}

TEST(Pickle, ReadsManyFramesAndTextsBetweenThem) {
  Document document = MustParseFile("frames.pkl.gz");
  std::vector<std::string> texts = *document.root().ToStrings();
  ASSERT_EQ(texts.size(), 9001u);
  EXPECT_TRUE(texts[0] == std::string(70000, 'x'));
  EXPECT_EQ(texts[9000], "item 8999");
}

TEST(Pickle, LeavesWhatFollowsTheEnd) {
  std::string bytes = "K\x07.rest";
  Result<Document> document = ParsePickle(bytes);
  ASSERT_TRUE(document.ok());
  EXPECT_EQ(document->trailing_bytes(), 4u);
}

TEST(Pickle, KnowsItsOwnBeginnings) {
  EXPECT_TRUE(LooksLikePickle("\x80\x04N."));
  EXPECT_TRUE(LooksLikePickle("(dp0\n."));
  EXPECT_FALSE(LooksLikePickle("\x80\x09N."));
  EXPECT_FALSE(LooksLikePickle("<?xml version='1.0'?>"));
  EXPECT_FALSE(LooksLikePickle(""));
}

TEST(MalformedPickle, IsRefusedWithItsPlace) {
  EXPECT_EQ(ErrorOf(""), "CORRUPT offset 0: length exceeds the rest of the file: 1 bytes wanted, 0 left");
  EXPECT_EQ(ErrorOf("."), "CORRUPT offset 0: stack underflow: 1 wanted, 0 there");
  EXPECT_EQ(ErrorOf("N"), "CORRUPT offset 1: length exceeds the rest of the file: 1 bytes wanted, 0 left");
  EXPECT_EQ(ErrorOf("NR."), "CORRUPT offset 1: stack underflow: 2 wanted, 1 there");
  EXPECT_EQ(ErrorOf("t."), "CORRUPT offset 0: no mark on the stack");
  EXPECT_EQ(ErrorOf("N(0R."), "CORRUPT offset 3: stack underflow: 2 wanted, 1 there");
  EXPECT_EQ(ErrorOf("\xff"), "CORRUPT offset 0: not a pickle opcode: 255");
  EXPECT_EQ(ErrorOf("h\x05."), "CORRUPT offset 0: memo has no entry 5");
  EXPECT_EQ(ErrorOf("}(Nu."), "CORRUPT offset 3: key without a value");
  EXPECT_EQ(ErrorOf("}Na."), "CORRUPT offset 2: items added to a dict");
  EXPECT_EQ(ErrorOf("K\x01}b."), "CORRUPT offset 3: state set on an integer");
  EXPECT_EQ(ErrorOf("I1x\n."), "CORRUPT offset 0: not an integer");
  EXPECT_EQ(ErrorOf("S'abc\n."), "CORRUPT offset 0: malformed string literal");
  EXPECT_EQ(ErrorOf("F1.5"), "CORRUPT offset 0: line without an end");
  EXPECT_EQ(ErrorOf(PICKLE("X\x02\0\0\0\xc0\x80.")), "CORRUPT offset 0: text is not UTF-8");
  EXPECT_EQ(ErrorOf(PICKLE("T\xff\xff\xff\xff.")), "CORRUPT offset 0: negative length: -1");
}

TEST(MalformedPickle, CannotLieAboutLengths) {
  EXPECT_EQ(ErrorOf(PICKLE("\x80\x04\x8e\0\0\0\0\0\0\0\x40"
                           "abcd")),
            "CORRUPT offset 2: length exceeds the rest of the file: 4611686018427387904 bytes wanted, 4 left");
  EXPECT_EQ(ErrorOf(PICKLE("\x80\x04\x95\xff\0\0\0\0\0\0\0N.")),
            "CORRUPT offset 2: length exceeds the frame: 255 bytes wanted, 2 left");
  EXPECT_EQ(ErrorOf(PICKLE("\x80\x04\x95\x04\0\0\0\0\0\0\0C\x05"
                           "abcde.")),
            "CORRUPT offset 11: length exceeds the rest of the frame: 5 bytes wanted, 2 left");
  EXPECT_EQ(ErrorOf(PICKLE("\x80\x04\x95\x0c\0\0\0\0\0\0\0\x95\x01\0\0\0\0\0\0\0NN.")),
            "CORRUPT offset 11: frame begins inside another frame");
}

TEST(MalformedPickle, NamesTheForbiddenGlobalRatherThanTheDamage) {
  EXPECT_EQ(
      ErrorOf("cos\nsystem\nK\x01\x02"),
      "PERMISSION_DENIED offset 11: forbidden global os.system: no saved model needs it, and loading it could run "
      "code");
}

TEST(RefusedPickle, NeedsWhatIsNotInTheFile) {
  EXPECT_EQ(ErrorOf("Pid\n."), "UNSUPPORTED offset 0: persistent id: the object lies outside the file");
  EXPECT_EQ(ErrorOf("NQ."), "UNSUPPORTED offset 1: persistent id: the object lies outside the file");
  EXPECT_EQ(ErrorOf("\x82\x01."),
            "UNSUPPORTED offset 0: extension code: it names a class by a registry outside the file");
  EXPECT_EQ(ErrorOf("\x97."), "UNSUPPORTED offset 0: out-of-band buffer: its bytes lie outside the file");
  EXPECT_EQ(ErrorOf("\x80\x06N."), "UNSUPPORTED offset 0: pickle protocol 6 is unknown");
}

TEST(HostilePickle, CostsNoMoreThanItsBytes) {
  // A memo index of 2^31 - 1 takes one entry.
  EXPECT_EQ(ErrorOf("]r\xff\xff\xff\x7f."), "ok");

  // Sixty lists, each twice in the next: 2^60 elements if written out.
  std::string doubling = "\x80\x04]\x94";
  for (char i = 0; i < 60; ++i) {
    doubling += "](h";
    doubling += i;
    doubling += 'h';
    doubling += i;
    doubling += "e\x94";
  }
  Document document = MustParse(doubling + ".");
  EXPECT_EQ(document.node_count(), 61u);
  EXPECT_EQ(document.depth(), 61u);

  std::string deep = "\x80\x02N" + std::string(2'000'000, '\x85') + ".";
  EXPECT_EQ(ErrorOf(deep), "RESOURCE_EXHAUSTED objects are nested deeper than 1000");

  // The same depth built from the outside in, each list memoized before it is filled.
  std::string outside_in = "\x80\x04";
  for (int i = 0; i < 5000; ++i) outside_in += ']';
  outside_in += std::string(4999, 'a') + ".";
  EXPECT_EQ(ErrorOf(outside_in), "RESOURCE_EXHAUSTED objects are nested deeper than 1000");
}

TEST(HostilePickle, StopsAtTheMemoryLimit) {
  Limits limits;
  limits.memory_bytes = 1 << 20;
  for (const char* opcode : {"]", "}", "N", "(", ")", "K\x01"}) {
    std::string bytes;
    while (bytes.size() < 2'000'000) bytes += opcode;
    EXPECT_TRUE(ErrorOf(bytes, limits).starts_with("RESOURCE_EXHAUSTED offset ")) << opcode;
  }
}

TEST(HostilePickle, StopsAtTheLimitOfWork) {
  // One text of 1 MB scanned again and again by calls of a few bytes.
  std::string bytes = "\x80\x04" + PICKLE("X\x40\x42\x0f\0") + std::string(1'000'000, 'x') +
                      "\x94"
                      "\x8c\x06latin1\x94"
                      "c_codecs\nencode\n\x94";
  for (int i = 0; i < 100; ++i) bytes += PICKLE("h\x02h\0h\x01\x86R0");
  bytes += "N.";
  EXPECT_EQ(ErrorOf(bytes), "ok");
  Limits limits;
  limits.work = 50'000'000;
  EXPECT_EQ(ErrorOf(bytes, limits), "RESOURCE_EXHAUSTED offset 1000491: the same bytes are read again and again");
}

TEST(Path, IsWrittenAsInPython) {
  // Box(steps=[("a", Box(coef=7))]) made with BUILD, then the same inside a dict.
  std::string inner =
      "cboxes\nBox\n)\x81}\x8c\x04"
      "coefK\x07sb";
  std::string outer =
      "\x80\x04"
      "cboxes\nBox\n)\x81}\x8c\x05steps](\x8c\x01"
      "a" +
      inner + "tasb";
  auto is_seven = [](const Node& node) { return node.kind() == Kind::kInt; };
  EXPECT_EQ(*FindPath(MustParse(outer + "."), is_seven), "steps[0][1].coef");
  std::string in_dict = "\x80\x04}\x8c\x05model" + outer.substr(2) + "s.";
  EXPECT_EQ(*FindPath(MustParse(in_dict), is_seven), "['model'].steps[0][1].coef");
  EXPECT_FALSE(FindPath(MustParse("\x80\x04N."), is_seven).has_value());
}

}  // namespace
}  // namespace scoreway::pickle
