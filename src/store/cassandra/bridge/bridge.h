// The C interface of the Cassandra driver, implemented in Rust beside this. For cql_session.cc only.
//
// Values go through as CQL's own bytes; nothing here knows of tables. Requests are sent at once and waited for later,
// so that one thread can have many under way. Any function may be called from any thread at any time; a request is
// waited for once, by one thread. No panic leaves a function: it becomes an error of kind kBridgeInternal. Strings are
// UTF-8, and need not end in 0 where a size stands beside them.
#pragma once

#include <cstddef>
#include <cstdint>

extern "C" {

struct BridgeSession;
struct BridgeStatement;
struct BridgeRequest;
struct BridgeRows;
struct BridgeError;

enum BridgeErrorKind : int32_t {
  kBridgeInvalid = 1,         // the statement or its values
  kBridgeMissing = 2,         // no such keyspace or table
  kBridgeUnavailable = 3,     // too few nodes; nothing was done
  kBridgeUncertain = 4,       // no answer in time or the connection broke: a write may have been done
  kBridgeTooLarge = 5,        // for the limits of the cluster
  kBridgeBadCredentials = 6,  // user, password or TLS
  kBridgeForbidden = 7,       // the user may not
  kBridgeInternal = 8,
};

// Text options may be null where they say so.
struct BridgeOptions {
  const char* contact_points;  // "host:port,host:port"
  const char* keyspace;        // null: none is used
  const char* data_centre;     // null: nodes of any
  const char* user;            // null: no authentication
  const char* password;
  const char* tls_authority;    // a PEM file; null: those of the system
  const char* tls_certificate;  // a PEM file for the nodes that ask for one; null: none
  const char* tls_key;
  int32_t is_tls;
  uint16_t consistency;         // of the protocol: 0x0004 is QUORUM
  uint16_t serial_consistency;  // 0x0008 SERIAL or 0x0009 LOCAL_SERIAL
  uint32_t connect_ms;
  uint32_t speculative_ms;  // a repeatable request that takes longer is sent to another node too; 0: never
  uint32_t connections;     // to each node
};

struct BridgeCell {
  const uint8_t* data;
  int64_t size;  // -1: null
};

// One statement of a request and its values.
struct BridgeCall {
  const BridgeStatement* statement;
  const BridgeCell* cells;
  size_t cell_count;
};

enum BridgeMode : int32_t {
  kBridgeSingle = 0,  // one call
  kBridgeBatch = 1,   // an unlogged batch
};

// Null and *error on failure, as everywhere here. The caller frees what it gets.
BridgeSession* bridge_connect(const BridgeOptions* options, BridgeError** error);
void bridge_close(BridgeSession* session);  // requests under way are given up

BridgeStatement* bridge_prepare(BridgeSession* session, const char* cql, size_t size, BridgeError** error);
void bridge_statement_free(BridgeStatement* statement);

// Copies the values and sends. A repeatable request is tried again where that may help. `consistency` 0: the session's.
BridgeRequest* bridge_send(BridgeSession* session, BridgeMode mode, const BridgeCall* calls, size_t call_count,
                           int32_t is_repeatable, uint16_t consistency, uint32_t timeout_ms, BridgeError** error);
// Sends a repeatable call whose rows come page by page: those behind `state`, which an earlier page gave; of size 0:
// the first.
BridgeRequest* bridge_send_page(BridgeSession* session, const BridgeCall* call, uint32_t page_rows,
                                const uint8_t* state, size_t state_size, uint32_t timeout_ms, BridgeError** error);
// Sends a statement as text, such as one that changes the schema, and waits until the nodes agree on the schema.
BridgeRequest* bridge_send_text(BridgeSession* session, const char* cql, size_t size, uint32_t timeout_ms,
                                BridgeError** error);
// Waits for the answer and frees the request.
BridgeRows* bridge_wait(BridgeRequest* request, BridgeError** error);

size_t bridge_row_count(const BridgeRows* rows);
size_t bridge_column_count(const BridgeRows* rows);
// Views that live as long as the rows.
BridgeCell bridge_column_name(const BridgeRows* rows, size_t column);
BridgeCell bridge_cell(const BridgeRows* rows, size_t row, size_t column);
// Where the next page begins; null behind the last one.
BridgeCell bridge_paging_state(const BridgeRows* rows);
void bridge_rows_free(BridgeRows* rows);

BridgeErrorKind bridge_error_kind(const BridgeError* error);
BridgeCell bridge_error_message(const BridgeError* error);
void bridge_error_free(BridgeError* error);

}  // extern "C"
