// Measures how long a row of a document takes in this process, one thread: from a Batch of one row, texts as texts, to
// a Batch of all outputs.
//
// usage: pmml_bench SECONDS FOLDER...     folders with a model.pmml and an input.csv; a line of JSON for each

#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "bench/measuring.h"
#include "data/codec/csv_reader.h"
#include "data/copy_rows.h"
#include "importers/importer.h"
#include "score/plan.h"

namespace scoreway::bench {
namespace {

constexpr size_t kRowsBetweenClocks = 512;

// The rows of a table, a batch each.
Result<std::vector<Batch>> ReadRows(const std::string& csv, const Model& model) {
  TextSource source(csv);
  CsvReader reader(&source, model.input_schema(), {.bind_by_position = !model.signature().inputs_named});
  std::vector<Batch> rows;
  while (true) {
    Batch row(model.input_schema());
    SCOREWAY_ASSIGN_OR_RETURN(const bool any, reader.Next(&row, 1));
    if (!any) return rows;
    rows.push_back(std::move(row));
  }
}

// A row alone must have the answers that it has among others, to the last bit.
Status CompareWithBatch(const Plan& plan, const std::vector<Batch>& rows) {
  const ScratchPtr scratch = plan.MakeScratch();
  Batch all(rows[0].shared_schema()), together(plan.output_schema()), alone(plan.output_schema());
  for (const Batch& row : rows) AppendRows(row, 0, 1, &all);
  SCOREWAY_RETURN_IF_ERROR(plan.Run(all, *scratch, &together));
  for (size_t row = 0; row < rows.size(); ++row) {
    SCOREWAY_RETURN_IF_ERROR(plan.Run(rows[row], *scratch, &alone));
    for (size_t c = 0; c < alone.column_count(); ++c) {
      const Column &one = alone.column(c), &many = together.column(c);
      const bool same = one.valid(0) == many.valid(row) &&
                        (!one.valid(0) || (IsText(one.type()) ? one.string_at(0) == many.string_at(row)
                                                              : one.NumberAt(0) == many.NumberAt(row)));
      if (!same) return Status(Code::kInternal, "alone it has another answer", "row " + std::to_string(row + 1));
    }
  }
  return {};
}

// CPU nanoseconds a row.
Result<double> Score(const Plan& plan, const std::vector<Batch>& rows, double seconds) {
  const ScratchPtr scratch = plan.MakeScratch();
  Batch output(plan.output_schema());
  for (const Batch& row : rows) SCOREWAY_RETURN_IF_ERROR(plan.Run(row, *scratch, &output));
  const double began = CpuSeconds();
  double spent = 0;
  size_t done = 0, next = 0;
  while (spent < seconds) {
    for (size_t i = 0; i < kRowsBetweenClocks; ++i, ++done) {
      SCOREWAY_RETURN_IF_ERROR(plan.Run(rows[next], *scratch, &output));
      next = next + 1 == rows.size() ? 0 : next + 1;
    }
    spent = CpuSeconds() - began;
  }
  return 1e9 * spent / static_cast<double>(done);
}

Status Measure(const std::string& folder, double seconds) {
  SCOREWAY_ASSIGN_OR_RETURN(std::string document, ReadFile(folder + "/model.pmml"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::string csv, ReadFile(folder + "/input.csv"));
  SCOREWAY_ASSIGN_OR_RETURN(std::shared_ptr<const Model> model,
                            ImportModel(std::make_shared<const std::string>(std::move(document))));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Batch> rows, ReadRows(csv, *model));
  if (rows.empty()) return Status(Code::kInvalidArgument, "no rows", folder);
  SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const Plan> plan, Plan::Make(model));
  SCOREWAY_RETURN_IF_ERROR(CompareWithBatch(*plan, rows));
  SCOREWAY_ASSIGN_OR_RETURN(const double nanoseconds, Score(*plan, rows, seconds));
  std::cout << "{\"cpu_ns_per_row\": " << nanoseconds << ", \"operators\": " << model->operators().size() << "}"
            << std::endl;
  return {};
}

}  // namespace
}  // namespace scoreway::bench

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: pmml_bench SECONDS FOLDER...\n";
    return 2;
  }
  for (int i = 2; i < argc; ++i) {
    const scoreway::Status status = scoreway::bench::Measure(argv[i], std::strtod(argv[1], nullptr));
    if (status.ok()) continue;
    std::cerr << "pmml_bench: " << argv[i] << ": " << status.ToString() << "\n";
    return 1;
  }
  return 0;
}
