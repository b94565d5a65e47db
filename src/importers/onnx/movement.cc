#include "importers/onnx/movement.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "importers/onnx/elementwise.h"

namespace scoreway::onnx {
namespace {

constexpr int64_t kElementsMax = int64_t{1} << 24;

Result<int64_t> CheckedCount(const Dims& dims) {
  int64_t count = 1;
  for (const int64_t dim : dims) {
    if (dim < 0 || (dim > 0 && count > kElementsMax / dim)) {
      return Error{Code::kResourceExhausted, "a tensor of dimensions " + DimsText(dims) + " is too large", {}};
    }
    count *= dim;
  }
  return count;
}

// Steps from one element to the next along each axis.
Dims Steps(const Dims& dims) {
  Dims steps(dims.size(), 1);
  for (size_t i = dims.size(); i-- > 1;) steps[i - 1] = steps[i] * dims[i];
  return steps;
}

// For each element of `dims` the sum over axes of along[axis][place]; 0 where along[axis] is empty.
std::vector<uint32_t> Places(const Dims& dims, const std::vector<std::vector<int64_t>>& along) {
  std::vector<int64_t> places = {0};
  for (size_t axis = 0; axis < dims.size(); ++axis) {
    std::vector<int64_t> next;
    next.reserve(places.size() * static_cast<size_t>(dims[axis]));
    for (const int64_t place : places) {
      for (int64_t i = 0; i < dims[axis]; ++i) next.push_back(place + along[axis][static_cast<size_t>(i)]);
    }
    places = std::move(next);
  }
  return {places.begin(), places.end()};
}

// Where along an axis of `dims` elements lie, the whole axis.
std::vector<int64_t> WholeAxis(int64_t size, int64_t step) {
  std::vector<int64_t> at(static_cast<size_t>(size));
  for (int64_t i = 0; i < size; ++i) at[static_cast<size_t>(i)] = i * step;
  return at;
}

// The axis among those of CoreDims; UNSUPPORTED for the row axis.
Result<size_t> CoreAxis(const Tensor& tensor, int64_t axis) {
  SCOREWAY_ASSIGN_OR_RETURN(const size_t whole, AxisOf(axis, tensor.rank()));
  if (!tensor.rows) return whole;
  if (whole == tensor.row_axis) return Unsupported("it works across rows");
  return whole > tensor.row_axis ? whole - 1 : whole;
}

// The tensor with, along one axis, only the elements at these places.
Result<Tensor> Taken(Context& context, const Tensor& in, size_t core_axis, const std::vector<int64_t>& wanted) {
  Dims core = CoreDims(in);
  const Dims steps = Steps(core);
  core[core_axis] = static_cast<int64_t>(wanted.size());
  SCOREWAY_RETURN_IF_ERROR(CheckedCount(core).status());
  std::vector<std::vector<int64_t>> along;
  for (size_t i = 0; i < core.size(); ++i) {
    along.push_back(WholeAxis(core[i], steps[i]));
    if (i != core_axis) continue;
    for (size_t k = 0; k < wanted.size(); ++k) along[i][k] = wanted[k] * steps[i];
  }
  std::vector<uint32_t> places = Places(core, along);
  return Moved(context, in, std::move(core), std::move(places));
}

// The same elements in other dimensions.
Tensor Reshaped(const Tensor& in, Dims dims) {
  Tensor out = in;
  out.lying = false;
  out.dims = std::move(dims);
  if (out.rows) out.row_axis = RowAxis(out.dims);
  return out;
}

// Whether the sizes before and behind the place hold exactly what lies before and behind the rows.
bool RowsFitAt(const std::vector<double>& sizes, size_t place, double before, double behind) {
  double left = 1, right = 1;
  for (size_t i = 0; i < sizes.size(); ++i) {
    if (i == place) continue;
    if (!(sizes[i] >= 0)) return false;
    (i < place ? left : right) *= sizes[i];
  }
  return left == before && right == behind;
}

// Puts the number for the one size that is open (-1), given the product that all are to have.
void Close(double* sizes, size_t count, double product) {
  double fixed = 1;
  double* open = nullptr;
  for (size_t i = 0; i < count; ++i) {
    if (sizes[i] == -1 && open == nullptr) {
      open = &sizes[i];
    } else {
      fixed *= sizes[i];
    }
  }
  if (open != nullptr && fixed != 0) *open = product / fixed;
}

// The dimensions that a Reshape gives rows; NaN is the number of rows, -1 an open size. The rows must stay an axis of
// their own: with the same elements before and behind them.
Result<Dims> RowsReshaped(const Tensor& in, std::vector<double> sizes) {
  const auto row_axis = static_cast<std::ptrdiff_t>(in.row_axis);
  const auto before = static_cast<double>(ElementCount(Dims(in.dims.begin(), in.dims.begin() + row_axis)));
  const auto behind = static_cast<double>(ElementCount(Dims(in.dims.begin() + row_axis + 1, in.dims.end())));
  const auto is_rows = [](double size) { return std::isnan(size); };
  auto place = std::find_if(sizes.begin(), sizes.end(), is_rows);
  if (place == sizes.end()) {
    // A number of rows that the exporter knew stands first; ours may be another.
    place = std::find(sizes.begin(), sizes.end(), -1.0);
    if (place == sizes.end() && in.row_axis == 0 && !sizes.empty() && sizes[0] >= 1) place = sizes.begin();
  } else {
    const auto at = static_cast<size_t>(place - sizes.begin());
    Close(sizes.data(), at, before);
    Close(sizes.data() + at + 1, sizes.size() - at - 1, behind);
  }
  const auto at = static_cast<size_t>(place - sizes.begin());
  if (place == sizes.end() || !RowsFitAt(sizes, at, before, behind)) return Unsupported("it works across rows");
  Dims dims;
  for (size_t i = 0; i < sizes.size(); ++i) {
    dims.push_back(i == at ? Tensor::kRowsDim : static_cast<int64_t>(sizes[i]));
    if (i != at && std::trunc(sizes[i]) != sizes[i]) return Unsupported("it works across rows");
  }
  return dims;
}

Result<Tensor> ReshapedTo(const Tensor& in, const std::vector<double>& wanted, bool allow_zero) {
  std::vector<double> sizes = wanted;
  for (size_t i = 0; i < sizes.size(); ++i) {
    if (sizes[i] == 0 && !allow_zero && i < in.rank()) {
      sizes[i] = in.dims[i] == Tensor::kRowsDim ? NAN : static_cast<double>(in.dims[i]);
    }
  }
  if (in.rows) {
    SCOREWAY_ASSIGN_OR_RETURN(Dims dims, RowsReshaped(in, std::move(sizes)));
    return Reshaped(in, std::move(dims));
  }
  Close(sizes.data(), sizes.size(), static_cast<double>(ElementCount(in.dims)));
  Dims dims;
  for (const double size : sizes) {
    if (std::isnan(size)) return Unsupported("the number of rows as a size");
    if (!(size >= 0) || size > static_cast<double>(kElementsMax) || std::trunc(size) != size) {
      return Error{Code::kCorrupt, "an impossible size", {}};
    }
    dims.push_back(static_cast<int64_t>(size));
  }
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t count, CheckedCount(dims));
  if (count != ElementCount(in.dims)) return Error{Code::kCorrupt, "the sizes do not hold the tensor's elements", {}};
  return Reshaped(in, std::move(dims));
}

// Axes from an attribute, or since some version from an input.
Result<std::vector<int64_t>> Axes(const Node& node) {
  if (node.has_input(1)) return node.ConstantIntegers(1);
  const std::span<const int64_t> axes = node.Integers("axes");
  return std::vector<int64_t>(axes.begin(), axes.end());
}

}  // namespace

