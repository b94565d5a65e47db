// What the handlers of the registry's routes share: their parameters and their errors.
#pragma once

#include <string>

#include "gateways/http/gateway.h"
#include "registry/registry.h"
#include "service/push.h"

namespace scoreway::http {

// The first parameter of the path.
inline std::string ModelName(const Call& call) { return std::string(call.parameters[0]); }
// The second one, as a version. INVALID_ARGUMENT if it is not a number.
Result<int64_t> VersionNumber(const Call& call);
// The second one, as a run: a number, or latest.
Result<int64_t> RunNumber(Gateway& gateway, const Call& call);
// Who calls: the name of the key, or else what the request says of itself.
std::string WhoOf(const Call& call, std::string_view said);
// Who and why of a change, by the key or ?who=, and ?why=.
Change ChangeOf(const Call& call);

// The version that a push made, or had made before.
void WritePushed(const PushModelAnswer& answer, Response* response);

// Runs work that gives a Status, and answers with its error if it has one.
template <typename Work>
void Answer(Call& call, Work&& work) {
  const Status status = work();
  if (!status.ok()) WriteStorageError(status.error(), &call.response());
}

}  // namespace scoreway::http
