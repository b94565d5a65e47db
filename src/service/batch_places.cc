#include "service/batch_places.h"

#include <cstdlib>
#include <utility>

#include "databases/database_table.h"
#include "tables/file_sink.h"
#include "tables/input_file.h"

namespace scoreway {
namespace {

const char* OfEnvironment(const char* name) { return std::getenv(name); }

bool IsSamePlace(const std::string& a, const std::string& b) {
  if (IsDatabaseUrl(a) || IsDatabaseUrl(b)) return DatabasePlace(a) == DatabasePlace(b);
  return IsSameFile(a, b);
}

}  // namespace

Result<BatchSource> OpenFileSource(const std::string& path, TableFormat format, char delimiter) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const InputFile> input, InputFile::Open(path));
  auto table = OpenTable(input, format, {.delimiter = delimiter});
  if (!table.ok()) return AtPlace(path, std::move(table).error());
  return BatchSource{.table = std::move(table).value(),
                     .place = path,
                     .identity = std::to_string(input->size()) + " " + std::to_string(input->changed_nanos()) + " " +
                                 std::string(TableFormatName(format)) + " " + delimiter};
}

BatchTarget FileTarget(const std::string& path, TableFormat format) {
  return {.identity = std::string(TableFormatName(format)), .open = [path, format](const SinkColumns& columns) {
            return FileSink::Open(path, MakeTableWriter(format, columns.schema, path.ends_with(".arrows")));
          }};
}

Result<BatchSource> OpenDatabaseSource(const std::string& url) {
  const std::string place = DatabasePlace(url);
  auto opened = OpenDatabaseTable(url, OfEnvironment);
  if (!opened.ok()) return AtPlace(place, std::move(opened).error());
  return BatchSource{.table = std::move(opened->reader), .place = place, .identity = place + " " + opened->identity};
}

Result<BatchTarget> DatabaseTarget(const std::string& url, const std::string& work) {
  SCOREWAY_RETURN_IF_ERROR(CheckDatabaseUrl(url, OfEnvironment));
  return BatchTarget{.identity = DatabasePlace(url),
                     .open = [url, work](SinkColumns columns) -> Result<std::unique_ptr<TableSink>> {
                       columns.work = work;
                       columns.keeps_last = !work.empty();
                       auto sink = OpenDatabaseSink(url, OfEnvironment, columns);
                       if (!sink.ok()) return AtPlace(DatabasePlace(url), std::move(sink).error());
                       return sink;
                     }};
}

Status CheckBatchPlaces(const std::string& input, const std::string& output, const std::string& errors) {
  if (IsSamePlace(input, output)) {
    return Status(Code::kInvalidArgument, "is the input, which the output would replace", DatabasePlace(output));
  }
  if (!errors.empty() && (errors == output || IsSamePlace(input, errors))) {
    return Status(Code::kInvalidArgument, "is the input or the output; rows set aside need a file of their own",
                  DatabasePlace(errors));
  }
  return {};
}

}  // namespace scoreway
