#include "service/deliver_answers.h"

#include <memory>
#include <utility>
#include <vector>

#include "data/codec/json_batch_writer.h"
#include "kafka/kafka.h"
#include "tables/input_file.h"
#include "tables/sqlite_table.h"
#include "tables/table_reader.h"

namespace scoreway {
namespace {

constexpr size_t kRowsAtOnce = 4096;
constexpr std::chrono::milliseconds kAskTimeout{10'000};
// What one process leaves open the next one ends; until then readers wait.
constexpr std::chrono::milliseconds kTransactionTimeout{120'000};
constexpr int32_t kMarkPartition = 0;  // every topic has it
constexpr int64_t kMark = 1;

// The rows of a file of answers, in order.
class AnswerRows {
 public:
  static Result<std::unique_ptr<AnswerRows>> Open(const std::string& path) {
    SCOREWAY_ASSIGN_OR_RETURN(const std::shared_ptr<const InputFile> file, InputFile::Open(path));
    auto rows = std::make_unique<AnswerRows>();
    SCOREWAY_ASSIGN_OR_RETURN(rows->table_, OpenTable(file, TableFormat::kArrow));
    std::vector<Field> fields;
    for (const TableColumn& column : rows->table_->columns()) fields.push_back({column.name, column.type});
    SCOREWAY_ASSIGN_OR_RETURN(rows->schema_, Schema::Make(fields));
    SCOREWAY_RETURN_IF_ERROR(rows->table_->Bind(rows->schema_, std::vector<bool>(fields.size(), true)));
    rows->at_ = rows->table_->first();
    return rows;
  }

  const std::shared_ptr<const Schema>& schema() const { return schema_; }

  // Appends the next ones; false at the end.
  Result<bool> Next(Batch* batch) {
    while (true) {
      if (stream_ == nullptr) {
        SCOREWAY_ASSIGN_OR_RETURN(const bool any, table_->Cut(at_, &part_));
        if (!any) return false;
        at_ = part_.end;
        stream_ = table_->Rows(part_);
      }
      SCOREWAY_ASSIGN_OR_RETURN(const bool more, stream_->Next(batch, kRowsAtOnce));
      if (more) return true;
      stream_ = nullptr;
    }
  }

 private:
  std::unique_ptr<TableReader> table_;
  std::shared_ptr<const Schema> schema_;
  TablePart part_;
  TablePosition at_;
  std::unique_ptr<RowStream> stream_;
};

// The cells of a column as texts, numbers as JSON has them; a missing one is null.
std::vector<KafkaBytes> KeysOf(const Column& cells) {
  std::vector<KafkaBytes> keys;
  const bool is_text = IsText(cells.type());
  std::string json;
  if (!is_text) AppendJsonCells(cells, &json);
  for (size_t row = 0, at = 1; row < cells.size(); ++row) {  // behind '['
    const size_t end = is_text ? at : json.find_first_of(",]", at);
    const KafkaBytes key(is_text ? cells.string_at(row) : std::string_view(json).substr(at, end - at));
    keys.push_back(cells.valid(row) ? key : KafkaBytes());
    at = end + 1;
  }
  return keys;
}

// Sends what a transaction that is open is to hold.
Status SendRows(const FiringAnswers& answers, const std::string& topic, KafkaProducer* producer) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<AnswerRows> rows, AnswerRows::Open(answers.file));
  const StoredBatch& batch = answers.batch;
  std::vector<KafkaHeader> headers = {
      {"scoreway-batch", KafkaBytes(batch.name)},
      {"scoreway-firing", KafkaBytes(std::to_string(answers.firing.number))},
      {"scoreway-model", KafkaBytes(batch.model.substr(0, batch.model.find_first_of("@/")))},
      {"scoreway-version", KafkaBytes(std::to_string(answers.firing.version))},
      {"scoreway-row", {}}};
  Batch read(rows->schema());
  std::string lines;
  for (int64_t number = 0;;) {
    read.Clear();
    SCOREWAY_ASSIGN_OR_RETURN(const bool any, rows->Next(&read));
    if (!any) return {};
    const std::vector<KafkaBytes> keys =
        batch.keep.empty() ? std::vector<KafkaBytes>(read.rows()) : KeysOf(read.column(0));
    lines.clear();
    AppendJsonLines(read, {}, &lines);
    std::string_view left = lines;
    for (const KafkaBytes& key : keys) {
      const size_t end = left.find('\n');
      headers.back().value = KafkaBytes(std::to_string(++number));
      Status sent = producer->Send(topic, key, KafkaBytes(left.substr(0, end)), headers);
      if (!sent.ok()) return AtPlace("row " + std::to_string(number), std::move(sent).error());
      left.remove_prefix(end + 1);
    }
  }
}

}  // namespace

Status PutAnswersIntoSqlite(const FiringAnswers& answers, const std::string& path, const std::string& table) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::unique_ptr<AnswerRows> rows, AnswerRows::Open(answers.file));
  return PutIntoSqlite(path, table,
                       {.firing = answers.firing.number,
                        .version = answers.firing.version,
                        .schema = rows->schema(),
                        .next = [&](Batch* batch) { return rows->Next(batch); }});
}

Status SendAnswers(const FiringAnswers& answers, const KafkaSettings& settings, const std::string& topic_url) {
  SCOREWAY_ASSIGN_OR_RETURN(const KafkaTopicUrl url, ParseKafkaTopicUrl(topic_url));
  const KafkaAccess access{url.brokers, settings};
  const std::string id = "scoreway.batch." + answers.batch.name + "." + std::to_string(answers.firing.number);
  const std::atomic<bool> never{false};
  SCOREWAY_ASSIGN_OR_RETURN(
      const std::unique_ptr<KafkaProducer> producer,
      OpenKafkaProducer(access, {.transactional_id = id, .transaction_timeout = kTransactionTimeout}, never));
  // No other transaction of the id is under way any more.
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<KafkaOffset> marks,
                            KafkaCommitted(access, id, url.topic, std::vector<int32_t>{kMarkPartition}, kAskTimeout));
  if (marks[0].offset >= kMark) return {};
  SCOREWAY_RETURN_IF_ERROR(producer->Begin());
  SCOREWAY_RETURN_IF_ERROR(SendRows(answers, url.topic, producer.get()));
  return producer->CommitAlone(id, url.topic, std::vector<KafkaOffset>{{kMarkPartition, kMark}});
}

}  // namespace scoreway
