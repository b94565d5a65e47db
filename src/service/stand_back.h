// StandBack: what a thread that has time does for those that have none.
#pragma once

#include <sys/resource.h>

namespace scoreway {

// The calling thread leaves processors to others where they are short, as nice(1) counts: in Linux a thread has a
// niceness of its own. Without it the thread is no less right.
inline void StandBack(int niceness) {
  if (niceness != 0) (void)::setpriority(PRIO_PROCESS, 0, niceness);
}

// Of what nobody waits for at the moment, as loading what takes the place of a version in use.
inline constexpr int kBackgroundNiceness = 10;

}  // namespace scoreway
