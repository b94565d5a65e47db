// Models and signatures of scoreway.h.

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <map>
#include <string>
#include <utility>

#include "bindings/c/guard.h"
#include "bindings/c/handles.h"
#include "files/model_file.h"
#include "importers/importer.h"
#include "model/saved_format.h"
#include "score/plan.h"

namespace scoreway::c_api {
namespace {

constexpr size_t kNoIndex = std::numeric_limits<size_t>::max();

// What of the caller's options is there; the rest, that an older header did not have, is as if unsaid.
sw_load_options KnownOptions(const sw_load_options* given) {
  sw_load_options options = {};
  if (given != nullptr) std::memcpy(&options, given, std::min(given->struct_size, sizeof options));
  return options;
}

ImportOptions ReadingOf(const sw_load_options& options) {
  ImportOptions reading;
  if (options.unpacked_bytes_max != 0) reading.unpacked_bytes_max = options.unpacked_bytes_max;
  if (options.feature_map != nullptr) reading.feature_map = options.feature_map;
  reading.recommend = options.recommend;
  return reading;
}

Status Load(std::shared_ptr<const std::string> artifact, const ImportOptions& reading, const sw_load_options& options,
            sw_model** model) {
  SCOREWAY_ASSIGN_OR_RETURN(std::shared_ptr<const Model> imported, ImportModel(std::move(artifact), reading));
  ScorerOptions wanted;
  for (size_t i = 0; options.outputs != nullptr && i < options.output_count; ++i) {
    if (options.outputs[i] == nullptr) return NullArgument();
    wanted.outputs.emplace_back(options.outputs[i]);
  }
  SCOREWAY_ASSIGN_OR_RETURN(std::shared_ptr<const Plan> plan, Plan::Make(std::move(imported), wanted));
  *model = new sw_model(std::move(plan));
  return {};
}

Status LoadPath(std::string path, const sw_load_options& options, sw_model** model) {
  if (path == "-") path = "./-";  // a file of that name: the standard input is the program's own
  SCOREWAY_ASSIGN_OR_RETURN(std::shared_ptr<const std::string> artifact, ReadModelFile(path));
  ImportOptions reading;
  SCOREWAY_ASSIGN_OR_RETURN(const auto beside, ImportOptionsOfFile(path, *artifact, 0));
  SCOREWAY_RETURN_IF_ERROR(SetImportOptions(beside, &reading));
  ImportOptions asked = ReadingOf(options);
  if (asked.feature_map.empty()) asked.feature_map = std::move(reading.feature_map);
  Status loaded = Load(std::move(artifact), asked, options, model);
  return loaded.ok() ? Status() : AtPlace(path, std::move(loaded).error());
}

const InputField* InputAt(const sw_model* model, size_t input) {
  if (model == nullptr || input >= model->model().signature().inputs.size()) return nullptr;
  return &model->model().signature().inputs[input];
}

const Field* OutputAt(const sw_model* model, size_t output) {
  if (model == nullptr || output >= model->plan->output_schema()->size()) return nullptr;
  return &model->plan->output_schema()->field(output);
}

}  // namespace
}  // namespace scoreway::c_api

using namespace scoreway::c_api;

sw_model::sw_model(std::shared_ptr<const scoreway::Plan> made) : plan(std::move(made)) {
  std::vector<bool> absent;
  for (const scoreway::InputField& input : model().signature().inputs) {
    absent.push_back(input.missing == scoreway::MissingRule::kModel);
  }
  may_be_absent = std::make_shared<const std::vector<bool>>(std::move(absent));
}

sw_code sw_model_load(const void* bytes, size_t size, const sw_load_options* options, sw_model** model,
                      sw_error** error) {
  return Guarded(error, [&]() -> scoreway::Status {
    if ((bytes == nullptr && size > 0) || model == nullptr) return NullArgument();
    const sw_load_options known = KnownOptions(options);
    return Load(std::make_shared<const std::string>(static_cast<const char*>(bytes), size), ReadingOf(known), known,
                model);
  });
}

