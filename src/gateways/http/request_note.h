// RequestNote of a request over HTTP: what the prediction log keeps of it besides its rows.
#pragma once

#include <cstddef>
#include <string_view>

#include "gateways/http/gateway.h"
#include "service/predict.h"

namespace scoreway::http {

// With the keys of the header X-Scoreway-Key, or the request's `id` (row_keys.h). Views into the exchange; empty where
// nothing is logged.
RequestNote NoteOf(const Gateway& gateway, const Exchange& exchange, std::string_view id, size_t rows);

}  // namespace scoreway::http
