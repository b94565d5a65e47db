// AliasTable: the aliases of one model and how they move. A value; the rules here touch no store.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace scoreway {

// Who moves something and why; kept with the event.
struct Change {
  std::string who;
  std::string why;
};

struct AliasMove {
  std::string alias;
  int64_t to = 0;                   // the version; 0: the alias is removed
  std::optional<int64_t> expected;  // it must point there now (0: nowhere); without a value anywhere will do
};

// One move that happened.
struct AliasEvent {
  int64_t sequence = 0;  // of the model's events, from 1
  int64_t time_micros = 0;
  std::string alias;
  int64_t from = 0;  // 0: it was not set
  int64_t to = 0;    // 0: it was removed
  std::string who;
  std::string why;
};

constexpr size_t kAliasesMax = 200;    // of one model
constexpr size_t kAliasMovesMax = 40;  // in one step

class AliasTable {
 public:
  // Where the alias points; 0 if it is not set.
  int64_t Find(std::string_view alias) const;
  // Those that are set.
  std::map<std::string, int64_t> All() const;
  // The aliases that point at the version.
  std::vector<std::string> Of(int64_t version) const;
  // The versions the alias pointed at before, the last one first; each once in a row.
  std::vector<int64_t> Before(std::string_view alias) const;

  // Makes all the moves, or none. A move of champion takes `previous` along, unless the moves name it themselves; a
  // move to where the alias points already leaves no event. kConflict if an alias is not where it was expected,
  // kInvalidArgument if an alias comes twice or its name is not one, kResourceExhausted beyond the limits above.
  Result<std::vector<AliasEvent>> Apply(std::span<const AliasMove> moves, const Change& change, int64_t now_micros);
  // One step back to `to`, one of Before: that and all later ones are forgotten, so that the next step goes further
  // back.
  Result<std::vector<AliasEvent>> StepBack(std::string_view alias, int64_t to, const Change& change,
                                           int64_t now_micros);

  std::string Encode() const;
  static Result<AliasTable> Decode(std::string_view json);

 private:
  struct Entry {
    int64_t version = 0;          // 0: removed, but it can be rolled back
    std::vector<int64_t> before;  // the last one last; at most kBeforeMax
  };

  Status CheckMoves(std::span<const AliasMove> moves) const;
  void Record(const std::string& alias, int64_t to, const Change& change, int64_t now_micros,
              std::vector<AliasEvent>* events);
  void ForgetRemoved();

  std::map<std::string, Entry, std::less<>> entries_;
  int64_t event_count_ = 0;
  int64_t last_event_micros_ = 0;
};

}  // namespace scoreway
