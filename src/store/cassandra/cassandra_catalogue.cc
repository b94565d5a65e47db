#include "store/cassandra/cassandra_catalogue.h"

#include "store/cassandra/cql_value.h"

namespace scoreway::cassandra {
namespace {

constexpr char kPut[] =
    "INSERT INTO model_versions (name, version, created, format, library, library_version, engine, description, "
    "producer, "
    "training_data, metrics, parameters, tags, aliases, size, sha256) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) USING TIMESTAMP ?";
constexpr char kRemove[] = "DELETE FROM model_versions USING TIMESTAMP ? WHERE name = ? AND version = ?";

}  // namespace

Status CassandraCatalogue::Put(const CatalogueRow& row, int64_t read_micros) {
  CqlCall call(kPut);
  call.View(row.name).Bigint(row.version).Bigint(row.created_micros / 1000);
  for (const std::string* text : {&row.format, &row.library, &row.library_version, &row.engine, &row.description,
                                  &row.producer, &row.training_data}) {
    call.View(*text);
  }
  call.Bytes(EncodeMap(row.metrics)).Bytes(EncodeMap(row.parameters)).Bytes(EncodeMap(row.tags));
  const std::vector<std::string_view> aliases(row.aliases.begin(), row.aliases.end());
  call.Bytes(EncodeBlobs(aliases));  // a set is a list to the protocol
  call.Bigint(static_cast<int64_t>(row.size)).View(row.sha256).Bigint(read_micros);
  return session_.Run(std::move(call)).status();
}

Status CassandraCatalogue::Remove(std::string_view name, int64_t version, int64_t read_micros) {
  CqlCall call(kRemove);
  call.Bigint(read_micros).View(name).Bigint(version);
  return session_.Run(std::move(call)).status();
}

}  // namespace scoreway::cassandra
