#include "importers/pickle/refuse.h"

#include <string_view>

#include "importers/pickle/global_names.h"
#include "importers/pickle/walk.h"

namespace scoreway::pickle {
namespace {

// The parts of "a.b.c" in turn; true when any satisfies the predicate.
template <typename Predicate>
bool AnyPart(std::string_view dotted, Predicate predicate) {
  while (true) {
    size_t dot = dotted.find('.');
    if (predicate(dotted.substr(0, dot))) return true;
    if (dot == std::string_view::npos) return false;
    dotted.remove_prefix(dot + 1);
  }
}

bool IsKnownException(std::string_view name) {
  return name.ends_with("Error") || name.ends_with("Warning") || name == "Exception" || name == "StopIteration";
}

GlobalVerdict JudgeInsidePackage(std::string_view module, std::string_view name, GlobalVerdict otherwise) {
  // joblib is vendored in old versions of sklearn; its array wrapper is data.
  if (module == "sklearn.externals.joblib.numpy_pickle" && name == "NumpyArrayWrapper") return otherwise;
  size_t last_dot = name.rfind('.');
  std::string_view last = last_dot == std::string_view::npos ? name : name.substr(last_dot + 1);
  auto leads_out = [](const Names& doors) { return [&doors](std::string_view part) { return doors.contains(part); }; };
  if (AnyPart(module, leads_out(DoorsInModules())) || AnyPart(name, leads_out(DoorsInNames())) ||
      ForbiddenFunctions().contains(last)) {
    return GlobalVerdict::kForbidden;
  }
  return otherwise;
}

Error Forbidden(const Global& global, std::string place) {
  return Error{Code::kPermissionDenied,
               "forbidden global " + global.FullName() + ": no saved model needs it, and loading it could run code",
               std::move(place)};
}

// A function of an unknown package; a class is capitalized and its call only makes an instance.
bool IsUnknownCall(const Node& node) {
  if (!node.is_instance() || !(*node.AsInstance())->called) return false;
  Result<const Global*> callable = (*node.AsInstance())->callable->AsGlobal();
  if (!callable.ok() || JudgeGlobal((*callable)->module, (*callable)->name) != GlobalVerdict::kUnknown) return false;
  char first = (*callable)->name.empty() ? '_' : (*callable)->name[0];
  return !(first >= 'A' && first <= 'Z');
}

std::string OffsetPlace(const Global& global) { return "offset " + std::to_string(global.offset); }

// Where in the tree the global is used, else where in the bytes it was.
std::string PlaceOf(const Document& document, const Global& global) {
  std::optional<std::string> path =
      FindPath(document, [&global](const Node& node) { return node.is_global() && *node.AsGlobal() == &global; });
  return path ? *path : OffsetPlace(global);
}

}  // namespace

GlobalVerdict JudgeGlobal(std::string_view module, std::string_view name) {
  if (module == "builtins" || module == "__builtin__" || module == "exceptions") {
    bool known = KnownBuiltins().contains(name) || IsKnownException(name);
    return known ? GlobalVerdict::kKnown : GlobalVerdict::kForbidden;
  }
  if (KnownStandardNames().contains(std::string(module) + "." + std::string(name))) return GlobalVerdict::kKnown;
  std::string_view package = module.substr(0, module.find('.'));
  if (StandardLibrary().contains(package) || ForbiddenPackages().contains(package)) return GlobalVerdict::kForbidden;
  if (CodePackages().contains(package) || module.starts_with("joblib.externals.cloudpickle")) {
    return GlobalVerdict::kCode;
  }
  bool known = KnownPackages().contains(package);
  return JudgeInsidePackage(module, name, known ? GlobalVerdict::kKnown : GlobalVerdict::kUnknown);
}

Status RefuseForbiddenNames(const std::vector<const Global*>& globals) {
  for (const Global* global : globals) {
    if (JudgeGlobal(global->module, global->name) == GlobalVerdict::kForbidden) {
      return Forbidden(*global, OffsetPlace(*global));
    }
  }
  return {};
}

Status RefuseForbiddenGlobals(const Document& document) {
  const Global* code = nullptr;
  for (const Global* global : document.globals()) {
    GlobalVerdict verdict = JudgeGlobal(global->module, global->name);
    if (verdict == GlobalVerdict::kForbidden) return Forbidden(*global, PlaceOf(document, *global));
    if (verdict == GlobalVerdict::kCode && code == nullptr) code = global;
  }
  if (code != nullptr) {
    return Status(Code::kUnsupported,
                  "unsupported: code saved by value (" + code->FullName() + "): use a function of an importable module",
                  PlaceOf(document, *code));
  }
  const Node* unknown_call = nullptr;
  std::optional<std::string> path = FindPath(document, [&unknown_call](const Node& node) {
    if (IsUnknownCall(node)) unknown_call = &node;
    return unknown_call != nullptr;
  });
  if (!path) return {};
  return Status(Code::kUnsupported, "unknown function " + unknown_call->ClassName() + " would have been called", *path);
}

}  // namespace scoreway::pickle
