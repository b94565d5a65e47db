#include "exporters/pmml/pmml_exporter.h"

#include "exporters/refusals.h"

namespace scoreway {

Status ExportPmml(const Model& model, ByteSink*) {
  Refusals refusals;
  for (const Operator& op : model.operators()) refusals.Add(op, "not yet");
  return refusals.ToStatus("PMML");
}

}  // namespace scoreway
