#include "score/row_plan.h"

#include <algorithm>
#include <limits>
#include <variant>

#include "score/kernels/row_trees.h"
#include "score/row_choice.h"

namespace scoreway {
namespace {

// Longest chain of operators that wait for one another; each is a call within the other's.
constexpr size_t kChainMax = 100;
// The same of those within a choice, which call one another only when the choice is made.
constexpr size_t kWithinChainMax = 300;
// Fewer operators are as soon run one after the other as walked through.
constexpr size_t kWithinMin = 4;
// Cells of a sum that asks for each of them.
constexpr size_t kSumCellsMax = 16;
// More nodes are not kept a second time.
constexpr size_t kWalkedNodesMax = size_t{1} << 17;
// What a column that waits costs, in columns that are only prepared for trees.
constexpr size_t kWaitingColumn = 3;

template <typename Encode>
bool NeverRejects(const Encode& encode) {
  const auto rejects = [](const op::CodeOrReject& rule) { return rule.reject; };
  return std::ranges::none_of(encode.unknown, rejects) && std::ranges::none_of(encode.missing, rejects);
}

// Whether the operator can neither fail, as a row's errors must not depend on the way it takes, nor make texts.
bool MayWait(const op::Params& params) {
  if (const auto* encode = std::get_if<op::EncodeNumber>(&params)) return NeverRejects(*encode);
  if (const auto* encode = std::get_if<op::EncodeText>(&params)) return NeverRejects(*encode);
  return std::holds_alternative<op::Unary>(params) || std::holds_alternative<op::Binary>(params) ||
         std::holds_alternative<op::Where>(params) || std::holds_alternative<op::Select>(params) ||
         std::holds_alternative<op::Concat>(params) || std::holds_alternative<op::DecodeNumber>(params) ||
         std::holds_alternative<op::DecodeText>(params) || std::holds_alternative<op::Bin>(params) ||
         std::holds_alternative<op::AggregateRow>(params);
}

// Who asks for an aggregate asks for all that it rests on, which may be much, and asking costs more than computing: so
// that does not wait.
bool AsksForAll(const Operator& op) { return std::holds_alternative<op::AggregateRow>(op.params); }

// How many nodes a row comes to, if all leaves are as likely.
size_t NodesOnTheWay(const op::TreeEnsemble& trees) {
  std::vector<std::pair<uint32_t, size_t>> open;  // node and its depth
  size_t nodes = 0;
  for (const uint32_t root : trees.roots) {
    size_t depths = 0, leaves = 0;
    open.emplace_back(root, 0);
    while (!open.empty()) {
      const auto [node, depth] = open.back();
      open.pop_back();
      if (trees.left[node] == node) {
        depths += depth;
        ++leaves;
        continue;
      }
      open.emplace_back(trees.left[node], depth + 1);
      open.emplace_back(trees.right[node], depth + 1);
    }
    nodes += depths / leaves;
  }
  return nodes;
}

// How a Value is read: by whom it waits for, if by nobody else, and within which choices.
struct Readers {
  bool only_late = true;
  bool only_choices = true;  // where RowChoice can have it within
  bool as_truth = false, as_number = false;
  bool in_sum = false;  // by the one sum of its cells
  bool whole = false;   // by an operator that always needs it
  size_t count = 0;
  size_t last = 0;    // operator
  size_t height = 0;  // of the longest chain of those that wait or choose, up to a tree or a Where
  size_t root = 0;    // the Where of the last choice
};

class Planner {
 public:
  Planner(std::span<const Operator* const> operators, const std::vector<bool>& bound,
          std::span<const ValueShape> values, std::span<const ValueId> same_as, std::span<const ValueId> outputs)
      : operators_(operators), bound_(bound), values_(values), same_as_(same_as), outputs_(outputs) {
    FindMakers();
    for (size_t i = 0; i < operators.size(); ++i) {
      if (IsSumOfCells(i)) row_of_sum_[i] = operators_[maker_[same_as_[operators_[i]->inputs[0]]]];
      walks_.push_back(Walks(*operators_[i]));
    }
  }

