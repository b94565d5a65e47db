#include "score/plan.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "score/kernel.h"
#include "score/lookup_kernel.h"
#include "score/lookup_plan.h"
#include "score/plan_layout.h"
#include "score/plan_operators.h"
#include "score/plan_scratch.h"
#include "score/row_plan.h"
#include "score/row_program.h"

namespace scoreway {

namespace {

// The blocks of a tile should stay in the second-level cache from one kernel to the next.
constexpr size_t kTileBytes = size_t{1} << 20;
constexpr size_t kTileRowsMax = 1024;
// Beyond this a single row needs hundreds of megabytes: a broken or hostile model.
constexpr uint64_t kColumnsMax = uint64_t{1} << 25;

constexpr uint32_t kConstantColumnsMax = 64;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// One row is a contiguous row. More rows begin each column on its own cache line, and not at a power of two, which
// would put the same row of all columns into one set of the cache.
size_t StrideFor(size_t rows) {
  if (rows == 1) return 1;
  const size_t stride = (rows + 7) / 8 * 8;
  return stride % 64 == 0 ? stride + 8 : stride;
}

size_t RoundUpTo64(size_t bytes) { return (bytes + 63) / 64 * 64; }

struct BoundInput {
  size_t column;  // of the batch
  ValueId value;
  Type type;
  bool reject_missing;
  uint64_t place = 0;  // column of the layout
};

struct BoundOutput {
  ValueId value;
  uint32_t column;  // of the value
  Type type;
  uint64_t place = 0;  // column of the layout
};

// ---- loading -------------------------------------------------------------------------------------------------------

// Columns hold NaN where a float is null.
template <typename T>
void LoadFloats(std::span<const T> cells, size_t first, size_t rows, double* out) {
  const T* from = cells.data() + first;
  for (size_t r = 0; r < rows; ++r) out[r] = static_cast<double>(from[r]);
}

template <typename T>
void LoadIntegers(const Column& column, std::span<const T> cells, size_t first, size_t rows, double* out) {
  const T* from = cells.data() + first;
  for (size_t r = 0; r < rows; ++r) out[r] = static_cast<double>(from[r]);
  if (column.null_count() == 0) return;
  for (size_t r = 0; r < rows; ++r) {
    if (!column.valid(first + r)) out[r] = kNaN;
  }
}

// Columns that lie in the caller's memory have no nulls.
template <typename T>
void LoadBorrowed(Plan::BorrowedCells cells, size_t first, size_t rows, double* out) {
  const T* from = static_cast<const T*>(cells) + first;
  for (size_t r = 0; r < rows; ++r) out[r] = static_cast<double>(from[r]);
}

void LoadBorrowed(Type type, Plan::BorrowedCells cells, size_t first, size_t rows, double* out) {
  switch (type) {
    case Type::kFloat32: return LoadBorrowed<float>(cells, first, rows, out);
    case Type::kFloat64: return LoadBorrowed<double>(cells, first, rows, out);
    case Type::kInt64: return LoadBorrowed<int64_t>(cells, first, rows, out);
    case Type::kBool:
    case Type::kString:
    case Type::kList: SCOREWAY_CHECK(type == Type::kFloat64);
  }
}

void LoadTexts(const Column& column, size_t first, size_t rows, std::string_view* out) {
  if (column.null_count() == 0) {
    for (size_t r = 0; r < rows; ++r) out[r] = column.string_at(first + r);
    return;
  }
  for (size_t r = 0; r < rows; ++r) {
    out[r] = column.valid(first + r) ? column.string_at(first + r) : std::string_view();
  }
}

void LoadNumbers(const Column& column, size_t first, size_t rows, double* out) {
  switch (column.type()) {
    case Type::kFloat32: return LoadFloats(column.float32s(), first, rows, out);
    case Type::kFloat64: return LoadFloats(column.float64s(), first, rows, out);
    case Type::kInt64: return LoadIntegers(column, column.int64s(), first, rows, out);
    case Type::kBool: return LoadIntegers(column, column.bools(), first, rows, out);
    case Type::kString:
    case Type::kList: return;
  }
}

bool AnyMissing(const Block& block, size_t rows) {
  if (block.texts != nullptr) {
    return std::any_of(block.texts, block.texts + rows, [](std::string_view text) { return text.data() == nullptr; });
  }
  int64_t missing = 0;
  for (size_t r = 0; r < rows; ++r) missing |= std::isnan(block.numbers[r]);
  return missing != 0;
}

bool SameTypes(const Schema& a, const Schema& b) {
  return std::equal(a.fields().begin(), a.fields().end(), b.fields().begin(), b.fields().end(),
                    [](const Field& x, const Field& y) { return x.type == y.type; });
}

// ---- making --------------------------------------------------------------------------------------------------------

// Whether the operator's output is the same for all rows, as its inputs are. Wide ones are rather made anew than kept,
// and texts may lie in an arena that is emptied with every tile, but for those that are a parameter.
bool IsConstant(const Operator& op, const ValueShape& output, const std::vector<bool>& is_constant,
                const std::vector<ValueId>& same_as) {
  if (output.kind != ValueKind::kNumber && !std::holds_alternative<op::DecodeText>(op.params)) return false;
  if (output.width > kConstantColumnsMax) return false;
  if (op.inputs.empty()) return std::holds_alternative<op::Constant>(op.params);
  return std::all_of(op.inputs.begin(), op.inputs.end(), [&](ValueId input) { return is_constant[same_as[input]]; });
}

// What a Plan runs one after the other: an operator, or a lookup in place of several.
struct Step {
  const Operator* op = nullptr;
  std::optional<Lookup> lookup;
};

// A lookup comes where its first operator does: all of them rest on the same input.
std::vector<Step> OrderSteps(const std::vector<const Operator*>& operators, std::vector<Lookup> lookups) {
  std::map<const Operator*, size_t> lookup_of;
  for (size_t i = 0; i < lookups.size(); ++i) {
    for (const Operator* op : lookups[i].operators) lookup_of.emplace(op, i);
  }
  std::vector<Step> steps;
  std::vector<bool> done(lookups.size(), false);
  for (const Operator* op : operators) {
    const auto it = lookup_of.find(op);
    if (it == lookup_of.end()) {
      steps.push_back({op, std::nullopt});
    } else if (!done[it->second]) {
      done[it->second] = true;
      steps.push_back({nullptr, std::move(lookups[it->second])});
    }
  }
  return steps;
}

Result<std::unique_ptr<Kernel>> KernelOfOperator(const Operator& op, const std::vector<ValueShape>& values) {
  Result<std::unique_ptr<Kernel>> kernel = MakeKernel({op, values});
  if (!kernel.ok()) return AtPlace(op.origin, std::move(kernel).error());
  return kernel;
}

}  // namespace

struct Plan::Impl {
  std::shared_ptr<const Model> model;
  std::shared_ptr<const Schema> output_schema;
  std::vector<BoundInput> inputs;
  std::vector<BoundOutput> outputs;
  std::vector<std::unique_ptr<Kernel>> kernels;           // of tiles of several rows
  RowProgram row_program;                                 // of one row: calls these kernels
  std::vector<std::unique_ptr<Kernel>> constant_kernels;  // whose outputs are the same for all rows, and kept
  PlanLayout layout;
  size_t tile_rows_max = 1;

