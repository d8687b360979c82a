// oneDNN 2.x: plain layouts, forward for inference or for training with its workspace, and backward.
#include <omp.h>

#include <dnnl.hpp>
#include <memory>
#include <utility>

#include "tests/bench/peers/peer.h"
#include "tests/bench/peers/places.h"

namespace poolglass::bench {
namespace {

using dnnl::memory;

dnnl::engine& engine() {
  static dnnl::engine cpu(dnnl::engine::kind::cpu, 0);
  return cpu;
}

dnnl::stream& stream() {
  static dnnl::stream queue(engine());
  return queue;
}

// A primitive with its arguments. The C call takes them as they lie here; the C++ one would build a list each
// time.
struct Primitive {
  dnnl::primitive primitive;
  std::vector<memory> memories;
  std::vector<dnnl_exec_arg_t> arguments;

  void add(int argument, const memory& m) {
    memories.push_back(m);
    arguments.push_back({argument, m.get()});
  }
  void run() const {
    dnnl_primitive_execute(primitive.get(), stream().get(), static_cast<int>(arguments.size()),
                           arguments.data());
    dnnl_stream_wait(stream().get());
  }
};

struct Geometry {
  dnnl::algorithm algorithm;
  memory::desc x, y;
  memory::dims stride, kernel, dilation, before, after;
};

// Planes of one channel are in both layouts; its fast kernels are for them as NHWC.
Geometry geometry_of(const Job& job) {
  PoolParams p;
  as_window(job, &p);
  const bool nchw = job.layout == Layout::kNchw && job.input.c > 1;
  const auto tag = nchw ? memory::format_tag::nchw : memory::format_tag::nhwc;
  const auto desc = [&](const Shape& s) {
    return memory::desc({s.n, s.c, s.h, s.w}, memory::data_type::f32, tag);
  };
  const bool padded = p.padding != Padding{};
  const auto algorithm = p.reduction == Reduction::kMax   ? dnnl::algorithm::pooling_max
                         : padded && !p.count_include_pad ? dnnl::algorithm::pooling_avg_exclude_padding
                                                          : dnnl::algorithm::pooling_avg_include_padding;
  return {algorithm,
          desc(job.input),
          desc(job.output),
          {p.stride.h, p.stride.w},
          {p.kernel.h, p.kernel.w},
          {p.dilation.h - 1, p.dilation.w - 1},  // here 0 is dense
          {p.padding.top, p.padding.left},
          {p.padding.bottom, p.padding.right}};
}

// The output's size is given with the padding, so a last window that ceil mode adds would have to be padded
// for.
bool takes(const Job& job) {
  PoolParams window;
  return as_window(job, &window) && !window.ceil_mode;
}

dnnl::pooling_v2_forward::primitive_desc forward_desc(const Job& job, const Geometry& g) {
  const auto kind =
      job.pass == Pass::kForward ? dnnl::prop_kind::forward_inference : dnnl::prop_kind::forward_training;
  return {{kind, g.algorithm, g.x, g.y, g.stride, g.kernel, g.dilation, g.before, g.after}, engine()};
}

Call call_of(Primitive primitive, const char* kernel) {
  const auto shared = std::make_shared<const Primitive>(std::move(primitive));
  return {[shared] { shared->run(); }, kernel, {}};
}

Call make_backward(const Job& job, const Geometry& g, const dnnl::pooling_v2_forward::primitive_desc& forward,
                   const memory& workspace) {
  const dnnl::pooling_v2_backward::primitive_desc desc(
      {g.algorithm, g.x, g.y, g.stride, g.kernel, g.dilation, g.before, g.after}, engine(), forward);
  Primitive backward{dnnl::pooling_v2_backward(desc), {}, {}};
  backward.add(DNNL_ARG_DIFF_DST, memory(g.y, engine(), const_cast<float*>(job.dy)));
  backward.add(DNNL_ARG_DIFF_SRC, memory(g.x, engine(), job.dx));
  if (workspace) backward.add(DNNL_ARG_WORKSPACE, workspace);
  return call_of(std::move(backward), desc.impl_info_str());
}

Call make(const Job& job) try {
  const Geometry g = geometry_of(job);
  const auto desc = forward_desc(job, g);
  Primitive forward{dnnl::pooling_v2_forward(desc), {}, {}};
  forward.add(DNNL_ARG_SRC, memory(g.x, engine(), const_cast<float*>(job.x)));
  forward.add(DNNL_ARG_DST, memory(g.y, engine(), job.y));
  memory workspace;
  if (desc.workspace_desc().get_size() > 0) {
    workspace = memory(desc.workspace_desc(), engine());
    forward.add(DNNL_ARG_WORKSPACE, workspace);
  }
  if (job.pass != Pass::kBackward) return call_of(std::move(forward), desc.impl_info_str());
  forward.run();
  return make_backward(job, g, desc, workspace);
} catch (const dnnl::error&) {
  return {};
}

}  // namespace

Peer onednn() {
  const dnnl_version_t* v = dnnl_version();
  // The cache takes the kernel of one row for another of one channel, chosen for the other layout.
  dnnl::set_primitive_cache_capacity(0);
  const std::string version =
      std::to_string(v->major) + "." + std::to_string(v->minor) + "." + std::to_string(v->patch);
  return {"onednn", version, takes, make, [](int threads) {
            omp_set_num_threads(threads);
            place_openmp_threads(threads);
          }};
}

}  // namespace poolglass::bench
