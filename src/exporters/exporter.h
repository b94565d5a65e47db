// Exporters: a Model to the bytes of a format that other tools read, so that nobody is locked in. An exporter only
// translates: it opens no file, and reports what the format cannot say by operator and origin, all of it at once.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/byte_sink.h"
#include "base/result.h"
#include "model/model.h"

namespace scoreway {

enum class ExportFormat : uint8_t { kScoreway = 0, kOnnx = 1, kPmml = 2 };

// "scoreway", "onnx", "pmml"; also the endings of their files.
std::string_view ExportFormatName(ExportFormat format);
std::optional<ExportFormat> ExportFormatFromName(std::string_view name);
std::vector<ExportFormat> ExportFormats();

// Writes the model. UNSUPPORTED, before the first byte, if the format cannot say it: every operator and origin that is
// the reason, one a line. RESOURCE_EXHAUSTED if it grows beyond what the format can hold. Thread-safe.
Status ExportModel(const Model& model, ExportFormat format, ByteSink* sink);

}  // namespace scoreway
