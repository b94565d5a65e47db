// Convert: a model written in another format, read back and compared with itself.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/byte_sink.h"
#include "base/result.h"
#include "exporters/exporter.h"
#include "service/parity.h"
#include "service/probe_rows.h"

namespace scoreway {

struct ConvertRequest {
  ExportFormat format = ExportFormat::kScoreway;
  bool check = true;
  std::optional<std::string> sample;  // CSV rows to compare over; none: rows made up for the model
  ProbeOptions probe;
  std::optional<double> tolerance;  // relative; none: 1e-9, or 1e-5 (to PMML 1e-4) if the model computes in float32
};

struct ConvertAnswer {
  uint64_t bytes = 0;
  std::optional<ParityReport> parity;
  std::string unchecked;  // why there is no parity report, if one was asked for
};

// Writes the model to the sink. UNSUPPORTED if the format cannot say it (exporters/exporter.h). What differs stands in
// the report; the caller decides what becomes of the bytes.
Result<ConvertAnswer> ConvertModel(std::shared_ptr<const Model> model, const ConvertRequest& request, ByteSink* sink);

}  // namespace scoreway
