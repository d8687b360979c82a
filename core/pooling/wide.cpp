#include "core/pooling/wide.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <exception>
#include <functional>
#include <limits>
#include <new>
#include <span>
#include <type_traits>
#include <vector>

#include "core/pooling/thread_pool.h"
#include "core/pooling/window.h"

namespace poolglass {
namespace {

// f(i) for 0 <= i < count, in any order and on several threads; throws what an f threw.
void for_each(int threads, int64_t count, const std::function<void(int64_t)>& f) {
  struct Context {
    const std::function<void(int64_t)>& f;
    std::atomic<bool> failed;
    std::exception_ptr why;
  } context{f, false, nullptr};
  run_parts(
      threads, count,
      [](void* opaque, int64_t part, int) {
        Context& c = *static_cast<Context*>(opaque);
        try {
          c.f(part);
        } catch (...) {  // no memory; worker threads know no exceptions
          if (!c.failed.exchange(true)) c.why = std::current_exception();
        }
      },
      &context);
  if (context.failed) std::rethrow_exception(context.why);
}

// for_each() over ranges, for work that needs scratch memory: f(begin, end).
void for_ranges(int threads, int64_t count, const std::function<void(int64_t, int64_t)>& f) {
  const int64_t parts = std::clamp<int64_t>(count / 8, 1, 256);
  for_each(threads, parts, [&](int64_t part) {
    const int64_t size = count / parts, more = count % parts, begin = part * size + std::min(part, more);
    f(begin, begin + size + (part < more ? 1 : 0));
  });
}

template <class T>
bool is_nan(T value) {
  if constexpr (std::is_floating_point_v<T>) return std::isnan(value);
  return false;
}

template <class T>
bool is_finite(T value) {
  if constexpr (std::is_floating_point_v<T>) return std::isfinite(value);
  return true;
}

template <class T>
struct WideArgmax {
  T value{};
  int64_t index = -1;  // in its plane; negative: no tap
};

// The argmax of a, then b. Associative, and idempotent where b begins no earlier than a and both overlap.
struct Later {
  template <class T>
  WideArgmax<T> operator()(const WideArgmax<T>& a, const WideArgmax<T>& b) const {
    if (a.index < 0) return b;
    return b.index >= 0 && (b.value > a.value || is_nan(b.value)) ? b : a;
  }
};

struct Plus {
  double operator()(double a, double b) const { return a + b; }
};

struct AxisWindows {
  std::vector<AxisWindow> windows;
  int64_t cells = 0;
  int64_t most = 1;  // taps inside the input of the fullest window

  explicit AxisWindows(const Axis& axis) : windows(windows_of(axis)), cells(axis.input) {
    for (const AxisWindow& window : windows) most = std::max(most, window.count);
  }
  int64_t levels() const { return static_cast<int64_t>(std::bit_width(static_cast<uint64_t>(most))); }
  int64_t scratch() const { return cells * levels(); }  // items
};

// store(i, the items of window i joined from left to right), `none` where it has no tap inside the input.
// load(cell) gives an item; levels: scratch() of them.
template <class Item, class Load, class Join, class Store>
void join_windows(const AxisWindows& axis, Item* levels, const Item& none, const Load& load, const Join& join,
                  const Store& store) {
  const int64_t cells = axis.cells, step = axis.windows.front().step;
  for (int64_t i = 0; i < cells; ++i) levels[i] = load(i);
  // Level l holds the runs of 2^l taps that begin at each cell. (No overflow: the fullest window's last tap
  // lies (most - 1) * step < cells behind its first.)
  for (int64_t run = 1, l = 1; 2 * run <= axis.most; run *= 2, ++l) {
    const Item* half = levels + (l - 1) * cells;
    Item* whole = levels + l * cells;
    for (int64_t i = 0; i + (2 * run - 1) * step < cells; ++i) whole[i] = join(half[i], half[i + run * step]);
  }
  for (size_t i = 0; i < axis.windows.size(); ++i) {
    const AxisWindow& window = axis.windows[i];
    Item item = none;
    int64_t cell = window.first;
    for (uint64_t left = static_cast<uint64_t>(window.count); left != 0; left &= left - 1) {
      const int l = std::countr_zero(left);
      item = join(item, levels[l * cells + cell]);
      cell += step << l;
    }
    store(static_cast<int64_t>(i), item);
  }
}

// The windows of a run, and how its planes lie in the arrays.
struct Plan {
  WideRun run;
  AxisWindows rows, columns;
  Size2 in, out;
  int64_t pixel, planes;
  int outer, inner;  // threads: planes at the same time, and inside a plane

