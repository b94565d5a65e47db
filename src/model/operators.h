// The operators a Model is made of: parameters only. They say what is computed; score/kernels says how.
//
// Every operator takes one or more Values and gives one. `in` below is its first input with columns in_0 .. in_{w-1};
// NaN is a missing number and null a missing text (model/value.h). Unless an operator says otherwise a missing input
// cell makes the output cells that depend on it missing. Constants are float64.
//
// Each struct lists its fields once, in Fields; saving, loading, counting bytes and printing all go through that list,
// so a field is added in one place. The order of fields is part of the saved format (model/saved_format.md).
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace scoreway::op {

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
inline constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Whether sums and products are rounded to float32 after every step, for libraries that compute in float32.
enum class Precision : uint8_t { kFloat64 = 0, kFloat32 = 1 };

// ---- shape ---------------------------------------------------------------------------------------------------------

// The columns of all inputs side by side; all of one kind.
struct Concat {
  static constexpr std::string_view kName = "concat";
  template <typename Self, typename Visit>
  static void Fields(Self&, Visit&&) {}
};

// Column i of the output is column columns[i] of the input (numbers or text). Columns may repeat.
struct Select {
  static constexpr std::string_view kName = "select";
  std::vector<uint32_t> columns;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("columns", self.columns);
  }
};

// The same numbers in every row; takes no input.
struct Constant {
  static constexpr std::string_view kName = "constant";
  std::vector<double> values;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("values", self.values);
  }
};

// ---- checks --------------------------------------------------------------------------------------------------------

// Passes its input (numbers) on; the run fails with INVALID_ARGUMENT naming row and column at an infinite cell, and at
// a NaN cell unless allow_nan. What scikit-learn's check_array does in front of most estimators. With as_float32 a
// finite number whose float32 is infinite fails too.
struct RequireFinite {
  static constexpr std::string_view kName = "require_finite";
  bool allow_nan = false;
  bool as_float32 = false;
  std::vector<std::string> column_names;  // for the message; empty or one for each column
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("allow_nan", self.allow_nan);
    visit("as_float32", self.as_float32);
    visit("column_names", self.column_names);
  }
};

// What to do with a cell outside the domain of its column.
enum class InvalidCell : uint8_t {
  kReject = 0,   // the run fails, naming row, column and value
  kMissing = 1,  // the cell becomes missing
  kKeep = 2,     // as it is
  kReplace = 3,  // it becomes the column's invalid_value
};

// Per column of numbers: valid if low <= x <= high and, when `allowed` of the column is not empty, x is one of them.
// First a cell equal to one of missing_markers becomes missing; then invalid cells are treated; then clip_low/clip_high
// (unless NaN) bound valid cells; last a missing cell becomes missing_value (NaN: stays missing).
// kReject at missing: reject_missing fails the run at a missing cell.
struct NumberDomain {
  static constexpr std::string_view kName = "number_domain";
  std::vector<std::string> column_names;
  std::vector<double> low, high;             // a column each
  std::vector<std::vector<double>> allowed;  // empty, or a list a column
  std::vector<double> missing_markers;       // for all columns
  InvalidCell invalid = InvalidCell::kKeep;
  double invalid_value = kNaN;
  // Outliers, as sklearn2pmml's and PMML's outlier treatment: cells below clip_low or above clip_high.
  enum class Outlier : uint8_t { kKeep = 0, kMissing = 1, kClip = 2 };
  Outlier outlier = Outlier::kKeep;
  std::vector<double> clip_low, clip_high;  // empty, or a column each
  double missing_value = kNaN;
  bool reject_missing = false;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("column_names", self.column_names);
    visit("low", self.low);
    visit("high", self.high);
    visit("allowed", self.allowed);
    visit("missing_markers", self.missing_markers);
    visit("invalid", self.invalid);
    visit("invalid_value", self.invalid_value);
    visit("outlier", self.outlier);
    visit("clip_low", self.clip_low);
    visit("clip_high", self.clip_high);
    visit("missing_value", self.missing_value);
    visit("reject_missing", self.reject_missing);
  }
};

