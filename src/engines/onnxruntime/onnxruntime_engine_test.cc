#include "engines/onnxruntime/onnxruntime_engine.h"

#include <gtest/gtest.h>

#include <cstring>

#include "base/wire_writer.h"
#include "engines/onnx_tensors/run_tensors.h"
#include "engines/onnxruntime/ort_library.h"

namespace scoreway {
namespace {

// Puts a ZipMap with the labels 4 and 9 behind Y; gives the type of what it makes.
WireWriter AddZipMap(WireWriter* graph) {
  WireWriter node, labels, number, tensor, map, map_type, sequence, type;
  node.Bytes(1, "Y");
  node.Bytes(2, "Z");
  node.Bytes(4, "ZipMap");
  node.Bytes(7, "ai.onnx.ml");
  labels.Bytes(1, "classlabels_int64s");
  labels.Int(8, 4);
  labels.Int(8, 9);
  labels.Int(20, 7);
  node.Message(5, labels);
  graph->Message(1, node);
  number.Int(1, 1);
  tensor.Message(1, number);
  map.Int(1, 7);
  map.Message(2, tensor);
  map_type.Message(5, map);
  sequence.Message(1, map_type);
  type.Message(4, sequence);
  return type;
}

// Y = f(X), both floats of these dimensions; 0 is that of rows. With `maps` the output is Z, a map of each row of Y.
std::shared_ptr<const std::string> ModelOf(std::string_view function, const std::vector<int64_t>& dims,
                                           bool maps = false) {
  WireWriter node, shape, tensor, kind, graph, opset, ml_opset, model;
  node.Bytes(1, "X");
  node.Bytes(2, "Y");
  node.Bytes(4, function);
  for (const int64_t dim : dims) {
    WireWriter dimension;
    if (dim > 0) {
      dimension.Int(1, dim);
    } else {
      dimension.Bytes(2, "rows");
    }
    shape.Message(1, dimension);
  }
  tensor.Int(1, 1);
  tensor.Message(2, shape);
  kind.Message(1, tensor);
  graph.Message(1, node);
  graph.Bytes(2, "test");
  for (const uint32_t field : {11U, 12U}) {
    WireWriter value;
    value.Bytes(1, field == 11 ? "X" : maps ? "Z" : "Y");
    value.Message(2, field == 12 && maps ? AddZipMap(&graph) : kind);
    graph.Message(field, value);
  }
  opset.Bytes(1, "");
  opset.Int(2, 18);
  model.Int(1, 8);
  model.Bytes(2, "test");
  model.Message(7, graph);
  model.Message(8, opset);
  ml_opset.Bytes(1, "ai.onnx.ml");
  ml_opset.Int(2, 3);
  model.Message(8, ml_opset);
  return std::make_shared<const std::string>(std::move(model).TakeBytes());
}

class OnnxRuntimeEngine : public testing::Test {
 protected:
  OnnxRuntimeEngine() {
    std::vector<std::unique_ptr<const Engine>> others;
    others.push_back(MakeOnnxRuntimeEngine());
    engines_ = std::make_unique<Engines>(std::move(others));
  }
  void SetUp() override {
    if (const auto library = ort::OrtLibrary::Load(); !library.ok()) GTEST_SKIP() << library.error().ToString();
  }