  Plan(const WideRun& r, const WindowGeometry& geometry)
      : run(r),
        rows(geometry.rows),
        columns(geometry.columns),
        in(r.input.plane()),
        out{geometry.rows.output, geometry.columns.output},
        pixel(r.layout == Layout::kNhwc ? r.input.c : 1),
        planes(r.input.planes()) {
    const int threads = resolve_threads(r.threads);
    outer = planes > 1 ? threads : 1;
    inner = planes > 1 ? 1 : threads;
    if (r.progress != nullptr) r.progress->total = planes * steps();
  }

  // Of a plane: work counted by rows of the first pass and columns of the second.
  int64_t steps() const { return in.h + out.w; }
  void advance(int64_t count) const {
    if (run.progress != nullptr) run.progress->done += count;
  }
  // Where a plane begins in an array whose planes have `size`.
  int64_t begin(int64_t plane, Size2 size) const {
    return plane / pixel * pixel * size.h * size.w + plane % pixel;
  }
  // Of cell (row, column) of window counts, for the divisor of an average.
  double divisor(int64_t row, int64_t column) const {
    return static_cast<double>(rows.windows[static_cast<size_t>(row)].divisor) *
           static_cast<double>(columns.windows[static_cast<size_t>(column)].divisor);
  }
};

// store(row, column, item) for every window of a plane: joined along the rows, then down the columns.
// first(cell) gives an item of the plane; keep(item) and again(kept) shorten what lies between the passes.
template <class Item, class Kept, class First, class Keep, class Again, class Join, class Store>
void join_plane(const Plan& plan, const Item& none, const First& first, const Keep& keep, const Again& again,
                const Join& join, const Store& store) {
  std::vector<Kept> between(static_cast<size_t>(plan.out.w * plan.in.h));  // a column after the other
  for_ranges(plan.inner, plan.in.h, [&](int64_t begin, int64_t end) {
    std::vector<Item> levels(static_cast<size_t>(plan.columns.scratch()));
    for (int64_t r = begin; r < end; ++r) {
      join_windows(
          plan.columns, levels.data(), none, [&](int64_t c) { return first(r * plan.in.w + c); }, join,
          [&](int64_t i, const Item& item) { between[static_cast<size_t>(i * plan.in.h + r)] = keep(item); });
    }
    plan.advance(end - begin);
  });
  for_ranges(plan.inner, plan.out.w, [&](int64_t begin, int64_t end) {
    std::vector<Item> levels(static_cast<size_t>(plan.rows.scratch()));
    for (int64_t c = begin; c < end; ++c) {
      const Kept* column = between.data() + c * plan.in.h;
      join_windows(
          plan.rows, levels.data(), none, [&](int64_t r) { return again(column[r]); }, join,
          [&](int64_t i, const Item& item) { store(i, c, item); });
    }
    plan.advance(end - begin);
  });
}

// store(row, column, argmax) for every window of the plane whose cells are x[cell * plan.pixel].
template <class T, class Store>
void max_plane(const Plan& plan, const T* x, const Store& store) {
  const auto argmax = [&](int64_t cell) { return WideArgmax<T>{x[cell * plan.pixel], cell}; };
  join_plane<WideArgmax<T>, int64_t>(
      plan, WideArgmax<T>{}, argmax, [](const WideArgmax<T>& w) { return w.index; },
      [&](int64_t index) { return index < 0 ? WideArgmax<T>{} : argmax(index); }, Later{}, store);
}

// store(row, column, sum of value(cell)) for every window of a plane.
template <class Value, class Store>
void sum_plane(const Plan& plan, const Value& value, const Store& store) {
  const auto same = [](double v) { return v; };
  join_plane<double, double>(plan, 0.0, value, same, same, Plus{}, store);
}

// Whether each window of a plane has taps that are all finite.
template <class T>
std::vector<char> finite_windows(const Plan& plan, const T* x) {
  std::vector<char> finite(static_cast<size_t>(plan.out.h * plan.out.w));
  sum_plane(
      plan, [&](int64_t cell) { return is_finite(x[cell * plan.pixel]) ? 0.0 : 1.0; },
      [&](int64_t r, int64_t c, double strange) {
        finite[static_cast<size_t>(r * plan.out.w + c)] = strange == 0;
      });
  return finite;
}

// Losses, counted from several threads.
struct Counter {
  std::atomic<int64_t> beyond_range{0}, overflowed{0};

