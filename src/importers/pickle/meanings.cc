#include "importers/pickle/meanings.h"

#include <unordered_map>

#include "importers/pickle/numpy_meanings.h"
#include "importers/pickle/text_literals.h"

namespace scoreway::pickle {
namespace {

using Fold = Result<Node*> (*)(Arena*, const Nodes& args);

Result<Node*> NoMeaning() { return static_cast<Node*>(nullptr); }

// The elements of a List, Tuple or set; null for anything else.
const Nodes* ElementsOrNull(const Node& node) {
  if (Result<const Nodes*> sequence = node.AsSequence(); sequence.ok()) return *sequence;
  if (Result<const Nodes*> set = node.AsSet(); set.ok()) return *set;
  return nullptr;
}

template <Kind kKind>
Result<Node*> FoldContainer(Arena* arena, const Nodes& args) {
  if (args.empty()) return arena->Container(kKind);
  const Nodes* elements = ElementsOrNull(*args[0]);
  return args.size() == 1 && elements != nullptr ? arena->Container(kKind, *elements) : nullptr;
}

// collections.deque(iterable=(), maxlen=None): a List, whatever its greatest length.
Result<Node*> FoldDeque(Arena* arena, const Nodes& args) {
  if (args.size() == 2) return FoldContainer<Kind::kList>(arena, {args[0]});
  return FoldContainer<Kind::kList>(arena, args);
}

// dict(), dict({...}), dict([(key, value), ...]).
Result<Node*> FoldDict(Arena* arena, const Nodes& args) {
  Node* dict = arena->Container(Kind::kDict);
  if (args.empty()) return dict;
  if (args.size() != 1) return NoMeaning();
  if (Result<DictView> from = args[0]->AsDict(); from.ok()) {
    for (size_t i = 0; i < from->size(); ++i) arena->SetItem(dict, &from->key(i), &from->value(i));
    return dict;
  }
  const Nodes* pairs = ElementsOrNull(*args[0]);
  if (pairs == nullptr) return NoMeaning();
  for (const Node* pair : *pairs) {
    Result<const Nodes*> key_value = pair->AsSequence();
    if (!key_value.ok() || (*key_value)->size() != 2) return NoMeaning();
    arena->SetItem(dict, (**key_value)[0], (**key_value)[1]);
  }
  return dict;
}

// defaultdict(factory): the factory only matters to those who look up what is absent.
Result<Node*> FoldDefaultDict(Arena* arena, const Nodes& args) {
  return FoldDict(arena, args.empty() ? args : Nodes(args.begin() + 1, args.end()));
}

// bytes() and bytes(b"..."), bytearray likewise or from (text, "latin-1"), _codecs.encode(text, "latin1").
Result<Node*> FoldBytes(Arena* arena, const Nodes& args) {
  if (args.empty()) return arena->Text(Kind::kBytes, "");
  if (args.size() == 1) {
    Result<std::string_view> bytes = args[0]->AsBytes();
    return bytes.ok() ? arena->Text(Kind::kBytes, *bytes) : nullptr;
  }
  Result<std::string_view> text = args[0]->AsString();
  Result<std::string_view> encoding = args[1]->AsString();
  if (args.size() != 2 || !text.ok() || !encoding.ok()) return NoMeaning();
  if (*encoding != "latin1" && *encoding != "latin-1") return NoMeaning();
  arena->Spend(text->size());
  if (IsAscii(*text)) return arena->Text(Kind::kBytes, *text);
  std::optional<std::string> bytes = Utf8ToLatin1(*text);
  if (!bytes) return Error{Code::kCorrupt, "text is not Latin-1 where bytes are encoded so", ""};
  return arena->Text(Kind::kBytes, arena->Keep(std::move(*bytes)));
}

Result<Node*> FoldEncode(Arena* arena, const Nodes& args) {
  return args.size() == 2 ? FoldBytes(arena, args) : NoMeaning();
}

Result<Node*> FoldComplex(Arena* arena, const Nodes& args) {
  if (args.size() != 2 || args[0]->kind() == Kind::kBigInt || args[1]->kind() == Kind::kBigInt) return NoMeaning();
  Result<double> real = args[0]->AsDouble();
  Result<double> imaginary = args[1]->AsDouble();
  return real.ok() && imaginary.ok() ? arena->Complex(*real, *imaginary) : nullptr;
}

Result<Node*> FoldInt(Arena* arena, const Nodes& args) {
  if (args.empty()) return arena->Int(0);
  Result<int64_t> value = args[0]->AsInt();
  return args.size() == 1 && value.ok() ? arena->Int(*value) : nullptr;
}

Result<Node*> FoldFloat(Arena* arena, const Nodes& args) {
  if (args.empty()) return arena->Float(0);
  if (args[0]->kind() == Kind::kBigInt) return NoMeaning();
  Result<double> value = args[0]->AsDouble();
  return args.size() == 1 && value.ok() ? arena->Float(*value) : nullptr;
}

Result<Node*> FoldBool(Arena* arena, const Nodes& args) {
  if (args.empty()) return arena->Bool(false);
  Result<int64_t> value = args[0]->AsInt();
  return args.size() == 1 && value.ok() ? arena->Bool(*value != 0) : nullptr;
}

Result<Node*> FoldStr(Arena* arena, const Nodes& args) {
  if (args.empty()) return arena->Text(Kind::kStr, "");
  Result<std::string_view> text = args[0]->AsString();
  return args.size() == 1 && text.ok() ? arena->Text(Kind::kStr, *text) : nullptr;
}

// copyreg._reconstructor(cls, base, value): how protocols 0 and 1 make an instance. The value is that of a built-in
// base such as dict, and None when the base is object.
Result<Node*> FoldReconstructor(Arena* arena, const Nodes& args) {
  if (args.size() != 3 || !args[0]->is_global()) return NoMeaning();
  Instance instance;
  instance.callable = args[0];
  if (Result<DictView> dict = args[2]->AsDict(); dict.ok()) {
    Node* copy = FoldDict(arena, {args[2]}).value();
    Node* node = arena->NewInstance(std::move(instance));
    DictView pairs = copy->AsDict().value();
    for (size_t i = 0; i < pairs.size(); ++i) arena->SetItem(node, &pairs.key(i), &pairs.value(i));
    return node;
  }
  Nodes constructor_args;
  if (!args[2]->is_none()) constructor_args.push_back(args[2]);
  instance.args = arena->Container(Kind::kTuple, std::move(constructor_args));
  return arena->NewInstance(std::move(instance));
}

// copyreg.__newobj__(cls, *args) and __newobj_ex__(cls, args, kwargs): the opcodes NEWOBJ and NEWOBJ_EX as calls.
Result<Node*> FoldNewObject(Arena* arena, const Nodes& args) {
  if (args.empty() || !args[0]->is_global()) return NoMeaning();
  Instance instance;
  instance.callable = args[0];
  instance.args = arena->Container(Kind::kTuple, Nodes(args.begin() + 1, args.end()));
  return arena->NewInstance(std::move(instance));
}

Result<Node*> FoldNewObjectEx(Arena* arena, const Nodes& args) {
  if (args.size() != 3 || !args[0]->is_global() || args[1]->kind() != Kind::kTuple || !args[2]->is_dict()) {
    return NoMeaning();
  }
  Instance instance;
  instance.callable = args[0];
  instance.args = args[1];
  instance.kwargs = args[2];
  return arena->NewInstance(std::move(instance));
}

using Table = std::unordered_map<std::string_view, Fold>;

const Table& BuiltinMeanings() {
  static const Table table = {
      {"set", FoldContainer<Kind::kSet>},
      {"frozenset", FoldContainer<Kind::kFrozenSet>},
      {"list", FoldContainer<Kind::kList>},
      {"tuple", FoldContainer<Kind::kTuple>},
      {"dict", FoldDict},
      {"bytes", FoldBytes},
      {"bytearray", FoldBytes},
      {"complex", FoldComplex},
      {"int", FoldInt},
      {"long", FoldInt},
      {"float", FoldFloat},
      {"bool", FoldBool},
      {"str", FoldStr},
      {"unicode", FoldStr},
  };
  return table;
}

const Table& OtherMeanings() {
  static const Table table = {
      {"collections.OrderedDict", FoldDict},
      {"collections.Counter", FoldDict},
      {"collections.defaultdict", FoldDefaultDict},
      {"collections.deque", FoldDeque},
      {"_codecs.encode", FoldEncode},
      {"copy_reg._reconstructor", FoldReconstructor},
      {"copyreg._reconstructor", FoldReconstructor},
      {"copy_reg.__newobj__", FoldNewObject},
      {"copyreg.__newobj__", FoldNewObject},
      {"copyreg.__newobj_ex__", FoldNewObjectEx},
      {"numpy.dtype", FoldNumpyDType},
      {"numpy.core.multiarray.scalar", FoldNumpyScalar},
      {"numpy._core.multiarray.scalar", FoldNumpyScalar},
      {"numpy.core.numeric._frombuffer", FoldNumpyFromBuffer},
      {"numpy._core.numeric._frombuffer", FoldNumpyFromBuffer},
  };
  return table;
}

}  // namespace

Result<Node*> FoldCall(Arena* arena, const Global& callable, const Nodes& args) {
  bool is_builtin = callable.module == "builtins" || callable.module == "__builtin__";
  const Table& table = is_builtin ? BuiltinMeanings() : OtherMeanings();
  auto meaning = is_builtin ? table.find(callable.name) : table.find(callable.FullName());
  if (meaning == table.end()) return NoMeaning();
  return meaning->second(arena, args);
}

}  // namespace scoreway::pickle
