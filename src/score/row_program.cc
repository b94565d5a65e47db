#include "score/row_program.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace scoreway {
namespace {

// Wider copies are left to their kernel.
constexpr size_t kCopiedMax = 8;
// More edges are left to their kernel, which searches.
constexpr size_t kEdgesMax = 16;
// Of entries with categories, when the tables of two operators become one.
constexpr size_t kComparisonsMax = 1 << 20;

// The entry of a decoder's table; null if the code is none.
template <typename Entry>
const Entry* EntryAt(const std::vector<Entry>& table, double code) {
  if (!(code >= 0 && code < static_cast<double>(table.size()))) return nullptr;
  return &table[static_cast<size_t>(code)];
}

bool IsMissing(double entry) { return std::isnan(entry); }
bool IsMissing(const std::string& /*entry*/) { return false; }

// The codes of the entries; nothing if what is no entry, and so missing, would not stay so, or if it takes long.
template <typename Encode, typename Entry>
std::optional<std::vector<double>> CodesOf(const Encode& encode, const std::vector<Entry>& entries) {
  const std::vector<Entry>& categories = encode.categories[0];
  if (!std::isnan(encode.missing[0].code) || entries.size() * categories.size() > kComparisonsMax) return std::nullopt;
  std::vector<double> codes;
  for (const Entry& entry : entries) {
    const auto at = std::ranges::find(categories, entry);
    const double code = at == categories.end() ? encode.unknown[0].code : static_cast<double>(at - categories.begin());
    codes.push_back(IsMissing(entry) ? op::kNaN : code);
  }
  return codes;
}

// What the operator makes of each entry of a table; nothing if it is none of tables.
std::optional<std::vector<double>> EntriesOf(const Operator& op, const std::vector<double>& entries) {
  if (const auto* encode = std::get_if<op::EncodeNumber>(&op.params)) return CodesOf(*encode, entries);
  const auto* decode = std::get_if<op::DecodeNumber>(&op.params);
  if (decode == nullptr) return std::nullopt;
  std::vector<double> table;
  for (const double entry : entries) {
    const double* number = EntryAt(decode->table, entry);
    table.push_back(number == nullptr ? op::kNaN : *number);
  }
  return table;
}
std::optional<std::vector<double>> EntriesOf(const Operator& op, const std::vector<std::string>& entries) {
  const auto* encode = std::get_if<op::EncodeText>(&op.params);
  return encode == nullptr ? std::nullopt : CodesOf(*encode, entries);
}

// As op::Where takes a condition.
bool IsTrue(double condition) { return condition != 0 && !std::isnan(condition); }

// As op::Bin says of its only column. On its own, as all that the loop over instructions holds asks for its registers.
[[gnu::noinline]] double BinOf(const op::Bin& bin, double x) {
  if (std::isnan(x)) return x;
  double passed = 0;
  for (const double edge : bin.edges[0]) {
    if (bin.right_closed ? !(edge < x) : !(edge <= x)) break;
    ++passed;
  }
  return std::min(passed, static_cast<double>(bin.codes[0]) - 1);
}

bool IsLine(const op::Linear& linear) {
  return linear.precision == op::Precision::kFloat64 && linear.weights.size() == 1;
}

bool IsNumber(ValueShape shape) { return shape.kind == ValueKind::kNumber && shape.width == 1; }

}  // namespace

// ---- making --------------------------------------------------------------------------------------------------------

void RowProgram::Add(LookupKernel* lookup, const Place& place) {
  lookup->PlaceRow(place.layout.first_column);
  Instruction& look_up = instructions_.emplace_back();
  look_up.kind = Instruction::Kind::kLookup;
  look_up.lookup = lookup;
}

