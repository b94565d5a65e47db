// TlsOptions: what a door that speaks TLS is told: PEM files.
#pragma once

#include <string>

namespace scoreway {

struct TlsOptions {
  std::string certificate_file;  // with the chain behind it; empty: no TLS
  std::string key_file;
  std::string client_authority_file;  // clients must have a certificate of these authorities; empty: need none
};

}  // namespace scoreway