sw_code sw_model_load_path(const char* path, const sw_load_options* options, sw_model** model, sw_error** error) {
  return Guarded(error, [&]() -> scoreway::Status {
    if (path == nullptr || model == nullptr) return NullArgument();
    return LoadPath(path, KnownOptions(options), model);
  });
}

void sw_model_free(sw_model* model) { delete model; }

sw_code sw_model_save(const sw_model* model, void** bytes, size_t* size, sw_error** error) {
  return Guarded(error, [&]() -> scoreway::Status {
    if (model == nullptr || bytes == nullptr || size == nullptr) return NullArgument();
    const std::string saved = scoreway::SaveModel(model->model());
    void* copy = std::malloc(saved.size());
    if (copy == nullptr) throw std::bad_alloc();
    std::memcpy(copy, saved.data(), saved.size());
    *bytes = copy;
    *size = saved.size();
    return {};
  });
}

void sw_bytes_free(void* bytes) { std::free(bytes); }

const char* sw_type_name(sw_type type) {
  if (type < 0 || type > SW_LIST) return "unknown";
  return scoreway::TypeName(static_cast<scoreway::Type>(type)).data();  // a literal
}

size_t sw_model_input_count(const sw_model* model) {
  return model == nullptr ? 0 : model->model().signature().inputs.size();
}
const char* sw_model_input_name(const sw_model* model, size_t input) {
  const scoreway::InputField* field = InputAt(model, input);
  return field == nullptr ? nullptr : field->name.c_str();
}
sw_type sw_model_input_type(const sw_model* model, size_t input) {
  const scoreway::InputField* field = InputAt(model, input);
  return field == nullptr ? 0 : static_cast<sw_type>(field->type);
}
int sw_model_input_may_be_missing(const sw_model* model, size_t input) {
  const scoreway::InputField* field = InputAt(model, input);
  return field != nullptr && field->missing == scoreway::MissingRule::kModel ? 1 : 0;
}
int sw_model_input_used(const sw_model* model, size_t input) {
  const scoreway::InputField* field = InputAt(model, input);
  return field != nullptr && field->used ? 1 : 0;
}
size_t sw_model_input_category_count(const sw_model* model, size_t input) {
  const scoreway::InputField* field = InputAt(model, input);
  return field == nullptr ? 0 : field->categories.size();
}
const char* sw_model_input_category(const sw_model* model, size_t input, size_t category) {
  const scoreway::InputField* field = InputAt(model, input);
  return field == nullptr || category >= field->categories.size() ? nullptr : field->categories[category].c_str();
}
size_t sw_model_find_input(const sw_model* model, const char* name) {
  if (model == nullptr || name == nullptr) return kNoIndex;
  return model->plan->input_schema()->Find(name).value_or(kNoIndex);
}
int sw_model_inputs_named(const sw_model* model) {
  return model != nullptr && model->model().signature().inputs_named ? 1 : 0;
}

size_t sw_model_output_count(const sw_model* model) {
  return model == nullptr ? 0 : model->plan->output_schema()->size();
}
const char* sw_model_output_name(const sw_model* model, size_t output) {
  const scoreway::Field* field = OutputAt(model, output);
  return field == nullptr ? nullptr : field->name.c_str();
}
sw_type sw_model_output_type(const sw_model* model, size_t output) {
  const scoreway::Field* field = OutputAt(model, output);
  return field == nullptr ? 0 : static_cast<sw_type>(field->type);
}
size_t sw_model_find_output(const sw_model* model, const char* name) {
  if (model == nullptr || name == nullptr) return kNoIndex;
  return model->plan->output_schema()->Find(name).value_or(kNoIndex);
}

const char* sw_model_format(const sw_model* model) {
  return model == nullptr ? nullptr : model->model().provenance().format.c_str();
}
const char* sw_model_library(const sw_model* model) {
  return model == nullptr ? nullptr : model->model().provenance().library.c_str();
}
const char* sw_model_library_version(const sw_model* model) {
  return model == nullptr ? nullptr : model->model().provenance().library_version.c_str();
}
const char* sw_model_estimator(const sw_model* model) {
  return model == nullptr ? nullptr : model->model().provenance().estimator.c_str();
}
size_t sw_model_bytes(const sw_model* model) { return model == nullptr ? 0 : model->model().ByteSize(); }
