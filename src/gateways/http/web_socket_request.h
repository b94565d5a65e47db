// Requests that ask for their connection to become a WebSocket (RFC 6455).
#pragma once

#include "base/result.h"
#include "gateways/http/request.h"

namespace scoreway::http {

bool AsksForWebSocket(const Request& request);
// Whether such a request can be answered. kInvalidArgument: it lacks a header, or is of another version than 13;
// kPermissionDenied: a browser asks for a page of another host.
Status CheckWebSocketRequest(const Request& request);

}  // namespace scoreway::http
