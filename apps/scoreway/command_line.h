// The command line: subcommands, options, help texts.
#pragma once

#include <string>
#include <variant>

#include "options.h"

namespace scoreway {

// Parsing ended the program's work: help or version was printed, or the usage was wrong and a message went to stderr.
struct Done {
  int exit_status = 0;
};

std::variant<CommandOptions, Done> ParseCommandLine(int argc, const char* const* argv);

// A completion script for bash, zsh or fish, made from the same description as the help.
std::string CompletionScript(const std::string& shell);

}  // namespace scoreway
