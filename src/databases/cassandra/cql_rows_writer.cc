#include "databases/cassandra/cql_rows_writer.h"

#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "data/codec/column_names.h"
#include "store/cassandra/request_window.h"

namespace scoreway::cassandra {
namespace {

constexpr size_t kRequestsMax = 256;

class CqlRowsWriter final : public PartEncoder {
 public:
  CqlRowsWriter(CqlSession& session, const WrittenTable& table)
      : session_(session), table_(table), window_(session, kRequestsMax) {}

  Status Append(const Batch& batch) override {
    Status status = Send(batch);
    return status.ok() ? std::move(status) : AtPlace(table_.place, std::move(status).error());
  }

  Result<EncodedPart> Finish() override {
    while (!window_.is_empty()) {
      if (Result<CqlRows> answer = window_.TakeFirst(); !answer.ok()) {
        return AtPlace(table_.place, std::move(answer).error());
      }
    }
    return EncodedPart{};
  }

 private:
  Status Send(const Batch& batch) {
    for (size_t row = 0; row < batch.rows(); ++row) {
      if (window_.is_full()) SCOREWAY_RETURN_IF_ERROR(window_.TakeFirst().status());
      CqlRequest request;
      request.is_repeatable = true;
      CqlCall& call = request.calls.emplace_back(table_.insert);
      for (size_t i = 0; i < table_.columns.size(); ++i) {
        const WrittenColumn& column = table_.columns[i];
        const Column& cells = batch.column(i);
        const auto at_column = [&](Error error) { return AtPlace("column " + Quoted(column.name), std::move(error)); };
        if (cells.valid(row)) {
          Result<std::string> bytes = EncodeCqlCell(column.type, cells, row);
          if (!bytes.ok()) return at_column(std::move(bytes).error());
          call.Bytes(std::move(bytes).value());
        } else if (column.is_key) {
          return at_column({Code::kInvalidArgument, "is missing, and part of the key of the answers", {}});
        } else {
          call.Null();
        }
      }
      if (table_.has_times) call.Bigint(NextTime());
      window_.Send(std::move(request), session_.Deadline());
    }
    return {};
  }

  int64_t NextTime() {
    last_time_ = std::max(SystemClock().NowMicros(), last_time_ + 1);
    return last_time_;
  }

  CqlSession& session_;
  const WrittenTable& table_;
  RequestWindow window_;
  int64_t last_time_ = 0;
};

}  // namespace

std::unique_ptr<PartEncoder> MakeCqlRowsWriter(CqlSession& session, const WrittenTable& table) {
  return std::make_unique<CqlRowsWriter>(session, table);
}

}  // namespace scoreway::cassandra