// The same for text; valid if `allowed` of the column is empty or holds the cell.
struct TextDomain {
  static constexpr std::string_view kName = "text_domain";
  std::vector<std::string> column_names;
  std::vector<std::vector<std::string>> allowed;  // empty, or a list a column
  std::vector<std::string> missing_markers;
  InvalidCell invalid = InvalidCell::kKeep;
  std::string invalid_value;
  bool has_missing_value = false;
  std::string missing_value;
  bool reject_missing = false;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("column_names", self.column_names);
    visit("allowed", self.allowed);
    visit("missing_markers", self.missing_markers);
    visit("invalid", self.invalid);
    visit("invalid_value", self.invalid_value);
    visit("has_missing_value", self.has_missing_value);
    visit("missing_value", self.missing_value);
    visit("reject_missing", self.reject_missing);
  }
};

// ---- missing cells -------------------------------------------------------------------------------------------------

// A cell that is NaN (marker NaN) or equal to marker becomes fill[column].
struct ImputeNumber {
  static constexpr std::string_view kName = "impute_number";
  double marker = kNaN;
  std::vector<double> fill;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("marker", self.marker);
    visit("fill", self.fill);
  }
};

// A null cell (has_marker false) or a cell equal to marker becomes fill[column].
struct ImputeText {
  static constexpr std::string_view kName = "impute_text";
  bool has_marker = false;
  std::string marker;
  std::vector<std::string> fill;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("has_marker", self.has_marker);
    visit("marker", self.marker);
    visit("fill", self.fill);
  }
};

// 1 where the cell (number: NaN or equal to marker; text: null) of columns[i] is missing, else 0.
struct MissingIndicator {
  static constexpr std::string_view kName = "missing_indicator";
  double marker = kNaN;
  std::vector<uint32_t> columns;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("marker", self.marker);
    visit("columns", self.columns);
  }
};

// ---- scaling -------------------------------------------------------------------------------------------------------

// Per column, in this order so that rounding equals scikit-learn's; an empty vector skips its step:
//   kSubtractDivide: (x - offset) / factor        kMultiplyAdd: x * factor + offset
// then clipped to [low, high].
struct Affine {
  static constexpr std::string_view kName = "affine";
  enum class Form : uint8_t { kSubtractDivide = 0, kMultiplyAdd = 1 };
  Form form = Form::kSubtractDivide;
  std::vector<double> offset, factor;
  double low = -kInfinity, high = kInfinity;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("form", self.form);
    visit("offset", self.offset);
    visit("factor", self.factor);
    visit("low", self.low);
    visit("high", self.high);
  }
};

// Each row divided by its norm; a norm of 0 or below least_norm counts as 1 (scikit-learn's Normalizer: least_norm is
// 0 before release 1.0, since then 10 times the epsilon of float64).
struct NormalizeRows {
  static constexpr std::string_view kName = "normalize_rows";
  enum class Norm : uint8_t { kL1 = 0, kL2 = 1, kMax = 2 };
  Norm norm = Norm::kL2;
  double least_norm = 0;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("norm", self.norm);
    visit("least_norm", self.least_norm);
  }
};

// Yeo-Johnson or Box-Cox with an exponent a column (scikit-learn's PowerTransformer without its standardizing).
// kYeoJohnsonByPow takes ((x + 1)^lambda - 1) / lambda as it stands, as scikit-learn before 1.9 does; kYeoJohnson takes
// the form with expm1 and log1p, which keeps the digits of a small x, as scikit-learn since 1.9 with scipy 1.14 (1.11:
// by pow).
struct PowerTransform {
  static constexpr std::string_view kName = "power_transform";
  enum class Method : uint8_t { kYeoJohnson = 0, kBoxCox = 1, kYeoJohnsonByPow = 2 };
  Method method = Method::kYeoJohnson;
  std::vector<double> lambdas;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("method", self.method);
    visit("lambdas", self.lambdas);
  }
};

// scikit-learn's QuantileTransformer: position among the column's quantiles (n_quantiles values a column, column after
// column), the mean of the interpolation from the left and from the right, as a uniform or a normal variate.
struct QuantileTransform {
  static constexpr std::string_view kName = "quantile_transform";
  bool to_normal = false;
  std::vector<double> references;  // n_quantiles, rising from 0 to 1
  std::vector<double> quantiles;   // width * n_quantiles
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("to_normal", self.to_normal);
    visit("references", self.references);
    visit("quantiles", self.quantiles);
  }
};

// ---- categories and bins -------------------------------------------------------------------------------------------

// Where a category is not known: a code to give (may be NaN) or the run fails, naming row, column and value.
struct CodeOrReject {
  bool reject = true;
  double code = kNaN;

