// Whatever a mail server says: replies are taken off, or refused, and none grows.
#include <cstdint>
#include <string>

#include "base/check.h"
#include "gateways/smtp/smtp_reply.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  while (true) {
    const size_t before = bytes.size();
    scoreway::smtp::SmtpReply reply;
    const auto is_whole = scoreway::smtp::TakeReply(&bytes, &reply);
    if (!is_whole.ok() || !*is_whole) return 0;
    SCOREWAY_CHECK(bytes.size() < before);
    SCOREWAY_CHECK(reply.ToString().size() <= 500);
    (void)reply.Extension("AUTH");
  }
}