  Status MakeKernels(const std::vector<const OutputField*>& wanted);
  Status LayOutTiles(const std::vector<const Operator*>& operators, const std::vector<ValueId>& constants,
                     const std::vector<ValueId>& same_as, const std::vector<std::pair<ValueId, size_t>>& late_reads);
  Status FillLookups(const std::vector<LookupKernel*>& lookups) const;

  // What is scored: a batch, and columns that lie elsewhere.
  struct Rows {
    const Batch& batch;
    std::span<const BorrowedCells> borrowed;
    size_t count;

    BorrowedCells BorrowedAt(size_t column) const { return column < borrowed.size() ? borrowed[column] : nullptr; }
  };

  Status Run(const Rows& rows, Scratch& scratch, Batch* output, uint64_t rows_before) const;
  Status RunOne(const Batch& batch, Scratch& scratch, Batch* output, uint64_t rows_before) const;
  Status CheckSchemas(const Batch& input, const Batch& output) const;
  Status CheckSizes(const Rows& rows) const;
  Status WrongSize(const BoundInput& input, const Batch& batch, size_t rows) const;
  Status LayOutScratch(size_t rows, PlanScratch& scratch) const;
  Status LoadTile(const Rows& rows, const Tile& tile) const;
  Status RunKernels(PlanScratch& scratch) const;
  void StoreTile(const Tile& tile, Batch* output) const;
  const BoundInput* LoadRow(const Batch& batch, const PlanScratch& scratch) const;
  [[gnu::noinline]] Status PrepareRow(const Batch& batch, PlanScratch& scratch, const Batch& output) const;
  [[gnu::noinline]] Status WrongCell(const BoundInput& input, const Batch& batch, const Tile& tile) const;
  void StoreRow(const PlanScratch& scratch, Batch* output) const;
  Status RejectMissing(const BoundInput& input, const Tile& tile) const;
};

Status Plan::Impl::MakeKernels(const std::vector<const OutputField*>& wanted) {
  const std::vector<ValueShape>& values = model->values();
  PlanOperators chosen = ChooseOperators(*model, wanted);
  const std::vector<InputField>& fields = model->signature().inputs;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (!chosen.read[i]) continue;
    inputs.push_back({i, static_cast<ValueId>(i), fields[i].type, fields[i].missing == MissingRule::kReject});
  }

