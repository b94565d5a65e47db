#include "learn/learner_settings.h"

#include <algorithm>

#include "base/number_text.h"
#include "learn/estimators.h"

namespace scoreway::learn {
namespace {

constexpr double kMost = 1e15;

constexpr LearnerSetting kKMeansSettings[] = {
    {"decay", 0, 1}, {"half_life", 0, kMost}, {"points", 0, 1}, {"weight", 0, kMost}};

constexpr LearnerSetting kAlsSettings[] = {{"reg", 1e-12, kMost}, {"implicit", 0, 1},    {"alpha", 0, kMost},
                                           {"nonnegative", 0, 1}, {"renew_users", 0, 1}, {"ratings_max", 0, kMost}};

std::string Listed(std::span<const LearnerSetting> settings) {
  std::string text;
  for (const LearnerSetting& setting : settings) text += (text.empty() ? "" : ", ") + std::string(setting.name);
  return text;
}

std::string TextOf(double number) {
  std::string text;
  AppendDouble(number, &text);
  return text;
}

}  // namespace

std::span<const LearnerSetting> SettingsOf(std::string_view kind) {
  if (kind == kSparkKMeans) return kKMeansSettings;
  if (kind == kStreamingKMeans)
    return std::span(kKMeansSettings).first(3);  // its weights are counted from the first row
  if (kind == kSparkAls) return kAlsSettings;
  return {};
}

Status ApplySettings(const std::map<std::string, double>& settings, LearnerState* state) {
  const std::span<const LearnerSetting> known = SettingsOf(state->kind);
  for (const auto& [name, value] : settings) {
    if (known.empty()) {
      return Status(Code::kInvalidArgument, state->kind + " goes on with the settings that it has",
                    "setting '" + name + "'");
    }
    const auto found =
        std::ranges::find_if(known, [&name = name](const LearnerSetting& setting) { return setting.name == name; });
    if (found == known.end()) {
      return Status(Code::kInvalidArgument, "no setting of " + state->kind + "; there are " + Listed(known),
                    "setting '" + name + "'");
    }
    if (!(value >= found->low && value <= found->high)) {
      return Status(Code::kInvalidArgument, "from " + TextOf(found->low) + " to " + TextOf(found->high),
                    "setting '" + name + "'");
    }
    if (name == "weight" && state->Has("weights")) {
      return Status(Code::kInvalidArgument, "its centres have weights of their own by now", "setting 'weight'");
    }
    state->Set(name, value);
  }
  return {};
}

}  // namespace scoreway::learn
