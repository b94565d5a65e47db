// Engine: something that scores rows, as the in-process benchmark sees it. Rows are made ready outside the measured
// time, as they would come from a decoder; what is measured is Call.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/batch.h"
#include "model/model.h"

namespace scoreway::bench {

class Engine {
 public:
  virtual ~Engine() = default;
  // Makes a batch ready and gives the number of the call that scores it.
  virtual Result<size_t> Prepare(const Batch& rows) = 0;
  // Scores the batch of a call, from its rows to its answers in memory.
  virtual Status Call(size_t call) = 0;
  // The answers of the last Call, a number a row: of a regressor its prediction, of a classifier the probability of the
  // last class.
  virtual void Answers(std::vector<double>* answers) const = 0;
};

Result<std::unique_ptr<Engine>> MakeScorewayEngine(std::shared_ptr<const Model> model);

// ONNX Runtime with one thread, through its C interface. `library` is the path of its shared library.
Result<std::unique_ptr<Engine>> MakeOnnxRuntimeEngine(const std::string& library, const std::string& onnx_model,
                                                      const Schema& schema);

// What treelite (tl2cgen) compiled of a model with one output; `library` is the path of the shared library it made.
Result<std::unique_ptr<Engine>> MakeTreeliteEngine(const std::string& library);

}  // namespace scoreway::bench
