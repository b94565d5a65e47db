// Database grants: a server names the databases that may be written to, and how they are spoken to; whoever asks for
// something to be written names a table only.
//
//     a grant     cassandra://HOST[,HOST...]/KEYSPACE[?KEY=VALUE&...]    postgresql://[HOST]/DATABASE[?KEY=VALUE&...]
//     a table     cassandra://HOST[,HOST...]/KEYSPACE.TABLE postgresql://[HOST]/DATABASE?table=[SCHEMA.]TABLE
//
// The table is of the grant whose text before the '?' is the same.
#pragma once

#include <span>
#include <string>

#include "base/result.h"
#include "databases/database_table.h"

namespace scoreway {

// INVALID_ARGUMENT names the part that is wrong.
Status CheckDatabaseGrant(const std::string& grant, Environment environment);
// That it is a table's URL and says nothing else: no users, no files.
Status CheckTableName(const std::string& table);
// The URL of the table with what the grant says. PERMISSION_DENIED if there is no grant for it.
Result<std::string> GrantedTable(std::span<const std::string> grants, const std::string& table);

}  // namespace scoreway