Result<Tensor> Moved(Context& context, const Tensor& in, Dims core, std::vector<uint32_t> elements) {
  SCOREWAY_RETURN_IF_ERROR(context.Charge(elements.size()));
  if (in.rows) {
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId value, context.Select(in.value, std::move(elements)));
    return Context::Rows(in.type, WithRows(std::move(core), in.row_axis), value);
  }
  auto constant = std::make_shared<Constant>();
  for (const uint32_t element : elements) {
    if (in.is_text()) {
      constant->texts.push_back(in.constant->texts[element]);
    } else {
      constant->numbers.push_back(in.numbers()[element]);
    }
  }
  Tensor out = in;
  out.dims = std::move(core);
  out.constant = std::move(constant);
  return out;
}

Result<Outputs> LowerReshape(Context&, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(node.version() < 5 ? 1 : 2));
  std::vector<double> wanted;
  if (node.version() < 5) {
    const std::span<const int64_t> shape = node.Integers("shape");
    wanted.assign(shape.begin(), shape.end());
  } else {
    if (node.input(1).rows || node.input(1).is_text()) return Unsupported("the shape is not constant");
    wanted = node.input(1).numbers();
  }
  SCOREWAY_ASSIGN_OR_RETURN(Tensor out, ReshapedTo(node.input(0), wanted, node.Integer("allowzero", 0) != 0));
  return Outputs{std::move(out)};
}

