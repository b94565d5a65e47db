#include "importers/sklearn/sparse.h"

namespace scoreway::sklearn {
namespace {

// Where the cells of a compressed matrix are: `majors` says which of them belong to each row (or column).
struct Compressed {
  std::vector<double> data;
  std::vector<int64_t> minors, majors;
};

Result<Compressed> ReadCompressed(const Object& at) {
  Compressed compressed;
  SCOREWAY_ASSIGN_OR_RETURN(Matrix data, at.Numbers("data"));
  compressed.data = std::move(data.values);
  SCOREWAY_ASSIGN_OR_RETURN(const Object minors_at, at.Want("indices"));
  SCOREWAY_ASSIGN_OR_RETURN(compressed.minors, minors_at.Integers());
  SCOREWAY_ASSIGN_OR_RETURN(const Object majors_at, at.Want("indptr"));
  SCOREWAY_ASSIGN_OR_RETURN(compressed.majors, majors_at.Integers());
  if (compressed.data.size() != compressed.minors.size()) return at.Corrupt("not one index a number");
  return compressed;
}

class Filler {
 public:
  Filler(const Object& at, Matrix* matrix) : at_(at), matrix_(*matrix) {}

  Status Compressed(bool by_column) {
    SCOREWAY_ASSIGN_OR_RETURN(const auto cells, ReadCompressed(at_));
    const size_t majors = by_column ? matrix_.shape[1] : matrix_.shape[0];
    if (cells.majors.size() != majors + 1) return Status(at_.Corrupt("not one range a row"));
    for (size_t major = 0; major < majors; ++major) {
      const int64_t begin = cells.majors[major], end = cells.majors[major + 1];
      if (begin < 0 || end < begin || end > static_cast<int64_t>(cells.data.size())) {
        return Status(at_.Corrupt("a range out of range"));
      }
      for (int64_t i = begin; i < end; ++i) {
        const auto index = static_cast<size_t>(i);
        const auto here = static_cast<int64_t>(major);
        SCOREWAY_RETURN_IF_ERROR(by_column ? Add(cells.minors[index], here, cells.data[index])
                                           : Add(here, cells.minors[index], cells.data[index]));
      }
    }
    return {};
  }

  Status Coordinates() {
    SCOREWAY_ASSIGN_OR_RETURN(const Matrix data, at_.Numbers("data"));
    Object rows_at = at_.Get("row"), columns_at = at_.Get("col");
    if (const Object both = at_.Get("coords"); both.has_value()) {
      SCOREWAY_ASSIGN_OR_RETURN(const std::vector<Object> axes, both.Items());
      if (axes.size() != 2) return Status(both.Corrupt("a matrix has two axes"));
      rows_at = axes[0];
      columns_at = axes[1];
    }
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<int64_t> rows, rows_at.Integers());
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<int64_t> columns, columns_at.Integers());
    if (rows.size() != data.size() || columns.size() != data.size())
      return Status(at_.Corrupt("not one place a number"));
    for (size_t i = 0; i < data.size(); ++i) SCOREWAY_RETURN_IF_ERROR(Add(rows[i], columns[i], data.values[i]));
    return {};
  }

  // Diagonals as rows, each beginning in the first column.
  Status Diagonals() {
    SCOREWAY_ASSIGN_OR_RETURN(const Matrix data, at_.Numbers("data"));
    SCOREWAY_ASSIGN_OR_RETURN(const Object offsets_at, at_.Want("offsets"));
    SCOREWAY_ASSIGN_OR_RETURN(const std::vector<int64_t> offsets, offsets_at.Integers());
    if (data.shape.size() != 2 || data.rows() != offsets.size())
      return Status(at_.Corrupt("not one offset a diagonal"));
    for (size_t d = 0; d < offsets.size(); ++d) {
      for (size_t column = 0; column < data.columns() && column < matrix_.shape[1]; ++column) {
        const int64_t row = static_cast<int64_t>(column) - offsets[d];
        if (row < 0 || row >= static_cast<int64_t>(matrix_.shape[0])) continue;
        SCOREWAY_RETURN_IF_ERROR(Add(row, static_cast<int64_t>(column), data.values[d * data.columns() + column]));
      }
    }
    return {};
  }

 private:
  Status Add(int64_t row, int64_t column, double value) {
    if (row < 0 || row >= static_cast<int64_t>(matrix_.shape[0]) || column < 0 ||
        column >= static_cast<int64_t>(matrix_.shape[1])) {
      return Status(at_.Corrupt("a cell out of range"));
    }
    matrix_.values[static_cast<size_t>(row) * matrix_.shape[1] + static_cast<size_t>(column)] += value;
    return {};
  }

  const Object& at_;
  Matrix& matrix_;
};

}  // namespace

Result<Matrix> ReadMatrix(Context& context, const Object& at) {
  if (!at.is_instance()) return at.Numbers();
  const Object shape_at = at.GetFirst({"_shape", "shape"});
  SCOREWAY_ASSIGN_OR_RETURN(const std::vector<int64_t> shape, shape_at.Integers());
  constexpr int64_t kSideMax = int64_t{1} << 30;
  if (shape.size() != 2 || shape[0] < 0 || shape[1] < 0 || shape[0] > kSideMax || shape[1] > kSideMax) {
    return at.Corrupt("not the shape of a matrix");
  }
  Matrix matrix;
  matrix.shape = {static_cast<size_t>(shape[0]), static_cast<size_t>(shape[1])};
  const size_t cells = matrix.shape[0] * matrix.shape[1];
  SCOREWAY_RETURN_IF_ERROR(context.Charge(std::min(cells, SIZE_MAX / 8) * sizeof(double), at));
  matrix.values.assign(cells, 0);
  Filler filler(at, &matrix);
  const std::string name = at.short_name();
  if (name.starts_with("csr_")) {
    SCOREWAY_RETURN_IF_ERROR(filler.Compressed(false));
  } else if (name.starts_with("csc_")) {
    SCOREWAY_RETURN_IF_ERROR(filler.Compressed(true));
  } else if (name.starts_with("coo_")) {
    SCOREWAY_RETURN_IF_ERROR(filler.Coordinates());
  } else if (name.starts_with("dia_")) {
    SCOREWAY_RETURN_IF_ERROR(filler.Diagonals());
  } else {
    return context.Unsupported(at, "a matrix of this kind");
  }
  return matrix;
}

}  // namespace scoreway::sklearn
