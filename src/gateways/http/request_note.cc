#include "gateways/http/request_note.h"

#include "service/row_keys.h"

namespace scoreway::http {

RequestNote NoteOf(const Gateway& gateway, const Exchange& exchange, std::string_view id, size_t rows) {
  RequestNote note;
  const Records* const records = gateway.service().records;
  if (records == nullptr || records->log == nullptr) return note;
  note.alias = exchange.alias;
  note.caller = exchange.caller;
  note.trace_id = exchange.trace.trace_id;
  note.keys = KeysOfRows(exchange.request().Header("x-scoreway-key"), id, rows);
  return note;
}

}  // namespace scoreway::http
