#include "store/cassandra/cql_session.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "store/cassandra/cql_value.h"

namespace scoreway::cassandra {
namespace {

constexpr std::chrono::milliseconds kPauseFirst{50};
constexpr std::chrono::milliseconds kPauseMax{1000};
// Too few nodes is an answer that seldom changes soon: a node that just came back is all that is waited for.
constexpr int kUnavailableTriesMax = 3;

std::string_view View(const BridgeCell& cell) {
  return {reinterpret_cast<const char*>(cell.data), static_cast<size_t>(cell.size)};
}

std::optional<std::string_view> ViewUnlessNull(const BridgeCell& cell) {
  if (cell.size < 0) return std::nullopt;
  return View(cell);
}

Code ToCode(BridgeErrorKind kind) {
  switch (kind) {
    case kBridgeMissing: return Code::kNotFound;
    case kBridgeUnavailable: return Code::kUnavailable;
    case kBridgeUncertain: return Code::kDeadlineExceeded;
    case kBridgeTooLarge: return Code::kResourceExhausted;
    case kBridgeBadCredentials:
    case kBridgeForbidden: return Code::kPermissionDenied;
    default: return Code::kInternal;
  }
}

Error TakeError(BridgeError* error) {
  Error taken{ToCode(bridge_error_kind(error)), std::string(View(bridge_error_message(error))), "Cassandra"};
  bridge_error_free(error);
  return taken;
}

const char* OrNull(const std::string& text) { return text.empty() ? nullptr : text.c_str(); }

uint32_t MillisUntil(SteadyClock::time_point deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - SteadyClock::now()).count();
  return static_cast<uint32_t>(std::clamp<int64_t>(left, 1, UINT32_MAX));
}

}  // namespace

CqlCall& CqlCall::View(std::string_view bytes) {
  // An empty view may have no address, but its cell is not null.
  static constexpr uint8_t kNothing = 0;
  const auto* data = bytes.empty() ? &kNothing : reinterpret_cast<const uint8_t*>(bytes.data());
  cells_.push_back({data, static_cast<int64_t>(bytes.size())});
  return *this;
}

CqlCall& CqlCall::Bytes(std::string bytes) { return View(owned_.emplace_back(std::move(bytes))); }
CqlCall& CqlCall::Bigint(int64_t value) { return Bytes(EncodeBigint(value)); }
CqlCall& CqlCall::Int(int32_t value) { return Bytes(EncodeInt(value)); }
CqlCall& CqlCall::Boolean(bool value) { return Bytes(EncodeBoolean(value)); }
CqlCall& CqlCall::Null() {
  cells_.push_back({nullptr, -1});
  return *this;
}

std::optional<std::string_view> CqlRows::Cell(size_t row, std::string_view column) const {
  const size_t count = bridge_column_count(rows_.get());
  for (size_t index = 0; index < count; ++index) {
    if (cassandra::View(bridge_column_name(rows_.get(), index)) != column) continue;
    return CellAt(row, index);
  }
  return std::nullopt;
}

std::optional<std::string_view> CqlRows::CellAt(size_t row, size_t column) const {
  return ViewUnlessNull(bridge_cell(rows_.get(), row, column));
}

std::optional<std::string_view> CqlRows::paging_state() const {
  return ViewUnlessNull(bridge_paging_state(rows_.get()));
}

bool CqlRows::is_applied() const { return size() > 0 && DecodeBoolean(Cell(0, "[applied]").value_or("")); }

CqlAnswer::CqlAnswer(CqlAnswer&& other) noexcept
    : request_(std::exchange(other.request_, nullptr)), error_(std::move(other.error_)) {}

CqlAnswer::~CqlAnswer() {
  if (request_ != nullptr) (void)Wait();
}

Result<CqlRows> CqlAnswer::Wait() {
  if (request_ == nullptr) return error_;
  BridgeError* error = nullptr;
  BridgeRows* rows = bridge_wait(std::exchange(request_, nullptr), &error);
  if (rows == nullptr) return TakeError(error);
  return CqlRows(rows);
}

