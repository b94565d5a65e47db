#include "importers/pickle/machine.h"

#include "base/number_text.h"

namespace scoreway::pickle {

Result<Node*> Machine::Run() {
  while (true) {
    const size_t start = reader_.offset();
    uint8_t opcode = 0;
    Status status = reader_.Read(&opcode);
    if (status.ok() && static_cast<Opcode>(opcode) == Opcode::kStop) break;
    if (status.ok()) status = Step(static_cast<Opcode>(opcode));
    if (!status.ok()) return AtPlace("offset " + std::to_string(start), ToError(std::move(status)));
    if (arena_->overworked()) {
      return Error{Code::kResourceExhausted, "the same bytes are read again and again",
                   "offset " + std::to_string(start)};
    }
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
    case Opcode::kBinPut: SCOREWAY_RETURN_IF_ERROR(reader_.ReadAs<uint8_t>(&index)); break;
    default: SCOREWAY_RETURN_IF_ERROR(reader_.ReadAs<uint32_t>(&index)); break;
  }
  bool is_get = opcode == Opcode::kGet || opcode == Opcode::kBinGet || opcode == Opcode::kLongBinGet;
  return is_get ? GetFromMemo(static_cast<uint64_t>(index)) : PutInMemo(static_cast<uint64_t>(index));
}

}  // namespace scoreway::pickle
