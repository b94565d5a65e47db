#include "importers/pickle/machine.h"

#include "base/utf8.h"
#include "importers/pickle/meanings.h"
#include "importers/pickle/numpy_meanings.h"

namespace scoreway::pickle {
namespace {

constexpr size_t kGlobalNameMax = 1024;

}  // namespace

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

}  // namespace scoreway::pickle
