#include "importers/spark/spark_importer.h"

#include <algorithm>
#include <set>
#include <utility>

#include "importers/archive/archive.h"
#include "importers/spark/lowerings.h"
#include "importers/spark/stage_list.h"

namespace scoreway::spark {
namespace {

// A text column that is found out late means lowering again; the stages can find out no more often than they are many.
constexpr int kAttemptsMax = 16;

// The predicted label under its own name, where no column has that name.
Status AddLabelOutputs(Context& context) {
  ModelBuilder& builder = context.builder();
  const std::vector<std::string> columns = context.AnswerColumns();
  for (const auto& [name, label] : context.label_answers()) {
    if (std::find(columns.begin(), columns.end(), name) != columns.end()) continue;
    SCOREWAY_RETURN_IF_ERROR(
        builder.AddOutput(name, label.labels.empty() ? Type::kFloat64 : Type::kString, label.value, 0));
    if (!label.probability || context.label_answers().size() > 1) continue;
    for (uint32_t k = 0; k < context.width(*label.probability); ++k) {
      const std::string text = k < label.labels.size() ? label.labels[k] : std::to_string(k);
      SCOREWAY_RETURN_IF_ERROR(builder.AddOutput("probability(" + text + ")", Type::kFloat64, *label.probability, k));
    }
  }
  return {};
}

// Columns as Spark names them; of a vector an output for each item, `probability_0` and on.
Status AddOutputs(Context& context) {
  ModelBuilder& builder = context.builder();
  for (const std::string& name : context.AnswerColumns()) {
    const FrameColumn& column = context.column(name);
    switch (column.kind) {
      case FrameColumn::Kind::kTokens: {
        SCOREWAY_ASSIGN_OR_RETURN(const ValueId list,
                                  builder.Add(op::ListWords{column.tokens->Count()}, {column.tokens->text}, name));
        SCOREWAY_RETURN_IF_ERROR(builder.AddOutput(name, Type::kList, list, 0));
        break;
      }
      case FrameColumn::Kind::kList:
        SCOREWAY_RETURN_IF_ERROR(builder.AddOutput(name, Type::kList, column.value, 0));
        break;
      case FrameColumn::Kind::kText:
        SCOREWAY_RETURN_IF_ERROR(builder.AddOutput(name, Type::kString, column.value, 0));
        break;
      case FrameColumn::Kind::kNumber:
        SCOREWAY_RETURN_IF_ERROR(builder.AddOutput(name, column.type, column.value, 0));
        break;
      case FrameColumn::Kind::kVector:
        for (uint32_t i = 0; i < column.width; ++i) {
          SCOREWAY_RETURN_IF_ERROR(builder.AddOutput(name + "_" + std::to_string(i), Type::kFloat64, column.value, i));
        }
        break;
    }
  }
  return AddLabelOutputs(context);
}

Error UnsupportedError(const std::vector<std::string>& reasons) {
  Error error{Code::kUnsupported, "unsupported", {}};
  for (size_t i = 0; i < reasons.size(); ++i) error.message += (i == 0 ? ": " : "\n  ") + reasons[i];
  error.message += "\nwhat to do: leave the stage to whoever asks, or export the pipeline as ONNX (onnxmltools)";
  return error;
}

}  // namespace

bool LooksLikeSaved(std::string_view bytes) { return archive::LooksLikeArchive(bytes); }

Error NoRecommender() {
  return {Code::kInvalidArgument, "the model has no ALSModel of Spark, so it recommends nothing",
          "import option 'recommend'"};
}

Result<Model> ImportSaved(std::string_view bytes, const SavedOptions& options) {
  SCOREWAY_ASSIGN_OR_RETURN(const archive::Files files,
                            archive::ReadArchive(bytes, {.bytes_max = options.unpacked_bytes_max}));
  if (files.empty()) return Error{Code::kCorrupt, "is empty", "the archive"};
  SCOREWAY_ASSIGN_OR_RETURN(const std::string folder, ModelFolder(files));
  SCOREWAY_ASSIGN_OR_RETURN(const Stage root, Stage::Read(files, folder));

  std::set<std::string> text_inputs;
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    ModelBuilder builder(Provenance{"spark", "Apache Spark", root.spark_version(), root.class_name()});
    Context context(&builder, text_inputs, options.recommend);
    Status lowered = LowerStage(context, root);
    if (!lowered.ok() && lowered.code() != Code::kUnsupported) return ToError(std::move(lowered));
    if (!context.late_texts().empty()) {
      text_inputs.insert(context.late_texts().begin(), context.late_texts().end());
      continue;
    }
    if (!lowered.ok()) return UnsupportedError(context.reasons());
    if (options.recommend != 0 && !context.recommends()) return NoRecommender();
    SCOREWAY_RETURN_IF_ERROR(AddOutputs(context));
    return std::move(builder).Build();
  }
  return Error{Code::kInternal, "the types of the inputs cannot be settled", {}};
}

}  // namespace scoreway::spark