Result<std::unique_ptr<CqlSession>> CqlSession::Connect(const CassandraOptions& options, const std::string& keyspace) {
  std::string points;
  for (const std::string& point : options.contact_points) points += (points.empty() ? "" : ",") + point;
  SCOREWAY_ASSIGN_OR_RETURN(const uint16_t consistency, ConsistencyCode(options.consistency));
  SCOREWAY_ASSIGN_OR_RETURN(const uint16_t serial_consistency, ConsistencyCode(options.serial_consistency));
  const BridgeOptions bridge_options{
      .contact_points = points.c_str(),
      .keyspace = OrNull(keyspace),
      .data_centre = OrNull(options.data_centre),
      .user = OrNull(options.user),
      .password = OrNull(options.password),
      .tls_authority = OrNull(options.tls_authority),
      .tls_certificate = OrNull(options.tls_certificate),
      .tls_key = OrNull(options.tls_key),
      .is_tls = options.is_tls ? 1 : 0,
      .consistency = consistency,
      .serial_consistency = serial_consistency,
      .connect_ms = options.connect_ms,
      .speculative_ms = options.speculative_ms,
      .connections = options.connections,
  };
  BridgeError* error = nullptr;
  BridgeSession* session = bridge_connect(&bridge_options, &error);
  if (session == nullptr) return AtPlace(CassandraPlace(options), TakeError(error));
  return std::unique_ptr<CqlSession>(new CqlSession(session, std::chrono::milliseconds(options.timeout_ms)));
}

Result<const BridgeStatement*> CqlSession::Prepare(const std::string& cql) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = statements_.find(cql);
    if (found != statements_.end()) return found->second.get();
  }
  // Not under the lock, so that others go on; should two prepare the same, one is dropped.
  BridgeError* error = nullptr;
  Statement statement(bridge_prepare(session_.get(), cql.data(), cql.size(), &error));
  if (statement == nullptr) return TakeError(error);
  const std::lock_guard lock(mutex_);
  return statements_.try_emplace(cql, std::move(statement)).first->second.get();
}

CqlAnswer CqlSession::Send(const CqlRequest& request, SteadyClock::time_point deadline) {
  std::vector<BridgeCall> calls;
  for (const CqlCall& call : request.calls) {
    auto statement = Prepare(call.cql_);
    if (!statement.ok()) return CqlAnswer(std::move(statement).error());
    calls.push_back({*statement, call.cells_.data(), call.cells_.size()});
  }
  BridgeError* error = nullptr;
  const auto* const state = reinterpret_cast<const uint8_t*>(request.paging_state.data());
  BridgeRequest* sent =
      request.page_rows > 0
          ? bridge_send_page(session_.get(), calls.data(), request.page_rows, state, request.paging_state.size(),
                             MillisUntil(deadline), &error)
          : bridge_send(session_.get(), request.is_batch ? kBridgeBatch : kBridgeSingle, calls.data(), calls.size(),
                        request.is_repeatable ? 1 : 0, request.consistency, MillisUntil(deadline), &error);
  return sent == nullptr ? CqlAnswer(TakeError(error)) : CqlAnswer(sent);
}

Result<CqlRows> CqlSession::Run(const CqlRequest& request, SteadyClock::time_point deadline) {
  auto pause = kPauseFirst;
  int unavailable_tries = 0;
  while (true) {
    auto rows = Send(request, deadline).Wait();
    const bool may_try_again = (rows.code() == Code::kDeadlineExceeded && request.is_repeatable) ||
                               (rows.code() == Code::kUnavailable && ++unavailable_tries < kUnavailableTriesMax);
    if (!may_try_again || SteadyClock::now() + pause >= deadline) return rows;
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, kPauseMax);
  }
}

Result<CqlRows> CqlSession::Run(CqlCall call) {
  CqlRequest request;
  request.calls.push_back(std::move(call));
  request.is_repeatable = true;
  return Run(request, Deadline());
}

Result<CqlRows> CqlSession::RunText(std::string_view cql, std::chrono::milliseconds timeout) {
  BridgeError* error = nullptr;
  BridgeRequest* sent =
      bridge_send_text(session_.get(), cql.data(), cql.size(), static_cast<uint32_t>(timeout.count()), &error);
  if (sent == nullptr) return TakeError(error);
  return CqlAnswer(sent).Wait();
}

}  // namespace scoreway::cassandra
