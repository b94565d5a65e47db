#include "importers/pmml/tree_compiler.h"

#include <algorithm>
#include <cmath>

#include "importers/pmml/ordinal.h"
#include "importers/pmml/predicate.h"
#include "model/append_node.h"

namespace scoreway::pmml {
namespace {

constexpr size_t kNodeBytes = 32;

// Questions on one way down; more need a stack deeper than a thread has.
constexpr size_t kDepthMax = 4000;

Element FirstNode(const Element& parent) { return parent.Child("Node"); }

Element NextNode(Element node) {
  do {
    node = node.next_sibling();
  } while (node && !node.Is("Node"));
  return node;
}

Element DefaultChild(const Element& parent) {
  const auto id = parent.Attribute("defaultChild");
  for (Element child = id ? FirstNode(parent) : Element(); child; child = NextNode(child)) {
    if (child.Attribute("id") == id) return child;
  }
  return {};
}

bool IsSurrogate(const Element& predicate) {
  return predicate.Is("CompoundPredicate") && predicate.Attribute("booleanOperator") == "surrogate";
}

std::vector<Element> PredicatesOf(const Element& compound) {
  std::vector<Element> predicates = compound.Children();
  std::erase_if(predicates, [](const Element& child) { return child.Is("Extension"); });
  return predicates;
}

double Below(double x) { return std::nextafter(x, -op::kInfinity); }

bool Contains(const std::vector<uint32_t>& all, const std::vector<uint32_t>& part) {
  return std::ranges::includes(all, part);
}

bool Disjoint(const std::vector<uint32_t>& a, const std::vector<uint32_t>& b) {
  size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    if (a[i] == b[j]) return false;
    (a[i] < b[j] ? i : j)++;
  }
  return true;
}

}  // namespace

std::string EntityId(const Element& entity, size_t index) {
  return std::string(entity.Attribute("id", std::to_string(index + 1)));
}

TreeCompiler::TreeCompiler(Context& context, uint32_t leaf_width) : context_(context) {
  trees_.leaf_width = leaf_width;
  trees_.outputs = leaf_width;
}

Status TreeCompiler::AddTree(ModelScope& scope, const LeafRow& leaf_row, bool count_levels) {
  const Element& model = scope.model();
  scope_ = &scope;
  leaf_row_ = &leaf_row;
  strategies_ = {model.Attribute("missingValueStrategy", "none"),
                 model.Attribute("noTrueChildStrategy", "returnNullPrediction"), count_levels};
  if (strategies_.no_true_child != "returnNullPrediction" && strategies_.no_true_child != "returnLastPrediction") {
    return Status(
        Context::Corrupt(model, "noTrueChildStrategy '" + std::string(strategies_.no_true_child) + "' is not known"));
  }
  const Element root = model.Child("Node");
  if (!root) return Status(Context::Corrupt(model, "it has no Node"));
  const Element predicate = FindPredicate(root);
  if (!predicate) return Status(Context::Corrupt(root, "it has no predicate"));
  if (strategies_.count_levels && IsSurrogate(predicate)) {
    return Status(context_.Unsupported(predicate, "a surrogate at the root with missingValuePenalty"));
  }
  const Outcome chosen{Outcome::Kind::kNode, {}, root, 0, 0};
  const Outcome none;
  SCOREWAY_ASSIGN_OR_RETURN(const Question question, Interpret(predicate));
  SCOREWAY_ASSIGN_OR_RETURN(const uint32_t node, Ask(question, chosen, none, none));
  trees_.roots.push_back(node);
  return {};
}

Result<ValueId> TreeCompiler::Finish(const Element& at) {
  Emit emit(context_, at);
  std::vector<ValueId> values;
  for (Column& column : columns_) {
    ValueId value = column.value;
    if (column.is_coded) {
      SCOREWAY_ASSIGN_OR_RETURN(value,
                                emit.Encode(column.cell, column.values, static_cast<double>(column.values.size())));
    }
    values.push_back(value);
  }
  if (values.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(values.emplace_back(), emit.Number(0));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId row, emit.Concat(std::move(values)));
  if (!trees_.category_words.empty()) trees_.category_bits.resize(trees_.feature.size());
  return emit.Add(std::move(trees_), {row});
}

