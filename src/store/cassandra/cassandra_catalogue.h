// The Catalogue in the table model_versions.
#pragma once

#include "store/cassandra/cql_session.h"
#include "store/catalogue.h"

namespace scoreway::cassandra {

class CassandraCatalogue final : public Catalogue {
 public:
  // The session must outlive this.
  explicit CassandraCatalogue(CqlSession& session) : session_(session) {}

  Status Put(const CatalogueRow& row, int64_t read_micros) override;
  Status Remove(std::string_view name, int64_t version, int64_t read_micros) override;

 private:
  CqlSession& session_;
};

}  // namespace scoreway::cassandra
