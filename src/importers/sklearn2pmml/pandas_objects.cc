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
  sklearn::Matrix values;
  std::vector<int64_t> columns;
};

Result<Block> ReadBlock(const Object& block) {
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> parts, Arguments(block));
  if (parts.size() < 2) return UnknownForm(block);
  Block out;
  SCOREWAY_ASSIGN_OR_RETURN(out.values, parts[0].Numbers());
  if (parts[1].is_array()) {
    SCOREWAY_ASSIGN_OR_RETURN(out.columns, parts[1].Integers());
    return out;
  }
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> bounds, Arguments(parts[1]));
  if (bounds.size() != 3) return UnknownForm(block);
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t begin, bounds[0].Integer());
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t end, bounds[1].Integer());
  SCOREWAY_ASSIGN_OR_RETURN(const int64_t step, bounds[2].Integer());
  if (begin < 0 || step < 1 || end - begin > static_cast<int64_t>(out.values.size())) return UnknownForm(block);
  for (int64_t column = begin; column < end; column += step) out.columns.push_back(column);
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
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> parts, Arguments(frame.Get("_mgr")));
  if (parts.size() != 2) return UnknownForm(frame);
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> blocks, parts[0].Items());
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> axes, parts[1].Items());
  if (axes.size() != 2) return UnknownForm(frame);
  FrameValues out;
  SCOREWAY_ASSIGN_OR_RETURN(out.columns, ReadValues(axes[0]));
  SCOREWAY_ASSIGN_OR_RETURN(const Labels index, ReadValues(axes[1]));
  if (index.type == Type::kString) return UnknownForm(frame);
  out.index = index.numbers;
  const Labels& columns = out.columns;
  size_t cells = 0;
  std::vector<std::vector<double>> by_column(columns.size());
  for (const Object& at : blocks) {
    SCOREWAY_ASSIGN_OR_RETURN(const Block block, ReadBlock(at));
    if (block.values.size() != block.columns.size() * index.size()) return at.Corrupt("a block of another size");
    for (size_t i = 0; i < block.columns.size(); ++i) {
      const int64_t column = block.columns[i];
      if (column < 0 || static_cast<size_t>(column) >= columns.size()) return at.Corrupt("a column out of range");
      const auto begin = block.values.values.begin() + static_cast<ptrdiff_t>(i * index.size());
      by_column[static_cast<size_t>(column)].assign(begin, begin + static_cast<ptrdiff_t>(index.size()));
      cells += index.size();
    }
  }
  if (cells != columns.size() * index.size()) return frame.Corrupt("blocks that do not fill the table");
  for (size_t row = 0; row < index.size(); ++row) {
    for (const std::vector<double>& column : by_column) {
      if (column.size() != index.size()) return frame.Corrupt("a column that no block has");
      out.values.push_back(column[row]);
    }
  }
  return out;
}

}  // namespace scoreway::sklearn2pmml
