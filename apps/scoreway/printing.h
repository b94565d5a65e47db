// What the commands print their answers with.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "data/codec/json_writer.h"
#include "registry/registry.h"

namespace scoreway {

// To standard output.
void Print(const std::string& text);
// One object of these members, and a line end.
void PrintJson(const std::function<void(JsonWriter&)>& members);
// One object that WriteJson knows.
template <typename T>
void PrintAsJson(const T& value) {
  std::string text;
  JsonWriter json(&text);
  WriteJson(value, &json);
  Print(text + "\n");
}

// With commas between.
std::string Joined(const std::vector<std::string>& words);
// Four digits of the number; `none` for NaN.
std::string NumberText(double number, const char* none = "nan");
// "auc=0.93, loss=0.2".
std::string MetricsText(const std::map<std::string, double>& metrics);

// All pages of a listing.
template <typename T, typename NextPage>
Result<std::vector<T>> All(NextPage next_page) {
  std::vector<T> items;
  ListOptions options{.count_max = 1000, .page_token = {}};
  do {
    SCOREWAY_ASSIGN_OR_RETURN(ListPage<T> page, next_page(options));
    for (T& item : page.items) items.push_back(std::move(item));
    options.page_token = std::move(page.next_page_token);
  } while (!options.page_token.empty());
  return items;
}

}  // namespace scoreway
