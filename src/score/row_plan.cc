#include "score/row_plan.h"

#include <algorithm>
#include <variant>

#include "score/kernels/row_trees.h"

namespace scoreway {
namespace {

// Longest chain of operators that wait for one another; each is a call within the other's.
constexpr size_t kChainMax = 100;

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

bool IsRowTrees(const Operator& op) {
  const auto* trees = std::get_if<op::TreeEnsemble>(&op.params);
  return trees != nullptr && RowTrees::Fits(*trees);
}

// How a Value is read: by whom it waits for, if by nobody else.
struct Readers {
  bool only_late = true;
  size_t last = 0;    // operator
  size_t height = 0;  // of the longest chain of those that wait, up to a tree
};

}  // namespace

RowPlan PlanRow(std::span<const Operator* const> operators, const std::vector<bool>& bound,
                std::span<const ValueId> same_as, std::span<const ValueId> outputs) {
  RowPlan plan;
  plan.waits.assign(operators.size(), false);
  std::vector<Readers> readers(same_as.size());
  for (ValueId output : outputs) readers[same_as[output]].only_late = false;
  for (size_t i = operators.size(); i-- > 0;) {
    const Operator& op = *operators[i];
    const Readers own = readers[op.output];
    plan.waits[i] = !bound[i] && own.only_late && own.height < kChainMax && MayWait(op.params);
    const bool is_tree = IsRowTrees(op);
    for (ValueId taken : op.inputs) {
      Readers& input = readers[same_as[taken]];
      if (is_tree) {
        input.last = std::max(input.last, i);
      } else if (plan.waits[i] && !AsksForAll(op)) {
        input.last = std::max(input.last, own.last);
        input.height = std::max(input.height, own.height + 1);
      } else {
        input.only_late = false;
      }
      if (plan.waits[i]) plan.late_reads.emplace_back(taken, own.last);
    }
    if (plan.waits[i]) plan.late_reads.emplace_back(op.output, own.last);
  }
  return plan;
}

}  // namespace scoreway