// ---- the walk
// --------------------------------------------------------------------------------------------------------

Result<uint32_t> TreeCompiler::CompileOutcome(const Outcome& outcome) {
  switch (outcome.kind) {
    case Outcome::Kind::kNode: return CompileNode(outcome.node, outcome.levels);
    case Outcome::Kind::kNextSibling: return CompileChildren(outcome.parent, NextNode(outcome.node), outcome.levels);
    case Outcome::Kind::kLast: return Leaf(outcome.parent, outcome.levels);
    case Outcome::Kind::kSurrogate: return AskChild(outcome.parent, outcome.node, outcome.levels, outcome.surrogate);
    case Outcome::Kind::kNull: break;
  }
  return Leaf({}, 0);
}

Result<uint32_t> TreeCompiler::CompileNode(const Element& node, size_t levels) {
  const Element child = FirstNode(node);
  return child ? CompileChildren(node, child, levels) : Leaf(node, levels);
}

Result<uint32_t> TreeCompiler::CompileChildren(const Element& parent, Element child, size_t levels) {
  if (!child) {
    if (strategies_.no_true_child == "returnLastPrediction" && parent.Attribute("score")) return Leaf(parent, levels);
    return Leaf({}, 0);
  }
  return AskChild(parent, child, levels, 0);
}

// A surrogate is best asked predicate by predicate: what is known of the fields on the way down then settles most of
// them. But what follows is compiled for each predicate, so a tree that grows too large takes the truth of a surrogate
// as a column.
bool TreeCompiler::Opens(const Element& predicate) const {
  if (!IsSurrogate(predicate)) return false;
  const size_t bytes = trees_.feature.size() * (kNodeBytes + trees_.leaf_width * sizeof(double) / 2);
  return strategies_.count_levels || bytes < context_.bytes_left() / 4;
}

// Where levels count, an answer of other than the first predicate of a surrogate is one.
Result<uint32_t> TreeCompiler::AskChild(const Element& parent, const Element& child, size_t levels, size_t surrogate) {
  Element predicate = FindPredicate(child);
  if (!predicate) return Context::Corrupt(child, "it has no predicate");
  if (depth_ >= kDepthMax) return Error{Code::kResourceExhausted, "the tree is too deep", child.Place()};
  SCOREWAY_ASSIGN_OR_RETURN(Outcome unknown, OnUnknown(parent, child, levels));
  if (surrogate > 0 || Opens(predicate)) {
    const std::vector<Element> predicates = PredicatesOf(predicate);
    if (predicates.size() < 2) return Context::Corrupt(predicate, "it has fewer than two predicates");
    predicate = predicates[surrogate];
    if (surrogate + 1 < predicates.size()) {
      unknown = {Outcome::Kind::kSurrogate, parent, child, levels, surrogate + 1};
    }
    if (surrogate > 0 && strategies_.count_levels) ++levels;
  }
  ++depth_;
  SCOREWAY_ASSIGN_OR_RETURN(const Question question, Interpret(predicate));
  const Outcome yes{Outcome::Kind::kNode, {}, child, levels, 0};
  const Outcome no{Outcome::Kind::kNextSibling, parent, child, levels, 0};
  Result<uint32_t> compiled = Ask(question, yes, no, unknown);
  --depth_;
  return compiled;
}

Result<TreeCompiler::Outcome> TreeCompiler::OnUnknown(const Element& parent, const Element& child, size_t levels) {
  const std::string_view strategy = strategies_.missing_value;
  if (strategy == "none") return Outcome{Outcome::Kind::kNextSibling, parent, child, levels, 0};
  if (strategy == "nullPrediction") return Outcome{};
  if (strategy == "lastPrediction") return Outcome{Outcome::Kind::kLast, parent, {}, levels, 0};
  if (strategy != "defaultChild") {
    return Context::Corrupt(scope_->model(), "missingValueStrategy '" + std::string(strategy) + "' is not known");
  }
  const Element default_child = DefaultChild(parent);
  // Only an error if it comes to it; the specification asks for one at every inner node.
  if (!default_child) return Outcome{};
  return Outcome{Outcome::Kind::kNode, {}, default_child, levels + (strategies_.count_levels ? 1 : 0), 0};
}

