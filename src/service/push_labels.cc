#include "service/push_labels.h"

namespace scoreway {

Result<LabelPushCounts> PushLabels(const Service& service, std::string_view model, std::vector<Label> labels,
                                   const std::string& who) {
  SCOREWAY_RETURN_IF_ERROR(CheckModelName(model));
  // A name that is mistyped would take labels that nobody ever finds.
  if (auto found = service.registry->GetModel(model); !found.ok()) return std::move(found).error();
  for (Label& label : labels) label.who = who;
  return service.records->labels.Push(model, std::move(labels));
}

}  // namespace scoreway
