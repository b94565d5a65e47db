// Engines: who computes a model. Most are of operators and scored natively (score/plan.h). A model that our importers
// cannot say in operators may be run whole by another engine, if the process was given one.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "importers/importer.h"
#include "model/model.h"
#include "score/scorer.h"

namespace scoreway {

// An engine besides the native one. Thread-safe.
class Engine {
 public:
  virtual ~Engine() = default;
  // As Program::engine has it.
  virtual std::string_view name() const = 0;
  // Whether this engine might run an artifact that the importers refused for this reason.
  virtual bool MightRun(std::string_view artifact, const Error& refusal) const = 0;
  // The artifact as a Model with a Program for this engine; the error says why it will not do.
  virtual Result<Model> Adopt(const std::shared_ptr<const std::string>& artifact) const = 0;
  // For a model whose program is for this engine.
  virtual Result<std::shared_ptr<const Scorer>> MakeScorer(std::shared_ptr<const Model> model,
                                                           const ScorerOptions& options) const = 0;
};

// The engines of a process; the native one is always among them. Immutable, thread-safe.
class Engines {
 public:
  Engines() = default;
  explicit Engines(std::vector<std::unique_ptr<const Engine>> others) : others_(std::move(others)) {}

  // The artifact as a Model: of operators if an importer can express it, else for the first other engine that adopts
  // it. Errors are those of ImportModel, and behind them why the engines that might run it did not.
  Result<std::shared_ptr<const Model>> ReadModel(std::shared_ptr<const std::string> artifact,
                                                 const ImportOptions& options = {}) const;
  // UNSUPPORTED if the model is for an engine that this process does not have.
  Result<std::shared_ptr<const Scorer>> MakeScorer(std::shared_ptr<const Model> model,
                                                   const ScorerOptions& options = {}) const;

 private:
  std::vector<std::unique_ptr<const Engine>> others_;
};

// No engine but the native one.
const Engines& NativeEngines();

}  // namespace scoreway