Result<Outputs> LowerFlatten(Context&, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(1));
  const Tensor& in = node.input(0);
  int64_t axis = node.Integer("axis", 1);
  if (axis < 0) axis += static_cast<int64_t>(in.rank());
  if (!in.rows) return Unsupported("a constant");
  if (axis != 1 || in.row_axis != 0) return Unsupported("it works across rows");
  return Outputs{Reshaped(in, {Tensor::kRowsDim, in.width()})};
}

Result<Outputs> LowerSqueeze(Context&, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(1));
  const Tensor& in = node.input(0);
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<int64_t> axes, Axes(node));
  std::vector<bool> drop(in.rank(), false);
  if (axes.empty() && in.rows) return Unsupported("it drops the row axis where there is one row");
  for (size_t i = 0; axes.empty() && i < in.rank(); ++i) drop[i] = in.dims[i] == 1;
  for (const int64_t axis : axes) {
    SCOREWAY_ASSIGN_OR_RETURN(const size_t at, AxisOf(axis, in.rank()));
    if (in.dims[at] == Tensor::kRowsDim) return Unsupported("it works across rows");
    if (in.dims[at] != 1) return Error{Code::kCorrupt, "axis " + std::to_string(axis) + " has not the size 1", {}};
    drop[at] = true;
  }
  Dims dims;
  for (size_t i = 0; i < in.rank(); ++i) {
    if (!drop[i]) dims.push_back(in.dims[i]);
  }
  return Outputs{Reshaped(in, std::move(dims))};
}

Result<Outputs> LowerUnsqueeze(Context&, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(1));
  const Tensor& in = node.input(0);
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<int64_t> axes, Axes(node));
  const size_t rank = in.rank() + axes.size();
  std::vector<bool> added(rank, false);
  for (const int64_t axis : axes) {
    SCOREWAY_ASSIGN_OR_RETURN(const size_t at, AxisOf(axis, rank));
    if (added[at]) return Error{Code::kCorrupt, "an axis twice", {}};
    added[at] = true;
  }
  Dims dims(rank, 1);
  size_t next = 0;
  for (size_t i = 0; i < rank; ++i) {
    if (!added[i]) dims[i] = in.dims[next++];
  }
  return Outputs{Reshaped(in, std::move(dims))};
}

Result<Outputs> LowerTranspose(Context& context, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(1));
  const Tensor& in = node.input(0);
  std::vector<int64_t> order(node.Integers("perm").begin(), node.Integers("perm").end());
  if (order.empty()) {
    for (size_t i = in.rank(); i-- > 0;) order.push_back(static_cast<int64_t>(i));
  }
  std::vector<bool> seen(in.rank(), false);
  if (order.size() != in.rank()) return Error{Code::kCorrupt, "the order of axes has another rank", {}};
  const Dims core = CoreDims(in);
  const Dims steps = Steps(core);
  Dims turned;
  size_t row_axis = 0;
  std::vector<std::vector<int64_t>> along;
  for (size_t i = 0; i < order.size(); ++i) {
    SCOREWAY_ASSIGN_OR_RETURN(const size_t from, AxisOf(order[i], in.rank()));
    if (seen[from]) return Error{Code::kCorrupt, "an axis twice", {}};
    seen[from] = true;
    if (in.rows && from == in.row_axis) {
      row_axis = i;
      continue;
    }
    const size_t at = in.rows && from > in.row_axis ? from - 1 : from;
    turned.push_back(core[at]);
    along.push_back(WholeAxis(core[at], steps[at]));
  }
  std::vector<uint32_t> places = Places(turned, along);
  const Dims dims = in.rows ? WithRows(turned, row_axis) : turned;
  // Moved keeps the rows where they are; flattened, that is first.
  const Tensor flat = in.rows ? Reshaped(in, {Tensor::kRowsDim, in.width()}) : in;
  if (in.rows) turned = {in.width()};
  SCOREWAY_ASSIGN_OR_RETURN(const Tensor out, Moved(context, flat, std::move(turned), std::move(places)));
  return Outputs{Reshaped(out, dims)};
}

