// What an operator does with a Cassandra keyspace besides using the Store in it.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "base/result.h"
#include "store/cassandra/cassandra_options.h"

namespace scoreway {

// Told of every step, as it is done: a sentence.
using CassandraSteps = std::function<void(const std::string& step)>;

// All the CQL that InitCassandra runs, for people.
Result<std::string> CassandraInitCql(const CassandraOptions& options);

// Makes the keyspace and the tables that are not there yet; doing it again changes nothing. kInvalidArgument if the
// replication factor is beyond the number of nodes, kUnsupported if the tables are of a newer program.
Status InitCassandra(const CassandraOptions& options, const CassandraSteps& on_step);

// Brings the tables of an older program forward. kNotFound if there are none, kUnsupported if they are newer.
Status MigrateCassandra(const CassandraOptions& options, const CassandraSteps& on_step);

// Removes all rows of the tables that are named, of all where none is: for tests.
Status EmptyCassandra(const CassandraOptions& options, std::span<const std::string> tables = {});

}  // namespace scoreway