  RowPlan Plan() {
    may_choose_.assign(operators_.size(), true);
    PlanAll();
    std::vector<bool> pays(operators_.size(), false);
    for (size_t i = 0; i < operators_.size(); ++i) {
      pays[i] = plan_.roles[i] == RowRole::kChooses && within_[i] >= kWithinMin;
    }
    if (std::ranges::find(plan_.roles, RowRole::kChooses) == plan_.roles.end()) return std::move(plan_);
    may_choose_ = std::move(pays);
    PlanAll();
    return std::move(plan_);
  }

 private:
  static constexpr size_t kNone = std::numeric_limits<size_t>::max();

  void PlanAll() {
    plan_ = {};
    plan_.roles.assign(operators_.size(), RowRole::kRuns);
    within_.assign(operators_.size(), 0);
    readers_.assign(same_as_.size(), Readers());
    for (ValueId output : outputs_) {
      Readers& reader = Of(output);
      reader.only_late = reader.only_choices = false;
    }
    for (size_t i = operators_.size(); i-- > 0;) PlanOne(i);
  }

  void FindMakers() {
    maker_.assign(same_as_.size(), kNone);
    reads_.assign(same_as_.size(), 0);
    row_of_sum_.assign(operators_.size(), nullptr);
    for (size_t i = 0; i < operators_.size(); ++i) {
      maker_[operators_[i]->output] = i;
      for (ValueId taken : operators_[i]->inputs) ++reads_[same_as_[taken]];
    }
    for (ValueId output : outputs_) ++reads_[same_as_[output]];
  }

  const Operator* MakerOf(ValueId value) const {
    const size_t maker = maker_[same_as_[value]];
    return maker == kNone || bound_[maker] ? nullptr : operators_[maker];
  }

  bool IsSumOfCells(size_t i) const {
    const auto* aggregate = std::get_if<op::AggregateRow>(&operators_[i]->params);
    if (aggregate == nullptr || aggregate->function != op::RowAggregate::kSum || bound_[i]) return false;
    const ValueId row = operators_[i]->inputs[0];
    const Operator* maker = MakerOf(row);
    if (maker == nullptr || !std::holds_alternative<op::Concat>(maker->params)) return false;
    return reads_[same_as_[row]] == 1 && maker->inputs.size() <= kSumCellsMax &&
           std::ranges::all_of(maker->inputs, [this](ValueId cell) { return values_[cell].width == 1; });
  }

  // Also where there are more columns than nodes on the way: most of them are never asked for.
  bool Walks(const Operator& op) const {
    const auto* trees = std::get_if<op::TreeEnsemble>(&op.params);
    if (trees == nullptr) return false;
    if (RowTrees::Fits(*trees)) return true;
    size_t columns = values_[op.inputs[0]].width;
    const Operator* row = MakerOf(op.inputs[0]);
    if (row != nullptr && std::holds_alternative<op::Concat>(row->params)) {
      const auto waits = [this](ValueId column) {
        const Operator* maker = MakerOf(column);
        return maker != nullptr && reads_[same_as_[column]] == 1 && MayWait(maker->params);
      };
      columns += kWaitingColumn * static_cast<size_t>(std::ranges::count_if(row->inputs, waits));
    }
    return trees->feature.size() <= kWalkedNodesMax && columns > trees->roots.size() && columns > NodesOnTheWay(*trees);
  }

  // What the operator reads: of a sum the cells of its row.
  const std::vector<ValueId>& TakenBy(size_t i) const {
    return row_of_sum_[i] == nullptr ? operators_[i]->inputs : row_of_sum_[i]->inputs;
  }

  void PlanOne(size_t i) {
    const Operator& op = *operators_[i];
    const Readers own = readers_[op.output];
    if (own.in_sum) {
      plan_.roles[i] = RowRole::kWithin;
      return;
    }
    if (row_of_sum_[i] != nullptr) readers_[row_of_sum_[i]->output].in_sum = true;
    if (!bound_[i]) plan_.roles[i] = RoleOf(op, own, i);
    switch (plan_.roles[i]) {
      case RowRole::kRuns:
      case RowRole::kWalks: return ReadInTurn(i);
      case RowRole::kWaits:
      case RowRole::kFirst: return ReadLate(i, own);
      case RowRole::kChooses: return ReadWithin(op, {.as_number = true, .height = 0, .root = i});
      case RowRole::kWithin: break;
    }
    ++within_[own.root];
    ReadWithin(op, own);
    for (ValueId taken : op.inputs) plan_.late_reads.emplace_back(taken, own.root);
  }

