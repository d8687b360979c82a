// NumPy .npy files (format versions 1.0, 2.0, 3.0; numpy.lib.format). Headers are untrusted.
// Read: arrays of rank 2 to 4 without an empty dimension, of bool, (u)int8 to 64 and float16 to 64, either
// byte order, C or Fortran order; bytes behind the data are ignored. Written: float32 and int64,
// little-endian, C order.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/io/mapped_file.h"
#include "core/io/npy_header.h"
#include "core/io/outputs.h"
#include "core/status.h"
#include "core/tensor.h"

namespace poolglass {

struct NpyArray {
  std::vector<int64_t> dimensions;  // as in the file: rank 2, 3 or 4
  Tensor tensor;                    // missing leading dimensions are 1
  std::string note;  // empty, or one sentence on what was converted ("float64 converted to float32")
};

// Reads a real array of rank 2 to 4 as float32. Sizes are checked against the file before memory is taken.
Result<NpyArray> read_npy(const std::string& path);

// A file of its own, little-endian, C order, whole or not at all.
Status write_npy(const std::string& path, const std::vector<int64_t>& dimensions, const float* values);
Status write_npy(const std::string& path, const std::vector<int64_t>& dimensions, const int64_t* values);

// A file mapped into memory and read plane by plane, so that it may be larger than memory.
class NpyReader {
 public:
  static Result<NpyReader> open(const std::string& path);

  const std::vector<int64_t>& dimensions() const { return header_.dimensions; }
  const Shape& shape() const { return shape_; }  // missing leading dimensions are 1
  int64_t data_bytes() const { return data_bytes_; }
  bool converts() const { return converts_; }  // planes() needs scratch memory
  std::string note() const;                    // as NpyArray::note

  // Planes [first, first + count) of shape().planes(), in order: a view of the file where it holds aligned
  // little-endian float32 in C order, else converted into `scratch`, whose size is then count * h * w.
  const float* planes(int64_t first, int64_t count, std::vector<float>& scratch) const;

  // The whole array, shape().elements() of them. The file's own memory goes as they are read, so that large
  // arrays are not held twice.
  void read(float* out) const;

  // Fails when others changed or shortened the file since it was opened: what planes() gave is then worth
  // nothing. Ask before a result is kept.
  Status unchanged() const { return file_.unchanged(); }

  // Planes before `first` will not be asked for again: their memory may go.
  void pass(int64_t first) const;

 private:
  explicit NpyReader(MappedFile file) : file_(std::move(file)) {}
  Status check_size();
  void gather(int64_t first, int64_t count, float* out) const;

  MappedFile file_;
  NpyHeader header_;
  Shape shape_;
  int64_t data_bytes_ = 0;
  bool converts_ = false;
};

// One output of a command, written from front to back.
class NpyWriter {
 public:
  enum class Element { kFloat32, kInt64 };
  // Announces the file's size to `outputs`, in options.bytes too.
  static Result<NpyWriter> create(Outputs& outputs, const std::string& path, Element element,
                                  const std::vector<int64_t>& dimensions, OutputOptions options = {});

  // Elements in C order, of the type that was declared; as many in all as the dimensions say, before
  // outputs.commit().
  Status append(const float* values, int64_t count);
  Status append(const int64_t* values, int64_t count);

 private:
  explicit NpyWriter(Output* file) : file_(file) {}
  Output* file_;
};

}  // namespace poolglass
