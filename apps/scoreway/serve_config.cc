#include "serve_config.h"

#include <algorithm>
#include <cstdlib>
#include <set>

namespace scoreway {
namespace {

// That say what to do rather than how.
bool IsSetting(const std::string& name) {
  return name != "help" && name != "help-all" && name != "config" && name != "print-config";
}

std::string Variable(const std::string& name) {
  std::string variable = "SCOREWAY_" + name;
  for (char& c : variable) c = c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return variable;
}

// The variable's value, null if there is none. Kubernetes sets SCOREWAY_PORT to tcp://... in every pod beside a service
// of that name, which is no port of ours.
const char* FromEnvironment(const std::string& name) {
  const char* const value = std::getenv(Variable(name).c_str());
  if (value == nullptr || *value == '\0' || std::string_view(value).starts_with("tcp://")) return nullptr;
  return value;
}

bool IsGiven(const CLI::Option& option, const std::vector<std::string>& arguments) {
  const auto is_given = [&](const std::string& flag, bool is_short) {
    return std::ranges::any_of(arguments, [&](const std::string& argument) {
      return argument == flag || argument.starts_with(is_short ? flag : flag + "=");
    });
  };
  return std::ranges::any_of(option.get_lnames(),
                             [&](const std::string& name) { return is_given("--" + name, false); }) ||
         std::ranges::any_of(option.get_snames(), [&](const std::string& name) { return is_given("-" + name, true); });
}

// The value of --config on the command line, or of its environment variable; empty if there is neither.
std::string ConfigFile(const std::vector<std::string>& arguments) {
  constexpr std::string_view kFlag = "--config";
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == kFlag && i + 1 < arguments.size()) return arguments[i + 1];
    if (arguments[i].starts_with("--config=")) return arguments[i].substr(kFlag.size() + 1);
  }
  const char* const path = std::getenv("SCOREWAY_CONFIG");
  return path == nullptr ? "" : path;
}

// "--name=value" for each setting of the file.
std::vector<std::string> ArgumentsOfFile(const CLI::App& serve, const std::string& path,
                                         const std::set<std::string>& given) {
  std::vector<std::string> arguments;
  for (const CLI::ConfigItem& item : CLI::ConfigTOML().from_file(path)) {
    if (item.name == "++" || item.name == "--") continue;  // a section begins or ends
    const bool is_ours = item.parents.empty() || (item.parents.size() == 1 && item.parents.front() == "serve");
    const CLI::Option* const option = is_ours ? serve.get_option_no_throw("--" + item.name) : nullptr;
    if (option == nullptr || !IsSetting(item.name)) {
      throw CLI::ConfigError(path + ": '" + item.fullname() + "' is no setting of serve", CLI::ExitCodes::ConfigError);
    }
    if (given.contains(item.name)) continue;
    for (const std::string& value : item.inputs) arguments.push_back("--" + item.name + "=" + value);
  }
  return arguments;
}

// The library writes the default of a list as "[a,b]".
std::vector<std::string> DefaultsOf(const CLI::Option& option) {
  const std::string text = option.get_default_str();
  if (option.get_items_expected_max() <= 1 || !text.starts_with('[') || !text.ends_with(']')) return {text};
  return CLI::detail::split(text.substr(1, text.size() - 2), ',');
}

}  // namespace

std::vector<std::string> WithSettings(const CLI::App& serve, std::vector<std::string> arguments) {
  std::set<std::string> given;
  std::vector<std::string> settings;
  for (const CLI::Option* option : serve.get_options({})) {
    for (const std::string& name : option->get_lnames()) {
      if (!IsSetting(name)) continue;
      const char* const value = FromEnvironment(name);
      if (IsGiven(*option, arguments)) {
        given.insert(name);
      } else if (value != nullptr) {
        given.insert(name);
        settings.push_back("--" + name + "=" + value);
      }
    }
  }
  if (const std::string path = ConfigFile(arguments); !path.empty()) {
    const std::vector<std::string> of_file = ArgumentsOfFile(serve, path, given);
    settings.insert(settings.begin(), of_file.begin(), of_file.end());
  }
  arguments.insert(arguments.begin(), settings.begin(), settings.end());
  return arguments;
}

std::string SettingsText(const CLI::App& serve) {
  std::string text;
  for (const CLI::Option* option : serve.get_options({})) {
    if (option->get_lnames().empty() || !IsSetting(option->get_lnames().front())) continue;
    const std::string name = option->get_lnames().front();
    std::vector<std::string> values = option->results();
    if (values.empty() && option->get_expected_min() == 0) values = {"false"};
    if (values.empty() && !option->get_default_str().empty()) values = DefaultsOf(*option);
    const bool is_list = option->get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll && values.size() > 1;
    if (values.empty()) {
      text += "# " + name + " =\n";
      continue;
    }
    text += name + " = " + (is_list ? "[" : "");
    for (size_t i = 0; i < values.size(); ++i) {
      text += (i == 0 ? "" : ", ") + CLI::detail::convert_arg_for_ini(values[i]);
    }
    text += is_list ? "]\n" : "\n";
  }
  return text;
}

}  // namespace scoreway
