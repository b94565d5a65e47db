// The machine behind ParsePickle: a stack, marks and a memo, driven by one stream of opcodes.
//
// machine.cc runs it and holds the opcodes of containers, memo and control; machine_values.cc numbers and texts;
// machine_objects.cc classes, calls and states.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "importers/pickle/arena.h"
#include "importers/pickle/memo.h"
#include "importers/pickle/opcode_reader.h"
#include "importers/pickle/opcodes.h"

namespace scoreway::pickle {

constexpr int kProtocolMax = 5;

inline Error Corrupt(std::string message) { return Error{Code::kCorrupt, std::move(message), ""}; }

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

}  // namespace scoreway::pickle
