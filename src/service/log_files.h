// LogFiles: the prediction log as Parquet files, for those who read it with other tools.
//
//     FOLDER/MODEL/VERSION/2026-03-01T12-00-00Z_2026-03-01T13-00-00Z.parquet
//
// has the predictions of a version from the first time on and before the second, with the columns of
// record/prediction_reader.h. A file is written once, when its time has been over for a minute, and appears whole. What
// is logged later still, as by a server whose log store did not answer, is in the log alone.
//
// Which files are there says where to go on after a restart. Several servers may write to one folder.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "service/service.h"

namespace scoreway {

struct LogFilesOptions {
  std::string folder = {};               // must be there; none: no files are written
  std::chrono::seconds every{3600};      // how long the time of a file is; at least a minute
  std::chrono::milliseconds tick{1000};  // from look to look; 0: no thread, Round is called
};

class LogFiles {
 public:
  // The service needs registry and records, which must outlive this. `tell` is told of trouble, once until it ends.
  LogFiles(const Service& service, LogFilesOptions options, std::function<void(const std::string& message)> tell);
  ~LogFiles();
  LogFiles(const LogFiles&) = delete;
  LogFiles& operator=(const LogFiles&) = delete;

  // Writes the files that are due. One thread at a time. After an error the next round goes on.
  Status Round();

 private:
  void Run();
  Status WriteModel(const std::string& model, int64_t now_micros);
  // Where the files of the model end; 0 if it has none.
  int64_t EndOfFiles(const std::string& model) const;
  // The time of the first prediction that is not before; nothing if there is none.
  Result<std::optional<int64_t>> FirstTime(const std::string& model, int64_t from_micros) const;
  Status WritePeriod(const std::string& model, int64_t from_micros);
  Status WriteVersion(const std::string& model, int64_t version, int64_t from_micros) const;

  const Service service_;
  const LogFilesOptions options_;
  const std::function<void(const std::string& message)> tell_;
  const int64_t every_micros_;
  std::map<std::string, int64_t> next_;  // of each model, the time up to which all is written
  int64_t due_micros_ = 0;               // nothing is to be written before
  std::mutex mutex_;
  std::condition_variable stop_changed_;
  bool is_stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace scoreway
