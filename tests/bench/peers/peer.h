// Other libraries that pool, timed beside the engine on the same buffers: one file each, linked where the
// library is installed.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/pooling/params.h"
#include "core/tensor.h"

namespace poolglass::bench {

enum class Pass {
  kForward,   // y from x
  kIndices,   // the same, keeping what a backward pass needs: the winners' positions
  kBackward,  // dx from dy, beginning with what the forward pass has kept
};

// What one row computes, and where; the arrays are in the row's layout.
struct Job {
  PoolParams params;
  Shape input, output;
  Layout layout = Layout::kNchw;
  Pass pass = Pass::kForward;
  int threads = 1;
  const float* x = nullptr;
  float* y = nullptr;
  const float* dy = nullptr;
  float* dx = nullptr;
};

struct Call {
  std::function<void()> run;  // what is timed; whatever can be prepared once has been
  std::string label;          // the kernel, where the library names it
  // Each winner's position in its plane, in the order of y; empty where they are kept in another form.
  std::function<std::vector<int64_t>()> positions;
};

struct Peer {
  std::string name;
  std::string version;
  bool (*takes)(const Job& job);     // whether it computes this; looks at no array
  Call (*make)(const Job& job);      // run is empty if that fails in spite of takes()
  void (*set_threads)(int threads);  // called before make() and before a row is timed; may bind the caller
};

// Those this program was built with.
std::vector<Peer> peers();

Peer onednn();
Peer xnnpack();
Peer torch();

// The pooling, a global one as the window it is; false for other adaptive poolings, whose windows differ in
// size.
bool as_window(const Job& job, PoolParams* window);

}  // namespace poolglass::bench
