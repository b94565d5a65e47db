#include "tables/find_columns.h"

#include <string>
#include <string_view>

#include "data/codec/column_names.h"

namespace scoreway {

Result<std::vector<std::optional<size_t>>> FindTableColumns(std::span<const TableColumn> columns, const Schema& schema,
                                                            const std::vector<bool>& may_be_absent) {
  std::vector<std::optional<size_t>> found(schema.size());
  std::vector<std::string_view> names;
  for (size_t i = 0; i < columns.size(); ++i) {
    const TableColumn& column = columns[i];
    names.push_back(column.name);
    const auto target = schema.Find(column.name);
    if (!target) continue;
    const std::string place = "column " + Quoted(column.name);
    if (found[*target]) return Error{Code::kInvalidArgument, "stands twice", place};
    if (!column.is_readable) return Error{Code::kUnsupported, column.fault, place};
    const Type wanted = schema.field(*target).type;
    if (IsText(column.type) != IsText(wanted)) {
      return Error{
          Code::kInvalidArgument,
          std::string("holds ") + (IsText(column.type) ? "text" : "numbers") + ", not " + std::string(TypeName(wanted)),
          place};
    }
    found[*target] = i;
  }
  for (size_t i = 0; i < found.size(); ++i) {
    if (found[i] || may_be_absent[i]) continue;
    const std::string& name = schema.field(i).name;
    return Error{Code::kInvalidArgument, "is missing" + DidYouMean(name, names), "column " + Quoted(name)};
  }
  return found;
}

}  // namespace scoreway
