#include "record/prediction_reader.h"

#include <algorithm>
#include <vector>

#include "record/page_token.h"
#include "record/prediction_chunk.h"
#include "record/prediction_table.h"

namespace scoreway {
namespace {

// Of the predictions on a page, and of all that is read for it.
constexpr size_t kPageBytesMax = size_t{16} << 20;
constexpr size_t kReadBytesMax = size_t{256} << 20;

bool IsWanted(const PredictionQuery& query, const PredictionHead& head) {
  return head.time_micros >= query.range.from_micros && head.time_micros < query.range.to_micros &&
         (query.alias.empty() || head.alias == query.alias) && (query.id.empty() || head.id == query.id) &&
         (query.key.empty() || head.key == query.key) && (!query.shadow || *query.shadow == head.is_shadow);
}

// One page in the making.
class Page {
 public:
  Page(LabelStore& labels, std::string_view model, const PredictionQuery& query, size_t count_max)
      : labels_(labels),
        model_(model),
        query_(query),
        count_max_(count_max),
        table_(query.labels != LabelWish::kNone) {}

  // Adds what is wanted of the chunk from its item `begin` on. False: the page ends before item next().
  Result<bool> Take(const PredictionChunk& chunk, size_t begin) {
    if (query_.version != 0 && chunk.version() != query_.version) return true;
    std::vector<size_t> items;
    LoggedPrediction prediction;
    for (size_t item = begin; item < chunk.size(); ++item) {
      SCOREWAY_RETURN_IF_ERROR(chunk.Read(IndexOf(chunk, item), &prediction));
      if (IsWanted(query_, prediction.head)) items.push_back(item);
    }
    if (items.empty()) return true;
    next_ = items.front();
    if (table_.rows() == count_max_ || !table_.Begin(chunk)) return false;
    const size_t room = count_max_ - table_.rows();
    // The one beyond tells where the next page begins. How many have labels is not known yet.
    if (query_.labels != LabelWish::kOnlyLabelled && items.size() > room + 1) items.resize(room + 1);
    SCOREWAY_ASSIGN_OR_RETURN(const auto labels, FindLabels(chunk, items));
    for (size_t i = 0; i < items.size(); ++i) {
      const Label* const label = labels.empty() || !labels[i] ? nullptr : &*labels[i];
      if (label == nullptr && query_.labels == LabelWish::kOnlyLabelled) continue;
      next_ = items[i];
      if (table_.rows() == count_max_ || bytes_ >= kPageBytesMax) return false;
      SCOREWAY_RETURN_IF_ERROR(chunk.Read(IndexOf(chunk, items[i]), &prediction));
      if (!table_.Add(chunk, prediction, label)) return false;
      bytes_ += chunk.BytesOf(IndexOf(chunk, items[i]));
    }
    return true;
  }

  size_t next() const { return next_; }
  Batch Finish() && { return std::move(table_).Finish(); }

 private:
  // Where item `item` of the order that is asked for stands in the chunk.
  size_t IndexOf(const PredictionChunk& chunk, size_t item) const {
    return query_.range.oldest_first ? item : chunk.size() - 1 - item;
  }

  // Of each item the label that counts; empty where none are wanted.
  Result<std::vector<std::optional<Label>>> FindLabels(const PredictionChunk& chunk, const std::vector<size_t>& items) {
    if (query_.labels == LabelWish::kNone) return std::vector<std::optional<Label>>();
    std::vector<std::string> subjects;
    std::vector<size_t> item_of_subject;
    LoggedPrediction prediction;
    for (size_t i = 0; i < items.size(); ++i) {
      SCOREWAY_RETURN_IF_ERROR(chunk.Read(IndexOf(chunk, items[i]), &prediction));
      subjects.push_back(PredictionSubject(prediction.head.id, prediction.head.row));
      item_of_subject.push_back(i);
      if (prediction.head.key.empty()) continue;
      subjects.push_back(KeySubject(prediction.head.key));
      item_of_subject.push_back(i);
    }
    SCOREWAY_ASSIGN_OR_RETURN(auto found, labels_.Find(model_, subjects));
    std::vector<std::optional<Label>> labels(items.size());
    for (size_t i = 0; i < found.size(); ++i) {
      std::optional<Label>& label = labels[item_of_subject[i]];
      if (found[i] && (!label || found[i]->time_micros > label->time_micros)) label = std::move(found[i]);
    }
    return labels;
  }

  LabelStore& labels_;
  const std::string_view model_;
  const PredictionQuery& query_;
  const size_t count_max_;
  PredictionTable table_;
  size_t bytes_ = 0;
  size_t next_ = 0;
};

}  // namespace

Result<PredictionPage> PredictionReader::Read(std::string_view model, const PredictionQuery& query, size_t count_max,
                                              const std::string& page_token) {
  SCOREWAY_ASSIGN_OR_RETURN(const RecordPlace place, DecodePageToken(page_token));
  RecordCursor cursor = rows_.Read(RecordStream::kPredictions, model, query.range, place.chunk);
  Page page(labels_, model, query, count_max);
  std::string next_page_token;
  size_t bytes_read = 0;
  while (true) {
    SCOREWAY_ASSIGN_OR_RETURN(auto found, cursor.Next());
    if (!found) break;
    if (bytes_read >= kReadBytesMax) {
      next_page_token = EncodePageToken({found->sort, 0});
      break;
    }
    bytes_read += found->bytes.size();
    const size_t begin = found->sort == place.chunk ? place.item : 0;
    Result<PredictionChunk> chunk = PredictionChunk::Parse(std::move(found->bytes));
    Result<bool> taken = chunk.ok() ? page.Take(*chunk, begin) : Result<bool>(chunk.error());
    if (!taken.ok()) return AtPlace("chunk of '" + std::string(model) + "'", std::move(taken).error());
    if (*taken) continue;
    next_page_token = EncodePageToken({found->sort, page.next()});
    break;
  }
  return PredictionPage{std::move(page).Finish(), std::move(next_page_token)};
}

}  // namespace scoreway
