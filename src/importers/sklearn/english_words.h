// The words that scikit-learn leaves out of English texts (stop_words='english'), the same in all its versions.
#pragma once

#include <string>
#include <vector>

namespace scoreway::sklearn {

const std::vector<std::string>& EnglishStopWords();

}  // namespace scoreway::sklearn
