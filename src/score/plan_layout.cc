#include "score/plan_layout.h"

#include <algorithm>
#include <map>
#include <variant>

namespace scoreway {
namespace {

constexpr ValueId kNone = std::numeric_limits<ValueId>::max();

// Which Value is a part of which: a forest whose roots own columns.
class Parts {
 public:
  explicit Parts(std::span<const ValueShape> values)
      : values_(values), parent_(values.size(), kNone), at_(values.size()) {}

  struct Home {
    ValueId root;
    uint64_t column;  // within the root
  };
  Home HomeOf(ValueId value) const {
    uint64_t column = 0;
    for (; parent_[value] != kNone; value = parent_[value]) column += at_[value];
    return {value, column};
  }

  // Makes `part` columns [column, ...) of `whole` if it is free to be put there.
  bool Place(ValueId part, ValueId whole, uint64_t column) {
    if (parent_[part] != kNone || HomeOf(whole).root == part) return false;
    parent_[part] = whole;
    at_[part] = column;
    return true;
  }

  // Later operators first: what a Concat has claimed stays where it is.
  void Join(const Operator& op) {
    if (std::holds_alternative<op::Concat>(op.params)) return JoinConcat(op);
    if (std::holds_alternative<op::RequireFinite>(op.params)) return JoinSame(op);
    if (const auto* select = std::get_if<op::Select>(&op.params)) return JoinSelect(op, *select);
  }

 private:
  void JoinConcat(const Operator& op) {
    uint64_t column = 0;
    for (ValueId input : op.inputs) {
      Place(input, op.output, column);
      column += values_[input].width;
    }
  }
  void JoinSame(const Operator& op) {
    if (!Place(op.output, op.inputs[0], 0)) Place(op.inputs[0], op.output, 0);
  }
  void JoinSelect(const Operator& op, const op::Select& select) {
    for (size_t i = 1; i < select.columns.size(); ++i) {
      if (select.columns[i] != select.columns[0] + i) return;
    }
    if (!select.columns.empty()) Place(op.output, op.inputs[0], select.columns[0]);
  }

  std::span<const ValueShape> values_;
  std::vector<ValueId> parent_;
  std::vector<uint64_t> at_;
};

// Free columns of a space, handed out first fit.
class Columns {
 public:
  uint64_t Take(uint64_t width) {
    for (auto it = free_.begin(); it != free_.end(); ++it) {
      const auto [begin, length] = *it;
      if (length < width) continue;
      free_.erase(it);
      if (length > width) free_.emplace(begin + width, length - width);
      return begin;
    }
    const uint64_t begin = end_;
    end_ += width;
    return begin;
  }
  void Give(uint64_t begin, uint64_t width) {
    if (width == 0) return;
    auto next = free_.lower_bound(begin);
    if (next != free_.end() && begin + width == next->first) {
      width += next->second;
      next = free_.erase(next);
    }
    if (next != free_.begin()) {
      auto before = std::prev(next);
      if (before->first + before->second == begin) {
        before->second += width;
        return;
      }
    }
    free_.emplace(begin, width);
  }
  uint64_t end() const { return end_; }

 private:
  std::map<uint64_t, uint64_t> free_;  // begin, length
  uint64_t end_ = 0;
};

// The steps between which the columns of a root are in use: 0 loads the inputs, i + 1 is operator i.
struct Life {
  size_t first = std::numeric_limits<size_t>::max();
  size_t last = 0;
};

std::vector<Life> Lives(const Parts& parts, size_t value_count, std::span<const Operator* const> operators,
                        std::span<const ValueId> inputs, std::span<const ValueId> outputs) {
  std::vector<Life> lives(value_count);
  const auto touch = [&](ValueId value, size_t step) {
    Life& life = lives[parts.HomeOf(value).root];
    life.first = std::min(life.first, step);
    life.last = std::max(life.last, step);
  };
  for (ValueId input : inputs) touch(input, 0);
  for (size_t i = 0; i < operators.size(); ++i) {
    for (ValueId input : operators[i]->inputs) touch(input, i + 1);
    touch(operators[i]->output, i + 1);
  }
  for (ValueId output : outputs) touch(output, operators.size() + 1);
  return lives;
}

}  // namespace

PlanLayout LayOut(std::span<const ValueShape> values, std::span<const Operator* const> operators,
                  std::span<const ValueId> inputs, std::span<const ValueId> outputs, std::span<const ValueId> same_as,
                  std::span<const std::pair<ValueId, size_t>> late_reads) {
  Parts parts(values);
  for (ValueId v = 0; v < values.size(); ++v) {
    if (same_as[v] != v) parts.Place(v, same_as[v], 0);
  }
  for (size_t i = operators.size(); i-- > 0;) parts.Join(*operators[i]);
  std::vector<Life> lives = Lives(parts, values.size(), operators, inputs, outputs);
  for (const auto& [value, reader] : late_reads) {
    Life& life = lives[parts.HomeOf(value).root];
    life.last = std::max(life.last, reader + 1);
  }

  std::vector<std::vector<ValueId>> born(operators.size() + 2), dies(operators.size() + 2);
  for (ValueId v = 0; v < values.size(); ++v) {
    if (lives[v].first > lives[v].last) continue;
    born[lives[v].first].push_back(v);
    dies[lives[v].last].push_back(v);
  }

  PlanLayout layout;
  layout.first_column.assign(values.size(), PlanLayout::kNowhere);
  Columns numbers, texts;
  const auto space = [&](ValueId v) -> Columns& { return values[v].kind == ValueKind::kText ? texts : numbers; };
  for (size_t step = 0; step < born.size(); ++step) {
    // An operator's inputs must outlast its output's birth, so the dead of this step leave after the born have come.
    for (ValueId v : born[step]) layout.first_column[v] = space(v).Take(values[v].width);
    for (ValueId v : dies[step]) space(v).Give(layout.first_column[v], values[v].width);
  }
  layout.number_columns = numbers.end();
  layout.text_columns = texts.end();

  for (ValueId v = 0; v < values.size(); ++v) {
    const Parts::Home home = parts.HomeOf(v);
    if (home.root != v && layout.first_column[home.root] != PlanLayout::kNowhere) {
      layout.first_column[v] = layout.first_column[home.root] + home.column;
    }
  }
  return layout;
}

}  // namespace scoreway