void RowProgram::Add(const Operator& op, const Place& place, const Kernel& kernel, RowRole role) {
  within_.resize(place.values.size(), nullptr);
  switch (role) {
    case RowRole::kRuns: break;
    case RowRole::kWalks: return AddTrees(op, std::get<op::TreeEnsemble>(op.params), place);
    case RowRole::kWaits: return AddWaiting(op, place, kernel);
    case RowRole::kFirst: firsts_.emplace(op.output, MakeWaiting(op, place, kernel)); return;
    case RowRole::kChooses: return AddChoice(op, place);
    case RowRole::kWithin: within_[op.output] = &op; return;
  }
  if (AddDomain(op, place, kernel) || AddCells(op, place, &instructions_)) return;
  AddKernel(op, place, kernel, &instructions_);
}

void RowProgram::AddKernel(const Operator& op, const Place& place, const Kernel& kernel, Instructions* instructions) {
  Instruction& call = instructions->emplace_back();
  const auto* cells = dynamic_cast<const CellsKernel*>(&kernel);
  if (cells == nullptr) {
    call.kernel = &kernel;
    return;
  }
  call.kind = Instruction::Kind::kCells;
  call.out = ColumnOf(op.output, place);
  call.a = ColumnOf(op.inputs[0], place);
  call.cells = cells;
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
  within.out = ColumnOf(op.output, place);
  within.a = ColumnOf(op.inputs[0], place);
  bounds_.push_back({domain->low[0], domain->high[0], domain->missing_value, domain->reject_missing, &kernel});
  within.bounds = &bounds_.back();
  return true;
}

// What is a function of the entry of a table that was looked up last is looked up instead.
bool RowProgram::AddToTable(const Operator& op, const Place& place, Instructions* instructions) {
  if (instructions->empty() || op.inputs.size() != 1 || !IsNumber(place.values[op.output])) return false;
  Instruction& last = instructions->back();
  if (last.out != ColumnOf(op.inputs[0], place)) return false;
  std::optional<std::vector<double>> table;
  if (last.kind == Instruction::Kind::kDecodeNumber) {
    table = EntriesOf(op, last.numbers->table);
  } else if (last.kind == Instruction::Kind::kDecodeText) {
    table = EntriesOf(op, last.texts->table);
  }
  if (!table) return false;
  last.kind = Instruction::Kind::kDecodeNumber;
  last.numbers = &tables_.emplace_back(op::DecodeNumber{std::move(*table)});
  last.out = ColumnOf(op.output, place);
  return true;
}

RowProgram::Waiting RowProgram::MakeWaiting(const Operator& op, const Place& place, const Kernel& kernel) {
  Waiting waiting;
  for (ValueId input : TakenBy(op, place)) {
    const auto first = firsts_.find(place.same_as[input]);
    if (first == firsts_.end()) {
      waiting.needs.push_back(WaitingOf(place.same_as[input]));
      continue;
    }
    const Waiting& before = first->second;
    waiting.needs.insert(waiting.needs.end(), before.needs.begin(), before.needs.end());
    waiting.instructions.insert(waiting.instructions.end(), before.instructions.begin(), before.instructions.end());
    firsts_.erase(first);
  }
  if (!AddToTable(op, place, &waiting.instructions) && !AddCells(op, place, &waiting.instructions)) {
    AddKernel(op, place, kernel, &waiting.instructions);
  }
  waiting.chooses = std::holds_alternative<op::Where>(op.params) && waiting.instructions.size() == 1 &&
                    waiting.instructions[0].kind == Instruction::Kind::kWhere;
  return waiting;
}

void RowProgram::AddWaiting(const Operator& op, const Place& place, const Kernel& kernel) {
  waiting_of_.resize(place.values.size(), kNone);
  waiting_of_[op.output] = static_cast<uint32_t>(waiting_.size());
  waiting_.push_back(MakeWaiting(op, place, kernel));
  concats_.push_back(std::holds_alternative<op::Concat>(op.params) ? &op : nullptr);
}

