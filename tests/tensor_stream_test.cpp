#include "framework/io/tensor_stream.h"

#include <algorithm>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "framework/random.h"
#include "framework/tensor.h"
#include "tests/support/temp_dir.h"

namespace curvegraph::inline CURVEGRAPH_PRECISION {
namespace {

constexpr int piece = static_cast<int>(largest_piece);

/// In a single piece, in several and a rest, and with rows and columns that are pieces of their own.
const std::vector<Shape> kStreamedShapes = {{1, 1},         {5, 3},         {1500, 1000}, {3, piece},
                                            {piece + 1, 2}, {2, piece + 1}, {7, 0}};

Tensor random_tensor(Shape shape) {
  Random random(1, Random::Stream::Test);
  std::vector<real> values(shape.size());
  for (real& value : values) value = static_cast<real>(random.uniform(-1, 1));
  return {shape, values};
}

/// The bytes of a source, and its largest piece.
struct Written {
  std::vector<std::byte> bytes;
  std::size_t largest = 0;
};

Written written(const TensorSource& source) {
  Written all;
  source.write([&](std::span<const std::byte> bytes) {
    all.bytes.insert(all.bytes.end(), bytes.begin(), bytes.end());
    all.largest = std::max(all.largest, bytes.size());
  });
  return all;
}

template <class T>
std::vector<std::byte> bytes_of(const std::vector<T>& values) {
  const auto bytes = std::as_bytes(std::span(values));
  return {bytes.begin(), bytes.end()};
}

std::vector<real> row_after_row(const Tensor& tensor) {
  const std::vector<real> values = tensor.to_host();
  const auto [rows, cols] = tensor.shape();
  std::vector<real> sorted;
  for (int row = 0; row < rows; ++row) {
    for (int col = 0; col < cols; ++col)
      sorted.push_back(static_cast<real>(values[Shape{rows, col}.size() + static_cast<std::size_t>(row)]));
  }
  return sorted;
}

TEST(TensorStream, WritesEveryElementInPieces) {
  for (const Shape& shape : kStreamedShapes) {
    const Tensor tensor = random_tensor(shape);
    const Written columns = written(stored_by_columns(tensor));
    EXPECT_TRUE(columns.bytes == bytes_of(tensor.to_host())) << to_string(shape);
    const std::size_t longest = static_cast<std::size_t>(std::max(shape.rows, shape.cols));
    EXPECT_LE(columns.largest, std::max(largest_piece, longest) * sizeof(real)) << to_string(shape);

    const Written rows = written(stored_by_rows(tensor, {shape.rows, shape.cols}));
    EXPECT_TRUE(rows.bytes == bytes_of(row_after_row(tensor))) << to_string(shape);
    EXPECT_LE(rows.largest, std::max(largest_piece, longest) * sizeof(real)) << to_string(shape);
  }
}

TEST(TensorStream, ReadsBackEveryBit) {
  const TempDir dir;
  for (const Shape& shape : kStreamedShapes) {
    const Tensor tensor = random_tensor(shape);
    write_safetensors(
        dir.path() / "a",
        {{"columns", stored_by_columns(tensor)}, {"rows", stored_by_rows(tensor, {shape.rows, shape.cols})}}, {});
    const SafetensorsFile file(dir.path() / "a");
    EXPECT_THAT(file.at("columns").shape, testing::ElementsAre(shape.cols, shape.rows));
    Tensor by_columns(shape);
    read_by_columns(file, "columns", by_columns);
    EXPECT_TRUE(by_columns.to_host() == tensor.to_host()) << to_string(shape);
    Tensor by_rows(shape);
    read_by_rows(file, "rows", by_rows);
    EXPECT_TRUE(by_rows.to_host() == tensor.to_host()) << to_string(shape);
  }
}

}  // namespace
}  // namespace curvegraph::inline CURVEGRAPH_PRECISION