  template <class T>
  float rounded(T value) {
    const float result = static_cast<float>(value);
    if (std::isinf(result) && is_finite(value)) beyond_range.fetch_add(1, std::memory_order_relaxed);
    return result;
  }
  WideLosses losses() const { return {beyond_range, overflowed}; }
};

template <class T>
void forward_max(const Plan& plan, const T* x, float* y, int64_t* indices, Counter& counter) {
  max_plane(plan, x, [&](int64_t r, int64_t c, const WideArgmax<T>& argmax) {
    const int64_t cell = (r * plan.out.w + c) * plan.pixel;
    y[cell] = argmax.index < 0 ? -std::numeric_limits<float>::infinity() : counter.rounded(argmax.value);
    if (indices != nullptr) indices[cell] = argmax.index;
  });
}

template <class T>
void forward_average(const Plan& plan, const T* x, float* y, Counter& counter) {
  std::vector<char> strange(static_cast<size_t>(plan.out.h * plan.out.w));  // where a sum is not finite
  sum_plane(
      plan, [&](int64_t cell) { return static_cast<double>(x[cell * plan.pixel]); },
      [&](int64_t r, int64_t c, double sum) {
        const int64_t cell = r * plan.out.w + c;
        const double divisor = plan.divisor(r, c);
        y[cell * plan.pixel] = divisor > 0 ? counter.rounded(sum / divisor) : 0.0f;
        strange[static_cast<size_t>(cell)] = !std::isfinite(sum);
      });
  if (std::find(strange.begin(), strange.end(), 1) == strange.end()) return;
  const std::vector<char> finite = finite_windows(plan, x);
  for (size_t i = 0; i < finite.size(); ++i) counter.overflowed += finite[i] && strange[i];
}

template <class T>
void backward_max(const Plan& plan, const T* x, const double* dy, double* dx) {
  std::vector<int64_t> indices(static_cast<size_t>(plan.out.h * plan.out.w));
  max_plane(plan, x, [&](int64_t r, int64_t c, const WideArgmax<T>& argmax) {
    indices[static_cast<size_t>(r * plan.out.w + c)] = argmax.index;
  });
  for (size_t i = 0; i < indices.size(); ++i) {
    if (indices[i] >= 0) dx[indices[i]] += dy[static_cast<int64_t>(i) * plan.pixel];
  }
}

// The windows that read a cell are those whose row and column do: shares are spread along the rows, then
// down.
void backward_average(const Plan& plan, const double* dy, double* dx) {
  for (int64_t r = 0; r < plan.out.h; ++r) {
    const AxisWindow& row = plan.rows.windows[static_cast<size_t>(r)];
    std::vector<double> spread(static_cast<size_t>(plan.in.w), 0.0);
    for (int64_t c = 0; row.count > 0 && c < plan.out.w; ++c) {
      const AxisWindow& column = plan.columns.windows[static_cast<size_t>(c)];
      const double share = dy[(r * plan.out.w + c) * plan.pixel] / plan.divisor(r, c);
      for (int64_t i = 0; i < column.count; ++i) {
        spread[static_cast<size_t>(column.first + i * column.step)] += share;
      }
    }
    for (int64_t i = 0; i < row.count; ++i) {
      double* to = dx + (row.first + i * row.step) * plan.in.w;
      for (int64_t c = 0; c < plan.in.w; ++c) to[c] += spread[static_cast<size_t>(c)];
    }
    plan.advance(plan.steps() * (r + 1) / plan.out.h - plan.steps() * r / plan.out.h);
  }
}

// f(plan) unless the run cannot be.
template <class F>
Status with_plan(const WideRun& run, const F& f) {
  const Result<WindowGeometry> geometry = window_geometry(run.params, run.input.plane());
  if (!geometry.ok()) return geometry.status();
  try {
    f(Plan(run, *geometry));
    return {};
  } catch (const std::bad_alloc&) {
    return resource_exhausted("no memory to pool planes of " + std::to_string(run.input.h) + "x" +
                              std::to_string(run.input.w));
  }
}

}  // namespace

Result<int64_t> wide_scratch_bytes(const WideRun& run) {
  const Shape& in = run.input;
  const Result<Size2> out = output_size(run.params, in.plane());
  if (!out.ok()) return out.status();
  // Of each plane in work: between the passes, the indices or flags of the output, the gradient's sums.
  int64_t between = 0, output = 0, gradient = 0, bytes = 0;
  const int64_t at_once = std::min<int64_t>(resolve_threads(run.threads), std::max<int64_t>(1, in.planes()));
  const bool fits = checked_multiply(in.h, out->w, &between) && checked_multiply(out->h, out->w, &output) &&
                    checked_multiply(in.h, in.w, &gradient) &&
                    !__builtin_add_overflow(between, output, &bytes) &&
                    !__builtin_add_overflow(bytes, gradient, &bytes) &&
                    checked_multiply(bytes, int64_t{8} * at_once, &bytes);
  if (!fits) return resource_exhausted("a plane takes more than 2^63 - 1 bytes");
  return bytes;
}

template <class T>
Result<WideLosses> wide_forward(const WideRun& run, const T* x, float* y, int64_t* indices) {
  Counter counter;
  const bool max = run.params.reduction == Reduction::kMax;
  if (indices != nullptr && !max) return invalid_argument("an average has no indices");
  const Status status = with_plan(run, [&](const Plan& plan) {
    for_each(plan.outer, plan.planes, [&](int64_t plane) {
      const T* from = x + plan.begin(plane, plan.in);
      const int64_t to = plan.begin(plane, plan.out);
      if (max) {
        forward_max(plan, from, y + to, indices != nullptr ? indices + to : nullptr, counter);
      } else {
        forward_average(plan, from, y + to, counter);
      }
    });
  });
  if (!status.ok()) return status;
  return counter.losses();
}

template <class T>
Result<WideLosses> wide_backward(const WideRun& run, const T* x, const double* dy, float* dx) {
  Counter counter;
  const Status status = with_plan(run, [&](const Plan& plan) {
    for_each(plan.outer, plan.planes, [&](int64_t plane) {
      std::vector<double> sums(static_cast<size_t>(plan.in.h * plan.in.w), 0.0);
      const double* gradient = dy + plan.begin(plane, plan.out);
      if (run.params.reduction == Reduction::kMax) {
        backward_max(plan, x + plan.begin(plane, plan.in), gradient, sums.data());
      } else {
        backward_average(plan, gradient, sums.data());
      }
      float* to = dx + plan.begin(plane, plan.in);
      for (size_t i = 0; i < sums.size(); ++i) {
        to[static_cast<int64_t>(i) * plan.pixel] = counter.rounded(sums[i]);
      }
    });
  });
  if (!status.ok()) return status;
  return counter.losses();
}

Result<int64_t> overflowed_means(const WideRun& run, const float* x, const float* y) {
  int64_t overflowed = 0;
  const Status status = with_plan(run, [&](const Plan& plan) {
    for (int64_t plane = 0; plane < plan.planes; ++plane) {
      const float* means = y + plan.begin(plane, plan.out);
      const int64_t cells = plan.out.h * plan.out.w;
      bool strange = false;
      for (int64_t i = 0; i < cells; ++i) strange = strange || !std::isfinite(means[i * plan.pixel]);
      if (!strange) continue;
      const std::vector<char> finite = finite_windows(plan, x + plan.begin(plane, plan.in));
      for (int64_t i = 0; i < cells; ++i) {
        overflowed += finite[static_cast<size_t>(i)] && !std::isfinite(means[i * plan.pixel]);
      }
    }
  });
  if (!status.ok()) return status;
  return overflowed;
}

#define POOLGLASS_WIDE(T)                                                                  \
  template Result<WideLosses> wide_forward<T>(const WideRun&, const T*, float*, int64_t*); \
  template Result<WideLosses> wide_backward<T>(const WideRun&, const T*, const double*, float*);
POOLGLASS_WIDE(float)
POOLGLASS_WIDE(double)
POOLGLASS_WIDE(int32_t)
POOLGLASS_WIDE(int64_t)
POOLGLASS_WIDE(uint32_t)
POOLGLASS_WIDE(uint64_t)
#undef POOLGLASS_WIDE

}  // namespace poolglass
