// Parameters of queries that are numbers, flags or lists, and the paging of lists: ?limit= and ?page_token=.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "data/codec/json_writer.h"
#include "gateways/http/request.h"
#include "registry/registry.h"

namespace scoreway::http {

// INVALID_ARGUMENT names a parameter that is not one.
Result<ListOptions> ReadListOptions(const Request& request);

// The value of a whole-number query parameter; `otherwise` if it is absent.
Result<int64_t> ReadNumber(const Request& request, std::string_view name, int64_t otherwise);
// true or 1, false or 0; absent is false.
Result<bool> ReadFlag(const Request& request, std::string_view name);

// Appends the names of ?outputs=a,b, for the forms that have no place for them in the body.
void ReadOutputsParameter(const Request& request, std::vector<std::string>* outputs);

// {"KEY":[...],"next_page_token":"..."}; the token is null at the end.
template <typename T>
void WriteList(std::string_view key, const ListPage<T>& page, std::string* out) {
  JsonWriter json(out);
  json.BeginObject();
  json.Key(key);
  json.BeginArray();
  for (const T& item : page.items) WriteJson(item, &json);
  json.EndArray();
  json.Key("next_page_token");
  page.next_page_token.empty() ? json.Null() : json.String(page.next_page_token);
  json.EndObject();
}

}  // namespace scoreway::http
