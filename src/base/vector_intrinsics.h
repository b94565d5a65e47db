// The intrinsics of this processor's vectors, where there are any that are used.
#pragma once

#if defined(__x86_64__)
#include <immintrin.h>
// GCC 12 takes what its own intrinsics leave undefined on purpose for a slip (its bug 105593).
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#endif
