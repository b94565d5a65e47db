// Sha256: the digest that names an artifact, whole or piece by piece.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace scoreway {

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void Update(std::string_view bytes);
  // 64 lower-case hex digits of all bytes so far. Call once, last.
  std::string FinishHex();

  // Of one piece.
  static std::string Hex(std::string_view bytes);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// HMAC with SHA-256 (RFC 2104), as hex digits.
std::string HmacSha256Hex(std::string_view key, std::string_view bytes);

// 64 lower-case hex digits, as FinishHex gives.
bool IsSha256Hex(std::string_view text);

}  // namespace scoreway
