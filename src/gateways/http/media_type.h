// Media types of bodies: which form rows come in and which form answers are wanted in.
#pragma once

#include <optional>
#include <string_view>

#include "data/codec/row_form.h"

namespace scoreway::http {

// What a Content-Type says; nothing if it is none that we read. No Content-Type is JSON, and so is the one that curl -d
// sends when it is told nothing: the body decides whether it really is.
std::optional<RowForm> FormOfContentType(std::optional<std::string_view> content_type);

// What an Accept asks for, `otherwise` if it does not care; nothing if it wants none that we write. The first form
// named wins; weights only exclude (q=0).
std::optional<RowForm> FormOfAccept(std::optional<std::string_view> accept, RowForm otherwise);

// "application/json", "text/csv; charset=utf-8", "application/jsonl",
// "application/vnd.apache.arrow.stream".
std::string_view ContentType(RowForm form);

}  // namespace scoreway::http
