// OnlineFeatures: what the use cases of feature views work with, made once for a process.
#pragma once

#include "base/clock.h"
#include "features/feature_reader.h"
#include "features/feature_store.h"
#include "store/followed.h"

namespace scoreway {

struct OnlineFeaturesOptions {
  std::chrono::milliseconds poll_interval{200};  // between two looks at the definitions; 0: none
  FeatureReaderOptions reader = {};
};

struct OnlineFeatures {
  // The store must outlive this.
  OnlineFeatures(Store& rows, const Clock& time, const OnlineFeaturesOptions& options)
      : clock(time),
        store(rows, time),
        catalogue({[this] { return store.ChangeCount(); }, [this] { return store.Definitions(); }},
                  options.poll_interval),
        reader(&store, options.reader) {}

  const Clock& clock;
  FeatureStore store;
  Followed<FeatureDefinitions> catalogue;
  FeatureReader reader;
};

}  // namespace scoreway