namespace {

struct SliceBounds {
  std::vector<int64_t> starts, ends, axes, steps;
};

Result<SliceBounds> BoundsOf(const Node& node) {
  SliceBounds bounds;
  if (node.version() < 10) {
    bounds.starts.assign(node.Integers("starts").begin(), node.Integers("starts").end());
    bounds.ends.assign(node.Integers("ends").begin(), node.Integers("ends").end());
    bounds.axes.assign(node.Integers("axes").begin(), node.Integers("axes").end());
  } else {
    SCOREWAY_RETURN_IF_ERROR(node.WantInputs(3));
    SCOREWAY_ASSIGN_OR_RETURN(bounds.starts, node.ConstantIntegers(1));
    SCOREWAY_ASSIGN_OR_RETURN(bounds.ends, node.ConstantIntegers(2));
    if (node.has_input(3)) {
      SCOREWAY_ASSIGN_OR_RETURN(bounds.axes, node.ConstantIntegers(3));
    }
    if (node.has_input(4)) {
      SCOREWAY_ASSIGN_OR_RETURN(bounds.steps, node.ConstantIntegers(4));
    }
  }
  if (bounds.axes.empty()) {
    for (size_t i = 0; i < bounds.starts.size(); ++i) bounds.axes.push_back(static_cast<int64_t>(i));
  }
  if (bounds.steps.empty()) bounds.steps.assign(bounds.starts.size(), 1);
  if (bounds.ends.size() != bounds.starts.size() || bounds.axes.size() != bounds.starts.size() ||
      bounds.steps.size() != bounds.starts.size()) {
    return Error{Code::kCorrupt, "starts, ends, axes and steps differ in length", {}};
  }
  return bounds;
}

// The places that start:end:step takes of an axis.
Result<std::vector<int64_t>> SlicePlaces(int64_t size, int64_t start, int64_t end, int64_t step) {
  if (step == 0) return Error{Code::kCorrupt, "a step of 0", {}};
  const auto bounded = [size](int64_t at, int64_t low, int64_t high) {
    return std::clamp(at < 0 ? at + size : at, low, high);
  };
  start = step > 0 ? bounded(start, 0, size) : bounded(start, 0, size - 1);
  end = step > 0 ? bounded(end, 0, size) : bounded(end, -1, size - 1);
  std::vector<int64_t> places;
  for (int64_t at = start; step > 0 ? at < end : at > end; at += step) {
    places.push_back(at);
    if (step > size || step < -size) break;
  }
  return places;
}

}  // namespace

Result<Outputs> LowerSlice(Context& context, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(1));
  Tensor out = node.input(0);
  SCOREWAY_ASSIGN_OR_RETURN(const SliceBounds bounds, BoundsOf(node));
  for (size_t i = 0; i < bounds.starts.size(); ++i) {
    SCOREWAY_ASSIGN_OR_RETURN(const size_t whole, AxisOf(bounds.axes[i], out.rank()));
    const bool everything =
        bounds.starts[i] == 0 && bounds.steps[i] == 1 && bounds.ends[i] >= std::numeric_limits<int32_t>::max();
    if (out.dims[whole] == Tensor::kRowsDim && everything) continue;
    SCOREWAY_ASSIGN_OR_RETURN(const size_t axis, CoreAxis(out, bounds.axes[i]));
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<int64_t> places,
                              SlicePlaces(CoreDims(out)[axis], bounds.starts[i], bounds.ends[i], bounds.steps[i]));
    SCOREWAY_ASSIGN_OR_RETURN(out, Taken(context, out, axis, places));
  }
  return Outputs{std::move(out)};
}

