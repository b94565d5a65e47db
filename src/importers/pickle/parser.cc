#include "importers/pickle/parser.h"

#include "importers/pickle/machine.h"
#include "importers/pickle/refuse.h"
#include "importers/pickle/walk.h"

namespace scoreway::pickle {

bool LooksLikePickle(std::string_view bytes) {
  if (bytes.size() < 2) return false;
  auto first = static_cast<unsigned char>(bytes[0]);
  if (first == static_cast<unsigned char>(Opcode::kProto)) return static_cast<unsigned char>(bytes[1]) <= kProtocolMax;
  // Protocols 0 and 1 have no header: they begin with an opcode that pushes something and end with STOP.
  return std::string_view("(]})cNIJKMLFGSTUVX").find(bytes[0]) != std::string_view::npos && bytes.back() == '.';
}

Result<Document> ParsePickle(std::string_view bytes, const Limits& limits) {
  auto arena = std::make_unique<Arena>(limits);
  Machine machine(arena.get(), bytes, 0, false);
  Result<Node*> root = machine.Run();
  if (!root.ok()) {
    SCOREWAY_RETURN_IF_ERROR(RefuseForbiddenNames(arena->globals()));
    return ToError(std::move(root));
  }
  SCOREWAY_ASSIGN_OR_RETURN(Shape shape, MeasureShape(**root, arena->node_count(), limits.depth));
  Document document(std::move(arena), *root, bytes.substr(0, machine.offset()));
  document.set_shape(shape.depth, shape.has_cycle);
  document.set_trailing_bytes(bytes.size() - machine.offset());
  return document;
}

}  // namespace scoreway::pickle