  RowRole RoleOf(const Operator& op, const Readers& own, size_t i) const {
    if (own.count > 0 && own.only_choices && own.height < kWithinChainMax &&
        RowChoice::MayBeWithin(op, values_, own.as_truth, own.as_number) && (own.count == 1 || RowChoice::IsTest(op))) {
      return RowRole::kWithin;
    }
    if (own.only_late && own.height < kChainMax && MayWait(op.params)) {
      // Of what a Where chooses from one is never asked for, as long as it is not run before the Where is.
      const bool chooses = std::holds_alternative<op::Where>(op.params);
      return own.whole && reads_[op.output] == 1 && !chooses ? RowRole::kFirst : RowRole::kWaits;
    }
    if (walks_[i]) return RowRole::kWalks;
    return may_choose_[i] && RowChoice::MayChoose(op, values_) ? RowRole::kChooses : RowRole::kRuns;
  }

  Readers& Of(ValueId taken) { return readers_[same_as_[taken]]; }

  void ReadInTurn(size_t i) {
    for (ValueId taken : TakenBy(i)) {
      Readers& input = Of(taken);
      input.only_choices = false;
      if (plan_.roles[i] == RowRole::kWalks) {
        input.last = std::max(input.last, i);
      } else {
        input.only_late = false;
      }
      if (row_of_sum_[i] != nullptr) plan_.late_reads.emplace_back(taken, i);
    }
  }

  void ReadLate(size_t i, const Readers& own) {
    const Operator& op = *operators_[i];
    for (ValueId taken : TakenBy(i)) {
      Readers& input = Of(taken);
      input.only_choices = false;
      // A tree looks at the columns of a Concat one by one.
      input.whole = !std::holds_alternative<op::Where>(op.params) && !std::holds_alternative<op::Concat>(op.params);
      if (AsksForAll(op) && row_of_sum_[i] == nullptr) {
        input.only_late = false;
      } else {
        input.last = std::max(input.last, own.last);
        input.height = std::max(input.height, own.height + 1);
      }
      plan_.late_reads.emplace_back(taken, own.last);
    }
    plan_.late_reads.emplace_back(op.output, own.last);
  }

  // A Where needs its condition as a truth, and its two as what it is needed as itself.
  void ReadWithin(const Operator& op, const Readers& own) {
    for (size_t k = 0; k < op.inputs.size(); ++k) {
      Readers& input = Of(op.inputs[k]);
      input.only_late = false;
      input.only_choices = input.only_choices && !RowChoice::IsTest(op);
      const bool is_choice = std::holds_alternative<op::Where>(op.params) && k > 0;
      input.as_truth = input.as_truth || !is_choice || own.as_truth;
      input.as_number = input.as_number || (is_choice && own.as_number);
      ++input.count;
      input.height = std::max(input.height, own.height + 1);
      input.root = std::max(input.root, own.root);
    }
  }

  std::span<const Operator* const> operators_;
  const std::vector<bool>& bound_;
  std::span<const ValueShape> values_;
  std::span<const ValueId> same_as_;
  std::span<const ValueId> outputs_;
  std::vector<size_t> maker_;                // by ValueId: the operator that gives it
  std::vector<size_t> reads_;                // by ValueId: how often it is read
  std::vector<const Operator*> row_of_sum_;  // by operator: of a sum of cells the Concat of them, else null
  std::vector<bool> walks_;                  // by operator: trees that are walked
  std::vector<bool> may_choose_;             // by operator
  RowPlan plan_;
  std::vector<size_t> within_;  // by operator: how many are within it
  std::vector<Readers> readers_;
};

}  // namespace

RowPlan PlanRow(std::span<const Operator* const> operators, const std::vector<bool>& bound,
                std::span<const ValueShape> values, std::span<const ValueId> same_as,
                std::span<const ValueId> outputs) {
  return Planner(operators, bound, values, same_as, outputs).Plan();
}

}  // namespace scoreway
