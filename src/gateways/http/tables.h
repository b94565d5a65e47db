// Tables in bodies and answers: CSV, JSON lines or an Arrow stream.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "gateways/http/exchange.h"
#include "gateways/http/media_type.h"
#include "service/predict.h"

namespace scoreway::http {

// Appends the rows to the batch of `rows`, as many as a JSON body may have; RESOURCE_EXHAUSTED beyond.
// INVALID_ARGUMENT: the body is no such table, or does not fit the model.
Status ReadTable(RowForm form, std::string_view body, const Predictor::Rows& rows);

// Appends these columns of the batch, all if there are none, as a table of that form.
Status WriteTable(RowForm form, const Batch& batch, std::span<const size_t> columns, std::string* out);

// 406: answers are wanted in none of the forms that are written.
void WriteNotAcceptable(Exchange& exchange);

// 415: rows come in none of the forms that are read.
void WriteUnknownContentType(Exchange& exchange);

}  // namespace scoreway::http
