#include "importers/pickle/parser.h"

#include <utility>

#include "base/number_text.h"
#include "base/utf8.h"
#include "importers/pickle/arena.h"
#include "importers/pickle/meanings.h"
#include "importers/pickle/memo.h"
#include "importers/pickle/numpy_meanings.h"
#include "importers/pickle/opcode_reader.h"
#include "importers/pickle/opcodes.h"
#include "importers/pickle/refuse.h"
#include "importers/pickle/text_literals.h"
#include "importers/pickle/walk.h"

namespace scoreway::pickle {
namespace {

constexpr int kProtocolMax = 5;
constexpr size_t kGlobalNameMax = 1024;

Error Corrupt(std::string message) { return Error{Code::kCorrupt, std::move(message), ""}; }

// One stream of opcodes. Nodes go to an arena that a nested stream shares.
class Machine {
 public:
  Machine(Arena* arena, std::string_view bytes, size_t offset, bool is_nested)
      : arena_(arena), bytes_(bytes), reader_(bytes, offset), is_nested_(is_nested) {}

  // Runs to STOP and gives what lies on top of the stack.
  Result<Node*> Run();
  size_t offset() const { return reader_.offset(); }

 private:
  Status Step(Opcode opcode);
  Status StepNumber(Opcode opcode);
  Status StepText(Opcode opcode);
  Status StepContainer(Opcode opcode);
  Status StepMemo(Opcode opcode);
  Status StepObject(Opcode opcode);
  Status StepControl(Opcode opcode);

  void Push(Node* node) { stack_.push_back(node); }
  // How many nodes lie above the last mark, which no opcode but its own may pass.
  size_t available() const { return stack_.size() - (marks_.empty() ? 0 : marks_.back()); }
  Status Need(size_t count) const {
    if (available() >= count) return {};
    return Corrupt("stack underflow: " + std::to_string(count) + " wanted, " + std::to_string(available()) + " there");
  }
  Result<Node*> Pop();
  Result<Nodes> PopToMark();
  Status PushTuple(size_t size);
  Status PushInteger(std::string_view decimal);
  Status PushLittleEndian(std::string_view bytes);
  Status PushStr(std::string_view utf8);
  // Python 2's str: text where it is ASCII, else bytes.
  Status PushOldString(std::string_view bytes, bool is_stable);
  Status PutInMemo(uint64_t index);
  Status GetFromMemo(uint64_t index);
  Status Extend(const Nodes& items, Kind kind);
  Status SetItems(const Nodes& pairs);
  Status PushGlobal(std::string_view module, std::string_view name);
  // The Instance, or its folded meaning, of calling (or of cls.__new__).
  Status PushCall(Node* callable, const Node* args, const Node* kwargs, bool called);
  Status Build();
  Status ReadJoblibArray(Node* wrapper);

