#include "gateways/http/response.h"

#include "data/codec/json_writer.h"

namespace scoreway::http {
namespace {

constexpr size_t kKeptBytes = size_t{1} << 20;

}  // namespace

void Response::AddHeader(std::string_view name, std::string_view value) {
  headers.append(name).append(": ");
  for (const char c : value) headers += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  headers.append("\r\n");
}

void Response::Clear() {
  status = 200;
  content_type = "application/json";
  body.clear();
  if (body.capacity() > kKeptBytes) body.shrink_to_fit();
  shared_owner.reset();
  shared_body = {};
  source.reset();
  source_pool = nullptr;
  source_bytes = 0;
  live.reset();
  is_web_socket = false;
  headers.clear();
  close = false;
}

std::string_view ReasonPhrase(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 304: return "Not Modified";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    case 507: return "Insufficient Storage";
    default: return "";
  }
}

void WriteProblem(int status, std::string_view code, std::string_view detail, std::string_view place,
                  Response* response) {
  response->status = status;
  response->content_type = "application/problem+json";
  response->shared_owner.reset();
  response->body.clear();
  JsonWriter json(&response->body);
  json.BeginObject();
  json.StringField("type", "about:blank");
  json.StringField("title", ReasonPhrase(status));
  json.IntField("status", status);
  json.StringField("detail", detail);
  if (!place.empty()) json.StringField("place", place);
  json.StringField("code", code);
  json.EndObject();
}

}  // namespace scoreway::http
