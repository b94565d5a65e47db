// Calls what tl2cgen compiled of a tree ensemble: a function a row, for rows of float32 or of float64.
#include <dlfcn.h>

#include <cmath>
#include <string_view>
#include <variant>

#include "bench/inprocess/engine.h"

namespace scoreway::bench {
namespace {

// As in the header that tl2cgen writes.
template <typename Real>
union Entry {
  int missing;
  Real value;
  int category;
};

template <typename Real>
class TreeliteEngine final : public Engine {
 public:
  explicit TreeliteEngine(void* predict) : predict_(reinterpret_cast<Predict>(predict)) {}

  Result<size_t> Prepare(const Batch& rows) override {
    Call_ call{rows.rows(), rows.column_count(), {}};
    call.entries.reserve(call.rows * call.columns);
    for (size_t row = 0; row < call.rows; ++row) {
      for (size_t c = 0; c < call.columns; ++c) {
        const double value = rows.column(c).NumberAt(row);
        Entry<Real> entry;
        if (std::isnan(value))
          entry.missing = -1;
        else
          entry.value = static_cast<Real>(value);
        call.entries.push_back(entry);
      }
    }
    calls_.push_back(std::move(call));
    return calls_.size() - 1;
  }

  Status Call(size_t number) override {
    Call_& call = calls_[number];
    answers_.assign(call.rows, 0);
    for (size_t row = 0; row < call.rows; ++row) predict_(&call.entries[row * call.columns], 0, &answers_[row]);
    return {};
  }

  void Answers(std::vector<double>* answers) const override {
    answers->insert(answers->end(), answers_.begin(), answers_.end());
  }

 private:
  using Predict = void (*)(Entry<Real>*, int, Real*);
  struct Call_ {
    size_t rows;
    size_t columns;
    std::vector<Entry<Real>> entries;
  };

  const Predict predict_;
  std::vector<Call_> calls_;
  std::vector<Real> answers_;
};

}  // namespace

Result<std::unique_ptr<Engine>> MakeTreeliteEngine(const std::string& library) {
  void* handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);  // kept until the program ends
  if (handle == nullptr) return Status(Code::kNotFound, dlerror(), library);
  auto* threshold_type = reinterpret_cast<const char* (*)()>(dlsym(handle, "get_threshold_type"));
  void* predict = dlsym(handle, "predict");
  if (threshold_type == nullptr || predict == nullptr)
    return Status(Code::kInvalidArgument, "not what tl2cgen makes", library);
  if (std::string_view(threshold_type()) == "float32")
    return std::unique_ptr<Engine>(new TreeliteEngine<float>(predict));
  return std::unique_ptr<Engine>(new TreeliteEngine<double>(predict));
}

}  // namespace scoreway::bench
