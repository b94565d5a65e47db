#include "importers/boosters/dump.h"

#include <algorithm>

namespace scoreway::boosters {
namespace {

// A tree of XGBoost as JSON, in a list, by itself, or as a text in a list; as text its trees have headings.
bool IsXgboost(std::string_view bytes) {
  constexpr size_t kBeginning = 200;
  const std::string_view beginning = bytes.substr(0, kBeginning);
  if (beginning.starts_with("booster[0]:\n") || beginning.starts_with("0:[")) return true;
  const bool is_json = beginning.starts_with('[') || beginning.starts_with('{');
  return is_json && beginning.find("nodeid") != std::string_view::npos;
}

bool IsLightgbm(std::string_view bytes) {
  return bytes.starts_with('{') && bytes.find("\"tree_info\"") != std::string_view::npos &&
         bytes.find("\"num_tree_per_iteration\"") != std::string_view::npos;
}

}  // namespace

std::string_view WhyNoDump(std::string_view bytes) {
  bytes.remove_prefix(std::min(bytes.find_first_not_of(" \t\r\n"), bytes.size()));
  if (IsXgboost(bytes)) {
    return "unsupported: this is a dump of XGBoost, which does not say the objective and where the scores begin\n"
           "what to do: save the model by Booster.save_model('model.json') and use that file";
  }
  if (IsLightgbm(bytes)) {
    return "unsupported: this is a dump of LightGBM, which is for people to read\n"
           "what to do: save the model by Booster.save_model('model.txt') and use that file";
  }
  return {};
}

}  // namespace scoreway::boosters
