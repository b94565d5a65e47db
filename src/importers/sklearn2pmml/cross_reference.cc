// sklearn2pmml's cross references: columns that one step puts into a Memory, under names, and another takes out again.

#include "importers/sklearn2pmml/lowerings.h"

namespace scoreway::sklearn2pmml {
namespace {

struct Reference {
  Object memory;
  std::vector<std::string> names;
};

Result<Reference> ReadReference(Context& context, const Object& user) {
  Reference reference;
  reference.memory = user.Get("memory");
  if (!reference.memory.is_instance()) return context.Unsupported(user, "a memory that is not in the model");
  SCOREWAY_ASSIGN_OR_RETURN(const Object names, user.Want("names"));
  SCOREWAY_ASSIGN_OR_RETURN(reference.names, names.Texts());
  return reference;
}

}  // namespace

Result<Table> TransformMemorizer(Context& context, const Object& memorizer, const Table& in) {
  SCOREWAY_ASSIGN_OR_RETURN(const Reference reference, ReadReference(context, memorizer));
  SCOREWAY_RETURN_IF_ERROR(context.WantWidth(memorizer, in, reference.names.size()));
  for (size_t i = 0; i < in.width(); ++i) context.Remember(reference.memory, reference.names[i], in.columns[i]);
  return Table();
}

Result<Table> TransformRecaller(Context& context, const Object& recaller, const Table&) {
  SCOREWAY_ASSIGN_OR_RETURN(const Reference reference, ReadReference(context, recaller));
  Table out;
  for (const std::string& name : reference.names) {
    const TableColumn* column = context.Recall(reference.memory, name);
    if (column == nullptr) return context.Unsupported(recaller, "'" + name + "', which no step before it remembers");
    out.columns.push_back(*column);
  }
  return out;
}

}  // namespace scoreway::sklearn2pmml
