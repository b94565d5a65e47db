// The Intake in the tables intake and intake_chunk.
#pragma once

#include "store/cassandra/cql_session.h"
#include "store/intake.h"

namespace scoreway::cassandra {

class CassandraIntake final : public Intake {
 public:
  // The session must outlive this.
  explicit CassandraIntake(CqlSession& session) : session_(session) {}

  Result<std::vector<IntakeModel>> Waiting() override;
  Status Read(const IntakeModel& model, const std::function<Status(std::string_view chunk)>& sink) override;
  Status Finish(const IntakeModel& model, int64_t version, const std::string& reason) override;

 private:
  CqlSession& session_;
};

}  // namespace scoreway::cassandra