  bool operator==(const CodeOrReject&) const = default;
};

// Per column the index of the cell in the column's categories. A missing cell gives missing[column], one that is not
// among them gives unknown[column].
struct EncodeNumber {
  static constexpr std::string_view kName = "encode_number";
  std::vector<std::string> column_names;
  std::vector<std::vector<double>> categories;  // in code order; never NaN
  std::vector<CodeOrReject> unknown, missing;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("column_names", self.column_names);
    visit("categories", self.categories);
    visit("unknown", self.unknown);
    visit("missing", self.missing);
  }
};

struct EncodeText {
  static constexpr std::string_view kName = "encode_text";
  std::vector<std::string> column_names;
  std::vector<std::vector<std::string>> categories;
  std::vector<CodeOrReject> unknown, missing;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("column_names", self.column_names);
    visit("categories", self.categories);
    visit("unknown", self.unknown);
    visit("missing", self.missing);
  }
};

// Replaces codes 0..n-1 by table entries, per column the same table; a NaN or out-of-range code is missing.
// DecodeNumber gives numbers (labels of a classifier, a mapped category), DecodeText text.
struct DecodeNumber {
  static constexpr std::string_view kName = "decode_number";
  std::vector<double> table;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("table", self.table);
  }
};

struct DecodeText {
  static constexpr std::string_view kName = "decode_text";
  std::vector<std::string> table;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("table", self.table);
  }
};

// Codes to 0/1 columns: column c has widths[c] output columns; code k sets slots[c][k] of them to 1 (-1: none). A NaN
// code or one beyond slots[c] sets none.
struct OneHot {
  static constexpr std::string_view kName = "one_hot";
  std::vector<uint32_t> widths;
  std::vector<std::vector<int32_t>> slots;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("widths", self.widths);
    visit("slots", self.slots);
  }
};

// Per column the number of edges that x is right of (right_closed false: edges <= x; true: edges < x), bounded to
// [0, codes[c] - 1]. Edges rise. numpy's searchsorted, pandas' cut.
struct Bin {
  static constexpr std::string_view kName = "bin";
  std::vector<std::vector<double>> edges;
  std::vector<uint32_t> codes;
  bool right_closed = false;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("edges", self.edges);
    visit("codes", self.codes);
    visit("right_closed", self.right_closed);
  }
};

// ---- derived columns -----------------------------------------------------------------------------------------------

// Output column i is the product of the input columns factors[ends[i-1] .. ends[i]); the empty product is 1.
struct Polynomial {
  static constexpr std::string_view kName = "polynomial";
  std::vector<uint32_t> factors;
  std::vector<uint32_t> ends;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("factors", self.factors);
    visit("ends", self.ends);
  }
};

// Every cell on its own.
enum class UnaryFunction : uint8_t {
  kNegate = 0,
  kAbs = 1,
  kSign = 2,
  kFloor = 3,
  kCeil = 4,
  kRound = 5 /* half to even */,
  kTruncate = 6,
  kSqrt = 7,
  kSquare = 8,
  kReciprocal = 9,
  kExp = 10,
  kExpm1 = 11,
  kLog = 12,
  kLog1p = 13,
  kLog2 = 14,
  kLog10 = 15,
  kSin = 16,
  kCos = 17,
  kTan = 18,
  kAsin = 19,
  kAcos = 20,
  kAtan = 21,
  kSinh = 22,
  kCosh = 23,
  kTanh = 24,
  kAsinh = 25,
  kAcosh = 26,
  kAtanh = 27,
  kLogistic = 28 /* 1 / (1 + exp(-x)), as scipy's expit */,
  kNot = 29 /* 1 if x is 0, else 0 */,
  kIsMissing = 30 /* numbers or text; never missing */,
  kFloat32 = 31 /* rounded to float32 */,
  kNormalCdf = 32,
  kCloglogInverse = 33 /* 1 - exp(-exp(x)) */,
  kRelu = 34,
  kDegrees = 35,
  kRadians = 36,
  kExp2 = 37,
  kCbrt = 38,
  kIsPresent = 39,
};
struct Unary {
  static constexpr std::string_view kName = "unary";
  UnaryFunction function = UnaryFunction::kNegate;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("function", self.function);
  }
};

