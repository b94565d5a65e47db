// Dumps: what the boosters write for people to read, which is no saved model.
#pragma once

#include <string_view>

namespace scoreway::boosters {

// If the bytes are a dump of XGBoost (Booster.dump_model, get_dump) or of LightGBM (Booster.dump_model) the reason why
// they are not read and what to do instead; else empty.
std::string_view WhyNoDump(std::string_view bytes);

}  // namespace scoreway::boosters
