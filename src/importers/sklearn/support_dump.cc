// Prints the table of docs/sklearn.md.

#include <cstdio>

#include "importers/sklearn/support_table.h"

int main() {
  std::fputs(scoreway::sklearn::SupportTable().c_str(), stdout);
  return 0;
}
