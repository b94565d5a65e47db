// Precompiled for every test (targets.cmake).
#pragma once

#include <gtest/gtest.h>

#include "prefix.h"