namespace {

// Constant indices, counted from the end if negative.
Result<std::vector<int64_t>> Indices(const Node& node, int64_t size) {
  SCOREWAY_ASSIGN_OR_RETURN(std::vector<int64_t> indices, node.ConstantIntegers(1));
  for (int64_t& index : indices) {
    if (index < -size || index >= size) {
      return Error{Code::kCorrupt, "index " + std::to_string(index) + " of " + std::to_string(size), {}};
    }
    if (index < 0) index += size;
  }
  return indices;
}

// A row of a constant table for each index of the rows.
Result<Tensor> LookedUp(Context& context, const Tensor& table, const Tensor& indices) {
  const int64_t size = table.dims[0];
  const int64_t width = ElementCount(Dims(table.dims.begin() + 1, table.dims.end()));
  SCOREWAY_RETURN_IF_ERROR(context.Charge(static_cast<uint64_t>(width) * indices.width()));
  if (size < 1) return Error{Code::kCorrupt, "an empty table", {}};
  // Negative indices count from the end: i < 0 ? i + size : i.
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId zero, context.ConstantNumbers({0}));
  SCOREWAY_ASSIGN_OR_RETURN(const ValueId length, context.ConstantNumbers({static_cast<double>(size)}));
  SCOREWAY_ASSIGN_OR_RETURN(ValueId at, context.Binary(op::BinaryFunction::kLess, indices.value, zero));
  SCOREWAY_ASSIGN_OR_RETURN(at, context.Binary(op::BinaryFunction::kMultiply, at, length));
  SCOREWAY_ASSIGN_OR_RETURN(at, context.Binary(op::BinaryFunction::kAdd, at, indices.value));
  std::vector<ValueId> parts;
  for (int64_t column = 0; column < width; ++column) {
    std::vector<double> numbers;
    std::vector<std::string> texts;
    for (int64_t row = 0; row < size; ++row) {
      const auto element = static_cast<size_t>(row * width + column);
      if (table.is_text()) {
        texts.push_back(table.constant->texts[element]);
      } else {
        numbers.push_back(table.numbers()[element]);
      }
    }
    op::Params decode = table.is_text() ? op::Params(op::DecodeText{std::move(texts)})
                                        : op::Params(op::DecodeNumber{std::move(numbers)});
    SCOREWAY_ASSIGN_OR_RETURN(const ValueId part, context.Add(std::move(decode), {at}));
    parts.push_back(part);
  }
  SCOREWAY_ASSIGN_OR_RETURN(ValueId value, context.Concat(parts));
  // From column after column to index after index.
  const uint32_t count = indices.width();
  std::vector<uint32_t> order;
  for (uint32_t i = 0; i < count; ++i) {
    for (int64_t column = 0; column < width; ++column) order.push_back(static_cast<uint32_t>(column) * count + i);
  }
  SCOREWAY_ASSIGN_OR_RETURN(value, context.Select(value, std::move(order)));
  Dims dims = indices.dims;
  dims.insert(dims.end(), table.dims.begin() + 1, table.dims.end());
  return Context::Rows(table.type, std::move(dims), value);
}

}  // namespace

Result<Outputs> LowerGather(Context& context, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(2));
  const Tensor& in = node.input(0);
  const Tensor& indices = node.input(1);
  const int64_t axis = node.Integer("axis", 0);
  if (indices.rows) {
    if (in.rows || in.rank() == 0 || (axis != 0 && axis != -static_cast<int64_t>(in.rank()))) {
      return Unsupported("indices that are not constant");
    }
    if (in.dims[0] > 0 && ElementCount(in.dims) / in.dims[0] > 4096) {
      return Unsupported("a look-up in a table of more than 4096 columns");
    }
    SCOREWAY_ASSIGN_OR_RETURN(Tensor out, LookedUp(context, in, indices));
    return Outputs{std::move(out)};
  }
  SCOREWAY_ASSIGN_OR_RETURN(const size_t core_axis, CoreAxis(in, axis));
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<int64_t> wanted, Indices(node, CoreDims(in)[core_axis]));
  SCOREWAY_ASSIGN_OR_RETURN(Tensor out, Taken(context, in, core_axis, wanted));
  // The axis becomes those of the indices.
  Dims dims = out.dims;
  const size_t whole_axis = in.rows && core_axis >= in.row_axis ? core_axis + 1 : core_axis;
  const auto next = dims.erase(dims.begin() + static_cast<std::ptrdiff_t>(whole_axis));
  dims.insert(next, indices.dims.begin(), indices.dims.end());
  return Outputs{Reshaped(out, std::move(dims))};
}