// Which nodes the way after a "no" leads to, as far as what is known settles it.
Result<TreeCompiler::Outcome> TreeCompiler::Settle(const Outcome& outcome) {
  if (outcome.kind != Outcome::Kind::kNextSibling) return outcome;
  Outcome settled = outcome;
  for (Element child = NextNode(outcome.node); child; child = NextNode(child)) {
    Element predicate = FindPredicate(child);
    if (!predicate) return Context::Corrupt(child, "it has no predicate");
    if (Opens(predicate)) {
      const std::vector<Element> predicates = PredicatesOf(predicate);
      if (predicates.empty()) return settled;
      predicate = predicates[0];  // decides if it is known
    }
    SCOREWAY_ASSIGN_OR_RETURN(const Question question, Interpret(predicate));
    Truth truth = question.constant;
    if (question.kind != Question::Kind::kConstant) {
      if (PresenceOf(question) != Presence::kPresent) return settled;
      truth = IfPresent(question);
    }
    if (truth == Truth::kOpen) return settled;
    if (truth == Truth::kTrue) return Outcome{Outcome::Kind::kNode, {}, child, outcome.levels, 0};
    settled.node = child;
  }
  if (strategies_.no_true_child == "returnLastPrediction" && outcome.parent.Attribute("score")) {
    return Outcome{Outcome::Kind::kLast, outcome.parent, {}, outcome.levels, 0};
  }
  return Outcome{};
}

TreeCompiler::Truth TreeCompiler::IfPresent(const Question& question) const {
  const Column& column = columns_[question.column];
  const auto truth = [&question](bool yes) { return yes != question.negated ? Truth::kTrue : Truth::kFalse; };
  switch (question.kind) {
    case Question::Kind::kConstant: return question.constant;
    case Question::Kind::kPresent: return truth(true);
    case Question::Kind::kAtMost:
      if (column.high <= question.threshold) return truth(true);
      if (column.low > question.threshold) return truth(false);
      return Truth::kOpen;
    case Question::Kind::kAmong: break;
  }
  for (const Codes* known : column.in) {
    if (Contains(*question.codes, *known)) return truth(true);
    if (Disjoint(*question.codes, *known)) return truth(false);
  }
  for (const Codes* excluded : column.out) {
    if (Contains(*excluded, *question.codes)) return truth(false);
  }
  return Truth::kOpen;
}

template <typename F>
auto TreeCompiler::Knowing(const Question& question, bool is_left, F&& f) {
  const size_t index = question.column;
  const double low = columns_[index].low, high = columns_[index].high;
  const bool among = question.kind == Question::Kind::kAmong;
  if (among) {
    (is_left ? columns_[index].in : columns_[index].out).push_back(question.codes);
  } else if (is_left) {
    columns_[index].high = std::min(high, question.threshold);
  } else {
    columns_[index].low = std::max(low, std::nextafter(question.threshold, op::kInfinity));
  }
  auto result = f();
  columns_[index].low = low;
  columns_[index].high = high;
  if (among) (is_left ? columns_[index].in : columns_[index].out).pop_back();
  return result;
}

// A node that separates present cells (left) from missing ones.
Result<uint32_t> TreeCompiler::AskPresence(const Question& question, const Outcome& present, const Outcome& missing) {
  Question is_present = question;
  is_present.kind = Question::Kind::kAtMost;
  is_present.threshold = op::kInfinity;
  Presence& presence = sources_[columns_[question.column].source].presence;
  const uint32_t node = AddNode();
  WriteQuestion(node, is_present);
  const size_t source = columns_[question.column].source;
  presence = Presence::kPresent;
  Result<uint32_t> left = CompileOutcome(present);
  sources_[source].presence = Presence::kMissing;
  Result<uint32_t> right = CompileOutcome(missing);
  sources_[source].presence = Presence::kOpen;
  return Join(node, std::move(left), std::move(right));
}

