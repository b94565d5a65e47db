// Lowering: from fitted objects of scikit-learn (and of libraries that build on it) to operators of a Model.
//
// A transformer takes a Table and gives a Table; a predictor takes a Table and gives a Prediction. Which function
// lowers which class stands in visible tables (ClassTable), one for each library. Everything works on a Context, which
// holds the ModelBuilder, what is known about missing cells, and the list of what could not be expressed.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "importers/sklearn/object.h"
#include "model/model.h"

namespace scoreway::sklearn {

// One column of what flows between transformers: column `column` of a Value. An input whose type nobody has decided yet
// is such a column, too; its first consumer decides.
struct TableColumn {
  ValueId value = 0;
  uint32_t column = 0;
  std::string name;  // of the input it comes from, cell by cell; else empty
  // Inputs through which a missing cell can still arrive here: empty behind an imputer. Sorted.
  std::vector<ValueId> missing_from;
  // What a cell is in Python, where that is known and the Value, which holds all numbers as float64, does not say it:
  // 3 and 3.0 differ as text. Of an input its own type counts.
  std::optional<Type> cell_type = std::nullopt;
  // A column of pandas' dtype category, which some estimators recode, and its categories in the order of their codes
  // where the artifact states them: else they are those of the rows asked.
  bool is_category = false;
  std::shared_ptr<const Labels> categories = nullptr;
};

struct Table {
  std::vector<TableColumn> columns;
  // The artifact does not say which inputs there are: they are added when something asks for them by name.
  bool by_name = false;

  size_t width() const { return columns.size(); }
  // The columns at these positions; each must be below width().
  Table Select(std::span<const size_t> positions) const;
  void Append(const Table& other) { columns.insert(columns.end(), other.columns.begin(), other.columns.end()); }
};

// What a predictor gives; everything it does not have is empty.
struct Prediction {
  // A classifier: codes 0..n-1, what they stand for, and n columns of probabilities.
  std::optional<ValueId> codes;
  Labels labels;
  std::optional<ValueId> probabilities;
  // One column in the binary case, else one a class (or pair of classes).
  std::optional<ValueId> decision;
  // A regressor (any width), a cluster index, an outlier mark; 1 or 0 for each of several labels a row, which then have
  // names and probabilities above.
  std::optional<ValueId> numbers;
  Type numbers_type = Type::kFloat64;
  std::optional<ValueId> score_samples;
  // Indices of the points of training nearest to the row, a column each.
  std::optional<ValueId> neighbours;
  // What the object's own transform gives, if it has one.
  std::optional<Table> transformed;
  // A classifier of several targets: one Prediction a target, and nothing else above.
  std::vector<Prediction> targets;

  bool is_classifier() const { return codes.has_value() || !targets.empty(); }
};

// The reason for a model that neither names nor counts its inputs, as some that older versions saved.
inline constexpr std::string_view kInputsUnsaid = "it does not say which columns it takes";

class Context;
using TransformerLowering = Result<Table> (*)(Context&, const Object&, const Table& in);
using PredictorLowering = Result<Prediction> (*)(Context&, const Object&, const Table& in);
// Lowers an object that is the whole artifact where the general way (importer of sklearn_importer.h) will not do: adds
// inputs, operators and outputs.
using RootLowering = Status (*)(Context&, const Object&);

using ObjectCheck = Status (*)(Context&, const Object&);

// More inputs than any table has columns.
inline constexpr size_t kInputsMax = size_t{1} << 20;

// The inputs of an object that says neither feature_names_in_ nor n_features_in_: by name, else by number.
struct KnownInputs {
  std::vector<std::string> names;
  size_t count = 0;
};
using InputsReader = std::optional<KnownInputs> (*)(const Object&);

// How much a fitted estimator makes of each column: its coef_, else its feature_importances_.
struct Importances {
  std::vector<double> values;  // a number a column; coefficients may be several rows of that
  bool are_coefficients = false;
  bool are_float32 = false;  // numpy then sums and compares them as such
};
using ImportancesReader = Result<Importances> (*)(Context&, const Object&, size_t width);

// A class by its public name (Object::public_name), and what it can do.
struct ClassLowering {
  std::string_view name;
  TransformerLowering transform = nullptr;
  PredictorLowering predict = nullptr;
  RootLowering root = nullptr;
  // Notes what is beyond us about an object that cannot be lowered, as what comes before it failed (Context::Survey).
  ObjectCheck check = nullptr;
  InputsReader inputs = nullptr;
  ImportancesReader importances = nullptr;
};
using ClassTable = std::span<const ClassLowering>;

// The classes of scikit-learn itself (classes.cc).
ClassTable SklearnClasses();

// What check_array accepts in front of an estimator.
struct FiniteRule {
  bool allow_nan = false;
  bool as_float32 = false;
};

// A version of scikit-learn; {0, 0} when the artifact does not say.
struct Version {
  int major = 0;
  int minor = 0;
  auto operator<=>(const Version&) const = default;
};

class Context {
 public:
  // `artifact_bytes` bounds what the model may grow to: see Charge.
  Context(ModelBuilder* builder, std::vector<ClassTable> tables, size_t artifact_bytes);

  ModelBuilder& builder() { return *builder_; }

  // ---- version ----
  // Whether the object being lowered was saved by at least this version. An artifact that does not say counts as new.
  bool AtLeast(int major, int minor) const { return version_ == Version{} || version_ >= Version{major, minor}; }
  // As written in the artifact; "" when it does not say.
  const std::string& version_text() const { return version_text_; }

