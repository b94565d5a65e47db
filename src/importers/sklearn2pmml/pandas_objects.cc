#include "importers/sklearn2pmml/pandas_objects.h"

#include "importers/sklearn2pmml/dtype.h"

namespace scoreway::sklearn2pmml {
namespace {

Error UnknownForm(const Object& at) {
  return Error{Code::kUnsupported, "a table of pandas in a form that is not known", at.path()};
}

// The parts of a tuple or list that is an argument, or the state, of an instance.
Result<std::vector<Object>> Parts(const Object& instance, const pickle::Node* node) {
  if (node == nullptr || !node->is_sequence()) return UnknownForm(instance);
  return Object(node, instance.path()).Items();
}

Result<std::vector<Object>> Arguments(const Object& instance) {
  if (!instance.is_instance()) return UnknownForm(instance);
  return Parts(instance, (*instance.node().AsInstance())->args);
}

// _unpickle_block(values, slice(0, 2, 1), 2): the values of the columns 0 and 1, a row each.
struct Block {
  Object values;
  std::vector<int64_t> columns;
};

Result<Block> ReadBlock(const Object& block, size_t columns_max) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> parts, Arguments(block));
  if (parts.size() < 2) return UnknownForm(block);
  Block out{parts[0], {}};
  if (parts[1].is_array()) {
    SCOREWAY_ASSIGN_OR_RETURN(out.columns, parts[1].Integers());
    return out;
  }
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> bounds, Arguments(parts[1]));
  if (bounds.size() != 3) return UnknownForm(block);
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t begin, bounds[0].Integer());
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t end, bounds[1].Integer());
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t step, bounds[2].Integer());
  if (begin < 0 || step < 1 || step > end || end > static_cast<int64_t>(columns_max)) return UnknownForm(block);
  for (int64_t column = begin; column < end; column += step) out.columns.push_back(column);
  return out;
}

struct FrameParts {
  std::vector<Object> blocks;
  Labels columns;
  Labels index;
};

Result<FrameParts> ReadParts(const Object& frame) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> parts, Arguments(frame.Get("_mgr")));
  if (parts.size() != 2) return UnknownForm(frame);
  FrameParts out;
  SCOREWAY_ASSIGN_OR_RETURN(out.blocks, parts[0].Items());
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> axes, parts[1].Items());
  if (axes.size() != 2) return UnknownForm(frame);
  SCOREWAY_ASSIGN_OR_RETURN(out.columns, ReadValues(axes[0]));
  SCOREWAY_ASSIGN_OR_RETURN(out.index, ReadValues(axes[1]));
  return out;
}

}  // namespace

Result<SeriesValues> ReadSeries(const Object& series) {
  const Object manager = series.Get("_mgr").exists() ? series.Get("_mgr") : series.Get("_data");
  if (!manager.is_instance()) return UnknownForm(series);
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> state, Parts(manager, (*manager.node().AsInstance())->state));
  if (state.size() < 2) return UnknownForm(series);
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> axes, state[0].Items());
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> blocks, state[1].Items());
  if (axes.size() != 1 || blocks.size() != 1) return UnknownForm(series);
  SeriesValues out;
  SCOREWAY_ASSIGN_OR_RETURN(out.index, ReadValues(axes[0]));
  SCOREWAY_ASSIGN_OR_RETURN(sklearn::Matrix values, blocks[0].Numbers());
  if (values.size() != out.index.size()) return series.Corrupt("not one value an entry of its index");
  out.values = std::move(values.values);
  return out;
}

Result<FrameValues> ReadFrame(const Object& frame) {
  SCOREWAY_ASSIGN_OR_RETURN(FrameParts parts, ReadParts(frame));
  if (parts.index.type == Type::kString) return UnknownForm(frame);
  FrameValues out;
  out.index = std::move(parts.index.numbers);
  out.columns = std::move(parts.columns);
  const size_t rows = out.index.size(), width = out.columns.size();
  size_t cells = 0;
  std::vector<std::vector<double>> by_column(width);
  for (const Object& at : parts.blocks) {
    SCOREWAY_ASSIGN_OR_RETURN(const Block block, ReadBlock(at, width));
    SCOREWAY_ASSIGN_OR_RETURN(const sklearn::Matrix values, block.values.Numbers());
    if (values.size() != block.columns.size() * rows) return at.Corrupt("a block of another size");
    for (size_t i = 0; i < block.columns.size(); ++i) {
      const int64_t column = block.columns[i];
      if (column < 0 || static_cast<size_t>(column) >= width) return at.Corrupt("a column out of range");
      const auto begin = values.values.begin() + static_cast<ptrdiff_t>(i * rows);
      by_column[static_cast<size_t>(column)].assign(begin, begin + static_cast<ptrdiff_t>(rows));
      cells += rows;
    }
  }
  if (cells != width * rows) return frame.Corrupt("blocks that do not fill the table");
  for (size_t row = 0; row < rows; ++row) {
    for (const std::vector<double>& column : by_column) {
      if (column.size() != rows) return frame.Corrupt("a column that no block has");
      out.values.push_back(column[row]);
    }
  }
  return out;
}

Result<Labels> ReadFrameIndex(const Object& frame) {
  SCOREWAY_ASSIGN_OR_RETURN(FrameParts parts, ReadParts(frame));
  return std::move(parts.index);
}

Result<Labels> ReadFrameColumn(const Object& frame, std::string_view name) {
  SCOREWAY_ASSIGN_OR_RETURN(const FrameParts parts, ReadParts(frame));
  const size_t rows = parts.index.size();
  for (const Object& at : parts.blocks) {
    SCOREWAY_ASSIGN_OR_RETURN(const Block block, ReadBlock(at, parts.columns.size()));
    for (size_t i = 0; i < block.columns.size(); ++i) {
      const int64_t column = block.columns[i];
      if (column < 0 || static_cast<size_t>(column) >= parts.columns.size()) return at.Corrupt("a column out of range");
      if (parts.columns.TextAt(static_cast<size_t>(column)) != name) continue;
      Labels out;
      const auto first = static_cast<ptrdiff_t>(i * rows), end = static_cast<ptrdiff_t>((i + 1) * rows);
      if (const Result<sklearn::Matrix> numbers = block.values.Numbers(); numbers.ok()) {
        if (numbers->size() != block.columns.size() * rows) return at.Corrupt("a block of another size");
        out.numbers.assign(numbers->values.begin() + first, numbers->values.begin() + end);
        return out;
      }
      SCOREWAY_ASSIGN_OR_RETURN(const std::vector<std::string> texts, block.values.Texts());
      if (texts.size() != block.columns.size() * rows) return at.Corrupt("a block of another size");
      out.type = Type::kString;
      out.texts.assign(texts.begin() + first, texts.begin() + end);
      return out;
    }
  }
  return frame.Corrupt("there is no column '" + std::string(name) + "'");
}

}  // namespace scoreway::sklearn2pmml
