// NumPy .npy files (format versions 1.0, 2.0, 3.0; numpy.lib.format). Headers are untrusted.
// Read: arrays of bool, (u)int8 to 64 and float16 to 64, either byte order, C or Fortran order; bytes behind
// the data are ignored. Written: float32 and int64, little-endian, C order.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/io/descriptor.h"
#include "core/io/npy_header.h"
#include "core/io/outputs.h"
#include "core/io/read_progress.h"
#include "core/status.h"
#include "core/tensor.h"

namespace poolglass {

struct NpyArray {
  std::vector<int64_t> dimensions;  // as in the file: rank 2, 3 or 4
  Tensor tensor;                    // missing leading dimensions are 1
  std::string note;  // empty, or one sentence on what was converted ("float64 converted to float32")
};

// What an array's dimensions say of a feature map: (H, W), (C, H, W) or (N, C, H, W); in NHWC (H, W, C) or
// (N, H, W, C). Missing leading dimensions are 1. An empty batch is a feature map (n is 0), any other empty
// dimension is refused.
Result<Shape> feature_map_shape(const std::vector<int64_t>& dimensions, Layout layout = Layout::kNchw);

std::string tuple_text(const std::vector<int64_t>& dimensions);  // "(2, 3)", "(2,)": NumPy's shape

// Reads a feature map that is not empty as float32; its tensor is NCHW, whatever its own layout. Sizes are
// checked against the file before memory is taken. `path` is what NpyReader::open() takes; `progress`, which
// may be null, counts elements.
Result<NpyArray> read_npy(const std::string& path);

class NpyReader;
Result<NpyArray> read_npy(const NpyReader& reader, Layout layout = Layout::kNchw,
                          ReadProgress* progress = nullptr);

// A file of its own, little-endian, C order, whole or not at all.
Status write_npy(const std::string& path, const std::vector<int64_t>& dimensions, const float* values);
Status write_npy(const std::string& path, const std::vector<int64_t>& dimensions, const int64_t* values);

// The path that stands for standard input, or standard output.
inline constexpr const char* kStandardStream = "-";

// An array that is read in pieces, so that it may be larger than memory: from a file in blocks, which may
// be shortened meanwhile (then reading fails). Standard input that is a pipe, members of archives and arrays
// in Fortran order are held in memory whole.
class NpyReader {
 public:
  // A .npy file, "FILE.npz:NAME" (core/io/npz.h), or "-" for standard input.
  // `progress`, which may be null: of what is held in memory; read_npy() goes on with it.
  static Result<NpyReader> open(const std::string& path, ReadProgress* progress = nullptr);

  // Up to `most` bytes of a .npy file that comes from front to back; 0 at its end.
  using Source = std::function<Result<size_t>(void* bytes, size_t most)>;
  static Result<NpyReader> open(const std::string& name, const Source& source,
                                ReadProgress* progress = nullptr);

  const std::string& name() const { return path_; }                              // for messages
  const std::vector<int64_t>& dimensions() const { return header_.dimensions; }  // none negative
  const NpyType& type() const { return header_.type; }
  int64_t elements() const { return elements_; }
  int64_t data_bytes() const { return data_bytes_; }
  bool held() const { return held_ != nullptr; }  // in memory
  std::string note() const;                       // as NpyArray::note

  // Elements [first, first + count) in C order, as float32 or float64, or as they are in the file: T is the
  // type that type() names. beyond_range: grows by the finite values that float32 makes infinite.
  Status read(int64_t first, int64_t count, float* out, int64_t* beyond_range = nullptr) const;
  Status read(int64_t first, int64_t count, double* out) const;
  template <class T>
  Status read_own(int64_t first, int64_t count, T* out) const {
    return read_bytes(first, count, sizeof(T), reinterpret_cast<unsigned char*>(out));
  }

  // Fails when others changed the file since it was opened, so that what was read may be of both. Ask before
  // a result is kept.
  Status unchanged() const;

 private:
  NpyReader() = default;
  Status open_file(ReadProgress* progress);
  Status hold(const Source& source, ReadProgress* progress);
  Status check_size(int64_t bytes);
  // f(bytes of elements, how many, index of the first), from block to block.
  template <class F>
  Status in_blocks(int64_t first, int64_t count, const F& f) const;
  // Elements in C order and in this machine's byte order.
  Status read_bytes(int64_t first, int64_t count, size_t size, unsigned char* out) const;
  Status read_at(int64_t offset, int64_t size, unsigned char* out) const;

  std::string path_;  // for messages
  NpyHeader header_;
  int64_t elements_ = 0, data_bytes_ = 0;
  Descriptor file_;         // or held_
  int64_t file_begin_ = 0;  // where in it the array begins
  struct Stamp {            // of the file when it was opened
    int64_t size = 0, seconds = 0, nanoseconds = 0;
    friend bool operator==(const Stamp&, const Stamp&) = default;
  } stamp_;
  static Stamp stamp_of(int descriptor);
  struct Free {
    void operator()(unsigned char* bytes) const { std::free(bytes); }
  };
  std::unique_ptr<unsigned char, Free> held_;  // header and data in memory
};

// One output of a command, written from front to back.
class NpyWriter {
 public:
  enum class Element { kFloat32, kInt64 };
  // Announces the file's size to `outputs`, in options.bytes too. For "-" it is none of them: it is held in
  // memory, and send() gives it to standard output.
  static Result<NpyWriter> create(Outputs& outputs, const std::string& path, Element element,
                                  const std::vector<int64_t>& dimensions, OutputOptions options = {});

  // Elements in C order, of the type that was declared; as many in all as the dimensions say, before send()
  // and outputs.commit().
  Status append(const float* values, int64_t count);
  Status append(const int64_t* values, int64_t count);
  Status send();

 private:
  explicit NpyWriter(Output* file) : file_(file) {}
  Status write(const void* bytes, size_t size);

  Output* file_;      // null: standard output
  std::string held_;  // for standard output
};

}  // namespace poolglass