// Two numbers to one, cell by cell; an input of width 1 is used for every column of the other. Comparisons and logic
// give 1 or 0. kEqual and kNotEqual also compare text with text. A missing operand: as IEEE 754 and numpy have it
// (comparisons false but kNotEqual true, kAnd/kOr take NaN for true), or with missing_aware, as PMML and SQL, the
// answer is missing and kAnd/kOr follow three-valued logic.
enum class BinaryFunction : uint8_t {
  kAdd = 0,
  kSubtract = 1,
  kMultiply = 2,
  kDivide = 3,
  kPower = 4,
  kModulo = 5 /* sign of the divisor, as Python */,
  kFloorDivide = 6,
  kMin = 7,
  kMax = 8,
  kLess = 9,
  kLessEqual = 10,
  kGreater = 11,
  kGreaterEqual = 12,
  kEqual = 13,
  kNotEqual = 14,
  kAnd = 15,
  kOr = 16,
  kAtan2 = 17,
  kHypot = 18,
};
struct Binary {
  static constexpr std::string_view kName = "binary";
  BinaryFunction function = BinaryFunction::kAdd;
  bool missing_aware = false;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("function", self.function);
    visit("missing_aware", self.missing_aware);
  }
};

// Inputs: condition (numbers), a, b (both numbers or both text). a where the condition is neither 0 nor missing, else
// b. The condition may have width 1.
struct Where {
  static constexpr std::string_view kName = "where";
  template <typename Self, typename Visit>
  static void Fields(Self&, Visit&&) {}
};

// Text to text or number, cell by cell. kLength counts code points. kToNumber reads what Python's float() reads; a text
// that is no number fails the run, naming row and value. kSubstring takes code points [start, end); negative count from
// the end; end = INT64_MAX is open.
enum class TextFunction : uint8_t {
  kLower = 0,
  kUpper = 1,
  kTrim = 2,
  kLength = 3,
  kToNumber = 4,
  kSubstring = 5,
};
struct TextUnary {
  static constexpr std::string_view kName = "text_unary";
  TextFunction function = TextFunction::kLower;
  int64_t start = 0;
  int64_t end = std::numeric_limits<int64_t>::max();
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("function", self.function);
    visit("start", self.start);
    visit("end", self.end);
  }
};

// Numbers as text, the way Python's str() writes an int (integer true: 3) or a float (3.0, shortest round trip).
struct NumberToText {
  static constexpr std::string_view kName = "number_to_text";
  bool integer = false;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("integer", self.integer);
  }
};

// The texts of all inputs (width 1 each) joined with the separator.
struct JoinText {
  static constexpr std::string_view kName = "join_text";
  std::string separator;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("separator", self.separator);
  }
};

// Over the columns of each row to one number. kSum .. kMedian skip missing cells when skip_missing, else are missing
// with them; of no present cell they are missing. kCount counts the present cells.
enum class RowAggregate : uint8_t { kSum = 0, kProduct = 1, kMean = 2, kMin = 3, kMax = 4, kMedian = 5, kCount = 6 };
struct AggregateRow {
  static constexpr std::string_view kName = "aggregate_row";
  RowAggregate function = RowAggregate::kSum;
  bool skip_missing = false;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("function", self.function);
    visit("skip_missing", self.skip_missing);
  }
};

// B-spline basis of each column (scikit-learn's SplineTransformer): knots a column, degree, and what is done outside.
// The splines of a missing cell are missing, or 0 with missing_is_zero (handle_missing="zeros").
struct SplineBasis {
  static constexpr std::string_view kName = "spline_basis";
  enum class Extrapolation : uint8_t { kError = 0, kConstant = 1, kLinear = 2, kContinue = 3, kPeriodic = 4 };
  uint32_t degree = 3;
  bool include_bias = true;
  Extrapolation extrapolation = Extrapolation::kConstant;
  std::vector<std::vector<double>> knots;  // with the degree extra knots on each side
  bool missing_is_zero = false;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("degree", self.degree);
    visit("include_bias", self.include_bias);
    visit("extrapolation", self.extrapolation);
    visit("knots", self.knots);
    visit("missing_is_zero", self.missing_is_zero);
  }
};

// ---- predictors ----------------------------------------------------------------------------------------------------

// out = in * weights + bias; weights of output j are weights[j * in_width .. (j + 1) * in_width). An empty bias is 0.
struct Linear {
  static constexpr std::string_view kName = "linear";
  Precision precision = Precision::kFloat64;
  uint32_t outputs = 1;
  std::vector<double> weights;
  std::vector<double> bias;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("precision", self.precision);
    visit("outputs", self.outputs);
    visit("weights", self.weights);
    visit("bias", self.bias);
  }
};

