// PushLabels: what turned out to be true of predictions of a model.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "record/label_store.h"
#include "service/service.h"

namespace scoreway {

// kNotFound if there is no such model; else as LabelStore::Push. `who` is kept with each label.
Result<LabelPushCounts> PushLabels(const Service& service, std::string_view model, std::vector<Label> labels,
                                   const std::string& who);

}  // namespace scoreway
