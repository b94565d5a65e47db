#include "service/repository_index.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace scoreway {

Result<std::vector<IndexEntry>> RepositoryIndex(const Service& service, bool only_ready) {
  std::vector<IndexEntry> index;
  std::set<std::string> loaded;
  for (const Handle& model : service.serving->LoadedModels()) {
    index.push_back({model->name, model->version_text, true});
    loaded.insert(model->name);
  }
  ListOptions options;
  while (!only_ready) {
    SCOREWAY_ASSIGN_OR_RETURN(const ListPage<ModelInfo> page, service.registry->ListModels(options));
    for (const ModelInfo& model : page.items) {
      if (loaded.contains(model.name) || model.latest_version == 0) continue;
      index.push_back({model.name, std::to_string(model.latest_version), false});
    }
    if (page.next_page_token.empty()) break;
    options.page_token = page.next_page_token;
  }
  std::ranges::sort(index, [](const IndexEntry& a, const IndexEntry& b) {
    return std::tie(a.name, a.version) < std::tie(b.name, b.version);
  });
  return index;
}

}  // namespace scoreway
