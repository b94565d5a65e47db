// Scores the rows of a CSV file in this process, one thread, and says how long it takes. run.py drives it, turn about
// with the libraries it is compared with.
//
// usage: inprocess_bench MODEL ROWS.csv                          Scoreway
//        inprocess_bench MODEL ROWS.csv MODEL.onnx LIBRARY.so    ONNX Runtime, through its C interface
//        inprocess_bench MODEL ROWS.csv MODEL.so                 what treelite compiled of the model
//
// Commands on stdin, a line each; the answer is a line of JSON:
//   measure ROWS SECONDS   scores batches of ROWS rows, again and again
//   answers FILE           scores all rows and writes the answers there, float64 a row

#include <algorithm>
#include <chrono>
#include <iostream>
#include <map>

#include "bench/inprocess/engine.h"
#include "bench/measuring.h"
#include "data/codec/csv_reader.h"
#include "importers/importer.h"

namespace scoreway::bench {
namespace {

// Calls with different rows, taken in turn: enough that trees are not walked along paths just warmed, and few enough
// that rows come from a near cache, as they do from a decoder.
constexpr size_t kCallsPrepared = 128;
constexpr size_t kCallsBetweenClocks = 16;

double WallSeconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

class Bench {
 public:
  Status Open(const std::vector<std::string>& arguments) {
    SCOREWAY_ASSIGN_OR_RETURN(std::string artifact, ReadFile(arguments[0]));
    const double began = WallSeconds();
    SCOREWAY_ASSIGN_OR_RETURN(std::shared_ptr<const Model> model,
                              ImportModel(std::make_shared<const std::string>(std::move(artifact))));
    const double imported = WallSeconds();
    SCOREWAY_ASSIGN_OR_RETURN(csv_, ReadFile(arguments[1]));
    schema_ = model->input_schema();
    bind_by_position_ = !model->signature().inputs_named;
    if (arguments.size() == 2) {
      SCOREWAY_ASSIGN_OR_RETURN(engine_, MakeScorewayEngine(model));
    } else if (arguments.size() == 3) {
      SCOREWAY_ASSIGN_OR_RETURN(engine_, MakeTreeliteEngine(arguments[2]));
    } else {
      SCOREWAY_ASSIGN_OR_RETURN(engine_, MakeOnnxRuntimeEngine(arguments[3], arguments[2], *schema_));
    }
    std::cout << "{\"import_ms\":" << 1e3 * (imported - began) << ",\"model_bytes\":" << model->ByteSize() << "}"
              << std::endl;
    return {};
  }

  Status Measure(size_t rows, double seconds) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<size_t>* calls, Calls(rows));
    const size_t calls_between_clocks = std::min(kCallsBetweenClocks, calls->size());
    // Warm up.
    for (size_t i = 0; i < calls_between_clocks; ++i) SCOREWAY_RETURN_IF_ERROR(engine_->Call((*calls)[i]));
    size_t done = 0;
    const double wall_began = WallSeconds(), cpu_began = CpuSeconds();
    double wall = 0;
    while (wall < seconds) {
      for (size_t i = 0; i < calls_between_clocks; ++i, ++done) {
        SCOREWAY_RETURN_IF_ERROR(engine_->Call((*calls)[done % calls->size()]));
      }
      wall = WallSeconds() - wall_began;
    }
    const double cpu = CpuSeconds() - cpu_began;
    const double per_row = 1e9 / static_cast<double>(done * rows);
    std::cout << "{\"rows\":" << rows << ",\"calls\":" << done << ",\"wall_ns_per_row\":" << wall * per_row
              << ",\"cpu_ns_per_row\":" << cpu * per_row << ",\"rows_per_s\":" << 1e9 / (wall * per_row) << "}"
              << std::endl;
    return {};
  }

  Status WriteAnswers(const std::string& path) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<size_t>* calls, Calls(SIZE_MAX));
    std::vector<double> answers;
    for (const size_t call : *calls) {
      SCOREWAY_RETURN_IF_ERROR(engine_->Call(call));
      engine_->Answers(&answers);
    }
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(answers.data()),
               static_cast<std::streamsize>(answers.size() * sizeof(double)));
    if (!file.flush()) return Status(Code::kUnavailable, "cannot write", path);
    std::cout << "{\"answers\":" << answers.size() << "}" << std::endl;
    return {};
  }

 private:
  // Prepared batches of that many rows; SIZE_MAX: one of all rows.
  Result<const std::vector<size_t>*> Calls(size_t rows) {
    std::vector<size_t>& calls = calls_[rows];
    if (!calls.empty()) return &calls;
    TextSource source(csv_);
    CsvReader reader(&source, schema_, {.bind_by_position = bind_by_position_});
    Batch batch(schema_);
    while (calls.size() < (rows == SIZE_MAX ? 1 : kCallsPrepared)) {
      batch.Clear();
      SCOREWAY_ASSIGN_OR_RETURN(const bool any, reader.Next(&batch, rows));
      if (!any || (batch.rows() < rows && rows != SIZE_MAX)) break;
      SCOREWAY_ASSIGN_OR_RETURN(const size_t call, engine_->Prepare(batch));
      calls.push_back(call);
    }
    if (calls.empty()) return Status(Code::kInvalidArgument, "too few rows in the file");
    return &calls;
  }

  std::string csv_;
  std::shared_ptr<const Schema> schema_;
  bool bind_by_position_ = false;
  std::unique_ptr<Engine> engine_;
  std::map<size_t, std::vector<size_t>> calls_;
};

Status Serve(const std::vector<std::string>& arguments) {
  Bench bench;
  SCOREWAY_RETURN_IF_ERROR(bench.Open(arguments));
  std::string line;
  while (std::getline(std::cin, line)) {
    std::istringstream words(line);
    std::string command, path;
    size_t rows = 0;
    double seconds = 0;
    words >> command;
    if (command == "measure" && words >> rows >> seconds && rows > 0) {
      SCOREWAY_RETURN_IF_ERROR(bench.Measure(rows, seconds));
    } else if (command == "answers" && words >> path) {
      SCOREWAY_RETURN_IF_ERROR(bench.WriteAnswers(path));
    } else {
      return Status(Code::kInvalidArgument, "unknown command", line);
    }
  }
  return {};
}

}  // namespace
}  // namespace scoreway::bench

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() < 2 || arguments.size() > 4) {
    std::cerr << "usage: inprocess_bench MODEL ROWS.csv [MODEL.onnx LIBRARY.so | MODEL.so]\n";
    return 2;
  }
  const scoreway::Status status = scoreway::bench::Serve(arguments);
  if (status.ok()) return 0;
  std::cerr << "inprocess_bench: " << status.ToString() << "\n";
  return 1;
}
