// Status and Result: how every layer reports failure.
//
// An Error is a code, a fixed text with its values, and a place ("rows.csv: row 3, column 'age'"). The code decides the
// HTTP status and the exit status (service/error_mapping.h), so choose it for what the caller can do about it.
// Values are movable; a moved-from Status is ok. Thread-compatible.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/check.h"

namespace scoreway {

enum class Code : unsigned char {
  kOk = 0,
  kInvalidArgument,    // the caller's input is wrong: a bad value, column, flag or request
  kNotFound,           // a named thing (model, version, alias, file) does not exist
  kAlreadyExists,      // a thing that must be new exists
  kConflict,           // a compare-and-set lost: read again and retry
  kUnsupported,        // valid, but beyond what we read or do; names what and where
  kCorrupt,            // foreign bytes are damaged or not of the format they claim
  kResourceExhausted,  // a stated limit (size, depth, count, queue) or the disk is full
  kUnavailable,        // busy, locked or shutting down: retry later
  kDeadlineExceeded,   // the caller's time ran out; the work was not done
  kPermissionDenied,   // not allowed
  kInternal,           // a fault of ours
};

// "INVALID_ARGUMENT" and so on; stable, used on the wire.
std::string_view CodeName(Code code);

struct Error {
  Code code = Code::kInternal;
  std::string message;  // one sentence, lower case, no full stop at the end
  std::string place;    // where in the input; empty if the message says all
  // "place: message", or the message alone.
  std::string ToString() const;
};

class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Error error) : error_(std::make_unique<Error>(std::move(error))) {}  // NOLINT(google-explicit-constructor)
  Status(Code code, std::string message, std::string place = {})
      : Status(Error{code, std::move(message), std::move(place)}) {}

  bool ok() const { return error_ == nullptr; }
  Code code() const { return error_ ? error_->code : Code::kOk; }
  const Error& error() const& {
    SCOREWAY_CHECK(error_ != nullptr);
    return *error_;
  }
  Error error() && {
    SCOREWAY_CHECK(error_ != nullptr);
    return std::move(*error_);
  }
  // "OK" or the error's text.
  std::string ToString() const;

 private:
  std::unique_ptr<Error> error_;  // null when ok, so that the happy path is one pointer
};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)
  Result(Status status)                                                      // NOLINT(google-explicit-constructor)
      : state_(std::in_place_index<1>, std::move(status).error()) {}
  Result(Code code, std::string message, std::string place = {})
      : Result(Error{code, std::move(message), std::move(place)}) {}

  bool ok() const { return state_.index() == 0; }
  Code code() const { return ok() ? Code::kOk : error().code; }

  T& value() & {
    SCOREWAY_CHECK(ok());
    return *std::get_if<0>(&state_);
  }
  const T& value() const& {
    SCOREWAY_CHECK(ok());
    return *std::get_if<0>(&state_);
  }
  T&& value() && {
    SCOREWAY_CHECK(ok());
    return std::move(*std::get_if<0>(&state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const& {
    SCOREWAY_CHECK(!ok());
    return *std::get_if<1>(&state_);
  }
  Error error() && {
    SCOREWAY_CHECK(!ok());
    return std::move(*std::get_if<1>(&state_));
  }
  Status status() const& { return ok() ? Status() : Status(error()); }

 private:
  std::variant<T, Error> state_;
};

// Prefixes the place of an error: in "model.pkl", "steps[0]" becomes "model.pkl: steps[0]".
Error AtPlace(std::string_view place, Error error);

inline Error ToError(Status status) { return std::move(status).error(); }
template <typename T>
Error ToError(Result<T>&& result) {
  return std::move(result).error();
}

}  // namespace scoreway

#define SCOREWAY_CONCAT_INNER(a, b) a##b
#define SCOREWAY_CONCAT(a, b) SCOREWAY_CONCAT_INNER(a, b)

// Returns the error of a Status or Result expression to the caller.
#define SCOREWAY_RETURN_IF_ERROR(expression)                                  \
  do {                                                                        \
    if (auto status_of_expression = (expression); !status_of_expression.ok()) \
      return ::scoreway::ToError(std::move(status_of_expression));            \
  } while (false)

// SCOREWAY_ASSIGN_OR_RETURN(auto x, MakeX()): declares or assigns x, or returns the error to the caller.
#define SCOREWAY_ASSIGN_OR_RETURN(target, expression) \
  SCOREWAY_ASSIGN_OR_RETURN_INNER(SCOREWAY_CONCAT(result_, __LINE__), target, expression)
#define SCOREWAY_ASSIGN_OR_RETURN_INNER(result, target, expression) \
  auto result = (expression);                                       \
  if (!result.ok()) return ::scoreway::ToError(std::move(result));  \
  target = std::move(result).value()
