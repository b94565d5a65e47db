// RE2's log, in place of its own: nobody reads it in a browser, and the streams behind it are a third of the engine.
#ifndef UTIL_LOGGING_H_
#define UTIL_LOGGING_H_

#include <assert.h>

#include "util/util.h"

#define DCHECK(condition) assert(condition)
#define DCHECK_EQ(val1, val2) assert((val1) == (val2))
#define DCHECK_NE(val1, val2) assert((val1) != (val2))
#define DCHECK_LE(val1, val2) assert((val1) <= (val2))
#define DCHECK_LT(val1, val2) assert((val1) < (val2))
#define DCHECK_GE(val1, val2) assert((val1) >= (val2))
#define DCHECK_GT(val1, val2) assert((val1) > (val2))

#define CHECK(x) \
  if (x) {       \
  } else         \
    __builtin_trap(), LogNothing()
#define CHECK_LT(x, y) CHECK((x) < (y))
#define CHECK_GT(x, y) CHECK((x) > (y))
#define CHECK_LE(x, y) CHECK((x) <= (y))
#define CHECK_GE(x, y) CHECK((x) >= (y))
#define CHECK_EQ(x, y) CHECK((x) == (y))
#define CHECK_NE(x, y) CHECK((x) != (y))

#define LOG_INFO LogNothing()
#define LOG_WARNING LogNothing()
#define LOG_ERROR LogNothing()
#define LOG_DFATAL LogNothing()
#define LOG_FATAL (__builtin_trap(), LogNothing())
#define LOG_QFATAL LOG_FATAL
#define LOG(severity) LOG_##severity
#define VLOG(x) LogNothing()

struct LogNothing {
  template <typename T>
  const LogNothing& operator<<(const T&) const {
    return *this;
  }
};

#endif
