// Context: what the lowering of a Spark pipeline works on: the columns of the DataFrame as Values, and what could not
// be expressed. Every stage reads columns and adds columns; a column that no stage made is an input.
//
// To add a stage: a function in a file of its theme, a line in lowerings.h and one in the table of lowerings.cc.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "importers/spark/stage.h"
#include "model/model.h"

namespace scoreway::spark {

// How a list of tokens comes of a text.
struct TokenRecipe {
  ValueId text = 0;
  std::string pattern;                  // of a token, as RE2 reads it
  std::string whole;                    // if not empty: of these only those that it matches from end to end
  std::vector<std::string> stop_words;  // tokens left out
  uint32_t tokens_a_term = 1;           // n of n-grams, joined by a blank
  bool is_lower = false;                // the text is in lower case

  // What to count: these tokens, with no terms yet.
  op::CountText Count() const;
};

// A column of the DataFrame.
struct FrameColumn {
  enum class Kind : uint8_t { kNumber, kText, kVector, kTokens, kList };
  Kind kind = Kind::kNumber;
  ValueId value = 0;
  uint32_t width = 1;          // of a vector
  Type type = Type::kFloat64;  // of a number, at the door
  // Of a column of codes: what they stand for (ml_attr's nominal values). Empty: not known.
  std::vector<std::string> labels;
  // Of a column of codes: how many there are; 0: it is no such column.
  uint32_t code_count = 0;
  // Of a column of codes: the column they were made from, if it was made from one.
  std::string made_from;
  std::shared_ptr<const TokenRecipe> tokens;  // of a column of tokens
};

// An answer under the name of the label it predicts.
struct LabelAnswer {
  std::string name;
  ValueId value = 0;
  std::optional<ValueId> probability;
  std::vector<std::string> labels;  // empty: the codes are the labels
};

class Context {
 public:
  // `text_inputs`: inputs known to be text, as some stage takes them so. `recommend`: so many items are wanted of a
  // recommender; 0: its rating of an item.
  Context(ModelBuilder* builder, std::set<std::string> text_inputs, uint32_t recommend)
      : builder_(builder), text_inputs_(std::move(text_inputs)), recommend_(recommend) {}

  ModelBuilder& builder() { return *builder_; }

  // ---- columns -----------------------------------------------------------------------------------------------------
  // The column as the stage needs it; a name that no stage made becomes an input. A number where the input is text is
  // read from it. UNSUPPORTED where the kind does not fit.
  Result<FrameColumn> Number(const Stage& user, const std::string& name);
  Result<FrameColumn> Text(const Stage& user, const std::string& name);
  // An input vector is as many inputs `<name>_0`, `<name>_1`, ... as `width` says, which the stage learned; 0: it does
  // not know.
  Result<FrameColumn> Vector(const Stage& user, const std::string& name, size_t width = 0);
  // An input is a list; of numbers or of texts.
  Result<FrameColumn> Tokens(const Stage& user, const std::string& name, bool numbers = false);
  // Whatever it is; an input that is not known yet becomes a number.
  Result<FrameColumn> Any(const Stage& user, const std::string& name);
  // The column if a stage or an input made it, without taking it; else null.
  const FrameColumn* Peek(const std::string& name) const {
    const auto found = columns_.find(name);
    return found == columns_.end() ? nullptr : &found->second;
  }
  bool IsTextInput(const std::string& name) const { return text_inputs_.contains(name); }
  // Some stage treats missing cells of this column, if it is an input.
  void AllowMissing(const FrameColumn& column);
  void SetCategories(const FrameColumn& column, const std::vector<std::string>& categories);

  // Adds or replaces a column of the frame.
  void Set(const std::string& name, FrameColumn column);
  void SetNumber(const std::string& name, ValueId value, Type type = Type::kFloat64);
  void SetVector(const std::string& name, ValueId value);
  void SetTokens(const std::string& name, TokenRecipe recipe);
  // Marks a column as an answer: it is an output of the model even if another stage takes it.
  void MarkAnswer(const std::string& name) { answers_.insert(name); }

  // Only the last one of a name stays.
  void AddLabelAnswer(LabelAnswer answer) { label_answers_.insert_or_assign(answer.name, std::move(answer)); }
  const std::map<std::string, LabelAnswer>& label_answers() const { return label_answers_; }

  // What a stage within a stage makes of the frame is nobody's answer: the columns as they were can be put back. Inputs
  // that it found stay.
  class Aside {
   public:
    explicit Aside(Context* context);
    ~Aside();
    Aside(const Aside&) = delete;
    Aside& operator=(const Aside&) = delete;

   private:
    Context* context_;
    std::vector<std::string> made_;
    std::map<std::string, FrameColumn> columns_;
    std::set<std::string> answers_;
    std::map<std::string, LabelAnswer> label_answers_;
  };

  // ---- values ------------------------------------------------------------------------------------------------------
  Result<ValueId> Add(const Stage& stage, op::Params params, std::vector<ValueId> inputs);
  uint32_t width(ValueId value) const { return builder_->shape(value).width; }
  Result<ValueId> Select(const Stage& stage, ValueId value, std::vector<uint32_t> columns);

  // ---- recommenders ------------------------------------------------------------------------------------------------
  uint32_t recommend() const { return recommend_; }
  void NoteRecommender() { recommends_ = true; }
  bool recommends() const { return recommends_; }  // some stage has done as it should

  // ---- what cannot be expressed ------------------------------------------------------------------------------------
  // Notes the reason and gives the error to return.
  Error Unsupported(const Stage& stage, std::string reason);
  const std::vector<std::string>& reasons() const { return reasons_; }
  // Inputs that turned out to be text after they had been taken for numbers: lower again, with these.
  const std::set<std::string>& late_texts() const { return late_texts_; }

  // Columns that are the model's answers, in the order they were made: those marked, and those made after the first of
  // these that no stage took. Where none is marked, all that no stage took.
  std::vector<std::string> AnswerColumns() const;
  const FrameColumn& column(const std::string& name) const { return columns_.at(name); }

 private:
  Result<FrameColumn> Find(const Stage& user, const std::string& name, Type type);
  Result<FrameColumn> VectorInput(const Stage& user, const std::string& name, size_t width);
  Result<FrameColumn> ListInput(const Stage& user, const std::string& name, bool numbers);

  ModelBuilder* builder_;
  std::set<std::string> text_inputs_;
  uint32_t recommend_;
  bool recommends_ = false;
  std::set<std::string> late_texts_;
  std::map<std::string, FrameColumn> columns_;
  std::vector<std::string> made_;  // columns that stages made, in order
  std::set<std::string> taken_, answers_;
  std::map<std::string, LabelAnswer> label_answers_;
  std::map<std::string, ValueId> input_of_name_;
  std::set<ValueId> inputs_;
  std::vector<std::string> reasons_;
};

}  // namespace scoreway::spark
