// Settings of serve from a file and from the environment, as if they stood on the command line.
//
// Each option --some-name may also be the environment variable SCOREWAY_SOME_NAME, or `some-name = value` in the file
// that
// --config or SCOREWAY_CONFIG names (TOML's key = value lines, or INI; in no section or in [serve]). What stands on the
// command line wins, then the environment, then the file.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace scoreway {

// The arguments behind "serve" with those of the environment and the file in front. Throws CLI::ParseError if the file
// cannot be read, or has what is no setting of serve.
std::vector<std::string> WithSettings(const CLI::App& serve, std::vector<std::string> arguments);

// All settings as they are after the parse, in the file's form.
std::string SettingsText(const CLI::App& serve);

}  // namespace scoreway
