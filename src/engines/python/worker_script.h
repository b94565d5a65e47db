// The program that a Python worker runs: worker.py, as it lies beside this file.
#pragma once

#include <string_view>

namespace scoreway {

std::string_view WorkerScript();

}  // namespace scoreway