  Arena* const arena_;
  const std::string_view bytes_;
  OpcodeReader reader_;
  const bool is_nested_;
  std::vector<Node*> stack_;
  std::vector<size_t> marks_;  // sizes of the stack when each mark was set
  Memo memo_;
};

Result<Node*> Machine::Run() {
  while (true) {
    const size_t start = reader_.offset();
    uint8_t opcode = 0;
    Status status = reader_.Read(&opcode);
    if (status.ok() && static_cast<Opcode>(opcode) == Opcode::kStop) break;
    if (status.ok()) status = Step(static_cast<Opcode>(opcode));
    if (!status.ok()) return AtPlace("offset " + std::to_string(start), ToError(std::move(status)));
    size_t working_bytes = 2 * (stack_.size() + marks_.size()) * sizeof(Node*) + memo_.memory_bytes();
    if (!arena_->CanHold(working_bytes)) {
      return Error{
          Code::kResourceExhausted,
          "the object tree needs more than the " + std::to_string(arena_->memory_bytes_max()) + " bytes allowed",
          "offset " + std::to_string(start)};
    }
  }
  Result<Node*> root = Pop();
  if (!root.ok()) return AtPlace("offset " + std::to_string(reader_.offset() - 1), ToError(std::move(root)));
  return root;
}

Result<Node*> Machine::Pop() {
  SCOREWAY_RETURN_IF_ERROR(Need(1));
  Node* node = stack_.back();
  stack_.pop_back();
  return node;
}

Result<Nodes> Machine::PopToMark() {
  if (marks_.empty()) return Corrupt("no mark on the stack");
  auto first = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
  Nodes nodes(first, stack_.end());
  stack_.erase(first, stack_.end());
  marks_.pop_back();
  return nodes;
}

Status Machine::Step(Opcode opcode) {
  switch (opcode) {
    case Opcode::kNone: Push(arena_->None()); return {};
    case Opcode::kNewTrue: Push(arena_->Bool(true)); return {};
    case Opcode::kNewFalse: Push(arena_->Bool(false)); return {};
    case Opcode::kInt:
    case Opcode::kBinInt:
    case Opcode::kBinInt1:
    case Opcode::kBinInt2:
    case Opcode::kLong:
    case Opcode::kLong1:
    case Opcode::kLong4:
    case Opcode::kFloat:
    case Opcode::kBinFloat: return StepNumber(opcode);
    case Opcode::kString:
    case Opcode::kBinString:
    case Opcode::kShortBinString:
    case Opcode::kUnicode:
    case Opcode::kBinUnicode:
    case Opcode::kShortBinUnicode:
    case Opcode::kBinUnicode8:
    case Opcode::kBinBytes:
    case Opcode::kShortBinBytes:
    case Opcode::kBinBytes8:
    case Opcode::kByteArray8: return StepText(opcode);
    case Opcode::kEmptyList:
    case Opcode::kEmptyTuple:
    case Opcode::kEmptyDict:
    case Opcode::kEmptySet:
    case Opcode::kList:
    case Opcode::kTuple:
    case Opcode::kDict:
    case Opcode::kFrozenSet:
    case Opcode::kTuple1:
    case Opcode::kTuple2:
    case Opcode::kTuple3:
    case Opcode::kAppend:
    case Opcode::kAppends:
    case Opcode::kSetItem:
    case Opcode::kSetItems:
    case Opcode::kAddItems: return StepContainer(opcode);
    case Opcode::kGet:
    case Opcode::kBinGet:
    case Opcode::kLongBinGet:
    case Opcode::kPut:
    case Opcode::kBinPut:
    case Opcode::kLongBinPut:
    case Opcode::kMemoize: return StepMemo(opcode);
    case Opcode::kGlobal:
    case Opcode::kStackGlobal:
    case Opcode::kReduce:
    case Opcode::kBuild:
    case Opcode::kInst:
    case Opcode::kObj:
    case Opcode::kNewObj:
    case Opcode::kNewObjEx: return StepObject(opcode);
    default: return StepControl(opcode);
  }
}

Status Machine::StepControl(Opcode opcode) {
  switch (opcode) {
    case Opcode::kProto: {
      uint8_t protocol = 0;
      SCOREWAY_RETURN_IF_ERROR(reader_.Read(&protocol));
      if (protocol <= kProtocolMax) return {};
      return Status(Code::kUnsupported, "pickle protocol " + std::to_string(protocol) + " is unknown");
    }
    case Opcode::kFrame: return reader_.EnterFrame();
    case Opcode::kMark: marks_.push_back(stack_.size()); return {};
    case Opcode::kPopMark: return PopToMark().status();
    case Opcode::kPop:
      if (available() > 0) return Pop().status();
      return PopToMark().status();
    case Opcode::kDup:
      SCOREWAY_RETURN_IF_ERROR(Need(1));
      Push(stack_.back());
      return {};
    case Opcode::kPersId:
    case Opcode::kBinPersId: return Status(Code::kUnsupported, "persistent id: the object lies outside the file");
    case Opcode::kExt1:
    case Opcode::kExt2:
    case Opcode::kExt4:
      return Status(Code::kUnsupported, "extension code: it names a class by a registry outside the file");
    case Opcode::kNextBuffer:
    case Opcode::kReadOnlyBuffer:
      return Status(Code::kUnsupported, "out-of-band buffer: its bytes lie outside the file");
    default: return Corrupt("not a pickle opcode: " + std::to_string(static_cast<int>(opcode)));
  }
}

Status Machine::PushInteger(std::string_view decimal) {
  if (!IsDecimal(decimal)) return Corrupt("not an integer");
  int64_t value = 0;
  bool fits = ParseInt64(decimal, &value) == NumberParse::kOk;
  Push(fits ? arena_->Int(value) : arena_->Text(Kind::kBigInt, decimal));
  return {};
}

Status Machine::PushLittleEndian(std::string_view bytes) {
  std::optional<int64_t> value = LittleEndianToInt(bytes);
  Push(value ? arena_->Int(*value) : arena_->Text(Kind::kBigInt, arena_->Keep(LittleEndianToHex(bytes))));
  return {};
}

template <typename T>
Status ReadAsInt(OpcodeReader* reader, int64_t* value) {
  T raw = 0;
  SCOREWAY_RETURN_IF_ERROR(reader->Read(&raw));
  *value = static_cast<int64_t>(raw);
  return {};
}

Status Machine::StepNumber(Opcode opcode) {
  std::string_view text;
  int64_t value = 0;
  switch (opcode) {
    case Opcode::kInt:
      SCOREWAY_RETURN_IF_ERROR(reader_.ReadLine(&text));
      if (text == "00" || text == "01") {
        Push(arena_->Bool(text == "01"));
        return {};
      }
      return PushInteger(text);
    case Opcode::kLong:
      SCOREWAY_RETURN_IF_ERROR(reader_.ReadLine(&text));
      if (text.ends_with('L')) text.remove_suffix(1);
      return PushInteger(text);
    case Opcode::kLong1: SCOREWAY_RETURN_IF_ERROR(reader_.ReadCounted<uint8_t>(&text)); return PushLittleEndian(text);
    case Opcode::kLong4: SCOREWAY_RETURN_IF_ERROR(reader_.ReadCounted<int32_t>(&text)); return PushLittleEndian(text);
    case Opcode::kFloat: {
      SCOREWAY_RETURN_IF_ERROR(reader_.ReadLine(&text));
      double number = 0;
      if (ParseDouble(text, &number) != NumberParse::kOk) return Corrupt("not a float");
      Push(arena_->Float(number));
      return {};
    }
    case Opcode::kBinFloat: {
      uint64_t raw = 0;
      SCOREWAY_RETURN_IF_ERROR(reader_.Read(&raw));
      Push(arena_->Float(std::bit_cast<double>(__builtin_bswap64(raw))));
      return {};
    }
    case Opcode::kBinInt: SCOREWAY_RETURN_IF_ERROR(ReadAsInt<int32_t>(&reader_, &value)); break;
    case Opcode::kBinInt1: SCOREWAY_RETURN_IF_ERROR(ReadAsInt<uint8_t>(&reader_, &value)); break;
    default: SCOREWAY_RETURN_IF_ERROR(ReadAsInt<uint16_t>(&reader_, &value)); break;
  }
  Push(arena_->Int(value));
  return {};
}

Status Machine::PushStr(std::string_view utf8) {
  if (!IsUtf8(utf8)) return Corrupt("text is not UTF-8");
  Push(arena_->Text(Kind::kStr, utf8));
  return {};
}

Status Machine::PushOldString(std::string_view bytes, bool is_stable) {
  std::string_view kept = is_stable ? bytes : arena_->Keep(std::string(bytes));
  Push(arena_->Text(IsAscii(kept) ? Kind::kStr : Kind::kBytes, kept));
  return {};
}

Status Machine::StepText(Opcode opcode) {
  std::string_view text;
  switch (opcode) {
    case Opcode::kString: {
      SCOREWAY_RETURN_IF_ERROR(reader_.ReadLine(&text));
      std::optional<std::string> bytes = UnquoteString(text);
      if (!bytes) return Corrupt("malformed string literal");
      return PushOldString(*bytes, false);
    }
    case Opcode::kBinString:
      SCOREWAY_RETURN_IF_ERROR(reader_.ReadCounted<int32_t>(&text));
      return PushOldString(text, true);
    case Opcode::kShortBinString:
      SCOREWAY_RETURN_IF_ERROR(reader_.ReadCounted<uint8_t>(&text));
      return PushOldString(text, true);
    case Opcode::kUnicode: {
      SCOREWAY_RETURN_IF_ERROR(reader_.ReadLine(&text));
      std::optional<std::string> utf8 = DecodeRawUnicodeEscape(text);
      if (!utf8) return Corrupt("malformed unicode literal");
      Push(arena_->Text(Kind::kStr, arena_->Keep(std::move(*utf8))));
      return {};
    }
    case Opcode::kBinUnicode: SCOREWAY_RETURN_IF_ERROR(reader_.ReadCounted<uint32_t>(&text)); return PushStr(text);
    case Opcode::kShortBinUnicode: SCOREWAY_RETURN_IF_ERROR(reader_.ReadCounted<uint8_t>(&text)); return PushStr(text);
    case Opcode::kBinUnicode8: SCOREWAY_RETURN_IF_ERROR(reader_.ReadCounted<uint64_t>(&text)); return PushStr(text);
    case Opcode::kBinBytes: SCOREWAY_RETURN_IF_ERROR(reader_.ReadCounted<uint32_t>(&text)); break;
    case Opcode::kShortBinBytes: SCOREWAY_RETURN_IF_ERROR(reader_.ReadCounted<uint8_t>(&text)); break;
    default: SCOREWAY_RETURN_IF_ERROR(reader_.ReadCounted<uint64_t>(&text)); break;
  }
  Push(arena_->Text(Kind::kBytes, text));
  return {};
}

Status Machine::PushTuple(size_t size) {
  SCOREWAY_RETURN_IF_ERROR(Need(size));
  Nodes items(stack_.end() - static_cast<std::ptrdiff_t>(size), stack_.end());
  stack_.resize(stack_.size() - size);
  Push(arena_->Container(Kind::kTuple, std::move(items)));
  return {};
}

// Adds to the list, set or instance on top of the stack.
Status Machine::Extend(const Nodes& items, Kind kind) {
  SCOREWAY_RETURN_IF_ERROR(Need(1));
  Node* target = stack_.back();
  if (target->kind() != kind && !target->is_instance()) return Corrupt("items added to " + target->Describe());
  for (const Node* item : items) arena_->Append(target, item);
  return {};
}

Status Machine::SetItems(const Nodes& pairs) {
  SCOREWAY_RETURN_IF_ERROR(Need(1));
  Node* target = stack_.back();
  if (!target->is_dict() && !target->is_instance()) return Corrupt("items set on " + target->Describe());
  if (pairs.size() % 2 != 0) return Corrupt("key without a value");
  for (size_t i = 0; i < pairs.size(); i += 2) arena_->SetItem(target, pairs[i], pairs[i + 1]);
  return {};
}

Status Machine::StepContainer(Opcode opcode) {
  switch (opcode) {
    case Opcode::kEmptyList: Push(arena_->Container(Kind::kList)); return {};
    case Opcode::kEmptyTuple: Push(arena_->Container(Kind::kTuple)); return {};
    case Opcode::kEmptyDict: Push(arena_->Container(Kind::kDict)); return {};
    case Opcode::kEmptySet: Push(arena_->Container(Kind::kSet)); return {};
    case Opcode::kTuple1: return PushTuple(1);
    case Opcode::kTuple2: return PushTuple(2);
    case Opcode::kTuple3: return PushTuple(3);
    case Opcode::kAppend: {
      SCOREWAY_ASSIGN_OR_RETURN(Node * item, Pop());
      return Extend({item}, Kind::kList);
    }
    case Opcode::kSetItem: {
      SCOREWAY_RETURN_IF_ERROR(Need(3));
      SCOREWAY_ASSIGN_OR_RETURN(Node * value, Pop());
      SCOREWAY_ASSIGN_OR_RETURN(Node * key, Pop());
      return SetItems({key, value});
    }
    default: break;
  }
  SCOREWAY_ASSIGN_OR_RETURN(Nodes items, PopToMark());
  switch (opcode) {
    case Opcode::kAppends: return Extend(items, Kind::kList);
    case Opcode::kAddItems: return Extend(items, Kind::kSet);
    case Opcode::kSetItems: return SetItems(items);
    case Opcode::kList: Push(arena_->Container(Kind::kList, std::move(items))); return {};
    case Opcode::kTuple: Push(arena_->Container(Kind::kTuple, std::move(items))); return {};
    case Opcode::kFrozenSet: Push(arena_->Container(Kind::kFrozenSet, std::move(items))); return {};
    default:
      if (items.size() % 2 != 0) return Corrupt("key without a value");
      Push(arena_->Container(Kind::kDict, std::move(items)));
      return {};
  }
}

Status Machine::PutInMemo(uint64_t index) {
  SCOREWAY_RETURN_IF_ERROR(Need(1));
  memo_.Put(index, stack_.back());
  return {};
}

Status Machine::GetFromMemo(uint64_t index) {
  Node* node = memo_.Get(index);
  if (node == nullptr) return Corrupt("memo has no entry " + std::to_string(index));
  Push(node);
  return {};
}

Status Machine::StepMemo(Opcode opcode) {
  int64_t index = 0;
  std::string_view text;
  switch (opcode) {
    case Opcode::kMemoize:
      SCOREWAY_RETURN_IF_ERROR(Need(1));
      memo_.Append(stack_.back());
      return {};
    case Opcode::kGet:
    case Opcode::kPut: {
      SCOREWAY_RETURN_IF_ERROR(reader_.ReadLine(&text));
      if (ParseInt64(text, &index) != NumberParse::kOk || index < 0) return Corrupt("not a memo index");
      break;
    }
    case Opcode::kBinGet:
    case Opcode::kBinPut: SCOREWAY_RETURN_IF_ERROR(ReadAsInt<uint8_t>(&reader_, &index)); break;
    default: SCOREWAY_RETURN_IF_ERROR(ReadAsInt<uint32_t>(&reader_, &index)); break;
  }
  bool is_get = opcode == Opcode::kGet || opcode == Opcode::kBinGet || opcode == Opcode::kLongBinGet;
  return is_get ? GetFromMemo(static_cast<uint64_t>(index)) : PutInMemo(static_cast<uint64_t>(index));
}

Status Machine::PushGlobal(std::string_view module, std::string_view name) {
  if (module.size() > kGlobalNameMax || name.size() > kGlobalNameMax) return Corrupt("name of a global is too long");
  if (!IsUtf8(module) || !IsUtf8(name)) return Corrupt("name of a global is not UTF-8");
  Push(arena_->NewGlobal(module, name, reader_.offset()));
  return {};
}

Status Machine::PushCall(Node* callable, const Node* args, const Node* kwargs, bool called) {
  if (args->kind() != Kind::kTuple) return Corrupt("call arguments are " + args->Describe());
  if (kwargs != nullptr && !kwargs->is_dict()) return Corrupt("keyword arguments are " + kwargs->Describe());
  if (callable->is_global() && kwargs == nullptr) {
    SCOREWAY_ASSIGN_OR_RETURN(Node * folded,
                              FoldCall(arena_, *callable->AsGlobal().value(), *args->AsSequence().value()));
    if (folded != nullptr) {
      Push(folded);
      return {};
    }
  }
  Instance instance;
  instance.callable = callable;
  instance.args = args;
  instance.kwargs = kwargs;
  instance.called = called;
  Push(arena_->NewInstance(std::move(instance)));
  return {};
}

Status Machine::StepObject(Opcode opcode) {
  switch (opcode) {
    case Opcode::kGlobal: {
      std::string_view module;
      std::string_view name;
      SCOREWAY_RETURN_IF_ERROR(reader_.ReadLine(&module));
      SCOREWAY_RETURN_IF_ERROR(reader_.ReadLine(&name));
      return PushGlobal(module, name);
    }
    case Opcode::kStackGlobal: {
      SCOREWAY_RETURN_IF_ERROR(Need(2));
      SCOREWAY_ASSIGN_OR_RETURN(Node * name, Pop());
      SCOREWAY_ASSIGN_OR_RETURN(Node * module, Pop());
      if (!name->is_str() || !module->is_str()) return Corrupt("name of a global is not text");
      return PushGlobal(module->AsString().value(), name->AsString().value());
    }
    case Opcode::kReduce:
    case Opcode::kNewObj: {
      SCOREWAY_RETURN_IF_ERROR(Need(2));
      SCOREWAY_ASSIGN_OR_RETURN(Node * args, Pop());
      SCOREWAY_ASSIGN_OR_RETURN(Node * callable, Pop());
      return PushCall(callable, args, nullptr, opcode == Opcode::kReduce);
    }
    case Opcode::kNewObjEx: {
      SCOREWAY_RETURN_IF_ERROR(Need(3));
      SCOREWAY_ASSIGN_OR_RETURN(Node * kwargs, Pop());
      SCOREWAY_ASSIGN_OR_RETURN(Node * args, Pop());
      SCOREWAY_ASSIGN_OR_RETURN(Node * callable, Pop());
      return PushCall(callable, args, kwargs, false);
    }
    case Opcode::kInst: {
      std::string_view module;
      std::string_view name;
      SCOREWAY_RETURN_IF_ERROR(reader_.ReadLine(&module));
      SCOREWAY_RETURN_IF_ERROR(reader_.ReadLine(&name));
      SCOREWAY_ASSIGN_OR_RETURN(Nodes args, PopToMark());
      SCOREWAY_RETURN_IF_ERROR(PushGlobal(module, name));
      SCOREWAY_ASSIGN_OR_RETURN(Node * callable, Pop());
      return PushCall(callable, arena_->Container(Kind::kTuple, std::move(args)), nullptr, true);
    }
    case Opcode::kObj: {
      if (available() == 0) return Corrupt("no class on the stack");
      Node* callable = marks_.empty() ? nullptr : stack_[marks_.back()];
      SCOREWAY_ASSIGN_OR_RETURN(Nodes items, PopToMark());
      Node* args = arena_->Container(Kind::kTuple, Nodes(items.begin() + 1, items.end()));
      return PushCall(callable, args, nullptr, true);
    }
    default: return Build();
  }
}

Status Machine::Build() {
  SCOREWAY_RETURN_IF_ERROR(Need(2));
  SCOREWAY_ASSIGN_OR_RETURN(Node * state, Pop());
  Node* target = stack_.back();
  SCOREWAY_ASSIGN_OR_RETURN(bool is_numpy, BuildNumpy(arena_, target, *state));
  if (is_numpy) return {};
  if (!target->is_instance()) return Corrupt("state set on " + target->Describe());
  if (target->AsInstance().value()->state != nullptr) return Corrupt("state set twice on " + target->Describe());
  arena_->SetState(target, state);
  if (!is_nested_ && IsJoblibWrapper(*target)) return ReadJoblibArray(target);
  return {};
}

// joblib writes an array behind the opcodes of its wrapper:
//
//   wrapper ... BUILD  <1 byte: n> <n bytes of padding> <the values>   or, without alignment, the values at once
//   wrapper ... BUILD  <a whole pickle of the array>                   when the values are objects
Status Machine::ReadJoblibArray(Node* wrapper) {
  SCOREWAY_RETURN_IF_ERROR(reader_.LeaveFrame());
  SCOREWAY_ASSIGN_OR_RETURN(JoblibArray header, ReadJoblibWrapper(arena_, *wrapper));
  if (header.dtype->holds_objects) {
    Machine nested(arena_, bytes_, reader_.offset(), true);
    SCOREWAY_ASSIGN_OR_RETURN(Node * root, nested.Run());
    SCOREWAY_ASSIGN_OR_RETURN(const Array* array, root->AsArray());
    arena_->TurnIntoArray(wrapper, *array);
    return reader_.SkipTo(nested.offset());
  }
  if (header.alignment > 0) {
    std::string_view padding;
    SCOREWAY_RETURN_IF_ERROR(reader_.ReadCounted<uint8_t>(&padding));
  }
  std::string_view values;
  SCOREWAY_RETURN_IF_ERROR(reader_.ReadView(static_cast<uint64_t>(header.byte_count), &values));
  SCOREWAY_ASSIGN_OR_RETURN(Array array,
                            Array::OverBytes(header.dtype, std::move(header.shape), header.fortran, values));
  array.set_subclass(header.subclass);
  arena_->TurnIntoArray(wrapper, std::move(array));
  return {};
}

}  // namespace

bool LooksLikePickle(std::string_view bytes) {
  if (bytes.size() < 2) return false;
  auto first = static_cast<unsigned char>(bytes[0]);
  if (first == static_cast<unsigned char>(Opcode::kProto)) return static_cast<unsigned char>(bytes[1]) <= kProtocolMax;
  // Protocols 0 and 1 have no header: they begin with an opcode that pushes something and end with STOP.
  return std::string_view("(]})cNIJKMLFGSTUVX").find(bytes[0]) != std::string_view::npos && bytes.back() == '.';
}

Result<Document> ParsePickle(std::string_view bytes, const Limits& limits) {
  auto arena = std::make_unique<Arena>(limits.memory_bytes);
  Machine machine(arena.get(), bytes, 0, false);
  Result<Node*> root = machine.Run();
  if (!root.ok()) {
    SCOREWAY_RETURN_IF_ERROR(RefuseForbiddenNames(arena->globals()));
    return ToError(std::move(root));
  }
  SCOREWAY_ASSIGN_OR_RETURN(Shape shape, MeasureShape(**root, arena->node_count(), limits.depth));
  Document document(std::move(arena), *root, bytes.substr(0, machine.offset()));
  document.set_shape(shape.depth, shape.has_cycle);
  document.set_trailing_bytes(bytes.size() - machine.offset());
  return document;
}

}  // namespace scoreway::pickle
