// An open file that closes itself. POSIX.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <string>
#include <utility>

namespace poolglass {

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  bool ok() const { return number_ >= 0; }
  int get() const { return number_; }

 private:
  int number_;
};

// To read from; where it is not ok(), errno says why. With O_NONBLOCK a pipe can be refused, and is not
// waited for.
inline Descriptor open_to_read(const std::string& path, int flags = O_NONBLOCK) {
  return Descriptor(open(path.c_str(), O_RDONLY | O_CLOEXEC | flags));
}
inline Descriptor copy_of_standard_input() { return Descriptor(fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)); }

}  // namespace poolglass
