// The files of console/, built into the binary.
#pragma once

#include <string_view>

namespace scoreway::http {

std::string_view ConsoleIndex();
std::string_view ConsoleStyle();
std::string_view ConsoleIcon();
std::string_view ConsoleScript();
std::string_view ConsoleApi();
std::string_view ConsoleChallenges();
std::string_view ConsoleCharts();
std::string_view ConsoleDocument();
std::string_view ConsoleDrift();
std::string_view ConsoleHistory();
std::string_view ConsoleModels();
std::string_view ConsoleOverview();
std::string_view ConsolePerformance();
std::string_view ConsoleWords();

}  // namespace scoreway::http