// Squared (kSquaredEuclidean), Euclidean or Manhattan distance of the row to each point (points: rows of in_width).
struct Distances {
  static constexpr std::string_view kName = "distances";
  enum class Metric : uint8_t { kSquaredEuclidean = 0, kEuclidean = 1, kManhattan = 2 };
  Metric metric = Metric::kEuclidean;
  std::vector<double> points;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("metric", self.metric);
    visit("points", self.points);
  }
};

// Decision trees of any library. All trees' nodes lie back to back; roots[t] is the first node of tree t. A node i with
// left[i] == i is a leaf and payload[i] is its row in leaf_values (leaf_width numbers a row). An inner node asks:
//   categorical (flags & kCategorical): goes left if trunc(x) is set in category_words at bit offset 32 * payload[i]
//     with category_bits[i] bits; a value outside that range, or negative, goes right, or counts as missing with
//     kUnknownIsMissing (scikit-learn's histogram boosting: unknown categories are missing). category_bits is parallel
//     to nodes only if any node is categorical, else empty.
//   else x <compare> threshold[i] goes left, in the stated precision.
// A missing x goes left if flags & kMissingLeft, else right. Trees whose library rejects missing get a RequireFinite.
struct TreeEnsemble {
  static constexpr std::string_view kName = "tree_ensemble";
  enum class Compare : uint8_t {
    kLessEqual = 0,         // float64 x <= threshold
    kLess = 1,              // float64 x < threshold
    kFloat32LessEqual = 2,  // float32(x) <= threshold, threshold exact in float64 (scikit-learn's trees)
    kFloat32Less = 3,       // float32(x) < float32 threshold (XGBoost)
  };
  enum Flag : uint8_t { kMissingLeft = 1, kCategorical = 2, kUnknownIsMissing = 4 };
  // How trees become outputs: summed in tree order onto `base`, then divided by `divisor` (a forest's mean).
  Compare compare = Compare::kLessEqual;
  Precision precision = Precision::kFloat64;  // of the sum
  uint32_t outputs = 1;
  std::vector<double> base;  // empty or `outputs` numbers
  double divisor = 1;
  std::vector<uint32_t> roots;
  // Which output a tree adds to when leaf_width is 1 and outputs is more; empty: leaf_width == outputs.
  std::vector<uint32_t> tree_output;
  uint32_t leaf_width = 1;
  std::vector<double> leaf_values;
  // Nodes.
  std::vector<uint32_t> feature;
  std::vector<double> threshold;
  std::vector<uint32_t> left, right;
  std::vector<uint8_t> flags;
  std::vector<uint32_t> payload;
  std::vector<uint32_t> category_bits;
  std::vector<uint32_t> category_words;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("compare", self.compare);
    visit("precision", self.precision);
    visit("outputs", self.outputs);
    visit("base", self.base);
    visit("divisor", self.divisor);
    visit("roots", self.roots);
    visit("tree_output", self.tree_output);
    visit("leaf_width", self.leaf_width);
    visit("leaf_values", self.leaf_values);
    visit("feature", self.feature);
    visit("threshold", self.threshold);
    visit("left", self.left);
    visit("right", self.right);
    visit("flags", self.flags);
    visit("payload", self.payload);
    visit("category_bits", self.category_bits);
    visit("category_words", self.category_words);
  }
};

// ---- scores to decisions -------------------------------------------------------------------------------------------

// Over the columns of each row.
enum class RowFunction : uint8_t {
  kSoftmax = 0,       // exp(x - max) / sum
  kNormalizeSum = 1,  // x / sum; a sum of 0 gives 1/width each if zero_sum_uniform, else divides by 1
  kArgMax = 2,        // index of the greatest, the first of equals; NaN counts as greatest (numpy)
  kArgMin = 3,
  kLogSoftmax = 4,
  kCumulativeSum = 5,
};
struct Row {
  static constexpr std::string_view kName = "row";
  RowFunction function = RowFunction::kSoftmax;
  bool zero_sum_uniform = false;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("function", self.function);
    visit("zero_sum_uniform", self.zero_sum_uniform);
  }
};

