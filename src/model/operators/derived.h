// Operators that derive columns from columns, cell by cell or row by row. The conventions are those of
// model/operators.h.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace scoreway::op {

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
  kLogisticFloat32 = 40, /* 1 / (1 + exp(-x)), rounded to float32 after each step */
  kNormalQuantile = 41 /* of the standard normal distribution; NaN outside [0, 1] */,
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
// the end; end = INT64_MAX is open. kWithoutAccents takes letters apart (Unicode's NFKD) and drops their combining
// marks; kWithoutAccentsAscii also drops what is not ASCII then.
enum class TextFunction : uint8_t {
  kLower = 0,
  kUpper = 1,
  kTrim = 2,
  kLength = 3,
  kToNumber = 4,
  kSubstring = 5,
  kWithoutAccents = 6,
  kWithoutAccentsAscii = 7,
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

}  // namespace scoreway::op
