// Prints the table of docs/spark.md.

#include <cstdio>

#include "importers/spark/support_table.h"

int main() {
  std::fputs(scoreway::spark::SupportTable().c_str(), stdout);
  return 0;
}