  std::unique_ptr<Engines> engines_;
};

TEST_F(OnnxRuntimeEngine, TakesOnlyWhatTheImporterDoesNot) {
  const auto native = engines_->ReadModel(ModelOf("Relu", {0, 2}));
  ASSERT_TRUE(native.ok()) << native.error().ToString();
  EXPECT_EQ((*native)->engine(), "native");
  const auto other = engines_->ReadModel(ModelOf("Mish", {0, 2}));
  ASSERT_TRUE(other.ok()) << other.error().ToString();
  EXPECT_EQ((*other)->engine(), "onnxruntime");
  EXPECT_EQ((*other)->signature().inputs[1].name, "X_1");
}

TEST_F(OnnxRuntimeEngine, ScoresRows) {
  const auto model = engines_->ReadModel(ModelOf("Mish", {0, 2}));
  ASSERT_TRUE(model.ok()) << model.error().ToString();
  const auto scorer = engines_->MakeScorer(*model, {.outputs = {"Y_1"}});
  ASSERT_TRUE(scorer.ok()) << scorer.error().ToString();
  Batch input((*scorer)->input_schema()), output((*scorer)->output_schema());
  for (const float cell : {1.0F, 0.0F, 2.0F}) {
    input.column(0).AppendFloat32(0);
    input.column(1).AppendFloat32(cell);
  }
  const ScratchPtr scratch = (*scorer)->MakeScratch();
  ASSERT_TRUE((*scorer)->Run(input, *scratch, &output).ok());
  ASSERT_EQ(output.rows(), 3U);
  EXPECT_NEAR(output.column(0).float32s()[0], 0.865098, 1e-5);
  EXPECT_EQ(output.column(0).float32s()[1], 0);
}

TEST_F(OnnxRuntimeEngine, GivesMapsAColumnAKey) {
  const auto model = engines_->ReadModel(ModelOf("Mish", {0, 2}, true));
  ASSERT_TRUE(model.ok()) << model.error().ToString();
  const auto scorer = engines_->MakeScorer(*model);
  ASSERT_TRUE(scorer.ok());
  ASSERT_EQ((*scorer)->output_schema()->size(), 2U);
  EXPECT_EQ((*scorer)->output_schema()->field(1).name, "Z_9");
  Batch input((*scorer)->input_schema()), output((*scorer)->output_schema());
  for (size_t c = 0; c < 2; ++c) {
    input.column(c).AppendFloat32(static_cast<float>(c));
    input.column(c).AppendFloat32(0);
  }
  const ScratchPtr scratch = (*scorer)->MakeScratch();
  ASSERT_TRUE((*scorer)->Run(input, *scratch, &output).ok());
  EXPECT_EQ(output.column(0).float32s()[0], 0);
  EXPECT_NEAR(output.column(1).float32s()[0], 0.865098, 1e-5);
}

TEST_F(OnnxRuntimeEngine, TakesTensorsOfAnyRank) {
  const auto artifact = ModelOf("Mish", {1, 1, 2});
  const auto model = engines_->ReadModel(artifact);
  ASSERT_TRUE(model.ok()) << model.error().ToString();
  const auto scorer = engines_->MakeScorer(*model);
  ASSERT_TRUE(scorer.ok());
  onnx::TensorData tensor;
  tensor.type = onnx::ElementType::kFloat;
  tensor.dims = {1, 1, 2};
  tensor.raw.assign(8, '\0');
  const auto outputs = RunTensors(**scorer, *artifact, {tensor});
  ASSERT_TRUE(outputs.ok()) << outputs.error().ToString();
  EXPECT_EQ((*outputs)[0].name, "Y");
  EXPECT_EQ((*outputs)[0].dims, tensor.dims);
  EXPECT_FALSE(RunTensors(**scorer, *artifact, {}).ok());
}

TEST_F(OnnxRuntimeEngine, SaysWhatOnnxRuntimeSays) {
  const auto model = engines_->ReadModel(ModelOf("NoSuchOperator", {0, 2}));
  ASSERT_FALSE(model.ok());
  EXPECT_EQ(model.code(), Code::kUnsupported);
  EXPECT_NE(model.error().message.find("node 'Y' (NoSuchOperator): the operator is not supported"), std::string::npos);
  EXPECT_NE(model.error().message.find("the engine 'onnxruntime': ONNX Runtime: "), std::string::npos)
      << model.error().message;
}

}  // namespace

TEST(RunTensors, TakesANativeModelRowByRow) {
  const auto artifact = ModelOf("Relu", {0, 2, 1});
  const auto model = NativeEngines().ReadModel(artifact);
  ASSERT_TRUE(model.ok()) << model.error().ToString();
  const auto scorer = NativeEngines().MakeScorer(*model);
  ASSERT_TRUE(scorer.ok());
  onnx::TensorData tensor;
  tensor.type = onnx::ElementType::kFloat;
  tensor.dims = {3, 2, 1};
  const float numbers[] = {-1, 2, -3, 4, 5, -6};
  tensor.raw.assign(reinterpret_cast<const char*>(numbers), sizeof numbers);
  const auto outputs = RunTensors(**scorer, *artifact, {tensor});
  ASSERT_TRUE(outputs.ok()) << outputs.error().ToString();
  EXPECT_EQ((*outputs)[0].dims, (onnx::Dims{3, 2, 1}));
  float answers[6];
  std::memcpy(answers, (*outputs)[0].raw.data(), sizeof answers);
  EXPECT_EQ(answers[1], 2);
  EXPECT_EQ(answers[5], 0);
  tensor.dims = {2, 3, 1};
  EXPECT_EQ(RunTensors(**scorer, *artifact, {tensor}).code(), Code::kInvalidArgument);
}

}  // namespace scoreway
