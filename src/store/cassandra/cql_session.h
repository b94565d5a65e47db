// CqlSession: one connection to a cluster, over the driver's C interface; statements, requests and their answers.
//
// Errors: kUnavailable, nothing was done; kDeadlineExceeded, no answer in time, a write may have been done;
// kPermissionDenied for credentials and rights; kNotFound for a missing keyspace or table; kResourceExhausted beyond
// the cluster's limits of size; kInternal for what only a fault of ours explains. Thread-safe, but for a CqlCall, a
// CqlAnswer and CqlRows, which belong to one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/cassandra/bridge/bridge.h"
#include "store/cassandra/cassandra_options.h"

namespace scoreway::cassandra {

using SteadyClock = std::chrono::steady_clock;

// A statement and the values of its markers, in order.
class CqlCall {
 public:
  explicit CqlCall(std::string cql) : cql_(std::move(cql)) {}
  CqlCall(CqlCall&&) = default;  // the cells point at what is owned, which stays where it is
  CqlCall(const CqlCall&) = delete;
  CqlCall& operator=(const CqlCall&) = delete;

  CqlCall& View(std::string_view bytes);  // the bytes must stay until the request is sent
  CqlCall& Bytes(std::string bytes);
  CqlCall& Bigint(int64_t value);
  CqlCall& Int(int32_t value);
  CqlCall& Boolean(bool value);
  CqlCall& Null();

 private:
  friend class CqlSession;

  std::string cql_;
  std::vector<BridgeCell> cells_;
  std::deque<std::string> owned_;
};

class CqlRows {
 public:
  explicit CqlRows(BridgeRows* rows) : rows_(rows) {}

  size_t size() const { return bridge_row_count(rows_.get()); }
  // Nothing where the cell is null, or the answer has no such column. The view lives as long as this.
  std::optional<std::string_view> Cell(size_t row, std::string_view column) const;
  // The same by the column's place in the statement.
  std::optional<std::string_view> CellAt(size_t row, size_t column) const;
  // Of a page: where the next one begins; nothing behind the last. The view lives as long as this.
  std::optional<std::string_view> paging_state() const;
  // Of a conditional request: whether it was done.
  bool is_applied() const;

 private:
  struct Free {
    void operator()(BridgeRows* rows) const { bridge_rows_free(rows); }
  };
  std::unique_ptr<BridgeRows, Free> rows_;
};

// A request under way.
class CqlAnswer {
 public:
  explicit CqlAnswer(BridgeRequest* request) : request_(request) {}
  explicit CqlAnswer(Error error) : error_(std::move(error)) {}
  CqlAnswer(CqlAnswer&& other) noexcept;
  CqlAnswer& operator=(CqlAnswer&&) = delete;
  ~CqlAnswer();

  // Once.
  Result<CqlRows> Wait();

 private:
  BridgeRequest* request_ = nullptr;
  Error error_;
};

struct CqlRequest {
  std::vector<CqlCall> calls;  // all of one partition
  bool is_batch = false;       // else there is one call
  bool is_repeatable = false;  // doing it twice is doing it once, so it may be tried again
  uint16_t consistency = 0;    // 0: the session's
  // Of a repeatable call that reads: its rows come in pages of so many, this the first or that behind a state; 0: all
  // at once.
  uint32_t page_rows = 0;
  std::string paging_state = {};
};

class CqlSession {
 public:
  // `keyspace` may be empty, to make one.
  static Result<std::unique_ptr<CqlSession>> Connect(const CassandraOptions& options, const std::string& keyspace);

  // Sends at once; Wait on the answer. One try.
  CqlAnswer Send(const CqlRequest& request, SteadyClock::time_point deadline);
  // Sends and waits; what may be tried again is, until the deadline.
  Result<CqlRows> Run(const CqlRequest& request, SteadyClock::time_point deadline);
  // One repeatable call, within the timeout of the options.
  Result<CqlRows> Run(CqlCall call);
  // A statement as text: it may change the schema.
  Result<CqlRows> RunText(std::string_view cql, std::chrono::milliseconds timeout);

  SteadyClock::time_point Deadline() const { return SteadyClock::now() + timeout_; }

 private:
  struct CloseSession {
    void operator()(BridgeSession* session) const { bridge_close(session); }
  };
  struct FreeStatement {
    void operator()(BridgeStatement* statement) const { bridge_statement_free(statement); }
  };
  using Statement = std::unique_ptr<BridgeStatement, FreeStatement>;

  CqlSession(BridgeSession* session, std::chrono::milliseconds timeout) : session_(session), timeout_(timeout) {}
  Result<const BridgeStatement*> Prepare(const std::string& cql);

  const std::unique_ptr<BridgeSession, CloseSession> session_;
  const std::chrono::milliseconds timeout_;
  std::mutex mutex_;
  std::map<std::string, Statement> statements_;  // guarded by mutex_; only ever added to
};

}  // namespace scoreway::cassandra
