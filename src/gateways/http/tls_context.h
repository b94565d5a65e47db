// TlsContext: the server's certificate and what it asks of clients, loaded once.
#pragma once

#include <memory>

#include "base/result.h"
#include "gateways/http/http_options.h"

namespace scoreway::http {

class TlsContext {
 public:
  // INVALID_ARGUMENT names the file that cannot be read, is no PEM, or does not belong to the other.
  static Result<std::shared_ptr<TlsContext>> Load(const TlsOptions& options);
  ~TlsContext();

  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  explicit TlsContext(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace scoreway::http
