#include "printing.h"

#include <cmath>
#include <cstdio>

namespace scoreway {

void Print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void PrintJson(const std::function<void(JsonWriter&)>& members) {
  std::string text;
  JsonWriter json(&text);
  json.BeginObject();
  members(json);
  json.EndObject();
  Print(text + "\n");
}

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string NumberText(double number, const char* none) {
  if (std::isnan(number)) return none;
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", number);
  return text;
}

std::string MetricsText(const std::map<std::string, double>& metrics) {
  std::vector<std::string> texts;
  for (const auto& [name, value] : metrics) {
    char number[32];
    std::snprintf(number, sizeof number, "%.6g", value);
    texts.push_back(name + "=" + number);
  }
  return Joined(texts);
}

}  // namespace scoreway
