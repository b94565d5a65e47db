// scoreway convert: any model in another format, with its parity against the source.

#include <cstdio>

#include "commands.h"
#include "files.h"
#include "open_registry.h"
#include "service/convert.h"
#include "table.h"

namespace scoreway {
namespace {

constexpr uint64_t kSampleBytesMax = uint64_t{256} << 20;

class FileSink final : public ByteSink {
 public:
  explicit FileSink(OutputFile* file) : file_(file) {}
  Status Write(std::string_view bytes) override { return file_->Write(bytes); }

 private:
  OutputFile* file_;
};

Result<ExportFormat> FormatOf(const ConvertOptions& options) {
  if (const auto format = ExportFormatFromName(options.format)) return *format;
  const size_t dot = options.output.rfind('.');
  if (dot != std::string::npos) {
    if (const auto format = ExportFormatFromName(options.output.substr(dot + 1))) return *format;
  }
  return Error{Code::kInvalidArgument, "no format by that ending; name one with --to", options.output};
}

// To standard error where standard output has the model itself.
void PrintParity(const ConvertOptions& options, ExportFormat format, const ConvertAnswer& answer) {
  std::FILE* out = options.output == "-" ? stderr : stdout;
  std::fprintf(out, "%s: %s, %s\n", options.output.c_str(), std::string(ExportFormatName(format)).c_str(),
               BytesText(answer.bytes).c_str());
  if (!options.check) return;
  if (!answer.parity) {
    std::fprintf(out, "parity not checked: %s\n", answer.unchecked.c_str());
    return;
  }
  const ParityReport& parity = *answer.parity;
  std::fprintf(out, "parity over %llu rows, %zu columns: greatest difference %.3g, relative %.3g, label flips %llu\n",
               static_cast<unsigned long long>(parity.rows), parity.columns.size(), parity.abs_difference_max,
               parity.rel_difference_max, static_cast<unsigned long long>(parity.label_flips));
}

}  // namespace

Status RunConvert(const ConvertOptions& options) {
  SCOREWAY_ASSIGN_OR_RETURN(const ExportFormat format, FormatOf(options));
  SCOREWAY_ASSIGN_OR_RETURN(const OpenedModel source, OpenModel(options.registry, {}, options.reading, options.model));
  ConvertRequest request;
  request.format = format;
  request.check = options.check;
  request.tolerance = options.tolerance;
  if (options.rows) request.probe.rows = *options.rows;
  if (!options.sample.empty()) {
    SCOREWAY_ASSIGN_OR_RETURN(const auto sample, ReadFile(options.sample, kSampleBytesMax));
    request.sample = *sample;
  }
  SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<OutputFile> file, OutputFile::Open(options.output));
  FileSink sink(file.get());
  Result<ConvertAnswer> answer = ConvertModel(source.model, request, &sink);
  if (!answer.ok()) return AtPlace(source.place, std::move(answer).error());
  PrintParity(options, format, *answer);
  if (answer->parity && !answer->parity->passed()) {
    return Status(Code::kUnsupported,
                  "what was written answers otherwise in " + std::to_string(answer->parity->cells_differing) +
                      " cells, first " + answer->parity->first_difference +
                      "; nothing is kept, --no-check writes it all the same",
                  options.output);
  }
  return file->Commit();
}

}  // namespace scoreway
