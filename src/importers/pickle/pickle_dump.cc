// pickle_dump FILE [DEPTH [ITEMS]]: prints the object tree of a saved model, for those who write importers.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "importers/pickle/joblib.h"
#include "importers/pickle/refuse.h"
#include "importers/pickle/walk.h"

namespace scoreway::pickle {
namespace {

class Dumper {
 public:
  Dumper(size_t depth_max, size_t items_max) : depth_max_(depth_max), items_max_(items_max) {}

  // The node behind a label, on a line of its own, and what it holds on the lines below.
  void Print(const std::string& label, const Node& node, size_t depth) {
    std::printf("%*s%s%s\n", static_cast<int>(2 * depth), "", label.c_str(), Headline(node).c_str());
    if (depth >= depth_max_) return;
    if (node.is_instance()) return PrintInstance(node, depth + 1);
    if (node.is_dict()) return PrintPairs(*node.AsDict(), depth + 1);
    if (node.is_array()) return PrintArray(**node.AsArray(), depth + 1);
    size_t shown = std::min(ChildCount(node), items_max_);
    for (size_t i = 0; i < shown; ++i) Print("[" + std::to_string(i) + "] ", Child(node, i), depth + 1);
  }

 private:
  static std::string Short(std::string_view text) {
    std::string line;
    for (char c : text.substr(0, 80)) {
      auto byte = static_cast<unsigned char>(c);
      line += byte < 0x20 || byte == 0x7f ? '.' : c;
    }
    return line + (text.size() > 80 ? "..." : "");
  }

  static std::string Number(double value) {
    char text[32];
    std::snprintf(text, sizeof(text), "%.17g", value);
    return text;
  }

  std::string Headline(const Node& node) const {
    switch (node.kind()) {
      case Kind::kBool: return *node.AsBool() ? "True" : "False";
      case Kind::kInt: return std::to_string(*node.AsInt());
      case Kind::kFloat: return Number(*node.AsDouble());
      case Kind::kStr: return "'" + Short(*node.AsString()) + "'";
      case Kind::kBytes: return "bytes[" + std::to_string(node.AsBytes()->size()) + "]";
      case Kind::kGlobal: return "global " + (*node.AsGlobal())->FullName();
      case Kind::kDType: return "dtype " + (*node.AsDType())->ToString();
      case Kind::kArray: return ArrayHeadline(**node.AsArray());
      case Kind::kInstance: return ((*node.AsInstance())->called ? "call " : "new ") + node.ClassName();
      default: break;
    }
    size_t count = ChildCount(node) / (node.is_dict() ? 2 : 1);
    return node.Describe() + (count > 0 || node.is_sequence() ? " of " + std::to_string(count) : "");
  }

  static std::string ArrayHeadline(const Array& array) {
    std::string shape;
    for (int64_t dimension : array.shape()) shape += (shape.empty() ? "" : ", ") + std::to_string(dimension);
    std::string name = array.subclass() == nullptr ? "array" : array.subclass()->FullName();
    return name + "(" + shape + ") " + array.dtype().ToString();
  }

  void PrintInstance(const Node& node, size_t depth) {
    const Instance& instance = **node.AsInstance();
    if (instance.args != nullptr && ChildCount(*instance.args) > 0) Print("args: ", *instance.args, depth);
    if (instance.kwargs != nullptr) Print("kwargs: ", *instance.kwargs, depth);
    if (instance.state != nullptr && instance.state->is_dict()) {
      PrintAttributes(*instance.state->AsDict(), depth);
    } else if (instance.state != nullptr) {
      Print("state: ", *instance.state, depth);
    }
    size_t shown = std::min(instance.list_items.size(), items_max_);
    for (size_t i = 0; i < shown; ++i) Print("[" + std::to_string(i) + "] ", *instance.list_items[i], depth);
    if (!instance.dict_items.empty()) PrintPairs(DictView(&instance.dict_items), depth);
  }

  void PrintAttributes(DictView attributes, size_t depth) {
    for (size_t i = 0; i < attributes.size(); ++i) {
      Result<std::string_view> name = attributes.key(i).AsString();
      Print("." + (name.ok() ? std::string(*name) : attributes.key(i).Describe()) + " = ", attributes.value(i), depth);
    }
  }

  void PrintPairs(DictView pairs, size_t depth) {
    size_t shown = std::min(pairs.size(), items_max_);
    for (size_t i = 0; i < shown; ++i) Print(Headline(pairs.key(i)) + ": ", pairs.value(i), depth);
  }

  void PrintArray(const Array& array, size_t depth) {
    if (!array.dtype().fields.empty() && array.stored_nodes() == nullptr) {
      for (const DType::Field& field : array.dtype().fields) {
        Array column = *array.Field(field.name);
        std::printf("%*s%s: %s\n", static_cast<int>(2 * depth), "", std::string(field.name).c_str(),
                    ArrayHeadline(column).c_str());
        PrintArray(column, depth + 1);
      }
      return;
    }
    if (Result<Nodes> nodes = array.ToNodes(); nodes.ok()) {
      for (size_t i = 0; i < std::min(nodes->size(), items_max_); ++i) {
        Print("[" + std::to_string(i) + "] ", *(*nodes)[i], depth);
      }
      return;
    }
    std::string line;
    if (Result<std::vector<double>> numbers = array.ToDoubles(); numbers.ok()) {
      for (size_t i = 0; i < std::min(numbers->size(), items_max_); ++i) line += Number((*numbers)[i]) + " ";
    } else if (Result<std::vector<std::string>> texts = array.ToStrings(); texts.ok()) {
      for (size_t i = 0; i < std::min(texts->size(), items_max_); ++i) line += "'" + Short((*texts)[i]) + "' ";
    }
    if (!line.empty()) std::printf("%*s%s\n", static_cast<int>(2 * depth), "", line.c_str());
  }

  const size_t depth_max_;
  const size_t items_max_;
};

int Main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: pickle_dump FILE [DEPTH [ITEMS]]\n");
    return 2;
  }
  std::ifstream file(argv[1], std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (!file) {
    std::fprintf(stderr, "pickle_dump: cannot read %s\n", argv[1]);
    return 1;
  }
  Result<Document> document = ParseSaved(bytes);
  if (!document.ok()) {
    std::fprintf(stderr, "%s\n", document.error().ToString().c_str());
    return 1;
  }
  auto limit = [&](int i, size_t otherwise) { return argc > i ? std::strtoul(argv[i], nullptr, 10) : otherwise; };
  Dumper(limit(2, 12), limit(3, 8)).Print("", document->root(), 0);
  std::printf("-- %zu nodes, depth %zu%s\n", document->node_count(), document->depth(),
              document->has_cycle() ? ", with a cycle" : "");
  Status judged = RefuseForbiddenGlobals(*document);
  if (judged.ok()) return 0;
  std::fprintf(stderr, "%s\n", judged.ToString().c_str());
  return 1;
}

}  // namespace
}  // namespace scoreway::pickle

int main(int argc, char** argv) { return scoreway::pickle::Main(argc, argv); }
