// XNNPACK of 2022 (create, then set up, then run): NHWC forward, and global averages in NCHW. The operators
// of later releases are set up in another way.
#include <pthreadpool.h>
#include <xnnpack.h>

#include <limits>
#include <map>
#include <memory>

#include "tests/bench/peers/peer.h"
#include "tests/bench/peers/places.h"

namespace poolglass::bench {
namespace {

constexpr float kLowest = -std::numeric_limits<float>::infinity();
constexpr float kHighest = std::numeric_limits<float>::infinity();

// Null is the calling thread alone. Workers begin, and stay, on the second processor.
pthreadpool_t pool_of(int threads) {
  static std::map<int, pthreadpool_t> pools{{1, nullptr}};
  const auto [pool, is_new] = pools.try_emplace(threads, nullptr);
  if (is_new) {
    const KeepPlace caller;
    bind_thread(1);
    pool->second = pthreadpool_create(static_cast<size_t>(threads));
  }
  return pool->second;
}

bool takes(const Job& job) {
  PoolParams p;
  if (job.pass == Pass::kBackward || !as_window(job, &p) || p.ceil_mode) return false;
  const bool max = p.reduction == Reduction::kMax;
  const bool nhwc = job.layout == Layout::kNhwc || job.input.c == 1;  // one channel: both layouts in one
  if (!nhwc) return !max && job.params.adaptive_output.has_value();
  if (p.kernel == Size2{1, 1}) return false;
  // Positions only where windows do not overlap; averages divide by the taps inside the input.
  if (job.pass == Pass::kIndices) return p.stride == p.kernel && p.dilation == Size2{1, 1};
  return max || ((p.padding == Padding{} || !p.count_include_pad) && p.dilation == Size2{1, 1});
}

// Everything in the types of XNNPACK's calls.
struct Arguments {
  uint32_t top, right, bottom, left, kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w;
  size_t n, c, h, w;
};

Arguments arguments_of(const Job& job) {
  PoolParams p;
  as_window(job, &p);
  const auto u = [](int64_t v) { return static_cast<uint32_t>(v); };
  const auto z = [](int64_t v) { return static_cast<size_t>(v); };
  return {u(p.padding.top), u(p.padding.right), u(p.padding.bottom), u(p.padding.left),  //
          u(p.kernel.h),    u(p.kernel.w),      u(p.stride.h),       u(p.stride.w),     u(p.dilation.h),
          u(p.dilation.w),  z(job.input.n),     z(job.input.c),      z(job.input.h),    z(job.input.w)};
}

xnn_status make_global_average(const Job& job, const Arguments& a, xnn_operator_t* op) {
  const pthreadpool_t pool = pool_of(job.threads);
  if (job.layout == Layout::kNchw) {
    const xnn_status status = xnn_create_global_average_pooling_ncw_f32(a.c, kLowest, kHighest, 0, op);
    if (status != xnn_status_success) return status;
    return xnn_setup_global_average_pooling_ncw_f32(*op, a.n, a.h * a.w, job.x, job.y, pool);
  }
  const xnn_status status =
      xnn_create_global_average_pooling_nwc_f32(a.c, a.c, a.c, kLowest, kHighest, 0, op);
  if (status != xnn_status_success) return status;
  return xnn_setup_global_average_pooling_nwc_f32(*op, a.n, a.h * a.w, job.x, job.y, pool);
}

xnn_status make_average(const Job& job, const Arguments& a, xnn_operator_t* op) {
  const xnn_status status =
      xnn_create_average_pooling2d_nhwc_f32(a.top, a.right, a.bottom, a.left, a.kernel_h, a.kernel_w,
                                            a.stride_h, a.stride_w, a.c, a.c, a.c, kLowest, kHighest, 0, op);
  if (status != xnn_status_success) return status;
  return xnn_setup_average_pooling2d_nhwc_f32(*op, a.n, a.h, a.w, job.x, job.y, pool_of(job.threads));
}

xnn_status make_max(const Job& job, const Arguments& a, xnn_operator_t* op) {
  const xnn_status status = xnn_create_max_pooling2d_nhwc_f32(
      a.top, a.right, a.bottom, a.left, a.kernel_h, a.kernel_w, a.stride_h, a.stride_w, a.dilation_h,
      a.dilation_w, a.c, a.c, a.c, kLowest, kHighest, 0, op);
  if (status != xnn_status_success) return status;
  return xnn_setup_max_pooling2d_nhwc_f32(*op, a.n, a.h, a.w, job.x, job.y, pool_of(job.threads));
}

xnn_status make_indices(const Job& job, const Arguments& a, uint32_t* indices, xnn_operator_t* op) {
  const xnn_status status = xnn_create_argmax_pooling2d_nhwc_f32(a.top, a.right, a.bottom, a.left, a.kernel_h,
                                                                 a.kernel_w, a.c, a.c, a.c, 0, op);
  if (status != xnn_status_success) return status;
  return xnn_setup_argmax_pooling2d_nhwc_f32(*op, a.n, a.h, a.w, job.x, job.y, indices, pool_of(job.threads));
}

Call make(const Job& job) {
  static const bool initialized = xnn_initialize(nullptr) == xnn_status_success;
  if (!initialized) return {};
  const Arguments a = arguments_of(job);
  const size_t kept = job.pass == Pass::kIndices ? static_cast<size_t>(job.output.elements()) : 0;
  const auto indices = std::make_shared<std::vector<uint32_t>>(kept);
  const bool average = job.params.reduction == Reduction::kAverage;
  xnn_operator_t made = nullptr;
  const xnn_status status = job.pass == Pass::kIndices   ? make_indices(job, a, indices->data(), &made)
                            : !average                   ? make_max(job, a, &made)
                            : job.params.adaptive_output ? make_global_average(job, a, &made)
                                                         : make_average(job, a, &made);
  const std::shared_ptr<xnn_operator> op(made, xnn_delete_operator);
  if (status != xnn_status_success) return {};
  return {[op, indices, pool = pool_of(job.threads)] { xnn_run_operator(op.get(), pool); }, "", {}};
}

}  // namespace

Peer xnnpack() {
  return {"xnnpack", "unnumbered", takes, make, [](int threads) {
            if (threads > 1) bind_thread(0);  // the number itself is the operator's
          }};
}

}  // namespace poolglass::bench
