// CassandraOptions: which cluster and keyspace a Store lies in and how it is spoken to, and the URL that says so.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace scoreway {

struct CassandraOptions {
  std::vector<std::string> contact_points;  // "host:port"; the other nodes are found through them
  std::string keyspace;
  std::string data_centre;  // ask only its nodes; empty: nodes of any
  std::string user;         // empty: no authentication
  std::string password;     // never printed
  bool is_tls = false;
  std::string tls_authority;    // a PEM file; empty: the system's authorities
  std::string tls_certificate;  // PEM files, for nodes that ask for a certificate
  std::string tls_key;
  std::string consistency = "quorum";  // of reads and writes
  std::string serial_consistency = "serial";
  int replication_factor = 3;    // of a keyspace that is made
  uint32_t timeout_ms = 10'000;  // of one read or batch, all tries together
  uint32_t connect_ms = 10'000;
  uint32_t speculative_ms = 500;  // a read or repeatable write that takes longer is sent to another node too; 0: never
  uint32_t connections = 2;       // to each node
};

// Whether a store is named by such a URL rather than by a path.
bool IsCassandraUrl(std::string_view text);

// cassandra://HOST[:PORT][,HOST[:PORT]...]/KEYSPACE[?KEY=VALUE&...] with the keys of kCassandraUrlHelp. A password
// comes from the file that `password_file` names, or from the environment, never from the URL. kInvalidArgument names
// the part. `environment` gives a variable's value, or null.
Result<CassandraOptions> ParseCassandraUrl(std::string_view url, const char* (*environment)(const char*));

// The URL without what follows '?': for messages.
std::string CassandraPlace(const CassandraOptions& options);

// The keys of the URL, a line each.
inline constexpr char kCassandraUrlHelp[] =
    "dc=NAME            ask only the nodes of this data centre\n"
    "consistency=LEVEL  of reads and writes: one, two, three, quorum (default), all, local_quorum, each_quorum, "
    "local_one\n"
    "serial=LEVEL       of conditional writes: serial (default), local_serial\n"
    "rf=N               copies of each row in a keyspace that 'store init' makes (default 3)\n"
    "timeout_ms=N       of one request, all tries together (default 10000)\n"
    "connect_ms=N       of connecting (default 10000)\n"
    "speculative_ms=N   a repeatable request that takes longer is sent to another node too (default 500; 0: never)\n"
    "connections=N      to each node (default 2)\n"
    "user=NAME          with password_file=FILE; also: environment SCOREWAY_CASSANDRA_USER, "
    "SCOREWAY_CASSANDRA_PASSWORD\n"
    "tls=true           with ca=FILE, cert=FILE, key=FILE (PEM)";

// The code of a consistency in the protocol; kInvalidArgument if there is none of the name.
Result<uint16_t> ConsistencyCode(std::string_view name);

}  // namespace scoreway
