// /ui/: the console, web pages over this interface alone. The pages hold no data, so that they are open to all; what
// they show they ask for like everybody else, with a key where keys are asked for.
#include <algorithm>
#include <iterator>

#include "gateways/http/console_files.h"
#include "gateways/http/gateway.h"
#include "gateways/http/handlers.h"

namespace scoreway::http {
namespace {

constexpr std::string_view kHtml = "text/html; charset=utf-8";
constexpr std::string_view kCss = "text/css; charset=utf-8";
constexpr std::string_view kScript = "text/javascript; charset=utf-8";
constexpr std::string_view kSvg = "image/svg+xml";

// Nothing but what comes from here, and no place in another's page.
constexpr std::string_view kContentPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'";

struct ConsoleFile {
  std::string_view name;
  std::string_view content_type;
  std::string_view (*text)();
};

constexpr ConsoleFile kFiles[] = {
    {"console.css", kCss, ConsoleStyle},           {"icon.svg", kSvg, ConsoleIcon},
    {"console.js", kScript, ConsoleScript},        {"api.js", kScript, ConsoleApi},
    {"challenges.js", kScript, ConsoleChallenges}, {"charts.js", kScript, ConsoleCharts},
    {"document.js", kScript, ConsoleDocument},     {"drift.js", kScript, ConsoleDrift},
    {"history.js", kScript, ConsoleHistory},       {"models.js", kScript, ConsoleModels},
    {"overview.js", kScript, ConsoleOverview},     {"performance.js", kScript, ConsolePerformance},
    {"words.js", kScript, ConsoleWords},
};

void AnswerFile(std::string_view content_type, std::string_view text, Response* response) {
  response->content_type = content_type;
  response->body = text;
  response->AddHeader("Content-Security-Policy", kContentPolicy);
  response->AddHeader("X-Content-Type-Options", "nosniff");
  response->AddHeader("Referrer-Policy", "no-referrer");
  response->AddHeader("Cache-Control", "no-cache");
}

}  // namespace

void HandleConsole(Gateway&, Call& call) { AnswerFile(kHtml, ConsoleIndex(), &call.response()); }

void HandleConsoleFile(Gateway&, Call& call) {
  const auto* const found = std::ranges::find(kFiles, call.parameters[0], &ConsoleFile::name);
  if (found != std::end(kFiles)) return AnswerFile(found->content_type, found->text(), &call.response());
  WriteProblem(404, "NOT_FOUND", "the console has no such file", "path '" + std::string(call.request().path()) + "'",
               &call.response());
}

void HandleConsoleRedirect(Gateway&, Call& call) {
  call.response().status = 308;
  call.response().content_type = {};
  call.response().AddHeader("Location", "ui/");
}

}  // namespace scoreway::http
