// Writes the models of operator_models.h as .scoreway files into a folder, each with rows to score as .csv; for
// tests/export, which runs other tools over what they become.

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>

#include "data/codec/csv_writer.h"
#include "exporters/operator_models.h"
#include "model/saved_format.h"
#include "service/probe_rows.h"

int main(int argc, char** argv) {
  using namespace scoreway;
  if (argc != 2) {
    std::fputs("usage: operator_models_dump FOLDER\n", stderr);
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  for (OperatorModel& sample : OperatorModels()) {
    std::ofstream(folder / (sample.name + ".scoreway"), std::ios::binary) << SaveModel(sample.model);
    const auto plan = Plan::Make(std::make_shared<const Model>(std::move(sample.model)));
    const Result<Batch> rows = MakeProbeRows(**plan, {.rows = 200});
    std::string text;
    AppendCsvHeader(rows->schema(), {}, &text);
    AppendCsvRows(*rows, {}, &text);
    std::ofstream(folder / (sample.name + ".csv"), std::ios::binary) << text;
  }
  return 0;
}
