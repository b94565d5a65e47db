// StreamStore: the streams, and what is said of them by those who run them.
//
//     table          partition   sort       value
//     stream         "all"       name       the stream, as JSON
//     stream_report  name        instance   what that process does for it, as JSON; dies soon after the process
//
// A stream changes by compare-and-set, each change giving it the next revision. Errors are those of the Store;
// kNotFound and kAlreadyExists name the stream. Thread-safe.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/store.h"
#include "streams/stream.h"

namespace scoreway {

using StreamSet = std::map<std::string, std::shared_ptr<const Stream>, std::less<>>;  // by name

class StreamStore {
 public:
  static constexpr size_t kStreamsMax = 10'000;

  // Store and clock must outlive this.
  StreamStore(Store& store, const Clock& clock) : store_(store), clock_(clock) {}

  // As it is then; kResourceExhausted beyond kStreamsMax.
  Result<Stream> Create(Stream stream);
  Result<Stream> Get(std::string_view name);
  // As it is then. kConflict: a replay that is done.
  Result<Stream> SetState(std::string_view name, StreamState state);
  Status Delete(std::string_view name);

  Result<StreamSet> ReadAll();
  // Differs after every change of a stream.
  Result<uint64_t> ChangeCount();

  Status PutReport(const std::string& name, const StreamReport& report, std::chrono::seconds life);
  Result<std::vector<StreamReport>> Reports(const std::string& name);

 private:
  Store& store_;
  const Clock& clock_;
};

}  // namespace scoreway
