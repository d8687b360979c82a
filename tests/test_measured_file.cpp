// Measured kernels as a file.
#include <doctest/doctest.h>

#include "core/io/measured_file.h"
#include "core/pooling/measured.h"
#include "tests/support/temp_folder.h"

using namespace poolglass;

namespace {

std::string load(const TempFolder& folder, const std::string& text) {
  const std::string path = folder.write("kernels.txt", text);
  const Status status = load_measured_kernels(path);
  return status.ok() ? "" : status.message().substr(path.size());
}

}  // namespace

TEST_CASE("measured kernels are saved and loaded as text, and loading adds to what is known") {
  const TempFolder folder;
  const std::string path = folder / "kernels.txt";
  forget_measured_kernels();
  add_measured_kernels({{"AVX3 forward max kernel 2x2", "nchw-2x2/2"}, {"b", "separable"}});
  REQUIRE(save_measured_kernels(path).ok());
  CHECK(folder.read("kernels.txt") ==
        "poolglass measured kernels 1\nAVX3 forward max kernel 2x2\tnchw-2x2/2\nb\tseparable\n");
  forget_measured_kernels();
  add_measured_kernels({{"b", "nchw-3x3"}, {"c", "nhwc-taps"}});
  REQUIRE(load_measured_kernels(path).ok());
  CHECK(measured_kernels() == MeasuredKernels{{"AVX3 forward max kernel 2x2", "nchw-2x2/2"},
                                              {"b", "separable"},
                                              {"c", "nhwc-taps"}});
  forget_measured_kernels();
  CHECK(measured_kernels().empty());
}

TEST_CASE("a file of measured kernels that cannot be read is refused whole, with its line") {
  const TempFolder folder;
  forget_measured_kernels();
  CHECK(load(folder, "") == ": line 1 is not \"poolglass measured kernels 1\"");
  CHECK(load(folder, "poolglass measured kernels 2\na\tb\n") ==
        ": line 1 is not \"poolglass measured kernels 1\"");
  CHECK(load(folder, "poolglass measured kernels 1\na\tb\nc\n") ==
        ": line 3 is not a pooling, a tab and a kernel's id");
  CHECK(load(folder, "poolglass measured kernels 1\na\tb\tc\n") ==
        ": line 2 is not a pooling, a tab and a kernel's id");
  CHECK(load(folder, "poolglass measured kernels 1\n\tb\n") ==
        ": line 2 is not a pooling, a tab and a kernel's id");
  CHECK(load(folder, std::string("poolglass measured kernels 1\na\0\tb\n", 34)) ==
        ": line 2 is not a pooling, a tab and a kernel's id");
  CHECK(measured_kernels().empty());
  CHECK(load(folder, "poolglass measured kernels 1\n") == "");
  CHECK(load(folder, "poolglass measured kernels 1\na\tb") == "");
  CHECK(measured_kernels() == MeasuredKernels{{"a", "b"}});
  CHECK(load_measured_kernels(folder / "missing").message().find("missing") != std::string::npos);
  forget_measured_kernels();
}
