#include "service/batch_columns.h"
#include "service/learning_rows.h"
#include "tables/input_file.h"
#include "tables/table_reader.h"

namespace scoreway {
namespace {

class LearningFile final : public LearningRows {
 public:
  LearningFile(std::string path, std::unique_ptr<TableReader> table, BatchColumns columns)
      : path_(std::move(path)),
        table_(std::move(table)),
        columns_(std::move(columns)),
        read_(columns_.read),
        next_(table_->first()) {}

  Result<bool> Next(Batch* rows, Column* labels, size_t rows_max) override {
    read_.Clear();
    while (read_.rows() < rows_max) {
      if (stream_ != nullptr) {
        const Result<bool> more = stream_->Next(&read_, rows_max - read_.rows());
        if (!more.ok()) return AtPlace(path_, more.error());
        if (*more) continue;
        stream_.reset();
      }
      const Result<bool> any = table_->Cut(next_, &part_);
      if (!any.ok()) return AtPlace(path_, any.error());
      if (!*any) break;
      next_ = part_.end;
      stream_ = table_->Rows(part_);
    }
    for (size_t i = 0; i < columns_.wanted; ++i) rows->column(i).AppendCells(read_.column(i), 0, read_.rows());
    for (size_t row = 0; row < read_.rows() && !columns_.kept.empty(); ++row) {
      if (Status status = AppendLabel(read_.column(columns_.kept[0]), row, labels); !status.ok()) {
        return AtPlace(path_, AtPlace("row " + std::to_string(rows_ + row + 1), std::move(status).error()));
      }
    }
    rows_ += read_.rows();
    return read_.rows() > 0;
  }

  double fraction() const override { return table_->FractionBefore(next_); }

 private:
  const std::string path_;
  const std::unique_ptr<TableReader> table_;
  const BatchColumns columns_;
  Batch read_;
  TablePosition next_;
  TablePart part_;
  std::unique_ptr<RowStream> stream_;
  uint64_t rows_ = 0;
};

}  // namespace

Result<std::unique_ptr<LearningRows>> OpenLearningFile(const Model& model, const LearningFileOptions& options) {
  SCOREWAY_ASSIGN_OR_RETURN(std::shared_ptr<const InputFile> file, InputFile::Open(options.path));
  return OpenLearningTable(model, std::move(file), options);
}

Result<std::unique_ptr<LearningRows>> OpenLearningTable(const Model& model, std::shared_ptr<const FileBytes> bytes,
                                                        const LearningFileOptions& options) {
  const auto at_file = [&](Error error) { return AtPlace(options.path, std::move(error)); };
  auto table = OpenTable(std::move(bytes), options.format, {.delimiter = options.delimiter});
  if (!table.ok()) return at_file(std::move(table).error());
  std::vector<bool> may_be_absent;
  for (const InputField& field : model.signature().inputs) {
    may_be_absent.push_back(field.missing == MissingRule::kModel);
  }
  std::vector<std::string> kept;
  if (!options.label.empty()) kept.push_back(options.label);
  SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const Schema> nothing, Schema::Make({}));
  auto columns = BindBatchColumns((*table)->columns(), *model.input_schema(), may_be_absent,
                                  model.signature().inputs_named, *nothing, kept);
  if (!columns.ok()) return at_file(std::move(columns).error());
  if (Status status = (*table)->Bind(columns->read, columns->may_be_absent); !status.ok()) {
    return at_file(std::move(status).error());
  }
  return std::unique_ptr<LearningRows>(
      std::make_unique<LearningFile>(options.path, std::move(*table), std::move(*columns)));
}

}  // namespace scoreway