// 1 if x > threshold (or_equal: x >= threshold), else 0. A binary classifier's decision; scikit-learn's Binarizer.
struct Threshold {
  static constexpr std::string_view kName = "threshold";
  double threshold = 0;
  bool or_equal = false;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("threshold", self.threshold);
    visit("or_equal", self.or_equal);
  }
};

// sum over inputs i of weights[i] * input_i, all of one width, in order, divided by divisor. Empty weights are 1.
struct WeightedSum {
  static constexpr std::string_view kName = "weighted_sum";
  std::vector<double> weights;
  double divisor = 1;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("weights", self.weights);
    visit("divisor", self.divisor);
  }
};

// Inputs: codes 0..classes-1 of width 1 (or one input of width n): the weighted votes of each class.
struct Votes {
  static constexpr std::string_view kName = "votes";
  uint32_t classes = 0;
  std::vector<double> weights;  // a voter each; empty: 1
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("classes", self.classes);
    visit("weights", self.weights);
  }
};

// Piecewise linear in x through (x_k, y_k), constant outside (isotonic regression with clip, calibration). With
// nan_outside cells outside are NaN.
struct Interpolate {
  static constexpr std::string_view kName = "interpolate";
  std::vector<double> x, y;
  bool nan_outside = false;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("x", self.x);
    visit("y", self.y);
    visit("nan_outside", self.nan_outside);
  }
};

// Log joint likelihood of each class under independent normals (scikit-learn's GaussianNB): for class k
// log_prior[k] - sum_j 0.5 * log(2 pi var[k,j]) - 0.5 * sum_j (x_j - mean[k,j])^2 / var[k,j].
struct GaussianLikelihood {
  static constexpr std::string_view kName = "gaussian_likelihood";
  std::vector<double> log_prior;
  std::vector<double> mean, variance;  // classes * in_width
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("log_prior", self.log_prior);
    visit("mean", self.mean);
    visit("variance", self.variance);
  }
};

// The weighted median of the columns of each row (scikit-learn's AdaBoostRegressor): the first in rising order at which
// the weights so far reach half of all.
struct WeightedMedian {
  static constexpr std::string_view kName = "weighted_median";
  std::vector<double> weights;  // a column each
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("weights", self.weights);
  }
};

// ---- patterns and dates --------------------------------------------------------------------------------------------

// 1 where the text has a part that matches the pattern, else 0. Patterns are RE2's: linear in time, no look-around.
struct MatchText {
  static constexpr std::string_view kName = "match_text";
  std::string pattern;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("pattern", self.pattern);
  }
};

// Every part that matches the pattern replaced, from left to right; the leftmost match first, of those the one that
// backtracking finds. In `replacement` \0 to \9 stand for groups, \\ for a backslash.
struct ReplaceText {
  static constexpr std::string_view kName = "replace_text";
  std::string pattern;
  std::string replacement;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("pattern", self.pattern);
    visit("replacement", self.replacement);
  }
};

// A date or a moment written as ISO 8601 (2004-02-29, 2004-02-29T23:59:59, a blank for the T, no time zone) as a number
// of whole days or seconds since 1970, of seconds since midnight, or as text by a format of C's strftime with the
// letters Y y m d H M S j and %. A text that is no date fails the run, naming row, column and value.
enum class DateFunction : uint8_t { kDays = 0, kSeconds = 1, kSecondsOfDay = 2, kFormat = 3 };
struct DateText {
  static constexpr std::string_view kName = "date_text";
  DateFunction function = DateFunction::kDays;
  std::string format;
  template <typename Self, typename Visit>
  static void Fields(Self& self, Visit&& visit) {
    visit("function", self.function);
    visit("format", self.format);
  }
};

// Every kind of operator, in the order of the saved format's kind numbers: append only.
using Params =
    std::variant<Concat, Select, Constant, RequireFinite, NumberDomain, TextDomain, ImputeNumber, ImputeText,
                 MissingIndicator, Affine, NormalizeRows, PowerTransform, QuantileTransform, EncodeNumber, EncodeText,
                 DecodeNumber, DecodeText, OneHot, Bin, Polynomial, Unary, Binary, Where, TextUnary, NumberToText,
                 JoinText, AggregateRow, SplineBasis, Linear, Distances, TreeEnsemble, Row, Threshold, WeightedSum,
                 Votes, Interpolate, GaussianLikelihood, WeightedMedian, MatchText, ReplaceText, DateText>;

}  // namespace scoreway::op