  std::vector<bool> is_constant(values.size(), false);
  std::vector<ValueId> constants;
  std::vector<const Operator*> varying;
  for (const Operator* op : chosen.operators) {
    if (!IsConstant(*op, values[op->output], is_constant, chosen.same_as)) {
      varying.push_back(op);
      continue;
    }
    SCOREWAY_ASSIGN_OR_RETURN(constant_kernels.emplace_back(), KernelOfOperator(*op, values));
    is_constant[op->output] = true;
    constants.push_back(op->output);
  }
  chosen.operators = std::move(varying);

  std::vector<Step> steps = OrderSteps(chosen.operators, FindLookups(*model, chosen, is_constant, wanted));
  std::vector<const Operator*> order;
  std::vector<bool> bound;  // by operator: whether it is part of a lookup
  for (const Step& step : steps) {
    if (step.op != nullptr) order.push_back(step.op);
    if (step.lookup) order.insert(order.end(), step.lookup->operators.begin(), step.lookup->operators.end());
    bound.resize(order.size(), step.op == nullptr);
  }
  std::vector<ValueId> given;
  for (const BoundOutput& output : outputs) given.push_back(output.value);
  const RowPlan row_plan = PlanRow(order, bound, values, chosen.same_as, given);
  SCOREWAY_RETURN_IF_ERROR(LayOutTiles(order, constants, chosen.same_as, row_plan.late_reads));

  const RowProgram::Place place{values, layout, chosen.same_as};
  std::vector<LookupKernel*> lookups;
  size_t at = 0;  // in the order
  for (Step& step : steps) {
    if (step.op != nullptr) {
      SCOREWAY_ASSIGN_OR_RETURN(kernels.emplace_back(), KernelOfOperator(*step.op, values));
      row_program.Add(*step.op, place, *kernels.back(), row_plan.roles[at++]);
      continue;
    }
    at += step.lookup->operators.size();
    std::vector<std::unique_ptr<Kernel>> parts;
    for (const Operator* op : step.lookup->operators) {
      SCOREWAY_ASSIGN_OR_RETURN(parts.emplace_back(), KernelOfOperator(*op, values));
    }
    auto lookup = std::make_unique<LookupKernel>(std::move(*step.lookup), std::move(parts), values);
    lookups.push_back(lookup.get());
    row_program.Add(lookup.get(), place);
    kernels.push_back(std::move(lookup));
  }
  return FillLookups(lookups);
}

Status Plan::Impl::FillLookups(const std::vector<LookupKernel*>& lookups) const {
  if (lookups.empty()) return {};
  PlanScratch scratch;
  SCOREWAY_RETURN_IF_ERROR(LayOutScratch(1, scratch));
  for (LookupKernel* lookup : lookups) lookup->Fill(scratch.tile);
  return {};
}