// Trees look at the columns of a Concat that waits where they come from.
void RowProgram::AddTrees(const Operator& op, const op::TreeEnsemble& trees, const Place& place) {
  const ValueId row = place.same_as[op.inputs[0]];
  const uint32_t waiting = WaitingOf(row);
  const Operator* concat = waiting == kNone ? nullptr : concats_[waiting];
  std::vector<RowTrees::Feature> features;
  bool nothing_waits = true;
  for (const ValueId input : concat == nullptr ? std::vector<ValueId>{row} : concat->inputs) {
    const ValueId value = place.same_as[input];
    nothing_waits = nothing_waits && WaitingOf(value) == kNone;
    for (uint32_t c = 0; c < place.values[value].width; ++c) {
      features.push_back({ColumnOf(value, place) + c, WaitingOf(value)});
    }
  }
  Instruction instruction;
  instruction.kind = Instruction::Kind::kTrees;
  instruction.trees = trees_.size();
  instructions_.push_back(instruction);
  trees_.push_back({RowTrees(trees, features), nothing_waits, ColumnOf(op.output, place), trees.outputs});
}

void RowProgram::AddChoice(const Operator& op, const Place& place) {
  choices_.emplace_back(op, RowChoice::Place{place.layout.first_column, place.same_as, within_});
  Instruction& choose = instructions_.emplace_back();
  choose.kind = Instruction::Kind::kChoice;
  choose.out = ColumnOf(op.output, place);
  choose.choice = &choices_.back();
}

void RowProgram::AddCopy(uint32_t from, uint32_t to, Instructions* instructions) {
  Instruction& copy = instructions->emplace_back();
  copy.kind = Instruction::Kind::kCopy;
  copy.out = to;
  copy.a = from;
}

const std::vector<ValueId>& RowProgram::TakenBy(const Operator& op, const Place& place) const {
  const Operator* row = op.inputs.empty() ? nullptr : within_[place.same_as[op.inputs[0]]];
  return row != nullptr && std::holds_alternative<op::AggregateRow>(op.params) ? row->inputs : op.inputs;
}

bool RowProgram::AddSum(const Operator& op, const Place& place, Instructions* instructions) {
  const auto* aggregate = std::get_if<op::AggregateRow>(&op.params);
  if (aggregate == nullptr || within_[place.same_as[op.inputs[0]]] == nullptr) return false;
  Sum& sum = sums_.emplace_back();
  for (ValueId cell : TakenBy(op, place)) sum.columns.push_back(ColumnOf(cell, place));
  sum.skips_missing = aggregate->skip_missing;
  Instruction& instruction = instructions->emplace_back();
  instruction.kind = Instruction::Kind::kSum;
  instruction.out = ColumnOf(op.output, place);
  instruction.sum = &sum;
  return true;
}

bool RowProgram::AddText(const Operator& op, const Place& place, Instructions* instructions) {
  const auto* decode = std::get_if<op::DecodeText>(&op.params);
  if (decode == nullptr || place.values[op.output].width != 1) return false;
  Instruction& look_up = instructions->emplace_back();
  look_up.kind = Instruction::Kind::kDecodeText;
  look_up.out = ColumnOf(op.output, place);
  look_up.a = ColumnOf(op.inputs[0], place);
  look_up.texts = decode;
  return true;
}

// A missing number makes sums and products missing by itself.
RowProgram::Instruction::Kind RowProgram::KindOf(op::BinaryFunction function) {
  switch (function) {
    case op::BinaryFunction::kAdd: return Instruction::Kind::kAdd;
    case op::BinaryFunction::kSubtract: return Instruction::Kind::kSubtract;
    case op::BinaryFunction::kMultiply: return Instruction::Kind::kMultiply;
    default: return Instruction::Kind::kBinary;
  }
}

