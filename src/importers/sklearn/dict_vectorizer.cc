// DictVectorizer: rows as dicts from names to texts or numbers. A feature is named by its key, or by key and text with
// a separator between.

#include <algorithm>
#include <map>

#include "importers/sklearn/lowerings.h"

namespace scoreway::sklearn {
namespace {

// Where the features of one key go.
struct Key {
  std::vector<std::string> texts;
  std::vector<size_t> positions;  // of each text; of the key itself if it holds numbers
};

Result<TableColumn> FindKey(Context& context, const Object& vectorizer, const Table& in, const std::string& name) {
  const auto found = std::find_if(in.columns.begin(), in.columns.end(),
                                  [&name](const TableColumn& column) { return column.name == name; });
  if (found != in.columns.end()) return *found;
  if (!in.by_name) return context.Unsupported(vectorizer, "the key '" + name + "', which is no input");
  return context.InputColumn(name);
}

}  // namespace

Result<Table> TransformDictVectorizer(Context& context, const Object& vectorizer, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Object names_at, vectorizer.Want("feature_names_"));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<std::string> names, names_at.Texts());
  SCOREWAY_ASSIGN_OR_RETURN(const std::string separator, vectorizer.TextOr("separator", "="));
  if (separator.empty() || names.empty()) return context.Unsupported(vectorizer, "features without a separator");
  std::map<std::string, Key> keys;
  for (size_t i = 0; i < names.size(); ++i) {
    const size_t split = names[i].find(separator);
    if (split == std::string::npos) {
      keys[names[i]].positions.push_back(i);
      continue;
    }
    Key& key = keys[names[i].substr(0, split)];
    key.texts.push_back(names[i].substr(split + separator.size()));
    key.positions.push_back(i);
  }
  Table out;
  out.columns.resize(names.size());
  for (const auto& [name, key] : keys) {
    Table column;
    SCOREWAY_ASSIGN_OR_RETURN(column.columns.emplace_back(), FindKey(context, vectorizer, in, name));
    if (key.texts.empty()) {
      SCOREWAY_ASSIGN_OR_RETURN(const ValueId number, context.Numbers(vectorizer, column));
      out.columns[key.positions[0]] = context.TableOf(number, column).columns[0];
      continue;
    }
    if (key.texts.size() != key.positions.size()) return context.Unsupported(vectorizer, "a key of texts and numbers");
    // A text that was not there, or a missing one, has no feature of its own.
    Labels known;
    known.type = Type::kString;
    known.texts = key.texts;
    context.NoteCategories(column.columns[0], known);
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId cells, context.Texts(vectorizer, column));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId codes,
                              context.Add(op::EncodeText{{name}, {key.texts}, {{false, op::kNaN}}, {{false, op::kNaN}}},
                                          {cells}, vectorizer));
    op::OneHot one_hot;
    one_hot.widths = {static_cast<uint32_t>(key.texts.size())};
    one_hot.slots.emplace_back();
    for (size_t i = 0; i < key.texts.size(); ++i) one_hot.slots[0].push_back(static_cast<int32_t>(i));
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.Add(std::move(one_hot), {codes}, vectorizer));
    const Table features = context.TableOf(value);
    for (size_t i = 0; i < key.positions.size(); ++i) out.columns[key.positions[i]] = features.columns[i];
  }
  return out;
}

}  // namespace scoreway::sklearn