Status Plan::Impl::LayOutTiles(const std::vector<const Operator*>& operators, const std::vector<ValueId>& constants,
                               const std::vector<ValueId>& same_as,
                               const std::vector<std::pair<ValueId, size_t>>& late_reads) {
  std::vector<ValueId> loaded, given;
  for (const BoundInput& input : inputs) loaded.push_back(input.value);
  for (const BoundOutput& output : outputs) given.push_back(output.value);
  // Constants are there from the first tile to the last.
  loaded.insert(loaded.end(), constants.begin(), constants.end());
  given.insert(given.end(), constants.begin(), constants.end());
  layout = LayOut(model->values(), operators, loaded, given, same_as, late_reads);
  for (BoundInput& input : inputs) input.place = layout.first_column[input.value];
  for (BoundOutput& output : outputs) output.place = layout.first_column[output.value] + output.column;
  const uint64_t columns = layout.number_columns + layout.text_columns;
  if (columns > kColumnsMax) {
    return Status(Code::kResourceExhausted, "the model needs " + std::to_string(columns) +
                                                " columns of working memory, more than the limit of " +
                                                std::to_string(kColumnsMax));
  }
  const size_t row_bytes = layout.number_columns * sizeof(double) + layout.text_columns * sizeof(std::string_view);
  tile_rows_max = std::clamp<size_t>(kTileBytes / std::max<size_t>(row_bytes, 1), 1, kTileRowsMax);
  return {};
}

Result<std::shared_ptr<const Plan>> Plan::Make(std::shared_ptr<const Model> model, const ScorerOptions& options) {
  if (model->program()) {
    return Error{Code::kUnsupported, "the model needs the engine '" + std::string(model->engine()) + "'", {}};
  }
  auto impl = std::make_unique<Impl>();
  impl->model = std::move(model);
  const Signature& signature = impl->model->signature();

  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<const OutputField*> wanted, WantedOutputs(signature, options));
  std::vector<Field> fields;
  for (const OutputField* output : wanted) {
    fields.push_back({output->name, output->type});
    impl->outputs.push_back({output->value, output->column, output->type});
  }
  SCOREWAY_ASSIGN_OR_RETURN(impl->output_schema, Schema::Make(std::move(fields)));

  SCOREWAY_RETURN_IF_ERROR(impl->MakeKernels(wanted));
  return std::shared_ptr<const Plan>(new Plan(std::move(impl)));
}