// False: it is no matter of single cells.
bool RowProgram::AddCells(const Operator& op, const Place& place, Instructions* instructions) {
  const ValueShape out = place.values[op.output];
  if (out.kind != ValueKind::kNumber) return AddText(op, place, instructions);
  if (AddSum(op, place, instructions)) return true;
  const uint32_t to = ColumnOf(op.output, place);
  if (std::holds_alternative<op::Concat>(op.params)) {
    Instructions copies;
    uint32_t at = to;
    for (ValueId input : op.inputs) {
      const uint32_t width = place.values[input].width, from = ColumnOf(input, place);
      for (uint32_t c = 0; from != at && c < width; ++c) AddCopy(from + c, at + c, &copies);
      if (copies.size() > kCopiedMax) return false;
      at += width;
    }
    instructions->insert(instructions->end(), copies.begin(), copies.end());
    return true;
  }
  if (const auto* select = std::get_if<op::Select>(&op.params)) {
    if (select->columns.size() > kCopiedMax) return false;
    for (uint32_t c = 0; c < select->columns.size(); ++c) {
      const uint32_t from = ColumnOf(op.inputs[0], place) + select->columns[c];
      if (from != to + c) AddCopy(from, to + c, instructions);
    }
    return true;
  }
  const auto is_number = [&](ValueId input) { return IsNumber(place.values[input]); };
  if (out.width != 1 || !std::ranges::all_of(op.inputs, is_number)) return false;
  Instruction instruction;
  instruction.out = to;
  if (const auto* unary = std::get_if<op::Unary>(&op.params)) {
    instruction.kind = Instruction::Kind::kUnary;
    instruction.unary = UnaryCellOf(unary->function);
  } else if (const auto* binary = std::get_if<op::Binary>(&op.params)) {
    instruction.kind = KindOf(binary->function);
    instruction.b = ColumnOf(op.inputs[1], place);
    instruction.binary = BinaryCellOf(binary->function, binary->missing_aware);
  } else if (const auto* decode = std::get_if<op::DecodeNumber>(&op.params)) {
    instruction.kind = Instruction::Kind::kDecodeNumber;
    instruction.numbers = decode;
  } else if (const auto* bin = std::get_if<op::Bin>(&op.params); bin && bin->edges[0].size() <= kEdgesMax) {
    instruction.kind = Instruction::Kind::kBin;
    instruction.bin = bin;
  } else if (const auto* linear = std::get_if<op::Linear>(&op.params); linear && IsLine(*linear)) {
    instruction.kind = Instruction::Kind::kLine;
    instruction.line = &lines_.emplace_back(Line{linear->weights[0], linear->bias.empty() ? 0 : linear->bias[0]});
  } else if (std::holds_alternative<op::Where>(op.params)) {
    instruction.kind = Instruction::Kind::kWhere;
    instruction.b = ColumnOf(op.inputs[1], place);
    instruction.c = ColumnOf(op.inputs[2], place);
  } else {
    return false;
  }
  instruction.a = ColumnOf(op.inputs[0], place);
  instructions->push_back(instruction);
  return true;
}

// ---- running -------------------------------------------------------------------------------------------------------

[[gnu::noinline]] double RowProgram::Sum::Of(const double* numbers) const {
  double sum = 0;
  size_t present = 0;
  for (const uint32_t column : columns) {
    const double x = numbers[column];
    if (std::isnan(x)) continue;
    sum += x;
    ++present;
  }
  return present == 0 || (present < columns.size() && !skips_missing) ? op::kNaN : sum;
}

void RowProgram::BeginCounting(Cells* cells) const {
  std::fill_n(cells->done, waiting_.size(), 0);
  cells->row = 1;
}