Result<Outputs> LowerSplit(Context& context, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(1));
  const Tensor& in = node.input(0);
  SCOREWAY_ASSIGN_OR_RETURN(const size_t axis, CoreAxis(in, node.Integer("axis", 0)));
  const int64_t size = CoreDims(in)[axis];
  std::vector<int64_t> sizes(node.Integers("split").begin(), node.Integers("split").end());
  if (node.has_input(1)) {
    SCOREWAY_ASSIGN_OR_RETURN(sizes, node.ConstantIntegers(1));
  }
  if (sizes.empty()) {
    const auto parts = static_cast<int64_t>(node.output_count());
    if (parts == 0) return Error{Code::kCorrupt, "no outputs", {}};
    const int64_t part = (size + parts - 1) / parts;
    for (int64_t i = 0; i < parts; ++i) sizes.push_back(std::clamp<int64_t>(size - i * part, 0, part));
  }
  Outputs outputs;
  int64_t begin = 0;
  for (const int64_t part : sizes) {
    if (part < 0 || part > size - begin) return Error{Code::kCorrupt, "parts beyond the axis", {}};
    std::vector<int64_t> places(static_cast<size_t>(part));
    std::iota(places.begin(), places.end(), begin);
    SCOREWAY_ASSIGN_OR_RETURN(Tensor out, Taken(context, in, axis, places));
    outputs.push_back(std::move(out));
    begin += part;
  }
  return outputs;
}

Result<Outputs> LowerConcat(Context& context, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(std::max<size_t>(node.input_count(), 1)));
  std::vector<Tensor> parts;
  bool rows = false;
  for (size_t i = 0; i < node.input_count(); ++i) {
    parts.push_back(node.input(i));
    rows = rows || parts.back().rows;
  }
  if (rows) {
    const auto with_rows = std::find_if(parts.begin(), parts.end(), [](const Tensor& part) { return part.rows; });
    const size_t row_axis = with_rows->row_axis;
    for (Tensor& part : parts) {
      SCOREWAY_ASSIGN_OR_RETURN(part, Repeated(context, part, row_axis));
      if (part.row_axis != row_axis) return Unsupported("rows along different axes");
    }
  }
  SCOREWAY_ASSIGN_OR_RETURN(const size_t axis, CoreAxis(parts[0], node.Integer("axis", 1)));
  Dims core = CoreDims(parts[0]);
  core[axis] = 0;
  for (const Tensor& part : parts) {
    const Dims dims = CoreDims(part);
    if (dims.size() != core.size() || part.is_text() != parts[0].is_text()) {
      return Error{Code::kCorrupt, "inputs of different ranks or kinds", {}};
    }
    for (size_t i = 0; i < dims.size(); ++i) {
      if (i != axis && dims[i] != core[i]) return Error{Code::kCorrupt, "inputs of different dimensions", {}};
    }
    core[axis] += dims[axis];
  }
  // Side by side, the parts follow each other as blocks; along an inner axis the blocks are interleaved.
  std::vector<uint32_t> order;
  const int64_t outer = ElementCount(Dims(core.begin(), core.begin() + static_cast<std::ptrdiff_t>(axis)));
  for (int64_t o = 0; o < outer; ++o) {
    int64_t begin = 0;
    for (const Tensor& part : parts) {
      const Dims dims = CoreDims(part);
      const int64_t chunk = ElementCount(Dims(dims.begin() + static_cast<std::ptrdiff_t>(axis), dims.end()));
      for (int64_t i = 0; i < chunk; ++i) order.push_back(static_cast<uint32_t>(begin + o * chunk + i));
      begin += ElementCount(dims);
    }
  }
  SCOREWAY_RETURN_IF_ERROR(context.Charge(order.size()));
  Tensor joined = parts[0];
  joined.dims = core;
  if (rows) {
    std::vector<ValueId> values;
    for (const Tensor& part : parts) values.push_back(part.value);
    SCOREWAY_ASSIGN_OR_RETURN(joined.value, context.Concat(std::move(values)));
    joined.dims = WithRows(core, parts[0].row_axis);
  } else {
    auto constant = std::make_shared<Constant>();
    for (const Tensor& part : parts) {
      const Constant& from = *part.constant;
      constant->numbers.insert(constant->numbers.end(), from.numbers.begin(), from.numbers.end());
      constant->texts.insert(constant->texts.end(), from.texts.begin(), from.texts.end());
    }
    joined.constant = std::move(constant);
  }
  SCOREWAY_ASSIGN_OR_RETURN(Tensor out, Moved(context, joined, std::move(core), std::move(order)));
  return Outputs{std::move(out)};
}

