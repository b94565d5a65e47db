#include "features/feature_catalogue.h"

#include <algorithm>

namespace scoreway {

FeatureCatalogue::FeatureCatalogue(FeatureStore* features, std::chrono::milliseconds poll_interval)
    : features_(features), definitions_(std::make_shared<const FeatureDefinitions>()) {
  if (poll_interval.count() > 0) poller_ = std::thread([this, poll_interval] { PollLoop(poll_interval); });
}

FeatureCatalogue::~FeatureCatalogue() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_changed_.notify_all();
  if (poller_.joinable()) poller_.join();
}

Status FeatureCatalogue::Refresh() {
  const std::lock_guard refreshing(refresh_mutex_);
  // Counted before reading: what changes meanwhile is seen next time.
  SCOREWAY_ASSIGN_OR_RETURN(const uint64_t changes, features_->ChangeCount());
  if (has_looked_ && changes == seen_changes_) return {};
  SCOREWAY_ASSIGN_OR_RETURN(FeatureDefinitions definitions, features_->Definitions());
  seen_changes_ = changes;
  has_looked_ = true;
  const std::lock_guard lock(mutex_);
  definitions_ = std::make_shared<const FeatureDefinitions>(std::move(definitions));
  number_.fetch_add(1, std::memory_order_release);
  return {};
}

void FeatureCatalogue::PollLoop(std::chrono::milliseconds interval) {
  auto wait = interval;
  std::unique_lock lock(mutex_);
  while (!stop_changed_.wait_for(lock, wait, [this] { return stopping_; })) {
    lock.unlock();
    // A store that does not answer is asked again, ever more rarely.
    wait = Refresh().ok() ? interval : std::min(wait * 2, std::chrono::milliseconds(10'000));
    lock.lock();
  }
}

uint64_t FeatureCatalogue::Reader::Number() {
  const uint64_t number = catalogue_->number_.load(std::memory_order_acquire);
  if (number != number_) {
    const std::lock_guard lock(catalogue_->mutex_);
    definitions_ = catalogue_->definitions_;
    number_ = number;
  }
  return number_;
}

const std::vector<FeatureViewPtr>& FeatureCatalogue::Reader::ViewsOfModel(std::string_view model) const {
  static const std::vector<FeatureViewPtr> none;
  const auto views = definitions_->views_of_model.find(model);
  return views == definitions_->views_of_model.end() ? none : views->second;
}

}  // namespace scoreway
