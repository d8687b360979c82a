// The Step room's grids of values.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <utility>
#include <vector>

#include "core/cell.h"
#include "core/tensor.h"

namespace poolglass::step {

// Values in memory that copies share until one of them is written: a copy costs nothing, however many there
// are. Compared bit for bit: a NaN equals itself, and -0 is not 0.
class Cells {
 public:
  Cells() : Cells(std::vector<float>()) {}
  Cells(std::vector<float> values) {  // NOLINT(google-explicit-constructor): a
                                      // vector of values is cells
    auto own = std::make_shared<std::vector<float>>(std::move(values));
    size_ = own->size();
    data_ = std::shared_ptr<const float>(own, own->data());
    own_ = true;
  }
  Cells(std::initializer_list<float> values) : Cells(std::vector<float>(values)) {}
  // `size` values of an array that `data` keeps alive and nobody writes: a plane of a file.
  Cells(std::shared_ptr<const float> data, size_t size) : data_(std::move(data)), size_(size) {}

  const float* data() const { return data_.get(); }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  const float* begin() const { return data(); }
  const float* end() const { return data() + size_; }
  float operator[](size_t index) const { return data()[index]; }
  std::vector<float> copied() const { return {begin(), end()}; }
  // The values as they are now, whoever writes these cells later.
  const std::shared_ptr<const float>& shared() const { return data_; }
  // Bytes that these cells hold beside an array of somebody else's.
  int64_t own_bytes() const { return own_ ? static_cast<int64_t>(size_ * sizeof(float)) : 0; }
  bool shares(const Cells& other) const { return data_ == other.data_ && size_ == other.size_; }

  // The values to be written; they become a copy of one's own where others have them, too.
  float* write() {
    if (!own_ || data_.use_count() > 1) *this = Cells(copied());
    // What another thread read of the copy that it let go, it read before this writes.
    std::atomic_thread_fence(std::memory_order_acquire);
    return const_cast<float*>(data_.get());  // of the vector above, which is not const
  }

  friend bool operator==(const Cells& a, const Cells& b) {
    if (a.shares(b)) return true;
    return a.size_ == b.size_ && std::memcmp(a.data(), b.data(), a.size_ * sizeof(float)) == 0;
  }

 private:
  std::shared_ptr<const float> data_;
  size_t size_ = 0;
  bool own_ = false;
};

// A plane of values, row-major.
struct Grid {
  Size2 size;
  Cells values = std::vector<float>(1);

  bool contains(Cell cell) const {
    return cell.row >= 0 && cell.row < size.h && cell.column >= 0 && cell.column < size.w;
  }
  float at(Cell cell) const { return values[static_cast<size_t>(cell.row * size.w + cell.column)]; }
  void set(Cell cell, float value) {
    values.write()[static_cast<size_t>(cell.row * size.w + cell.column)] = value;
  }
  friend bool operator==(const Grid&, const Grid&) = default;
};

// Values that the colours and the legend span: every finite value of input and output.
struct ValueRange {
  double low = 0;
  double high = 1;
  double unit(float value) const;  // position in the range, 0 to 1; a range of one value is 0.5
  friend bool operator==(const ValueRange&, const ValueRange&) = default;
};

ValueRange range_of(const Grid& grid);  // of its finite values

}  // namespace poolglass::step
