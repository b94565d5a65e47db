#include "score/row_program.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <variant>

namespace scoreway {
namespace {

// Wider copies are left to their kernel.
constexpr size_t kCopiedMax = 8;

// The entry of a decoder's table; null if the code is none.
template <typename Entry>
const Entry* EntryAt(const std::vector<Entry>& table, double code) {
  if (!(code >= 0 && code < static_cast<double>(table.size()))) return nullptr;
  return &table[static_cast<size_t>(code)];
}

// As op::Where takes a condition.
bool IsTrue(double condition) { return condition != 0 && !std::isnan(condition); }

bool IsNumber(ValueShape shape) { return shape.kind == ValueKind::kNumber && shape.width == 1; }

}  // namespace

// ---- making --------------------------------------------------------------------------------------------------------

void RowProgram::Add(const Kernel& kernel) {
  Instruction call;
  call.kernel = &kernel;
  instructions_.push_back(call);
}

void RowProgram::Add(const Operator& op, const Place& place, const Kernel& kernel, bool waits) {
  if (waits) return AddWaiting(op, place, kernel);
  const auto* trees = std::get_if<op::TreeEnsemble>(&op.params);
  if (trees != nullptr && RowTrees::Fits(*trees)) return AddTrees(op, *trees, place);
  if (!AddDomain(op, place, kernel) && !AddCells(op, place, &instructions_)) Add(kernel);
}

// Nearly every cell is within the bounds of its domain, and most domains are nothing else.
bool RowProgram::AddDomain(const Operator& op, const Place& place, const Kernel& kernel) {
  const auto* domain = std::get_if<op::NumberDomain>(&op.params);
  if (domain == nullptr || !IsNumber(place.values[op.output]) || !domain->allowed.empty() ||
      !domain->missing_markers.empty() || domain->outlier != op::NumberDomain::Outlier::kKeep) {
    return false;
  }
  Instruction& within = instructions_.emplace_back();
  within.kind = Instruction::Kind::kWithin;
  within.out = op.output;
  within.a = op.inputs[0];
  within.bounds = bounds_.size();
  bounds_.push_back({domain->low[0], domain->high[0], domain->missing_value, domain->reject_missing, &kernel});
  return true;
}

void RowProgram::AddWaiting(const Operator& op, const Place& place, const Kernel& kernel) {
  Waiting waiting;
  waiting.needs_begin = static_cast<uint32_t>(needs_.size());
  for (ValueId input : op.inputs) needs_.push_back(WaitingOf(place.same_as[input]));
  waiting.needs_end = static_cast<uint32_t>(needs_.size());
  waiting.instructions_begin = static_cast<uint32_t>(late_instructions_.size());
  if (!AddCells(op, place, &late_instructions_)) late_instructions_.emplace_back().kernel = &kernel;
  waiting.instructions_end = static_cast<uint32_t>(late_instructions_.size());
  waiting.chooses = waiting.instructions_begin < waiting.instructions_end &&
                    late_instructions_.back().kind == Instruction::Kind::kWhere;
  waiting_of_.resize(place.values.size(), kNone);
  waiting_of_[op.output] = static_cast<uint32_t>(waiting_.size());
  waiting_.push_back(waiting);
  concats_.push_back(std::holds_alternative<op::Concat>(op.params) ? &op : nullptr);
}

// Trees look at the columns of a Concat that waits where they come from.
void RowProgram::AddTrees(const Operator& op, const op::TreeEnsemble& trees, const Place& place) {
  Trees call{RowTrees(trees), {}, op.output, trees.outputs};
  const ValueId row = place.same_as[op.inputs[0]];
  const uint32_t waiting = WaitingOf(row);
  const Operator* concat = waiting == kNone ? nullptr : concats_[waiting];
  for (const ValueId input : concat == nullptr ? std::vector<ValueId>{row} : concat->inputs) {
    const ValueId value = place.same_as[input];
    for (uint32_t c = 0; c < place.values[value].width; ++c) call.features.push_back({value, c, WaitingOf(value)});
  }
  Instruction instruction;
  instruction.kind = Instruction::Kind::kTrees;
  instruction.trees = trees_.size();
  instructions_.push_back(instruction);
  trees_.push_back(std::move(call));
}

void RowProgram::AddCopy(ValueId from, uint32_t from_column, ValueId to, uint32_t to_column,
                         Instructions* instructions) {
  Instruction& copy = instructions->emplace_back();
  copy.kind = Instruction::Kind::kCopy;
  copy.out = to;
  copy.out_column = to_column;
  copy.a = from;
  copy.a_column = from_column;
}

bool RowProgram::AddText(const Operator& op, const Place& place, Instructions* instructions) {
  const auto* decode = std::get_if<op::DecodeText>(&op.params);
  if (decode == nullptr || place.values[op.output].width != 1) return false;
  Instruction& look_up = instructions->emplace_back();
  look_up.kind = Instruction::Kind::kDecodeText;
  look_up.out = op.output;
  look_up.a = op.inputs[0];
  look_up.texts = decode;
  return true;
}

// False: it is no matter of single cells.
bool RowProgram::AddCells(const Operator& op, const Place& place, Instructions* instructions) {
  const ValueShape out = place.values[op.output];
  if (out.kind != ValueKind::kNumber) return AddText(op, place, instructions);
  const std::vector<uint64_t>& columns = place.layout.first_column;
  if (std::holds_alternative<op::Concat>(op.params)) {
    Instructions copies;
    uint32_t at = 0;
    for (ValueId input : op.inputs) {
      const uint32_t width = place.values[input].width;
      const bool is_there = columns[input] == columns[op.output] + at;
      for (uint32_t c = 0; !is_there && c < width; ++c) AddCopy(input, c, op.output, at + c, &copies);
      if (copies.size() > kCopiedMax) return false;
      at += width;
    }
    instructions->insert(instructions->end(), copies.begin(), copies.end());
    return true;
  }
  if (const auto* select = std::get_if<op::Select>(&op.params)) {
    if (select->columns.size() > kCopiedMax) return false;
    for (uint32_t c = 0; c < select->columns.size(); ++c) {
      if (columns[op.output] + c == columns[op.inputs[0]] + select->columns[c]) continue;
      AddCopy(op.inputs[0], select->columns[c], op.output, c, instructions);
    }
    return true;
  }
  const auto is_number = [&](ValueId input) { return IsNumber(place.values[input]); };
  if (out.width != 1 || !std::ranges::all_of(op.inputs, is_number)) return false;
  Instruction instruction;
  instruction.out = op.output;
  if (const auto* unary = std::get_if<op::Unary>(&op.params)) {
    instruction.kind = Instruction::Kind::kUnary;
    instruction.unary = UnaryCellOf(unary->function);
  } else if (const auto* binary = std::get_if<op::Binary>(&op.params)) {
    instruction.kind = Instruction::Kind::kBinary;
    instruction.b = op.inputs[1];
    instruction.binary = BinaryCellOf(binary->function, binary->missing_aware);
  } else if (const auto* decode = std::get_if<op::DecodeNumber>(&op.params)) {
    instruction.kind = Instruction::Kind::kDecodeNumber;
    instruction.numbers = decode;
  } else if (std::holds_alternative<op::Where>(op.params)) {
    instruction.kind = Instruction::Kind::kWhere;
    instruction.b = op.inputs[1];
    instruction.c = op.inputs[2];
  } else {
    return false;
  }
  instruction.a = op.inputs[0];
  instructions->push_back(instruction);
  return true;
}

// ---- running -------------------------------------------------------------------------------------------------------

Status RowProgram::Run(const Tile& tile, std::span<uint8_t> done) const {
  std::fill(done.begin(), done.end(), uint8_t{0});
  return RunAll(instructions_, tile, done);
}

Status RowProgram::RunAll(std::span<const Instruction> instructions, const Tile& tile, std::span<uint8_t> done) const {
  const Block* blocks = tile.blocks.data();
  for (const Instruction& i : instructions) {
    switch (i.kind) {
      case Instruction::Kind::kKernel: SCOREWAY_RETURN_IF_ERROR(i.kernel->Run(tile)); break;
      case Instruction::Kind::kUnary: *blocks[i.out].numbers = i.unary(*blocks[i.a].numbers); break;
      case Instruction::Kind::kBinary:
        *blocks[i.out].numbers = i.binary(*blocks[i.a].numbers, *blocks[i.b].numbers);
        break;
      case Instruction::Kind::kWhere: {
        const ValueId chosen = IsTrue(*blocks[i.a].numbers) ? i.b : i.c;
        *blocks[i.out].numbers = *blocks[chosen].numbers;
        break;
      }
      case Instruction::Kind::kCopy: blocks[i.out].numbers[i.out_column] = blocks[i.a].numbers[i.a_column]; break;
      case Instruction::Kind::kWithin: {
        const double x = *blocks[i.a].numbers;
        const Bounds& bounds = bounds_[i.bounds];
        if (bounds.low <= x && x <= bounds.high) {
          *blocks[i.out].numbers = x;
        } else if (std::isnan(x) && !bounds.rejects_missing) {
          *blocks[i.out].numbers = bounds.missing;
        } else {
          SCOREWAY_RETURN_IF_ERROR(bounds.kernel->Run(tile));
        }
        break;
      }
      case Instruction::Kind::kDecodeNumber: {
        const double* number = EntryAt(i.numbers->table, *blocks[i.a].numbers);
        *blocks[i.out].numbers = number == nullptr ? op::kNaN : *number;
        break;
      }
      case Instruction::Kind::kDecodeText: {
        const std::string* text = EntryAt(i.texts->table, *blocks[i.a].numbers);
        *blocks[i.out].texts = text == nullptr ? std::string_view() : std::string_view(*text);
        break;
      }
      case Instruction::Kind::kTrees: RunTrees(trees_[i.trees], tile, done); break;
    }
  }
  return {};
}

void RowProgram::RunTrees(const Trees& call, const Tile& tile, std::span<uint8_t> done) const {
  const auto fetch = [&](uint32_t index) {
    const Feature& feature = call.features[index];
    if (feature.waiting != kNone) Need(feature.waiting, tile, done);
    return tile.blocks[feature.value].numbers[feature.column];
  };
  call.trees.Run(fetch, {tile.blocks[call.out].numbers, call.outputs});
}

// Nothing that waits can fail (RowPlan).
void RowProgram::Need(uint32_t waiting, const Tile& tile, std::span<uint8_t> done) const {
  if (waiting == kNone || done[waiting] != 0) return;
  done[waiting] = 1;
  const Waiting& wanted = waiting_[waiting];
  const uint32_t* needs = needs_.data() + wanted.needs_begin;
  if (wanted.chooses) {
    const Instruction& where = late_instructions_[wanted.instructions_begin];
    Need(needs[0], tile, done);
    const bool first = IsTrue(*tile.blocks[where.a].numbers);
    Need(needs[first ? 1 : 2], tile, done);
    *tile.blocks[where.out].numbers = *tile.blocks[first ? where.b : where.c].numbers;
    return;
  }
  for (uint32_t i = wanted.needs_begin; i < wanted.needs_end; ++i) Need(needs_[i], tile, done);
  const std::span<const Instruction> instructions(late_instructions_.data() + wanted.instructions_begin,
                                                  late_instructions_.data() + wanted.instructions_end);
  SCOREWAY_CHECK(RunAll(instructions, tile, done).ok());
}

}  // namespace scoreway