Result<uint32_t> TreeCompiler::Split(const Question& question, const Outcome& left, const Outcome& right,
                                     Presence left_presence, Presence right_presence) {
  const size_t source = columns_[question.column].source;
  const Presence before = sources_[source].presence;
  const uint32_t node = AddNode();
  WriteQuestion(node, question);
  if (left_presence == Presence::kOpen) trees_.flags[node] |= op::TreeEnsemble::kMissingLeft;
  sources_[source].presence = left_presence;
  Result<uint32_t> left_node = Knowing(question, true, [&] { return CompileOutcome(left); });
  sources_[source].presence = right_presence;
  Result<uint32_t> right_node = Knowing(question, false, [&] { return CompileOutcome(right); });
  sources_[source].presence = before;
  return Join(node, std::move(left_node), std::move(right_node));
}

Result<uint32_t> TreeCompiler::Join(uint32_t node, Result<uint32_t> left, Result<uint32_t> right) {
  if (!left.ok()) return left;
  if (!right.ok()) return right;
  trees_.left[node] = *left;
  trees_.right[node] = *right;
  return node;
}

Result<uint32_t> TreeCompiler::Ask(const Question& question, const Outcome& yes, const Outcome& no,
                                   const Outcome& unknown) {
  if (question.kind == Question::Kind::kConstant) {
    if (question.constant == Truth::kOpen) return CompileOutcome(unknown);
    return CompileOutcome(question.constant == Truth::kTrue ? yes : no);
  }
  // What is known about a column is looked through for each question; real trees know little.
  constexpr size_t kFactsMax = size_t{1} << 28;
  facts_read_ += columns_[question.column].in.size() + columns_[question.column].out.size();
  if (facts_read_ > kFactsMax) {
    return Error{Code::kResourceExhausted, "the trees ask too much of one field", scope_->model().Place()};
  }
  const Presence presence = PresenceOf(question);
  if (question.kind == Question::Kind::kPresent) {
    const Outcome& present = question.negated ? no : yes;
    const Outcome& missing = question.negated ? yes : no;
    if (presence == Presence::kPresent) return CompileOutcome(present);
    if (presence == Presence::kMissing) return CompileOutcome(missing);
    return AskPresence(question, present, missing);
  }
  if (presence == Presence::kMissing) return CompileOutcome(unknown);
  if (const Truth truth = IfPresent(question); truth != Truth::kOpen) {
    const Outcome& present = truth == Truth::kTrue ? yes : no;
    if (presence == Presence::kPresent || present == unknown) return CompileOutcome(present);
    return AskPresence(question, present, unknown);
  }
  if (presence == Presence::kOpen) return AskOpen(question, yes, no, unknown);
  const Outcome& left = question.negated ? no : yes;
  const Outcome& right = question.negated ? yes : no;
  return Split(question, left, right, Presence::kPresent, Presence::kPresent);
}

// The cell may be missing. If what follows then is what follows an answer, too, the node sends the missing cell there;
// else it is asked first whether the cell is there.
Result<uint32_t> TreeCompiler::AskOpen(const Question& question, const Outcome& yes, const Outcome& no,
                                       const Outcome& unknown) {
  const Outcome& left = question.negated ? no : yes;
  const Outcome& right = question.negated ? yes : no;
  const size_t source = columns_[question.column].source;
  sources_[source].presence = Presence::kPresent;
  Result<Outcome> settled_left = Knowing(question, true, [&] { return Settle(left); });
  Result<Outcome> settled_right = Knowing(question, false, [&] { return Settle(right); });
  sources_[source].presence = Presence::kOpen;
  if (!settled_left.ok()) return std::move(settled_left).error();
  if (!settled_right.ok()) return std::move(settled_right).error();
  if (left == unknown || *settled_left == unknown) {
    return Split(question, unknown, right, Presence::kOpen, Presence::kPresent);
  }
  if (right == unknown || *settled_right == unknown) {
    return Split(question, left, unknown, Presence::kPresent, Presence::kOpen);
  }
  const uint32_t node = AddNode();
  Question is_present = question;
  is_present.kind = Question::Kind::kAtMost;
  is_present.threshold = op::kInfinity;
  WriteQuestion(node, is_present);
  sources_[source].presence = Presence::kPresent;
  Result<uint32_t> present = Split(question, left, right, Presence::kPresent, Presence::kPresent);
  sources_[source].presence = Presence::kMissing;
  Result<uint32_t> missing = CompileOutcome(unknown);
  sources_[source].presence = Presence::kOpen;
  return Join(node, std::move(present), std::move(missing));
}

