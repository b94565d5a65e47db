// Challenges: the challenges of models and what happened in them, over any Store.
//
//     table       partition   sort                  value
//     challenge   "all"       model                 empty: there is or was one
//     challenge   "m/" model  "c/" alias            the challenge, as JSON
//                             "e/" sequence         an event
//                             "n"                   how many events there are of each kind, as JSON
//                             "p"                   when the champion was last changed by a challenge
//
// A challenge is changed by compare-and-set on what was read, in one step with its events; so that of several that
// evaluate the same one only one goes on. Errors: kConflict for what lost; kNotFound; the Store's own. Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "challenge/challenge.h"
#include "store/store.h"

namespace scoreway {

// Something that happened: begun, canary, promoting, promoted, rejected, kept, rolling_back, rolled_back, stopped.
struct ChallengeEvent {
  int64_t sequence = 0;  // of the model's, from 1
  int64_t time_micros = 0;
  std::string alias;  // the challenger's
  std::string kind;
  int64_t champion_version = 0, challenger_version = 0;
  std::string reason;
  std::string evidence;  // JSON; empty: none
};

void WriteJson(const ChallengeEvent& event, JsonWriter* json);

class Challenges {
 public:
  // The store must outlive this.
  explicit Challenges(Store& store) : store_(store) {}

  // Nothing if there never was one.
  Result<std::optional<Challenge>> Find(std::string_view model, std::string_view alias);
  Result<std::vector<Challenge>> List(std::string_view model);
  // The models that have or had one.
  Result<std::vector<std::string>> Models();

  // Writes the challenge, whose revision is that of the one it replaces (0: there was none), and gives it as it is
  // then. `kind` empty: nothing happened that should be told. `shown`: the evidence of what happened, by default the
  // challenge's own.
  Result<Challenge> Write(Challenge challenge, std::string_view kind, const std::string& reason, int64_t now_micros,
                          const Evidence* shown = nullptr);

  // When the champion of the model was last changed by a challenge; 0: never.
  Result<int64_t> LastPromotion(std::string_view model);

  // How often each kind of event has happened; those that never have are absent.
  Result<std::map<std::string, uint64_t>> EventCounts(std::string_view model);

  // The last one first.
  Result<std::vector<ChallengeEvent>> History(std::string_view model, size_t count_max);

 private:
  Store& store_;
};

}  // namespace scoreway
