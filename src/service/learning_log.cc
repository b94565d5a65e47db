#include "service/learning_rows.h"
#include "service/read_predictions.h"

namespace scoreway {
namespace {

class LearningLog final : public LearningRows {
 public:
  LearningLog(const Service& service, std::string name, std::shared_ptr<const Schema> schema, const TimeRange& range,
              bool labelled)
      : service_(service), name_(std::move(name)), schema_(std::move(schema)), labelled_(labelled) {
    query_.range = range;
    query_.range.oldest_first = true;
    query_.shadow = false;
    query_.labels = labelled ? LabelWish::kOnlyLabelled : LabelWish::kNone;
  }

  Result<bool> Next(Batch* rows, Column* labels, size_t rows_max) override {
    size_t appended = 0;
    while (appended < rows_max) {
      if (page_ == nullptr || next_row_ == page_->table.rows()) {
        if (ended_) break;
        SCOREWAY_RETURN_IF_ERROR(ReadPage());
        continue;
      }
      SCOREWAY_RETURN_IF_ERROR(AppendRow(rows, labels));
      ++appended;
    }
    return appended > 0;
  }

  double fraction() const override { return -1; }

 private:
  static constexpr size_t kRowsAtOnce = 10'000;

  Status ReadPage() {
    SCOREWAY_ASSIGN_OR_RETURN(PredictionPage page, ReadPredictions(service_, name_, query_, kRowsAtOnce, token_));
    token_ = page.next_page_token;
    ended_ = token_.empty();
    page_ = std::make_unique<PredictionPage>(std::move(page));
    next_row_ = 0;
    inputs_.clear();
    for (const Field& field : schema_->fields()) inputs_.push_back(page_->table.schema().Find("input." + field.name));
    label_ = page_->table.schema().Find("label");
    return {};
  }

  Status AppendRow(Batch* rows, Column* labels) {
    const size_t row = next_row_++;
    const Batch& table = page_->table;
    for (size_t i = 0; i < inputs_.size(); ++i) {
      Column& to = rows->column(i);
      if (!inputs_[i]) {
        to.AppendNull();
        continue;
      }
      const Column& from = table.column(*inputs_[i]);
      if (from.type() == to.type()) {
        to.AppendCells(from, row, row + 1);
      } else if (IsText(from.type()) != IsText(to.type())) {
        return Status(Code::kInvalidArgument, "logged with another type", "input '" + schema_->field(i).name + "'");
      } else {
        to.AppendNumber(from.NumberAt(row));
      }
    }
    if (!labelled_) return {};
    if (!label_) return Status(Code::kInternal, "a labelled page without labels");
    return AppendLabel(table.column(*label_), row, labels);
  }

  const Service& service_;
  const std::string name_;
  const std::shared_ptr<const Schema> schema_;
  const bool labelled_;
  PredictionQuery query_;
  std::string token_;
  bool ended_ = false;
  std::unique_ptr<PredictionPage> page_;
  size_t next_row_ = 0;
  std::vector<std::optional<size_t>> inputs_;  // columns of the page
  std::optional<size_t> label_;
};

}  // namespace

std::unique_ptr<LearningRows> OpenLearningLog(const Service& service, std::string name, const Model& model,
                                              const TimeRange& range, bool labelled) {
  return std::make_unique<LearningLog>(service, std::move(name), model.input_schema(), range, labelled);
}

}  // namespace scoreway