Result<Outputs> LowerExpand(Context& context, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(2));
  const Tensor& in = node.input(0);
  const Tensor& shape = node.input(1);
  if (shape.rows || shape.is_text()) return Unsupported("the shape is not constant");
  std::vector<double> wanted = shape.numbers();
  Tensor target = ConstantTensor(in.type, {}, {});
  for (size_t i = 0; i < wanted.size(); ++i) {
    if (std::isnan(wanted[i])) {
      if (target.rows) return Unsupported("the number of rows as a size");
      target.row_axis = i;
      target.rows = true;
      target.dims.push_back(Tensor::kRowsDim);
    } else {
      if (wanted[i] < 0) return Error{Code::kCorrupt, "an impossible size", {}};
      target.dims.push_back(static_cast<int64_t>(wanted[i]));
    }
  }
  SCOREWAY_ASSIGN_OR_RETURN(const Dims dims, BroadcastDims(in, target));
  if (!in.rows && !target.rows) {
    SCOREWAY_RETURN_IF_ERROR(CheckedCount(dims).status());
    SCOREWAY_ASSIGN_OR_RETURN(Tensor out, Moved(context, in, dims, StretchMap(in.dims, dims)));
    return Outputs{std::move(out)};
  }
  Dims core = dims;
  core.erase(core.begin() + static_cast<std::ptrdiff_t>(RowAxis(dims)));
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t width, CheckedCount(core));
  SCOREWAY_ASSIGN_OR_RETURN(ValueId value, context.Stretched(in, dims));
  if (context.builder().shape(value).width != static_cast<uint64_t>(width)) {
    SCOREWAY_ASSIGN_OR_RETURN(value, context.Select(value, std::vector<uint32_t>(static_cast<size_t>(width), 0)));
  }
  return Outputs{Context::Rows(in.type, dims, value)};
}

Result<Outputs> LowerTile(Context& context, const Node& node) {
  SCOREWAY_RETURN_IF_ERROR(node.WantInputs(2));
  const Tensor& in = node.input(0);
  if (node.version() < 6) return Unsupported("Tile of version 1");
  if (node.input(1).rows) return Unsupported("repeats that are not constant");
  const std::vector<double>& repeats = node.input(1).numbers();
  if (repeats.size() != in.rank()) return Error{Code::kCorrupt, "as many repeats as axes are wanted", {}};
  Dims core = CoreDims(in);
  const Dims steps = Steps(core);
  if (in.rows && repeats[in.row_axis] != 1) return Unsupported("it works across rows");
  std::vector<std::vector<int64_t>> along;
  for (size_t i = 0; i < core.size(); ++i) {
    const double times = repeats[in.rows && i >= in.row_axis ? i + 1 : i];
    if (!in.rows && i == 0 && std::isnan(times) && core[0] == 1) {
      // One row repeated for each row of the batch.
      SCOREWAY_ASSIGN_OR_RETURN(Tensor rows, Repeated(context, in));
      for (size_t k = 1; k < repeats.size(); ++k) {
        if (repeats[k] != 1) return Unsupported("repeats of several axes");
      }
      return Outputs{std::move(rows)};
    }
    if (!(times >= 0) || times > static_cast<double>(kElementsMax)) return Unsupported("repeats by the number of rows");
    const int64_t size = core[i];
    core[i] = size * static_cast<int64_t>(times);
    SCOREWAY_RETURN_IF_ERROR(CheckedCount(core).status());
    std::vector<int64_t> places;
    for (int64_t k = 0; k < core[i]; ++k) places.push_back(k % size * steps[i]);
    along.push_back(std::move(places));
  }
  std::vector<uint32_t> places = Places(core, along);
  SCOREWAY_ASSIGN_OR_RETURN(Tensor out, Moved(context, in, std::move(core), std::move(places)));
  return Outputs{std::move(out)};
}

}  // namespace scoreway::onnx
