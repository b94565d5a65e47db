// The Store over Apache Cassandra: shared by any number of processes on any number of machines.
//
// Reads and writes are made at the consistency of the options (QUORUM unless told otherwise); conditional batches are
// lightweight transactions, so with QUORUM and SERIAL what one process was told is done, every other process sees. How
// rows lie in tables is written down in schema.cql. One limit beside those of store.h: in the tables that schema.cql
// names, a partition is text and not empty, and `names` and `chunk` take no conditions.
//
// Where a batch may or may not have happened the store looks once more before it says kDeadlineExceeded: each batch
// leaves a number of its own in the partition.
#pragma once

#include <memory>

#include "base/clock.h"
#include "base/result.h"
#include "store/cassandra/cassandra_options.h"
#include "store/store.h"

namespace scoreway {

// kUnavailable if no node answers, kPermissionDenied for bad credentials, kNotFound if the keyspace was not made by
// `store init`, kUnsupported if a newer program migrated it or this one was built without the Cassandra driver. The
// clock decides when a TTL has passed and must outlive the store.
Result<std::unique_ptr<Store>> OpenCassandraStore(const CassandraOptions& options, const Clock& clock);

}  // namespace scoreway
