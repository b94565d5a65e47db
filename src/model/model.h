// Model: what an importer makes of an artifact. Operators in order, parameters in flat arrays, a Signature. A value: it
// knows nothing of how it is computed (score/) and is immutable once built, so it is shared freely between threads.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/schema.h"
#include "model/operators.h"
#include "model/value.h"

namespace scoreway {

// What a missing cell (absent, null, NaN) of an input means.
enum class MissingRule : uint8_t {
  kReject = 0,  // the source model has no rule for it: an error that names the column
  kModel = 1,   // the model treats it: imputer, default direction, category of its own
};

struct InputField {
  std::string name;
  Type type = Type::kFloat64;
  MissingRule missing = MissingRule::kReject;
  bool used = false;                    // false: accepted and ignored
  std::vector<std::string> categories;  // as text, if the source model knows them; for people and clients
};

// Column `column` of a Value, as a cell of the stated type: kString takes text, the others numbers.
struct OutputField {
  std::string name;
  Type type = Type::kFloat64;
  ValueId value = 0;
  uint32_t column = 0;
};

// Inputs and outputs of a Model.
struct Signature {
  std::vector<InputField> inputs;
  std::vector<OutputField> outputs;
  // False when the source model knew its inputs by position only; their names (x0, x1, ...) are then ours, and readers
  // of tables bind columns by position when the names do not match.
  bool inputs_named = true;
};

// Where a Model came from; for people.
struct Provenance {
  std::string format;           // "sklearn-pickle", "sklearn-joblib", ...
  std::string library;          // "scikit-learn"
  std::string library_version;  // as written in the artifact; may be empty
  std::string estimator;        // "Pipeline(ColumnTransformer, RandomForestClassifier)"
};

struct Operator {
  op::Params params;
  std::vector<ValueId> inputs;
  ValueId output = 0;
  std::string origin;  // path in the artifact: "steps[0].num.imputer"; for messages and `inspect`
};

// The engine that computes operators: our own kernels.
inline constexpr char kNativeEngine[] = "native";

// What another engine runs as a whole, in place of operators.
struct Program {
  std::string engine;  // "onnxruntime", "python"
  std::shared_ptr<const std::string> bytes;
};

class Model {
 public:
  const Signature& signature() const { return signature_; }
  const Provenance& provenance() const { return provenance_; }
  // Empty for a model of operators. A model with a program has none, and its outputs name no value.
  const std::optional<Program>& program() const { return program_; }
  std::string_view engine() const { return program_ ? std::string_view(program_->engine) : kNativeEngine; }
  const std::vector<ValueShape>& values() const { return values_; }
  // In an order in which every operator's inputs are computed before it.
  const std::vector<Operator>& operators() const { return operators_; }

  // The schemas of the signature.
  const std::shared_ptr<const Schema>& input_schema() const { return input_schema_; }
  const std::shared_ptr<const Schema>& output_schema() const { return output_schema_; }

  // Exact bytes of the parameters and the model's own structures on the heap, and itself.
  size_t ByteSize() const;

 private:
  friend class ModelBuilder;
  Model() = default;

  Signature signature_;
  Provenance provenance_;
  std::optional<Program> program_;
  std::vector<ValueShape> values_;
  std::vector<Operator> operators_;
  std::shared_ptr<const Schema> input_schema_;
  std::shared_ptr<const Schema> output_schema_;
};

// The name of an operator's kind, "tree_ensemble".
std::string_view OperatorName(const op::Params& params);

// The shape of an operator's output for inputs of these shapes, or what is wrong with its parameters: wrong lengths, an
// index out of range, a cycle in a tree. What passes here cannot make a kernel read out of bounds.
Result<ValueShape> InferShape(const op::Params& params, const std::vector<ValueShape>& inputs);

// The only way to make a Model. Checks as it goes; an error names the operator's origin. Not thread-safe.
class ModelBuilder {
 public:
  explicit ModelBuilder(Provenance provenance) : provenance_(std::move(provenance)) {}

  // Inputs may be added at any time; they come first in Model::values() once built. `name` must be new. Its kind of
  // value is open until UseInput decides it.
  ValueId AddInput(std::string name);
  // Decides the type of an input and marks it used. A second use with another type: numbers may widen to float64 (bool,
  // int64, float32 together give float64); number against string is INVALID_ARGUMENT, as one column cannot be both.
  Status UseInput(ValueId input, Type type);
  void SetMissingRule(ValueId input, MissingRule rule);
  void SetCategories(ValueId input, std::vector<std::string> categories);
  void set_inputs_named(bool named) { inputs_named_ = named; }
  size_t input_count() const { return inputs_.size(); }
  // The input as declared so far.
  const InputField& input(ValueId input) const;

  Result<ValueId> Add(op::Params params, std::vector<ValueId> inputs, std::string origin);
  ValueShape shape(ValueId value) const { return values_[value].shape; }

  // Numbers or text by type; `column` within the value's width. `name` must be new.
  Status AddOutput(std::string name, Type type, ValueId value, uint32_t column);
  void SetProvenance(Provenance provenance) { provenance_ = std::move(provenance); }

  // For a model that another engine runs: the program in place of operators, and outputs that it gives by name. All
  // inputs that have a type count as used.
  void SetProgram(Program program) { program_ = std::move(program); }
  void AddProgramOutput(std::string name, Type type) { outputs_.push_back(OutputField{std::move(name), type, 0, 0}); }

  // The Model, without the operators that no output needs. Inputs that nothing uses stay in the signature, unused and
  // with MissingRule::kModel, so that positions hold. The builder is spent.
  Result<Model> Build() &&;

 private:
  struct Value {
    ValueShape shape;
    bool decided = true;  // false: an input whose type is not known yet
  };

  Provenance provenance_;
  std::optional<Program> program_;
  bool inputs_named_ = true;
  std::vector<Value> values_;
  std::vector<InputField> inputs_;
  std::vector<ValueId> input_values_;     // value of input i
  std::vector<uint32_t> input_of_value_;  // input index, or kNone
  std::vector<Operator> operators_;
  std::vector<OutputField> outputs_;
};

}  // namespace scoreway
