// BodyTaker: what takes a body that comes in pieces.
#pragma once

#include <string_view>

#include "base/result.h"
#include "gateways/http/exchange.h"

namespace scoreway::http {

class BodyTaker : public ExchangeState {
 public:
  // The next bytes of the body.
  virtual Status Take(std::string_view bytes) = 0;
  // Whether what Take said was the store's error, not one of the body.
  virtual bool is_store_fault() const = 0;
};

// Takes the next bytes; answers with the error if there is one. True if there is none.
bool TakePiece(BodyTaker& taker, std::string_view bytes, Response* response);

}  // namespace scoreway::http
