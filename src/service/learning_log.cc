#include <algorithm>
#include <limits>

#include "service/learning_rows.h"
#include "service/read_predictions.h"

namespace scoreway {
namespace {

class PagedLearningLog final : public LearningLog {
 public:
  PagedLearningLog(const Service& service, std::string name, std::shared_ptr<const Schema> schema,
                   LearningLogOptions options)
      : service_(service),
        name_(std::move(name)),
        schema_(std::move(schema)),
        labelled_(options.labelled),
        rows_left_(options.rows_max == 0 ? std::numeric_limits<uint64_t>::max() : options.rows_max),
        token_(std::move(options.page_token)) {
    query_.range = options.range;
    query_.range.oldest_first = true;
    query_.shadow = false;
    query_.labels = labelled_ ? LabelWish::kOnlyLabelled : LabelWish::kNone;
  }

  Result<bool> Next(Batch* rows, Column* labels, size_t rows_max) override {
    size_t appended = 0;
    while (appended < rows_max) {
      if (page_ == nullptr || next_row_ == page_->table.rows()) {
        if (ended_ || rows_left_ == 0) break;
        SCOREWAY_RETURN_IF_ERROR(ReadPage());
        continue;
      }
      SCOREWAY_RETURN_IF_ERROR(AppendRow(rows, labels));
      ++appended;
    }
    return appended > 0;
  }

  double fraction() const override { return -1; }

  // A page that ends before the log may be followed by none that has such a row.
  std::string NextPageToken() override {
    std::string token = ended_ ? std::string() : token_;
    while (!token.empty()) {
      auto page = ReadPredictions(service_, name_, query_, 1, token);
      if (!page.ok() || page->table.rows() > 0) break;
      token = std::move(page->next_page_token);
    }
    return token;
  }

 private:
  static constexpr size_t kRowsAtOnce = 10'000;

  Status ReadPage() {
    const auto count_max = static_cast<size_t>(std::min<uint64_t>(kRowsAtOnce, rows_left_));
    SCOREWAY_ASSIGN_OR_RETURN(PredictionPage page, ReadPredictions(service_, name_, query_, count_max, token_));
    rows_left_ -= page.table.rows();
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
  uint64_t rows_left_;
  std::string token_;  // where the page that is read next begins
  bool ended_ = false;
  std::unique_ptr<PredictionPage> page_;
  size_t next_row_ = 0;
  std::vector<std::optional<size_t>> inputs_;  // columns of the page
  std::optional<size_t> label_;
};

}  // namespace

std::unique_ptr<LearningLog> OpenLearningLog(const Service& service, std::string name, const Model& model,
                                             LearningLogOptions options) {
  return std::make_unique<PagedLearningLog>(service, std::move(name), model.input_schema(), std::move(options));
}

}  // namespace scoreway