  // ---- inputs ----
  Table NamedInputs(std::span<const std::string> names);
  Table PositionalInputs(size_t count);  // x0, x1, ...
  // The input of that name, added if need be; missing cells may arrive through it.
  TableColumn InputColumn(const std::string& name);
  // The column that a transformer names: by the names of the table, or of the inputs where it is open to all names.
  Result<TableColumn> FindColumn(const Object& user, const Table& in, const std::string& name);
  // True while the column is an input whose type is open.
  bool IsOpen(const TableColumn& column) const;
  bool IsText(const TableColumn& column) const;
  // The type of an input that nothing uses, or that comes out as it went in: text, which takes any cell as it is
  // written, or a number where the model knows inputs by position and so was fitted on one array.
  void DecideUnused(ValueId input);
  // Some estimator refuses missing cells that come through this column.
  void RejectMissing(const TableColumn& column);
  // For people: the categories of the input this column comes from, if it comes from one.
  void NoteCategories(const TableColumn& column, const Labels& categories);

  // ---- what objects of the artifact hand on beside the tables ----
  // A column under a name, in the keeping of an object that several steps share.
  void Remember(const Object& keeper, const std::string& name, const TableColumn& column);
  // Null where nothing was remembered.
  const TableColumn* Recall(const Object& keeper, const std::string& name) const;

  // ---- lowering of nested objects ----
  const ClassLowering* Find(const Object& object) const;
  bool CanTransform(const Object& object) const;
  bool CanPredict(const Object& object) const;
  // By the tables. A class that is not in them is reported as unsupported.
  Result<Table> Transform(const Object& object, const Table& in);
  Result<Prediction> Predict(const Object& object, const Table& in);

  // ---- what cannot be expressed ----
  // Notes the reason and gives the error to return.
  Error Unsupported(const Object& at, std::string reason);
  // For a child that failed while others remain: an unsupported child is noted and the walk may go on (true); any other
  // error is final (false).
  bool NoteAndGoOn(const Error& error);
  // Notes every class below `object` that no table knows; used where an earlier failure keeps it from being lowered.
  void Survey(const Object& object);
  const std::vector<std::string>& reasons() const { return reasons_; }

  // ---- values ----
  Result<ValueId> Add(op::Params params, std::vector<ValueId> inputs, const Object& origin);
  uint32_t width(ValueId value) const { return builder_->shape(value).width; }
  // All columns as one Value of numbers; open inputs become `type`.
  Result<ValueId> Numbers(const Object& user, const Table& in, Type type = Type::kFloat64);
  // The same, but inputs whose type is decided (DecideInput) keep it.
  Result<ValueId> DecidedNumbers(const Object& user, const Table& in);
  // Gives an input its type; nothing to do for other columns.
  Status DecideInput(const Object& user, const TableColumn& column, Type type);
  // The same checked as check_array does. Missing cells are gone from `in` unless allowed.
  Result<ValueId> FiniteNumbers(const Object& user, Table* in, FiniteRule rule = {});
  // All columns as one Value of text.
  Result<ValueId> Texts(const Object& user, const Table& in);
  Result<ValueId> SelectColumns(ValueId value, std::vector<uint32_t> columns, const Object& origin);
  Result<ValueId> Concat(std::vector<ValueId> values, const Object& origin);
  // The table with every cell multiplied.
  Result<Table> Scaled(const Object& origin, const Table& in, double factor);

  // Every column of the value; no missing cells.
  Table TableOf(ValueId value) const;
  // The same, cell by cell made of the columns of `like`: names and missing cells carry over.
  Table TableOf(ValueId value, const Table& like) const;

  // CORRUPT unless the table has this many columns.
  Status WantWidth(const Object& user, const Table& in, size_t width) const;
  // Names of all columns, or none if one has none; for messages of operators.
  std::vector<std::string> ColumnNames(const Table& in) const;

  // Counts bytes of parameters that are copied into the model: an artifact may use one object many times, so a small
  // file could otherwise become a huge model. RESOURCE_EXHAUSTED beyond the bound.
  Status Charge(size_t bytes, const Object& at);

  // Inputs that some estimator refuses to be missing.
  const std::set<ValueId>& rejecting_inputs() const { return rejecting_; }
  const std::vector<ValueId>& inputs() const { return inputs_; }

 private:
  using ColumnKey = std::vector<std::pair<ValueId, uint32_t>>;

  Status Enter(const Object& object);
  void NoteVersion(const Object& object);
  Result<ValueId> Assemble(const Object& user, const Table& in);
  void SurveyInto(const Object& object, int depth, std::set<const pickle::Node*>* seen);

  ModelBuilder* builder_;
  std::vector<ClassTable> tables_;
  size_t bytes_left_;
  size_t lowerings_left_;
  int depth_ = 0;
  Version version_;
  std::string version_text_;
  bool by_position_ = false;
  std::vector<ValueId> inputs_;
  std::map<std::string, ValueId, std::less<>> input_of_name_;
  std::set<ValueId> input_set_;
  std::set<ValueId> rejecting_;
  std::vector<std::string> reasons_;
  std::map<std::pair<const pickle::Node*, std::string>, TableColumn> remembered_;
  std::map<ColumnKey, ValueId> assembled_;
  std::map<std::pair<ValueId, int>, ValueId> checked_;
};

// Adds the outputs of a prediction or of a transformed table, named as scoreway predict names them:
// predict, predict_<i>, proba_<class>, decision_function[_<i>], score_samples, transform_<i>.
Status AddPredictionOutputs(Context& context, const Object& origin, const Prediction& prediction);
Status AddTransformOutputs(Context& context, const Object& origin, const Table& table);

}  // namespace scoreway::sklearn