// ---- questions
// -------------------------------------------------------------------------------------------------------

size_t TreeCompiler::SourceOf(const Cell& cell) {
  const auto [it, is_new] = source_of_value_.emplace(cell.value, sources_.size());
  if (is_new) sources_.push_back({cell.maybe_missing ? Presence::kOpen : Presence::kPresent});
  return it->second;
}

size_t TreeCompiler::NumberColumn(const Cell& cell) {
  const auto it = number_column_.find(cell.value);
  if (it != number_column_.end()) return it->second;
  Column column;
  column.value = cell.value;
  column.source = SourceOf(cell);
  columns_.push_back(std::move(column));
  number_column_.emplace(cell.value, columns_.size() - 1);
  return columns_.size() - 1;
}

size_t TreeCompiler::CodedColumn(const Cell& cell) {
  const auto it = coded_column_.find(cell.value);
  if (it != coded_column_.end()) return it->second;
  Column column;
  column.source = SourceOf(cell);
  column.is_coded = true;
  column.cell = cell;
  columns_.push_back(std::move(column));
  coded_column_.emplace(cell.value, columns_.size() - 1);
  return columns_.size() - 1;
}

Result<TreeCompiler::Question> TreeCompiler::Among(const Element& predicate, const Cell& cell,
                                                   const std::vector<std::string>& values, bool negated) {
  Question question;
  question.kind = Question::Kind::kAmong;
  question.column = CodedColumn(cell);
  question.negated = negated;
  Column& column = columns_[question.column];
  Codes codes;
  for (const std::string& value : values) {
    auto it = column.code_of.find(value);
    if (it == column.code_of.end()) {
      const auto number = ParseNumber(cell.type, value);
      if (IsNumber(cell.type) && (!number || std::isnan(*number))) {
        return Context::Corrupt(predicate, "'" + value + "' is no " + std::string(DataTypeName(cell.type)));
      }
      it = column.code_of.emplace(value, static_cast<uint32_t>(column.values.size())).first;
      column.values.push_back(value);
    }
    codes.push_back(it->second);
  }
  std::ranges::sort(codes);
  codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
  question.codes = Intern(std::move(codes));
  return question;
}

Result<TreeCompiler::Question> TreeCompiler::InterpretSimple(const Element& predicate) {
  SCOREWAY_ASSIGN_OR_RETURN(const Cell cell, scope_->FieldOf(predicate));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string_view name, context_.Want(predicate, "operator"));
  Question question;
  if (name == "isMissing" || name == "isNotMissing") {
    question.kind = Question::Kind::kPresent;
    question.column = IsNumber(cell.type) ? NumberColumn(cell) : CodedColumn(cell);
    question.negated = name == "isMissing";
    return question;
  }
  SCOREWAY_ASSIGN_OR_RETURN(const std::string_view value, context_.Want(predicate, "value"));
  const bool equal = name == "equal", not_equal = name == "notEqual";
  question.kind = Question::Kind::kAtMost;
  if ((equal || not_equal) && cell.type == DataType::kBoolean) {
    const auto flag = ParseNumber(cell.type, value);
    if (!flag) return Context::Corrupt(predicate, "'" + std::string(value) + "' is no boolean");
    question.column = NumberColumn(cell);
    question.threshold = 0.5;
    question.negated = (*flag == 1) == equal;
    return question;
  }
  if (equal || not_equal) return Among(predicate, cell, {std::string(value)}, not_equal);
  if (!IsNumber(cell.type) || HasOwnOrder(cell)) return Truths(predicate);
  // An integer or boolean field may be compared with a fraction.
  const auto number = ParseNumber(cell.type == DataType::kFloat ? DataType::kFloat : DataType::kDouble, value);
  if (!number || std::isnan(*number)) {
    return Context::Corrupt(predicate, "'" + std::string(value) + "' is no " + std::string(DataTypeName(cell.type)));
  }
  question.column = NumberColumn(cell);
  question.threshold = *number;
  if (name == "lessOrEqual") return question;
  if (name == "greaterThan") {
    question.negated = true;
    return question;
  }
  question.threshold = Below(*number);
  if (name == "lessThan") return question;
  if (name != "greaterOrEqual") {
    return Context::Corrupt(predicate, "operator '" + std::string(name) + "' is not known");
  }
  question.negated = true;
  return question;
}

