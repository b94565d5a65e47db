// The points whose products with a row are the greatest.

#include <algorithm>
#include <cmath>
#include <compare>
#include <numeric>
#include <string>
#include <vector>

#include "base/number_text.h"
#include "score/kernels/arena_text.h"
#include "score/kernels/kernels.h"
#include "score/kernels/operator_kernel.h"

namespace scoreway {
namespace {

constexpr std::string_view kSeparator = ", ";

class GreatestProductsKernel final : public OperatorKernel<op::GreatestProducts> {
 public:
  explicit GreatestProductsKernel(const KernelContext& context) : OperatorKernel(context), columns_(op_.points.size()) {
    const size_t count = op_.ids.size(), width = op_.points.size() / count;
    for (size_t i = 0; i < count; ++i) {
      for (size_t k = 0; k < width; ++k) columns_[k * count + i] = static_cast<float>(op_.points[i * width + k]);
    }
  }

  Status Run(const Tile& tile) const override {
    thread_local Working working;
    std::string_view* const ids = Output(tile).text_column(0);
    std::string_view* const products = Output(tile).text_column(1);
    for (size_t r = 0; r < tile.rows; ++r) {
      ids[r] = products[r] = {};
      if (!ReadRow(Input(tile), r, &working.row)) continue;
      Multiply(working.row, &working.products);
      Choose(&working);
      ids[r] = KeepText(tile, working.id_list);
      products[r] = KeepText(tile, working.product_list);
    }
    return {};
  }

 private:
  struct Working {
    std::vector<float> row, products;
    std::vector<uint32_t> order;
    std::string id_list, product_list;
  };

  static bool ReadRow(const Block& in, size_t r, std::vector<float>* row) {
    row->clear();
    for (uint32_t k = 0; k < in.width; ++k) {
      const double value = in.number_column(k)[r];
      if (std::isnan(value)) return false;
      row->push_back(static_cast<float>(value));
    }
    return true;
  }

  void Multiply(const std::vector<float>& row, std::vector<float>* products) const {
    const size_t count = op_.ids.size();
    products->assign(count, 0.0f);
    float* const sums = products->data();
    for (size_t k = 0; k < row.size(); ++k) {
      const float x = row[k];
      const float* const column = columns_.data() + k * count;
      if (op_.fused) {
        for (size_t i = 0; i < count; ++i) sums[i] = std::fma(x, column[i], sums[i]);
      } else {
        for (size_t i = 0; i < count; ++i) sums[i] += x * column[i];
      }
    }
  }

  void Choose(Working* working) const {
    const std::vector<float>& products = working->products;
    std::vector<uint32_t>& order = working->order;
    order.resize(products.size());
    std::iota(order.begin(), order.end(), 0u);
    const auto before = [&](uint32_t a, uint32_t b) {
      const std::strong_ordering by_product = std::strong_order(products[a], products[b]);  // a total one, NaN too
      return by_product == 0 ? op_.ids[a] > op_.ids[b] : by_product > 0;
    };
    const auto end = order.begin() + static_cast<ptrdiff_t>(std::min<size_t>(op_.count, order.size()));
    std::nth_element(order.begin(), end, order.end(), before);
    std::sort(order.begin(), end, before);
    working->id_list = working->product_list = "[";
    for (auto it = order.begin(); it != end; ++it) {
      if (it != order.begin()) {
        working->id_list += kSeparator;
        working->product_list += kSeparator;
      }
      AppendShortest(op_.ids[*it], &working->id_list);
      // JSON has no number for what is not finite.
      const float product = products[*it];
      std::isfinite(product) ? AppendDouble(product, &working->product_list)
                             : static_cast<void>(working->product_list.append("null"));
    }
    working->id_list += ']';
    working->product_list += ']';
  }

  std::vector<float> columns_;  // the points, column after column
};

}  // namespace

KernelResult MakeGreatestProducts(const KernelContext& context) { return KernelOf<GreatestProductsKernel>(context); }

}  // namespace scoreway
