// Members of .npz archives (numpy.savez): zip files whose members are .npy files, stored or deflated.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "core/io/npy_header.h"
#include "core/npz_path.h"
#include "core/status.h"

namespace poolglass {

// One member, read from front to back.
class NpzMember {
 public:
  // Fails with the names there are when the member is none of them. Members are named with or without .npy;
  // the only array of an archive need not be named.
  static Result<NpzMember> open(const NpzPath& path);
  NpzMember(NpzMember&&) noexcept;
  NpzMember& operator=(NpzMember&&) noexcept;
  ~NpzMember();

  // Up to `most` bytes; 0 at the end, where the checksum is verified. Errors do not name the file.
  Result<size_t> read(void* bytes, size_t most);

  struct Archive;

 private:
  explicit NpzMember(std::unique_ptr<Archive> archive);
  std::unique_ptr<Archive> archive_;
};

// The arrays of an archive in its order, each by its name without .npy, with its header or why there is none.
// Members whose names do not end so are no arrays.
struct NpzArray {
  std::string name;
  Result<NpyHeader> header;
};
Result<std::vector<NpzArray>> npz_arrays(const std::string& archive);

}  // namespace poolglass