Status RowProgram::RunAll(std::span<const Instruction> instructions, const Tile& tile, const Cells& cells) const {
  double* const numbers = cells.numbers;
  for (const Instruction& i : instructions) {
    // The most frequent by a branch of its own, which is foretold more often than where the switch jumps.
    if (i.kind == Instruction::Kind::kBinary) {
      numbers[i.out] = i.binary(numbers[i.a], numbers[i.b]);
      continue;
    }
    switch (i.kind) {
      case Instruction::Kind::kKernel: SCOREWAY_RETURN_IF_ERROR(i.kernel->Run(tile)); break;
      case Instruction::Kind::kCells: i.cells->RunCells(numbers + i.a, numbers + i.out); break;
      case Instruction::Kind::kLookup: SCOREWAY_RETURN_IF_ERROR(i.lookup->RunRow(tile, numbers, cells.texts)); break;
      case Instruction::Kind::kUnary: numbers[i.out] = i.unary(numbers[i.a]); break;
      case Instruction::Kind::kBinary: break;
      case Instruction::Kind::kAdd: numbers[i.out] = numbers[i.a] + numbers[i.b]; break;
      case Instruction::Kind::kSubtract: numbers[i.out] = numbers[i.a] - numbers[i.b]; break;
      case Instruction::Kind::kMultiply: numbers[i.out] = numbers[i.a] * numbers[i.b]; break;
      case Instruction::Kind::kWhere: numbers[i.out] = numbers[IsTrue(numbers[i.a]) ? i.b : i.c]; break;
      case Instruction::Kind::kCopy: numbers[i.out] = numbers[i.a]; break;
      case Instruction::Kind::kChoice: numbers[i.out] = i.choice->Run(numbers); break;
      // The sum of products begins with 0.
      case Instruction::Kind::kLine: numbers[i.out] = (0 + numbers[i.a] * i.line->weight) + i.line->bias; break;
      case Instruction::Kind::kBin: numbers[i.out] = BinOf(*i.bin, numbers[i.a]); break;
      case Instruction::Kind::kSum: numbers[i.out] = i.sum->Of(numbers); break;
      case Instruction::Kind::kTrees: RunTrees(trees_[i.trees], tile, cells); break;
      case Instruction::Kind::kWithin: {
        const double x = numbers[i.a];
        const Bounds& bounds = *i.bounds;
        if (bounds.low <= x && x <= bounds.high) {
          numbers[i.out] = x;
        } else if (std::isnan(x) && !bounds.rejects_missing) {
          numbers[i.out] = bounds.missing;
        } else {
          SCOREWAY_RETURN_IF_ERROR(bounds.kernel->Run(tile));
        }
        break;
      }
      case Instruction::Kind::kDecodeNumber: {
        const double* number = EntryAt(i.numbers->table, numbers[i.a]);
        numbers[i.out] = number == nullptr ? op::kNaN : *number;
        break;
      }
      case Instruction::Kind::kDecodeText: {
        const std::string* text = EntryAt(i.texts->table, numbers[i.a]);
        cells.texts[i.out] = text == nullptr ? std::string_view() : std::string_view(*text);
        break;
      }
    }
  }
  return {};
}

void RowProgram::RunTrees(const Trees& call, const Tile& tile, const Cells& cells) const {
  const std::span<double> out(cells.numbers + call.out, call.outputs);
  if (call.nothing_waits) {
    return call.trees.Run([&](const RowTrees::Feature& feature) { return cells.numbers[feature.column]; }, out);
  }
  const auto fetch = [&](const RowTrees::Feature& feature) {
    Need(feature.waiting, tile, cells);
    return cells.numbers[feature.column];
  };
  call.trees.Run(fetch, out);
}

// Nothing that waits can fail (RowPlan).
void RowProgram::Need(uint32_t waiting, const Tile& tile, const Cells& cells) const {
  if (waiting == kNone || cells.done[waiting] == cells.row) return;
  cells.done[waiting] = cells.row;
  const Waiting& wanted = waiting_[waiting];
  if (wanted.chooses) {
    const Instruction& where = wanted.instructions[0];
    Need(wanted.needs[0], tile, cells);
    const bool first = IsTrue(cells.numbers[where.a]);
    Need(wanted.needs[first ? 1 : 2], tile, cells);
    cells.numbers[where.out] = cells.numbers[first ? where.b : where.c];
    return;
  }
  for (const uint32_t need : wanted.needs) Need(need, tile, cells);
  SCOREWAY_CHECK(RunAll(wanted.instructions, tile, cells).ok());
}

}  // namespace scoreway
