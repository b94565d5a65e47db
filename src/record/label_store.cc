#include "record/label_store.h"

#include <algorithm>
#include <unordered_map>

#include "base/crc32c.h"
#include "record/page_token.h"

namespace scoreway {
namespace {

constexpr uint32_t kBuckets = 256;
constexpr size_t kEventBytesMax = size_t{256} << 10;  // of a chunk of labels as they came
constexpr int64_t kDayMicros = 86'400'000'000;

Partition SubjectPartition(std::string_view model, std::string_view subject) {
  return {"label", std::string(model) + "/" + std::to_string(Crc32c(subject) % kBuckets)};
}

Error AtLabel(size_t index, Error error) { return AtPlace("label " + std::to_string(index + 1), std::move(error)); }

Result<std::optional<Label>> ParseStored(const std::optional<std::string>& value, const std::string& subject) {
  if (!value) return std::optional<Label>();
  Result<std::vector<Label>> labels = ParseLabels(*value);
  if (labels.ok() && labels->size() == 1) return std::optional<Label>(std::move(labels->front()));
  return Error{Code::kCorrupt, labels.ok() ? "not one label" : labels.error().message, "label of " + subject};
}

}  // namespace

Result<LabelPushCounts> LabelStore::Push(std::string_view model, std::vector<Label> labels) {
  if (labels.size() > kLabelsMax) {
    return Status(Code::kResourceExhausted, "more than " + std::to_string(kLabelsMax) + " labels at once");
  }
  const int64_t now = clock_.NowMicros();
  for (size_t i = 0; i < labels.size(); ++i) {
    Label& label = labels[i];
    label.arrival_micros = now;
    if (label.time_micros == 0) label.time_micros = now;
    if (Status status = CheckLabel(label); !status.ok()) return AtLabel(i, std::move(status).error());
    if (label.time_micros > now + kDayMicros) {
      return AtLabel(i, {Code::kInvalidArgument, "the time lies more than a day ahead", {}});
    }
  }
  const std::lock_guard lock(write_locks_[Crc32c(model) % write_locks_.size()]);
  std::vector<std::string> subjects;
  std::unordered_map<std::string, size_t> place_of_subject;
  std::vector<Label> newest;
  LabelPushCounts counts;
  for (Label& label : labels) {
    std::string subject = SubjectOf(label);
    const auto [at, is_new] = place_of_subject.try_emplace(subject, newest.size());
    if (is_new) {
      subjects.push_back(std::move(subject));
      newest.push_back(std::move(label));
    } else {
      Label& other = newest[at->second];
      ++(other.value == label.value ? counts.same : counts.older);
      if (label.time_micros >= other.time_micros) other = std::move(label);
    }
  }
  SCOREWAY_ASSIGN_OR_RETURN(const auto stored, Find(model, subjects));
  std::vector<Label> changed;
  for (size_t i = 0; i < newest.size(); ++i) {
    if (stored[i] && stored[i]->value == newest[i].value) {
      ++counts.same;
    } else if (stored[i] && stored[i]->time_micros > newest[i].time_micros) {
      ++counts.older;
    } else {
      changed.push_back(std::move(newest[i]));
    }
  }
  SCOREWAY_RETURN_IF_ERROR(WriteLabels(model, changed, now));
  counts.stored = changed.size();
  return counts;
}

// As they came first: a push that breaks off is pushed again, and then finds nothing new in what counts already.
Status LabelStore::WriteLabels(std::string_view model, const std::vector<Label>& labels, int64_t now_micros) {
  size_t next = 0;
  while (next < labels.size()) {
    std::vector<WriteBatch> batches;
    RecordChunk events{NewChunkSort(now_micros), {}};
    std::unordered_map<std::string, size_t> batch_of_partition;
    for (; next < labels.size() && events.bytes.size() < kEventBytesMax; ++next) {
      std::string value;
      AppendLabel(labels[next], &value);
      events.bytes += value;
      std::string subject = SubjectOf(labels[next]);
      Partition partition = SubjectPartition(model, subject);
      const auto [at, is_new] = batch_of_partition.try_emplace(partition.key, batches.size());
      if (!is_new && batches[at->second].writes.size() == kBatchWritesMax) at->second = batches.size();
      if (at->second == batches.size()) batches.push_back({std::move(partition), {}, true});
      batches[at->second].writes.push_back(PutWithTtl(std::move(subject), std::move(value), ttl_micros_));
    }
    std::vector<WriteBatch> in_order;
    WriteBatch minute = RecordRows::MinuteBatch(RecordStream::kLabels, model, now_micros, ttl_micros_);
    in_order.push_back(RecordRows::ChunkBatch(RecordStream::kLabels, model, std::move(events), ttl_micros_));
    minute.any_order = false;  // what follows waits for it
    in_order.push_back(std::move(minute));
    std::ranges::move(batches, std::back_inserter(in_order));
    SCOREWAY_RETURN_IF_ERROR(store_.Apply(in_order, nullptr));
  }
  return {};
}

Result<std::vector<std::optional<Label>>> LabelStore::Find(std::string_view model,
                                                           const std::vector<std::string>& subjects) {
  std::vector<RowAddress> rows;
  rows.reserve(subjects.size());
  for (const std::string& subject : subjects) rows.push_back({SubjectPartition(model, subject), subject});
  SCOREWAY_ASSIGN_OR_RETURN(const auto values, store_.GetEach(rows));
  std::vector<std::optional<Label>> labels;
  labels.reserve(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    SCOREWAY_ASSIGN_OR_RETURN(auto label, ParseStored(values[i], subjects[i]));
    labels.push_back(std::move(label));
  }
  return labels;
}

Result<LabelStore::Page> LabelStore::List(std::string_view model, const TimeRange& range, size_t count_max,
                                          const std::string& page_token) {
  SCOREWAY_ASSIGN_OR_RETURN(RecordPlace place, DecodePageToken(page_token));
  RecordCursor cursor = rows_.Read(RecordStream::kLabels, model, range, place.chunk);
  Page page;
  while (true) {
    SCOREWAY_ASSIGN_OR_RETURN(const auto chunk, cursor.Next());
    if (!chunk) return page;
    SCOREWAY_ASSIGN_OR_RETURN(std::vector<Label> labels, ParseLabels(chunk->bytes));
    if (!range.oldest_first) std::reverse(labels.begin(), labels.end());
    const size_t begin = chunk->sort == place.chunk ? place.item : 0;
    for (size_t i = begin; i < labels.size(); ++i) {
      if (labels[i].arrival_micros < range.from_micros || labels[i].arrival_micros >= range.to_micros) continue;
      if (page.labels.size() == count_max) {
        page.next_page_token = EncodePageToken({chunk->sort, i});
        return page;
      }
      page.labels.push_back(std::move(labels[i]));
    }
  }
}

}  // namespace scoreway