// Any predicate as a column of its truths: it is true where that is not at most a half.
Result<TreeCompiler::Question> TreeCompiler::Truths(const Element& predicate) {
  Cell cell;
  SCOREWAY_ASSIGN_OR_RETURN(cell.value, scope_->Test(predicate));
  cell.type = DataType::kBoolean;
  Question question;
  question.kind = Question::Kind::kAtMost;
  question.column = NumberColumn(cell);
  question.threshold = 0.5;
  question.negated = true;
  return question;
}

Result<TreeCompiler::Question> TreeCompiler::Interpret(const Element& predicate) {
  Question question;
  if (predicate.Is("True") || predicate.Is("False")) {
    question.constant = predicate.Is("True") ? Truth::kTrue : Truth::kFalse;
    return question;
  }
  if (predicate.Is("SimplePredicate")) return InterpretSimple(predicate);
  if (predicate.Is("SimpleSetPredicate")) {
    SCOREWAY_ASSIGN_OR_RETURN(const Cell cell, scope_->FieldOf(predicate));
    const std::string_view name = predicate.Attribute("booleanOperator", "");
    if (name != "isIn" && name != "isNotIn") {
      return Context::Corrupt(predicate, "booleanOperator '" + std::string(name) + "' is not known");
    }
    const Element array = predicate.Child("Array");
    if (!array) return Context::Corrupt(predicate, "it has no Array");
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<std::string> values, ReadArray(array));
    return Among(predicate, cell, values, name == "isNotIn");
  }
  const auto it = truths_.find(predicate.index());
  if (it != truths_.end()) return it->second;
  SCOREWAY_ASSIGN_OR_RETURN(question, Truths(predicate));
  truths_.emplace(predicate.index(), question);
  return question;
}

// ---- nodes
// -----------------------------------------------------------------------------------------------------------

uint32_t TreeCompiler::AddNode() { return op::AppendNode(&trees_); }

void TreeCompiler::WriteQuestion(uint32_t node, const Question& question) {
  trees_.feature[node] = static_cast<uint32_t>(question.column);
  if (question.kind != Question::Kind::kAmong) {
    trees_.threshold[node] = question.threshold;
    return;
  }
  trees_.flags[node] |= op::TreeEnsemble::kCategorical;
  const Codes& codes = *question.codes;
  const uint32_t bits = codes.empty() ? 0 : codes.back() + 1;
  const auto [it, is_new] = word_of_codes_.emplace(question.codes, trees_.category_words.size());
  if (is_new) {
    trees_.category_words.resize(trees_.category_words.size() + (bits + 31) / 32);
    for (uint32_t code : codes) trees_.category_words[it->second + code / 32] |= uint32_t{1} << (code % 32);
  }
  trees_.payload[node] = it->second;
  trees_.category_bits.resize(trees_.feature.size());
  trees_.category_bits[node] = bits;
}

Result<uint32_t> TreeCompiler::Leaf(const Element& node, size_t levels) {
  const size_t first = trees_.leaf_values.size();
  const size_t width = trees_.leaf_width;
  SCOREWAY_RETURN_IF_ERROR((*leaf_row_)(node, levels, &trees_.leaf_values));
  SCOREWAY_CHECK(trees_.leaf_values.size() == first + width);
  auto row = static_cast<uint32_t>(first / width);
  if (width > 1) {  // most leaves of a classifier are one of a few
    const std::string bytes(reinterpret_cast<const char*>(&trees_.leaf_values[first]), width * sizeof(double));
    const auto [it, is_new] = row_of_bytes_.emplace(bytes, row);
    if (!is_new) trees_.leaf_values.resize(first);
    row = it->second;
  }
  SCOREWAY_RETURN_IF_ERROR(context_.Charge(2 * kNodeBytes + width * sizeof(double), scope_->model()));
  const uint32_t leaf = AddNode();
  trees_.payload[leaf] = row;
  return leaf;
}

}  // namespace scoreway::pmml
