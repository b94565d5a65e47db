// RowProgram: the kernels of a Plan for a tile of one row. With one row most operators of an expression take a single
// number from one place to another, and calling a kernel costs more than what it computes; so these become
// instructions, copies that the layout has made needless become none, and a few trees are walked rather than prepared
// for. What waits (RowPlan) is computed when a tree asks for it, and what lies within a choice is tested on its way.
// Whatever else there is, is a call of its kernel.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <span>
#include <string_view>
#include <vector>

#include "score/cells_kernel.h"
#include "score/kernel.h"
#include "score/kernels/cell_functions.h"
#include "score/kernels/row_trees.h"
#include "score/lookup_kernel.h"
#include "score/plan_layout.h"
#include "score/row_choice.h"
#include "score/row_plan.h"

namespace scoreway {

class RowProgram {
 public:
  // What the instructions are made for: the Values, where they are, and which of them are the same as others.
  struct Place {
    std::span<const ValueShape> values;
    const PlanLayout& layout;
    std::span<const ValueId> same_as;
  };

  // Appends an operator, which outlives the program as its kernel does; if it waits it is run when it is asked for.
  void Add(const Operator& op, const Place& place, const Kernel& kernel, RowRole role);
  // Appends the kernel of several operators.
  void Add(LookupKernel* lookup, const Place& place);

  // Operators that wait: so many marks Run needs.
  size_t waiting() const { return waiting_.size(); }

  // The spaces of the layout, a cell a column, and the marks, which are 0 at first.
  struct Cells {
    double* numbers = nullptr;
    std::string_view* texts = nullptr;
    uint32_t* done = nullptr;  // of what waits, in which row it was computed last
    uint32_t row = 0;          // counted from 1
  };
  // Runs the row of the tile, whose blocks are these cells. Errors are those of the kernels.
  Status Run(const Tile& tile, Cells* cells) const {
    if (++cells->row == 0) BeginCounting(cells);
    return RunAll(instructions_, tile, *cells);
  }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;

  // Of an op::NumberDomain: a cell within them is passed on, one that lacks becomes another, the rest is for the
  // kernel.
  struct Bounds {
    double low = 0, high = 0;
    double missing = 0;
    bool rejects_missing = false;
    const Kernel* kernel = nullptr;
  };
  // Of an op::AggregateRow over cells that are left where they are.
  struct Sum {
    std::vector<uint32_t> columns;
    bool skips_missing = false;

    double Of(const double* numbers) const;
  };
  // An op::Linear of one cell.
  struct Line {
    double weight = 0, bias = 0;
  };
  struct Instruction {
    enum class Kind : uint8_t {
      kKernel,
      kCells,
      kLookup,
      kUnary,
      kBinary,
      kAdd,
      kSubtract,
      kMultiply,
      kWhere,
      kCopy,
      kTrees,
      kWithin,
      kDecodeNumber,
      kDecodeText,
      kChoice,
      kSum,
      kBin,
      kLine,
    } kind = Kind::kKernel;
    uint32_t out = 0, a = 0, b = 0, c = 0;  // columns of the layout
    union {
      const Kernel* kernel = nullptr;
      const CellsKernel* cells;
      const LookupKernel* lookup;
      UnaryCell unary;
      BinaryCell binary;
      size_t trees;
      const Bounds* bounds;
      const op::DecodeNumber* numbers;
      const op::DecodeText* texts;
      const RowChoice* choice;
      const Sum* sum;
      const op::Bin* bin;
      const Line* line;
    };
  };
  using Instructions = std::vector<Instruction>;
  static Instruction::Kind KindOf(op::BinaryFunction function);
  // An operator that waits: the others that wait of its inputs, in their order, and how it is run.
  struct Waiting {
    std::vector<uint32_t> needs;  // kNone where an input is there already
    Instructions instructions;
    bool chooses = false;  // a Where, which needs one of its two only
  };
  struct Trees {
    RowTrees trees;
    bool nothing_waits = true;  // of what they look at
    uint32_t out = 0;
    uint32_t outputs = 0;
  };

  static uint32_t ColumnOf(ValueId value, const Place& place) {
    return static_cast<uint32_t>(place.layout.first_column[value]);
  }
  bool AddCells(const Operator& op, const Place& place, Instructions* instructions);
  bool AddSum(const Operator& op, const Place& place, Instructions* instructions);
  // What the operator reads: of a sum the cells of its row.
  const std::vector<ValueId>& TakenBy(const Operator& op, const Place& place) const;
  static void AddKernel(const Operator& op, const Place& place, const Kernel& kernel, Instructions* instructions);
  static bool AddText(const Operator& op, const Place& place, Instructions* instructions);
  bool AddDomain(const Operator& op, const Place& place, const Kernel& kernel);
  static void AddCopy(uint32_t from, uint32_t to, Instructions* instructions);
  void AddTrees(const Operator& op, const op::TreeEnsemble& trees, const Place& place);
  void AddChoice(const Operator& op, const Place& place);
  uint32_t WaitingOf(ValueId value) const { return value < waiting_of_.size() ? waiting_of_[value] : kNone; }

  void BeginCounting(Cells* cells) const;
  Status RunAll(std::span<const Instruction> instructions, const Tile& tile, const Cells& cells) const;
  void RunTrees(const Trees& call, const Tile& tile, const Cells& cells) const;
  void Need(uint32_t waiting, const Tile& tile, const Cells& cells) const;
  bool AddToTable(const Operator& op, const Place& place, Instructions* instructions);
  Waiting MakeWaiting(const Operator& op, const Place& place, const Kernel& kernel);
  void AddWaiting(const Operator& op, const Place& place, const Kernel& kernel);

  Instructions instructions_;
  std::vector<Waiting> waiting_;
  std::vector<uint32_t> waiting_of_;      // by ValueId
  std::map<ValueId, Waiting> firsts_;     // to be run with the operator that takes them, until that is added
  std::vector<const Operator*> concats_;  // that wait, by waiting; null for others
  std::vector<Trees> trees_;
  std::deque<Line> lines_;
  std::deque<Bounds> bounds_;
  std::vector<const Operator*> within_;  // a choice or a sum, by ValueId; null for others
  std::deque<RowChoice> choices_;
  std::deque<Sum> sums_;
  std::deque<op::DecodeNumber> tables_;  // of several operators
};

}  // namespace scoreway
