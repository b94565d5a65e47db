#include "exporters/exporter.h"

#include "exporters/onnx/onnx_exporter.h"
#include "exporters/pmml/pmml_exporter.h"
#include "model/saved_format.h"

namespace scoreway {

std::string_view ExportFormatName(ExportFormat format) {
  switch (format) {
    case ExportFormat::kScoreway: return "scoreway";
    case ExportFormat::kOnnx: return "onnx";
    case ExportFormat::kPmml: return "pmml";
  }
  return "unknown";
}

std::vector<ExportFormat> ExportFormats() {
  return {ExportFormat::kScoreway, ExportFormat::kOnnx, ExportFormat::kPmml};
}

std::optional<ExportFormat> ExportFormatFromName(std::string_view name) {
  for (const ExportFormat format : ExportFormats()) {
    if (ExportFormatName(format) == name) return format;
  }
  return std::nullopt;
}

Status ExportModel(const Model& model, ExportFormat format, ByteSink* sink) {
  if (model.program()) {
    return Status(Code::kUnsupported,
                  "a model of the engine '" + std::string(model.engine()) + "' has no operators to write");
  }
  switch (format) {
    case ExportFormat::kScoreway: return sink->Write(SaveModel(model));
    case ExportFormat::kOnnx: return ExportOnnx(model, sink);
    case ExportFormat::kPmml: return ExportPmml(model, sink);
  }
  return Status(Code::kInternal, "an export format that is not known");
}

}  // namespace scoreway
