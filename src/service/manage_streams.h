// Streams are made, paused, replayed and looked at.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "service/service.h"
#include "streams/stream.h"

namespace scoreway {

// kNotFound if there is no such model, alias or version; kInvalidArgument names a wrong member; else as
// StreamStore::Create. Brokers are not asked: a stream may be there before its cluster.
Result<Stream> CreateStream(const Service& service, Stream stream);

struct ReplayRequest {
  std::string stream;       // whose input is read again, with its format
  std::string name;         // of the replay
  std::string model;        // with the version that this means now
  std::string output;       // another topic than the stream's
  std::string errors;       // empty: output + ".errors"
  int64_t from_offset = 0;  // in each partition
  int64_t from_micros = 0;  // a time; 0: from_offset counts
  std::string who;
};

// From there up to what the input holds now. Asks the brokers; kUnavailable where they do not answer.
Result<Stream> ReplayStream(const Service& service, const ReplayRequest& request);

// kPaused or kRunning.
Result<Stream> SetStreamState(const Service& service, std::string_view name, StreamState state);
Status DeleteStream(const Service& service, std::string_view name);

struct StreamView {
  Stream stream;
  std::vector<StreamReport> instances;  // the processes that run it
};
Result<StreamView> ReadStream(const Service& service, std::string_view name);

// The stream's object with "instances" added.
void WriteJson(const StreamView& view, JsonWriter* json);

}  // namespace scoreway
