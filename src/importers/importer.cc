#include "importers/importer.h"

#include <algorithm>

#include "base/number_text.h"
#include "importers/boosters/classes.h"
#include "importers/boosters/dump.h"
#include "importers/boosters/lightgbm_lowering.h"
#include "importers/boosters/xgboost_importer.h"
#include "importers/onnx/onnx_importer.h"
#include "importers/pickle/joblib.h"
#include "importers/pickle/parser.h"
#include "importers/pickle/refuse.h"
#include "importers/pmml/pmml_importer.h"
#include "importers/sklearn/sklearn_importer.h"
#include "importers/sklearn2pmml/classes.h"
#include "importers/spark/spark_importer.h"
#include "model/saved_format.h"

namespace scoreway {
namespace {

using Bytes = std::shared_ptr<const std::string>;

struct Importer {
  // Names of the formats this importer tells apart.
  std::vector<std::string_view> formats;
  // Whether the bytes are for this importer; by their beginning.
  bool (*recognises)(std::string_view bytes);
  Result<Model> (*import)(const Bytes& artifact, const ImportOptions& options);
};

bool IsJoblib(const pickle::Document& document, std::string_view artifact) {
  if (artifact.data() != document.bytes().data()) return true;  // compressed
  const auto& globals = document.globals();
  return std::any_of(globals.begin(), globals.end(),
                     [](const pickle::Global* global) { return global->module == "joblib.numpy_pickle"; });
}

Result<Model> ImportPickle(const Bytes& artifact, const ImportOptions& options) {
  pickle::Limits limits;
  limits.memory_bytes = std::min<uint64_t>(limits.memory_bytes, options.unpacked_bytes_max);
  SCOREWAY_ASSIGN_OR_RETURN(const pickle::Document document, pickle::ParseSaved(std::string_view(*artifact), limits));
  SCOREWAY_RETURN_IF_ERROR(pickle::RefuseForbiddenGlobals(document));
  const std::string_view format = IsJoblib(document, *artifact) ? "sklearn-joblib" : "sklearn-pickle";
  return sklearn::ImportObject(
      document, {sklearn::SklearnClasses(), sklearn2pmml::Sklearn2pmmlClasses(), boosters::BoosterClasses()}, format);
}

Result<Model> ImportPmml(const Bytes& artifact, const ImportOptions&) { return pmml::ImportPmml(*artifact); }

Result<Model> ImportSaved(const Bytes& artifact, const ImportOptions&) { return LoadModel(*artifact); }

Result<Model> ImportSpark(const Bytes& artifact, const ImportOptions& options) {
  return spark::ImportSaved(*artifact, {options.unpacked_bytes_max, options.recommend});
}

Result<Model> ImportOnnx(const Bytes& artifact, const ImportOptions&) { return onnx::ImportModel(*artifact); }

Result<Model> ImportXgboost(const Bytes& artifact, const ImportOptions& options) {
  return boosters::ImportXgboost(*artifact, options.feature_map);
}

Result<Model> ImportLightgbm(const Bytes& artifact, const ImportOptions&) {
  return boosters::ImportLightgbm(*artifact);
}

const std::vector<Importer>& Importers() {
  static const std::vector<Importer> importers = {
      {{"scoreway"}, LooksLikeSavedModel, ImportSaved},
      {{"xgboost-json", "xgboost-ubj", "xgboost-legacy"}, boosters::LooksLikeXgboost, ImportXgboost},
      {{"lightgbm"}, boosters::LooksLikeLightgbm, ImportLightgbm},
      {{"onnx"}, onnx::LooksLikeModel, ImportOnnx},
      {{"spark"}, spark::LooksLikeSaved, ImportSpark},
      {{"sklearn-pickle", "sklearn-joblib"}, pickle::LooksLikeSaved, ImportPickle},
      {{"pmml"}, pmml::LooksLikePmml, ImportPmml},
  };
  return importers;
}

}  // namespace

Status SetImportOptions(const std::map<std::string, std::string>& texts, ImportOptions* options) {
  for (const auto& [name, text] : texts) {
    if (name == "feature_map") {
      options->feature_map = text;
    } else if (name == "recommend") {
      int64_t count = 0;
      if (ParseInt64(text, &count) != NumberParse::kOk || count < 1 || count > spark::kRecommendMax) {
        return Status(Code::kInvalidArgument,
                      "'" + text + "' is no number of items from 1 to " + std::to_string(spark::kRecommendMax),
                      "import option 'recommend'");
      }
      options->recommend = static_cast<uint32_t>(count);
    } else {
      return Status(Code::kInvalidArgument, "unknown; known are feature_map and recommend",
                    "import option '" + name + "'");
    }
  }
  return {};
}

Result<std::shared_ptr<const Model>> ImportModel(std::shared_ptr<const std::string> artifact,
                                                 const ImportOptions& options) {
  for (const Importer& importer : Importers()) {
    if (!importer.recognises(*artifact)) continue;
    if (options.recommend != 0 && importer.import != ImportSpark) return spark::NoRecommender();
    SCOREWAY_ASSIGN_OR_RETURN(Model model, importer.import(artifact, options));
    return std::make_shared<const Model>(std::move(model));
  }
  const std::string_view no_dump = boosters::WhyNoDump(*artifact);
  if (!no_dump.empty()) return Error{Code::kUnsupported, std::string(no_dump), {}};
  std::string known;
  for (std::string_view format : KnownFormats()) known += (known.empty() ? "" : ", ") + std::string(format);
  return Error{Code::kInvalidArgument, "the bytes are of no format that is known (" + known + ")", {}};
}

std::string_view RecognisedFormat(std::string_view bytes) {
  // An archive or a compressed file may be anything.
  constexpr std::string_view kSparkMetadata = "metadata/part-";
  if (LooksLikeSavedModel(bytes)) return "scoreway";
  if (boosters::LooksLikeXgboost(bytes)) return "xgboost";
  if (boosters::LooksLikeLightgbm(bytes)) return "lightgbm";
  if (onnx::LooksLikeModel(bytes)) return "onnx";
  if (spark::LooksLikeSaved(bytes)) return bytes.find(kSparkMetadata) != std::string_view::npos ? "spark" : "";
  if (pickle::LooksLikePickle(bytes)) return "pickle";
  if (pmml::LooksLikePmml(bytes)) return "pmml";
  return {};
}

std::vector<std::string_view> KnownFormats() {
  std::vector<std::string_view> names;
  for (const Importer& importer : Importers()) {
    names.insert(names.end(), importer.formats.begin(), importer.formats.end());
  }
  return names;
}

}  // namespace scoreway
