#include "base/sha256.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>

#include "base/check.h"
#include "base/hex_text.h"

namespace scoreway {
namespace {

std::string ToHex(const unsigned char (&digest)[32]) {
  std::string hex;
  AppendHex({reinterpret_cast<const char*>(digest), sizeof(digest)}, &hex);
  return hex;
}

}  // namespace

struct Sha256::State {
  State() : context(EVP_MD_CTX_new()) {
    SCOREWAY_CHECK(context != nullptr);
    SCOREWAY_CHECK(EVP_DigestInit_ex(context, EVP_sha256(), nullptr) == 1);
  }
  ~State() { EVP_MD_CTX_free(context); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  EVP_MD_CTX* context;
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::Update(std::string_view bytes) {
  SCOREWAY_CHECK(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) == 1);
}

std::string Sha256::FinishHex() {
  unsigned char digest[32];
  unsigned size = 0;
  SCOREWAY_CHECK(EVP_DigestFinal_ex(state_->context, digest, &size) == 1 && size == sizeof(digest));
  return ToHex(digest);
}

std::string Sha256::Hex(std::string_view bytes) {
  Sha256 sha;
  sha.Update(bytes);
  return sha.FinishHex();
}

std::string HmacSha256Hex(std::string_view key, std::string_view bytes) {
  unsigned char digest[32];
  unsigned size = 0;
  const auto* const data = reinterpret_cast<const unsigned char*>(bytes.data());
  SCOREWAY_CHECK(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), data, bytes.size(), digest, &size) !=
                     nullptr &&
                 size == sizeof(digest));
  return ToHex(digest);
}

bool IsSha256Hex(std::string_view text) {
  return text.size() == 64 &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace scoreway
