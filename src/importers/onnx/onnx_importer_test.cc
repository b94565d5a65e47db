#include "importers/onnx/onnx_importer.h"

#include <gtest/gtest.h>

#include <functional>

#include "base/wire_writer.h"

namespace scoreway::onnx {
namespace {

WireWriter Node(std::string_view type, const std::vector<std::string>& inputs, const std::vector<std::string>& outputs,
                std::string_view domain = "") {
  WireWriter node;
  for (const std::string& input : inputs) node.Bytes(1, input);
  for (const std::string& output : outputs) node.Bytes(2, output);
  node.Bytes(4, type);
  if (!domain.empty()) node.Bytes(7, domain);
  return node;
}

// A tensor of floats of these dimensions; 0 is an unknown one.
WireWriter Value(std::string_view name, const std::vector<int64_t>& dims, int64_t type = 1) {
  WireWriter shape;
  for (const int64_t dim : dims) {
    WireWriter dimension;
    if (dim > 0) dimension.Int(1, dim);
    shape.Message(1, dimension);
  }
  WireWriter tensor, kind, value;
  tensor.Int(1, type);
  tensor.Message(2, shape);
  kind.Message(1, tensor);
  value.Bytes(1, name);
  value.Message(2, kind);
  return value;
}

WireWriter Integers(std::string_view name, const std::vector<int64_t>& numbers) {
  WireWriter tensor;
  tensor.Int(1, static_cast<int64_t>(numbers.size()));
  tensor.Int(2, 7);
  for (const int64_t number : numbers) tensor.Int(7, number);
  tensor.Bytes(8, name);
  return tensor;
}

std::string ModelOf(const std::function<void(WireWriter*)>& fill) {
  WireWriter graph, opset, ml_opset, model;
  fill(&graph);
  opset.Bytes(1, "");
  opset.Int(2, 18);
  ml_opset.Bytes(1, "ai.onnx.ml");
  ml_opset.Int(2, 3);
  model.Int(1, 8);
  model.Message(7, graph);
  model.Message(8, opset);
  model.Message(8, ml_opset);
  return std::move(model).TakeBytes();
}

// X of [rows, 2] through the nodes to Y.
std::string ModelOfNodes(const std::vector<WireWriter>& nodes, const std::vector<WireWriter>& initializers = {}) {
  return ModelOf([&](WireWriter* graph) {
    for (const WireWriter& node : nodes) graph->Message(1, node);
    for (const WireWriter& initializer : initializers) graph->Message(5, initializer);
    graph->Message(11, Value("X", {0, 2}));
    graph->Message(12, Value("Y", {0, 2}));
  });
}

Error ErrorOf(const std::string& bytes) {
  Result<Model> model = ImportModel(bytes);
  EXPECT_FALSE(model.ok());
  return model.ok() ? Error{} : model.error();
}

TEST(OnnxImporter, KnowsItsFormat) {
  const std::string bytes = ModelOfNodes({Node("Identity", {"X"}, {"Y"})});
  EXPECT_TRUE(LooksLikeModel(bytes));
  EXPECT_FALSE(LooksLikeModel("\x80\x04\x95"));
  EXPECT_FALSE(LooksLikeModel(""));
}

TEST(OnnxImporter, NamesColumnsOfATensor) {
  const Result<Model> model = ImportModel(ModelOfNodes({Node("Relu", {"X"}, {"Y"})}));
  ASSERT_TRUE(model.ok()) << model.error().ToString();
  EXPECT_EQ(model->signature().inputs[1].name, "X_1");
  EXPECT_EQ(model->signature().inputs[1].type, Type::kFloat32);
  EXPECT_FALSE(model->signature().inputs_named);
  EXPECT_EQ(model->signature().outputs[1].name, "Y_1");
}

// A map of texts to floats, by a DictVectorizer to Y.
std::string ModelOfMap(bool second_input) {
  WireWriter tensor, value, map, kind, input;
  tensor.Int(1, 1);
  value.Message(1, tensor);
  map.Int(1, 8);
  map.Message(2, value);
  kind.Message(5, map);
  input.Bytes(1, "M");
  input.Message(2, kind);
  WireWriter vocabulary, node = Node("DictVectorizer", {"M"}, {"Y"}, "ai.onnx.ml");
  vocabulary.Bytes(1, "string_vocabulary");
  vocabulary.Bytes(9, "age");
  vocabulary.Bytes(9, "height");
  vocabulary.Int(20, 8);
  node.Message(5, vocabulary);
  return ModelOf([&](WireWriter* graph) {
    graph->Message(1, node);
    graph->Message(11, input);
    if (second_input) graph->Message(11, Value("X", {0, 2}));
    graph->Message(12, Value("Y", {0, 2}));
  });
}

TEST(OnnxImporter, ReadsAMapByItsKeys) {
  const Result<Model> model = ImportModel(ModelOfMap(false));
  ASSERT_TRUE(model.ok()) << model.error().ToString();
  ASSERT_EQ(model->signature().inputs.size(), 2U);
  EXPECT_EQ(model->signature().inputs[0].name, "age");
  EXPECT_EQ(model->signature().inputs[1].name, "height");
  EXPECT_TRUE(model->signature().inputs_named);
  // A key that a map does not have counts as 0.
  EXPECT_EQ(model->signature().inputs[0].missing, MissingRule::kModel);
  EXPECT_EQ(ErrorOf(ModelOfMap(true)).code, Code::kUnsupported);
}

TEST(OnnxImporter, ReportsAllThatIsNotSupported) {
  const Error error =
      ErrorOf(ModelOfNodes({Node("Bernoulli", {"X"}, {"a"}), Node("Relu", {"a"}, {"b"}), Node("Det", {"X"}, {"Y"})}));
  EXPECT_EQ(error.code, Code::kUnsupported);
  EXPECT_EQ(error.message,
            "the model needs what the native engine does not have:\n"
            "  node 'a' (Bernoulli): the operator is not supported\n"
            "  node 'Y' (Det): the operator is not supported");
}

TEST(OnnxImporter, RefusesWhatMixesRows) {
  const Error error = ErrorOf(ModelOfNodes({Node("Reshape", {"X", "shape"}, {"Y"})}, {Integers("shape", {-1})}));
  EXPECT_EQ(error.code, Code::kUnsupported);
  EXPECT_NE(error.message.find("node 'Y' (Reshape): it works across rows"), std::string::npos) << error.message;
}

TEST(OnnxImporter, RefusesCirclesAndNamesFromNowhere) {
  EXPECT_EQ(ErrorOf(ModelOfNodes({Node("Add", {"X", "b"}, {"a"}), Node("Relu", {"a"}, {"b"})})).ToString(),
            "the nodes form a circle");
  EXPECT_EQ(ErrorOf(ModelOfNodes({Node("Relu", {"nothing"}, {"Y"})})).ToString(),
            "node 'Y' (Relu): its input 'nothing' is made nowhere");
  EXPECT_EQ(ErrorOf(ModelOfNodes({Node("Relu", {"X"}, {"Z"})})).ToString(), "output 'Y': it is made nowhere");
}

TEST(OnnxImporter, RefusesDataElsewhere) {
  WireWriter tensor;
  tensor.Int(1, 2);
  tensor.Int(2, 1);
  tensor.Bytes(8, "W");
  tensor.Int(14, 1);
  const Error error = ErrorOf(ModelOfNodes({Node("Add", {"X", "W"}, {"Y"})}, {tensor}));
  EXPECT_EQ(error.code, Code::kUnsupported);
  EXPECT_NE(error.message.find("initializer 'W': a tensor whose data lie in another file"), std::string::npos);
}

TEST(OnnxImporter, RefusesTensorsOfImpossibleSize) {
  WireWriter tensor;
  tensor.Int(1, int64_t{1} << 40);
  tensor.Int(1, int64_t{1} << 40);
  tensor.Int(2, 1);
  tensor.Bytes(8, "W");
  const Error error = ErrorOf(ModelOfNodes({Node("Add", {"X", "W"}, {"Y"})}, {tensor}));
  EXPECT_EQ(error.code, Code::kCorrupt);
}

TEST(OnnxImporter, BoundsGrowth) {
  const Error error = ErrorOf(
      ModelOfNodes({Node("Expand", {"X", "shape"}, {"Y"})}, {Integers("shape", {1 << 12, 1 << 12, 1 << 12, 1, 2})}));
  EXPECT_EQ(error.code, Code::kResourceExhausted) << error.ToString();
}

TEST(OnnxImporter, RefusesTreesThatAreNone) {
  WireWriter node = Node("TreeEnsembleRegressor", {"X"}, {"Y"}, "ai.onnx.ml");
  const auto integers = [&node](std::string_view name, const std::vector<int64_t>& numbers) {
    WireWriter attribute;
    attribute.Bytes(1, name);
    for (const int64_t number : numbers) attribute.Int(8, number);
    node.Message(5, attribute);
  };
  integers("nodes_treeids", {0});
  integers("nodes_nodeids", {0});
  integers("nodes_featureids", {0});
  integers("nodes_truenodeids", {0});
  integers("nodes_falsenodeids", {7});
  WireWriter modes;
  modes.Bytes(1, "nodes_modes");
  modes.Bytes(9, "BRANCH_LEQ");
  node.Message(5, modes);
  EXPECT_EQ(ErrorOf(ModelOfNodes({node})).ToString(),
            "node 'Y' (ai.onnx.ml.TreeEnsembleRegressor): nodes_values has 0 entries, not 1");
}

TEST(OnnxImporter, SurvivesEveryTruncation) {
  const std::string bytes = ModelOfNodes({Node("Reshape", {"X", "shape"}, {"Y"})}, {Integers("shape", {-1, 2})});
  for (size_t size = 0; size < bytes.size(); ++size) (void)ImportModel(bytes.substr(0, size));
}

}  // namespace
}  // namespace scoreway::onnx
