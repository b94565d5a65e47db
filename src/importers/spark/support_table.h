// For people: which stages of Spark ML are supported, as docs/spark.md shows it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace scoreway::spark {

// A table in Markdown of every class of pyspark.ml 4.1 that transforms a table, by the table of classes, or why not.
std::string SupportTable();

// Classes that are not supported and have no reason, or have both.
std::vector<std::string_view> UnexplainedClasses();

}  // namespace scoreway::spark
