// TreeCompiler: trees of PMML into one op::TreeEnsemble.
//
// A Node of PMML asks its children in turn; a predicate may be true, false or unknown, and what follows an unknown one
// is the tree's missingValueStrategy. The compiler walks these outcomes and writes binary questions, keeping what the
// way down already says about each field, so that the second of two complementary children is asked nothing. Columns
// of the ensemble are shared by all trees added: fields of numbers, fields by the index of their value among those that
// predicates compare them with, and truths of compound predicates.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <unordered_map>

#include "importers/pmml/model_scope.h"

namespace scoreway::pmml {

class TreeCompiler {
 public:
  // Appends the numbers of a leaf. `node` is the Node that decides; empty where the tree predicts nothing.
  // `missing_levels`: how many questions on the way were answered by the default child.
  using LeafRow = std::function<Status(const Element& node, size_t missing_levels, std::vector<double>* row)>;

  TreeCompiler(Context& context, uint32_t leaf_width);

  // Adds the tree of a TreeModel. With count_levels, leaves reached over default children and surrogates differ from
  // others.
  Status AddTree(ModelScope& scope, const LeafRow& leaf_row, bool count_levels = false);

  // Sums, bases and divisors of the ensemble may be set before Finish.
  op::TreeEnsemble& trees() { return trees_; }
  Result<ValueId> Finish(const Element& at);

 private:
  enum class Truth : uint8_t { kFalse, kTrue, kOpen };
  enum class Presence : uint8_t { kOpen, kPresent, kMissing };
  using Codes = std::vector<uint32_t>;  // rising

  // A field or the truth of a compound predicate: what may be missing.
  struct Source {
    Presence presence = Presence::kOpen;
  };
  struct Column {
    ValueId value = 0;
    size_t source = 0;
    bool is_coded = false;
    Cell cell;                        // of a coded column
    std::vector<std::string> values;  // by code
    std::map<std::string, uint32_t, std::less<>> code_of;
    // If the cell is present, it lies in [low, high], in all of `in` and outside all of `out`.
    double low = -op::kInfinity, high = op::kInfinity;
    std::vector<const Codes*> in, out;
  };
  // A predicate as a question to one column.
  struct Question {
    enum class Kind : uint8_t { kConstant, kAtMost, kAmong, kPresent } kind = Kind::kConstant;
    Truth constant = Truth::kOpen;  // kOpen: unknown
    size_t column = 0;
    double threshold = 0;
    const Codes* codes = nullptr;
    bool negated = false;
  };
  // What follows an answer.
  struct Outcome {
    enum class Kind : uint8_t { kNode, kNextSibling, kLast, kNull, kSurrogate } kind = Kind::kNull;
    Element parent, node;  // kNode: node; kNextSibling: of node below parent; kLast: parent
    size_t levels = 0;
    size_t surrogate = 0;  // kSurrogate: which of the predicates of node below parent is asked next
    bool operator==(const Outcome&) const = default;
  };
  struct Strategies {
    std::string_view missing_value, no_true_child;
    bool count_levels = false;
  };

  Result<uint32_t> CompileOutcome(const Outcome& outcome);
  Result<uint32_t> CompileNode(const Element& node, size_t levels);
  Result<uint32_t> CompileChildren(const Element& parent, Element child, size_t levels);
  // Whether the predicate is a surrogate whose predicates are asked one by one.
  bool Opens(const Element& predicate) const;
  Result<uint32_t> AskChild(const Element& parent, const Element& child, size_t levels, size_t surrogate);
  Result<uint32_t> Ask(const Question& question, const Outcome& yes, const Outcome& no, const Outcome& unknown);
  Result<uint32_t> AskOpen(const Question& question, const Outcome& yes, const Outcome& no, const Outcome& unknown);
  Result<uint32_t> Split(const Question& question, const Outcome& left, const Outcome& right, Presence left_presence,
                         Presence right_presence);
  // f() with what the answer to the question says about its column.
  template <typename F>
  auto Knowing(const Question& question, bool is_left, F&& f);
  Result<uint32_t> AskPresence(const Question& question, const Outcome& present, const Outcome& missing);
  Result<uint32_t> Leaf(const Element& node, size_t levels);
  // Follows siblings whose predicates are already answered.
  Result<Outcome> Settle(const Outcome& outcome);
  Result<Outcome> OnUnknown(const Element& parent, const Element& child, size_t levels);

  Result<Question> Interpret(const Element& predicate);
  Result<Question> InterpretSimple(const Element& predicate);
  Truth IfPresent(const Question& question) const;
  Presence PresenceOf(const Question& question) const { return sources_[columns_[question.column].source].presence; }

  size_t SourceOf(const Cell& cell);
  size_t NumberColumn(const Cell& cell);
  size_t CodedColumn(const Cell& cell);
  Result<Question> Among(const Element& predicate, const Cell& cell, const std::vector<std::string>& values,
                         bool negated);
  Result<Question> Truths(const Element& predicate);
  const Codes* Intern(Codes codes) { return &*codes_.insert(std::move(codes)).first; }

  uint32_t AddNode();
  Result<uint32_t> Join(uint32_t node, Result<uint32_t> left, Result<uint32_t> right);
  void WriteQuestion(uint32_t node, const Question& question);

  Context& context_;
  op::TreeEnsemble trees_;
  std::vector<Source> sources_;
  std::vector<Column> columns_;
  std::map<ValueId, size_t> source_of_value_;
  std::map<ValueId, size_t> number_column_, coded_column_;
  std::set<Codes> codes_;
  std::map<const Codes*, uint32_t> word_of_codes_;
  std::unordered_map<std::string, uint32_t> row_of_bytes_;
  std::unordered_map<uint32_t, Question> truths_;  // by the predicate's index

  // Of the tree being added.
  ModelScope* scope_ = nullptr;
  const LeafRow* leaf_row_ = nullptr;
  Strategies strategies_;
  size_t depth_ = 0;
  size_t facts_read_ = 0;
};

// The id of the entity: its attribute, or its place among its like, from 1.
std::string EntityId(const Element& entity, size_t index);

}  // namespace scoreway::pmml
