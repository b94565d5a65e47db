// math_bits [FUNCTION]: what the functions that models reach, and the characters of numbers, answer to arguments drawn
// from a seed: a line for every thousand with a hash of the bits, or of one function every argument and answer.
// Compiled for the machine and for WebAssembly it must print the same.
#include "base/bessel.h"
#include "base/float_chars.h"
#include "base/trigonometry.h"

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <limits>

namespace {

// Steele, Lea and Flood's SplitMix64.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t Bits() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  double Between(double low, double high) { return low + (high - low) * (static_cast<double>(Bits() >> 11) * 0x1p-53); }

 private:
  uint64_t state_;
};

double Number(uint64_t bits) {
  double x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

uint64_t BitsOf(double x) {
  if (x != x) return 0x7ff8000000000000;  // NaN is NaN
  uint64_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}

struct Function {
  const char* name;
  double (*one)(double);
  double (*two)(double, double);
  // Arguments lie between them, and anywhere.
  double low, high, low2, high2;
  bool anywhere = true;
};

double Expf(double x) { return std::exp(static_cast<float>(x)); }
double Logf(double x) { return std::log(static_cast<float>(x)); }
double Tanhf(double x) { return std::tanh(static_cast<float>(x)); }

// The characters of a number in both notations, as a number of 52 bits.
template <typename T>
double HashOfChars(T x) {
  if (!std::isfinite(x)) return 0;
  char text[1200];
  char* end = scoreway::WriteFloatChars(text, text + 600, x, std::chars_format::scientific);
  end = scoreway::WriteFloatChars(end, text + sizeof text, x, std::chars_format::fixed);
  uint64_t hash = 0xcbf29ce484222325;
  for (const char* at = text; at != end; ++at) hash = (hash ^ static_cast<unsigned char>(*at)) * 0x100000001b3;
  return static_cast<double>(hash >> 12);
}
double Chars(double x) { return HashOfChars(x); }
double CharsOfFloat(double x) { return HashOfChars(static_cast<float>(x)); }

// A number between one and the next, read from its characters.
double Read(double x) {
  if (!std::isfinite(x)) return 0;
  char text[64];
  char* end = scoreway::WriteFloatChars(text, text + sizeof text, std::fabs(x), std::chars_format::scientific);
  char* const e = static_cast<char*>(std::memchr(text, 'e', static_cast<size_t>(end - text)));
  const bool fraction = e - text > 1;
  std::memmove(e + (fraction ? 4 : 5), e, static_cast<size_t>(end - e));
  std::memcpy(e, fraction ? "4999" : ".4999", fraction ? 4 : 5);
  double value = 0;
  scoreway::ReadFloatChars(text, end + (fraction ? 4 : 5), &value);
  return value;
}

const Function kFunctions[] = {
    {"exp", std::exp, nullptr, -750, 720, 0, 0},
    {"exp", std::exp, nullptr, -2, 2, 0, 0},
    {"log", std::log, nullptr, 0, 10, 0, 0},
    {"log", std::log, nullptr, 0.9, 1.1, 0, 0},
    {"exp2", std::exp2, nullptr, -1080, 1030, 0, 0},
    {"exp2", std::exp2, nullptr, -2, 2, 0, 0},
    {"expm1", std::expm1, nullptr, -50, 720, 0, 0},
    {"expm1", std::expm1, nullptr, -2, 2, 0, 0},
    {"log1p", std::log1p, nullptr, -1, 10, 0, 0},
    {"log1p", std::log1p, nullptr, -0.5, 0.5, 0, 0},
    {"log2", std::log2, nullptr, 0, 10, 0, 0},
    {"log2", std::log2, nullptr, 0.9, 1.1, 0, 0},
    {"log10", std::log10, nullptr, 0, 10, 0, 0},
    {"sinh", std::sinh, nullptr, -25, 25, 0, 0},
    {"sinh", std::sinh, nullptr, -720, 720, 0, 0},
    {"cosh", std::cosh, nullptr, -25, 25, 0, 0},
    {"cosh", std::cosh, nullptr, -720, 720, 0, 0},
    {"tanh", std::tanh, nullptr, -3, 3, 0, 0},
    {"tanh", std::tanh, nullptr, -25, 25, 0, 0},
    {"asinh", std::asinh, nullptr, -3, 3, 0, 0},
    {"asinh", std::asinh, nullptr, -1e9, 1e9, 0, 0},
    {"acosh", std::acosh, nullptr, 1, 3, 0, 0},
    {"acosh", std::acosh, nullptr, 1, 1e9, 0, 0},
    {"atanh", std::atanh, nullptr, -1, 1, 0, 0},
    {"erf", std::erf, nullptr, -7, 7, 0, 0},
    {"erfc", std::erfc, nullptr, -7, 7, 0, 0},
    {"erfc", std::erfc, nullptr, -2, 30, 0, 0},
    {"expf", Expf, nullptr, -110, 90, 0, 0},
    {"logf", Logf, nullptr, 0, 10, 0, 0},
    {"tanhf", Tanhf, nullptr, -10, 10, 0, 0},
    {"pow", nullptr, std::pow, 0, 10, -10, 10},
    {"pow", nullptr, std::pow, 0.9, 1.1, -5000, 5000},
    {"pow", nullptr, std::pow, 0, 1e300, -3, 3},
    {"hypot", nullptr, std::hypot, -10, 10, -10, 10},
    {"hypot", nullptr, std::hypot, -1e9, 1e9, -1, 1},
    {"fmod", nullptr, std::fmod, -1e6, 1e6, -10, 10},
    {"sin", scoreway::Sin, nullptr, -20, 20, 0, 0},
    {"cos", scoreway::Cos, nullptr, -20, 20, 0, 0},
    {"tan", scoreway::Tan, nullptr, -20, 20, 0, 0},
    {"asin", scoreway::Asin, nullptr, -1, 1, 0, 0},
    {"acos", scoreway::Acos, nullptr, -1, 1, 0, 0},
    {"atan", scoreway::Atan, nullptr, -6, 6, 0, 0},
    {"atan2", nullptr, scoreway::Atan2, -10, 10, -10, 10},
    {"cbrt", scoreway::Cbrt, nullptr, -100, 100, 0, 0},
    {"bessel_k", nullptr, scoreway::BesselK, -5, 5, 0, 30, false},
    {"gamma", scoreway::Gamma, nullptr, 0, 180, 0, 0},
    {"chars", Chars, nullptr, -1000, 1000, 0, 0},
    {"chars of float", CharsOfFloat, nullptr, -1000, 1000, 0, 0},
    {"read", Read, nullptr, 0, 1000, 0, 0},
};

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kEdges[] = {0.0,      -0.0,    1.0,    -1.0,    0.5,       -0.5,       2.0,    -2.0,
                             3.0,      -3.0,    5e-324, -5e-324, 1e-310,    1e300,      -1e300, 709.7827,
                             710.4758, -745.13, 22.0,   28.0,    kInfinity, -kInfinity, NAN};
constexpr int kEdgeCount = sizeof kEdges / sizeof kEdges[0];

constexpr int kBlock = 1000, kBlocks = 40;

// The arguments of a function: edges, then half of them between its limits and half of any bits.
void Draw(const Function& function, Random& random, int block, int i, double* x, double* y) {
  if (block == 0) {
    *x = kEdges[i % kEdgeCount];
    *y = kEdges[i / kEdgeCount % kEdgeCount];
  } else if (block % 2 == 0 || !function.anywhere) {
    *x = random.Between(function.low, function.high);
    *y = random.Between(function.low2, function.high2);
  } else {
    *x = Number(random.Bits());
    *y = i % 2 == 0 ? Number(random.Bits()) : std::floor(random.Between(-40, 40));
  }
}

}  // namespace

int main(int argc, char** argv) {
  int number = 0;
  for (const Function& function : kFunctions) {
    Random random(++number);
    if (argc > 1 && std::strcmp(argv[1], function.name) != 0) continue;
    for (int block = 0; block < kBlocks; ++block) {
      uint64_t hash = 0xcbf29ce484222325;
      for (int i = 0; i < kBlock; ++i) {
        double x, y;
        Draw(function, random, block, i, &x, &y);
        const double answer = function.one != nullptr ? function.one(x) : function.two(x, y);
        if (argc > 1)
          std::printf("%s(%a, %a) = %016llx\n", function.name, x, y, static_cast<unsigned long long>(BitsOf(answer)));
        hash = (hash ^ BitsOf(answer)) * 0x100000001b3;
      }
      if (argc == 1)
        std::printf("%s %d %d %016llx\n", function.name, number, block, static_cast<unsigned long long>(hash));
    }
  }
}
