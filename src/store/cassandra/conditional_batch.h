// Conditional batches: a WriteBatch as one lightweight transaction of Cassandra.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "store/cassandra/cql_session.h"
#include "store/cassandra/table_layout.h"
#include "store/store.h"

namespace scoreway::cassandra {

// Does the batch, of a table that is written with conditions; store.h tells the errors. The caller sees to it that a
// process does not send two for one partition at once: they would only get in each other's way.
Status ApplyConditionally(CqlSession& session, const Clock& clock, const WriteBatch& batch);

// What a put made now leaves. Cassandra's own TTL is longer, since its clock is another.
RowLife LifeFrom(int64_t now_micros, int64_t ttl_micros);

}  // namespace scoreway::cassandra