Plan::Plan(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Plan::~Plan() = default;

const Model& Plan::model() const { return *impl_->model; }
const std::shared_ptr<const Schema>& Plan::output_schema() const { return impl_->output_schema; }

ScratchPtr Plan::MakeScratch() const {
  auto scratch = std::make_unique<PlanScratch>();
  scratch->owner = impl_.get();
  return scratch;
}

// ---- running -------------------------------------------------------------------------------------------------------

Status Plan::Impl::CheckSchemas(const Batch& input, const Batch& output) const {
  if (!SameTypes(input.schema(), *model->input_schema())) {
    return Status(Code::kInvalidArgument, "the batch does not have the columns of the model's input schema");
  }
  SCOREWAY_CHECK(SameTypes(output.schema(), *output_schema));
  return {};
}

Status Plan::Impl::WrongSize(const BoundInput& input, const Batch& batch, size_t rows) const {
  return Status(Code::kInvalidArgument, "column '" + batch.schema().field(input.column).name + "' has " +
                                            std::to_string(batch.column(input.column).size()) + " cells, not " +
                                            std::to_string(rows) + " as the first column");
}

Status Plan::Impl::CheckSizes(const Rows& rows) const {
  for (const BoundInput& bound : inputs) {
    const size_t size = rows.batch.column(bound.column).size();
    if (size == rows.count || rows.BorrowedAt(bound.column) != nullptr) continue;
    return WrongSize(bound, rows.batch, rows.count);
  }
  return {};
}

Status Plan::Impl::LayOutScratch(size_t rows, PlanScratch& scratch) const {
  if (scratch.rows == rows) return {};
  const size_t stride = StrideFor(rows);
  const size_t number_bytes = RoundUpTo64(layout.number_columns * stride * sizeof(double));
  const size_t text_bytes = RoundUpTo64(layout.text_columns * stride * sizeof(std::string_view));
  size_t kernel_bytes = 0;
  for (const auto& kernel : kernels) kernel_bytes = std::max(kernel_bytes, kernel->ScratchBytes(rows));
  for (const auto& kernel : constant_kernels) kernel_bytes = std::max(kernel_bytes, kernel->ScratchBytes(rows));

  std::byte* memory = scratch.Reserve(number_bytes + text_bytes + kernel_bytes);
  auto* numbers = reinterpret_cast<double*>(memory);
  auto* texts = reinterpret_cast<std::string_view*>(memory + number_bytes);
  scratch.blocks.resize(model->values().size());
  scratch.done.assign(row_program.waiting(), 0);
  scratch.tile = {rows, 0, scratch.blocks, memory + number_bytes + text_bytes, &scratch.texts, 1};
  scratch.cells = {numbers, texts, scratch.done.data()};
  for (size_t v = 0; v < scratch.blocks.size(); ++v) {
    const ValueShape shape = model->values()[v];
    Block& block = scratch.blocks[v];
    block = Block{nullptr, nullptr, stride, shape.width};
    if (layout.first_column[v] == PlanLayout::kNowhere) continue;
    const size_t at = layout.first_column[v] * stride;
    if (shape.kind == ValueKind::kNumber) {
      block.numbers = numbers + at;
    } else {
      block.texts = texts + at;
    }
  }
  scratch.rows = 0;
  for (const auto& kernel : constant_kernels) SCOREWAY_RETURN_IF_ERROR(kernel->Run(scratch.tile));
  scratch.rows = rows;
  return {};
}

Status Plan::Impl::RejectMissing(const BoundInput& input, const Tile& tile) const {
  const Block& block = tile.blocks[input.value];
  size_t row = 0;
  while (block.texts != nullptr ? block.texts[row].data() != nullptr : !std::isnan(block.numbers[row])) ++row;
  return Status(Code::kInvalidArgument, "missing value, and the model has no rule for it",
                "row " + std::to_string(tile.row_number + row) + ", column '" +
                    model->signature().inputs[input.column].name + "'");
}

Status Plan::Impl::LoadTile(const Rows& rows, const Tile& tile) const {
  for (const BoundInput& bound : inputs) {
    const Column& column = rows.batch.column(bound.column);
    const Block& block = tile.blocks[bound.value];
    if (const BorrowedCells borrowed = rows.BorrowedAt(bound.column); borrowed != nullptr) {
      LoadBorrowed(bound.type, borrowed, tile.first_row, tile.rows, block.numbers);
    } else if (IsText(bound.type)) {
      LoadTexts(column, tile.first_row, tile.rows, block.texts);
    } else {
      LoadNumbers(column, tile.first_row, tile.rows, block.numbers);
    }
    if (bound.reject_missing && AnyMissing(block, tile.rows)) return RejectMissing(bound, tile);
  }
  return {};
}

void Plan::Impl::StoreTile(const Tile& tile, Batch* output) const {
  for (size_t i = 0; i < outputs.size(); ++i) {
    const Block& block = tile.blocks[outputs[i].value];
    Column& column = output->column(i);
    if (!IsText(outputs[i].type)) {
      column.AppendNumbers({block.number_column(outputs[i].column), tile.rows});
      continue;
    }
    const std::string_view* texts = block.text_column(outputs[i].column);
    for (size_t r = 0; r < tile.rows; ++r) {
      if (texts[r].data() == nullptr) {
        column.AppendNull();
      } else {
        column.AppendString(texts[r]);
      }
    }
  }
}

Status Plan::Impl::RunKernels(PlanScratch& scratch) const {
  if (scratch.rows == 1) return row_program.Run(scratch.tile, &scratch.cells);
  for (const auto& kernel : kernels) SCOREWAY_RETURN_IF_ERROR(kernel->Run(scratch.tile));
  return {};
}

// ---- one row -------------------------------------------------------------------------------------------------------

// Whatever a row costs besides its operators is most of what a small model costs: a batch of one row is not looked
// through twice, and what hardly ever happens is out of the way.

Status Plan::Impl::PrepareRow(const Batch& batch, PlanScratch& scratch, const Batch& output) const {
  SCOREWAY_RETURN_IF_ERROR(CheckSchemas(batch, output));
  return LayOutScratch(1, scratch);
}

// The first input whose column has no cell, or more, or lacks what the model has no rule for; null if all are there.
inline const BoundInput* Plan::Impl::LoadRow(const Batch& batch, const PlanScratch& scratch) const {
  double* const numbers = scratch.cells.numbers;
  for (const BoundInput& bound : inputs) {
    const Column& column = batch.column(bound.column);
    if (column.size() != 1) return &bound;
    // By a branch of its own, as most are.
    if (bound.type == Type::kFloat64) {
      const double number = column.float64s()[0];
      numbers[bound.place] = number;
      if (std::isnan(number) && bound.reject_missing) return &bound;
      continue;
    }
    const bool null = column.null_count() != 0;
    switch (bound.type) {
      case Type::kFloat32: numbers[bound.place] = static_cast<double>(column.float32s()[0]); break;
      case Type::kFloat64: break;
      case Type::kInt64: numbers[bound.place] = null ? kNaN : static_cast<double>(column.int64s()[0]); break;
      case Type::kBool: numbers[bound.place] = null ? kNaN : static_cast<double>(column.bools()[0]); break;
      case Type::kString:
      case Type::kList: scratch.cells.texts[bound.place] = null ? std::string_view() : column.string_at(0); break;
    }
    if (!bound.reject_missing) continue;
    if (null || (bound.type == Type::kFloat32 && std::isnan(numbers[bound.place]))) return &bound;
  }
  return nullptr;
}

Status Plan::Impl::WrongCell(const BoundInput& input, const Batch& batch, const Tile& tile) const {
  return batch.column(input.column).size() == 1 ? RejectMissing(input, tile) : WrongSize(input, batch, 1);
}

inline void Plan::Impl::StoreRow(const PlanScratch& scratch, Batch* output) const {
  size_t next = 0;
  for (const BoundOutput& bound : outputs) {
    Column& column = output->column(next++);
    if (IsText(bound.type)) {
      column.SetOnly(scratch.cells.texts[bound.place]);
    } else {
      column.SetOnly(scratch.cells.numbers[bound.place]);
    }
  }
}

Status Plan::Impl::RunOne(const Batch& batch, Scratch& any_scratch, Batch* output, uint64_t rows_before) const {
  auto& scratch = static_cast<PlanScratch&>(any_scratch);
  SCOREWAY_CHECK(scratch.owner == this);
  if (batch.shared_schema() != model->input_schema() || output->shared_schema() != output_schema || scratch.rows != 1) {
    Status status = PrepareRow(batch, scratch, *output);
    if (!status.ok()) {
      output->Clear();
      return status;
    }
  }
  scratch.texts.Reset();
  scratch.tile.first_row = 0;
  scratch.tile.row_number = rows_before + 1;
  const BoundInput* wrong = LoadRow(batch, scratch);
  Status status =
      wrong != nullptr ? WrongCell(*wrong, batch, scratch.tile) : row_program.Run(scratch.tile, &scratch.cells);
  if (status.ok()) {
    StoreRow(scratch, output);
  } else {
    output->Clear();
  }
  return status;
}

// ---- rows ----------------------------------------------------------------------------------------------------------

Status Plan::Impl::Run(const Rows& rows, Scratch& any_scratch, Batch* output, uint64_t rows_before) const {
  auto& scratch = static_cast<PlanScratch&>(any_scratch);
  SCOREWAY_CHECK(scratch.owner == this);
  output->Clear();
  if (rows.batch.shared_schema() != model->input_schema() || output->shared_schema() != output_schema) {
    SCOREWAY_RETURN_IF_ERROR(CheckSchemas(rows.batch, *output));
  }
  SCOREWAY_RETURN_IF_ERROR(CheckSizes(rows));
  for (size_t first = 0; first < rows.count; first += tile_rows_max) {
    const size_t count = std::min(tile_rows_max, rows.count - first);
    SCOREWAY_RETURN_IF_ERROR(LayOutScratch(count, scratch));
    scratch.texts.Reset();
    scratch.tile.first_row = first;
    scratch.tile.row_number = rows_before + first + 1;
    SCOREWAY_RETURN_IF_ERROR(LoadTile(rows, scratch.tile));
    SCOREWAY_RETURN_IF_ERROR(RunKernels(scratch));
    StoreTile(scratch.tile, output);
  }
  return {};
}

Status Plan::Run(const Batch& input, Scratch& scratch, Batch* output, uint64_t rows_before) const {
  const size_t rows = input.rows();
  if (rows == 1) return impl_->RunOne(input, scratch, output, rows_before);
  return impl_->Run({input, {}, rows}, scratch, output, rows_before);
}

Status Plan::Run(const Batch& input, std::span<const BorrowedCells> borrowed, size_t rows, Scratch& scratch,
                 Batch* output) const {
  if (rows == 1 && borrowed.empty()) return impl_->RunOne(input, scratch, output, 0);
  return impl_->Run({input, borrowed, rows}, scratch, output, 0);
}

}  // namespace scoreway
