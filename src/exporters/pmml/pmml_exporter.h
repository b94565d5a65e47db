// A Model as a PMML 4.4 document.
#pragma once

#include "base/byte_sink.h"
#include "base/result.h"
#include "model/model.h"

namespace scoreway {

// As ExportModel (exporters/exporter.h).
Status ExportPmml(const Model& model, ByteSink* sink);

}  // namespace scoreway
