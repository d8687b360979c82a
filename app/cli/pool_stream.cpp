#include "app/cli/pool_stream.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "app/cli/command.h"
#include "app/cli/progress.h"
#include "core/channels.h"
#include "core/io/feature_map.h"
#include "core/io/npy.h"
#include "core/io/npz.h"
#include "core/io/system_memory.h"
#include "core/pooling/wide.h"

namespace poolglass::cli {
namespace {

constexpr int64_t kChunkBytes = int64_t{16} << 20;  // of buffers; at least one unit

// Types that float32 cannot hold: the CPU pools them as they are (core/pooling/wide.h).
bool is_wide(const NpyType& type) {
  return type.kind == 'f' ? type.size == 8 : (type.kind == 'i' || type.kind == 'u') && type.size >= 4;
}

// f(T{}) for the type of the elements: one that is wide, or float.
template <class F>
Status with_element_type(const NpyType& type, const F& f) {
  if (!is_wide(type)) return f(float{});
  if (type.kind == 'f') return f(double{});
  if (type.kind == 'i') return type.size == 4 ? f(int32_t{}) : f(int64_t{});
  return type.size == 4 ? f(uint32_t{}) : f(uint64_t{});
}

// What is read, and how. A unit is what is pooled at once at least: a plane, or in NHWC an image.
struct Source {
  const PoolJob& job;
  const NpyReader& input;
  const NpyReader* gradient;
  Layout layout;
  Shape in, out;  // of the whole arrays
  bool wide;      // pooled in the elements' own type
  bool reads_x;   // an average's gradient does not
  int64_t units;
  Shape unit;                 // input of a unit
  int64_t unit_in, unit_out;  // elements; 0 where a batch is empty

  bool backward() const { return gradient != nullptr; }
  bool max() const { return job.params.reduction == Reduction::kMax; }
  WideRun wide_run(int64_t count) const {
    WideRun run;
    run.params = job.params;
    run.input = unit;
    (layout == Layout::kNhwc ? run.input.n : run.input.c) *= count;
    run.layout = layout;
    run.threads = job.threads;
    return run;
  }
};

// Bytes that the run needs, known before anything large is taken.
struct Sizes {
  int64_t unit_bytes = 0;    // buffers for one unit
  int64_t result_bytes = 0;  // of the files that are written
};

// *sum += product of the factors.
bool add_product(std::initializer_list<int64_t> factors, int64_t* sum) {
  int64_t product = 1;
  for (int64_t factor : factors) {
    if (!checked_multiply(product, factor, &product)) return false;
  }
  return !__builtin_add_overflow(*sum, product, sum);
}

Result<Sizes> sizes_of(const Source& s) {
  Sizes sizes;
  const Shape &in = s.in, &out = s.out;
  const int64_t f = sizeof(float), index = s.job.indices ? int64_t{sizeof(int64_t)} : 0;
  const int64_t x = s.wide ? s.input.type().size : f, dy = s.wide ? int64_t{sizeof(double)} : f;
  const int64_t c = s.layout == Layout::kNhwc ? in.c : 1;
  int64_t* unit = &sizes.unit_bytes;
  bool fits = !s.reads_x || add_product({std::max(x, f), c, in.h, in.w}, unit);
  if (s.backward()) {
    fits = fits && add_product({dy, c, out.h, out.w}, unit) && add_product({f, c, in.h, in.w}, unit) &&
           add_product({f, in.n, in.c, in.h, in.w}, &sizes.result_bytes);
  } else {
    fits = fits && add_product({f + index, c, out.h, out.w}, unit) &&
           add_product({f + index, in.n, in.c, out.h, out.w}, &sizes.result_bytes);
  }
  if (fits && s.wide) {
    const Result<int64_t> scratch = wide_scratch_bytes(s.wide_run(1));
    if (!scratch.ok()) return scratch.status();
    fits = add_product({*scratch}, unit);
  }
  if (!fits) {
    return resource_exhausted("the result of " + std::to_string(out.h) + "x" + std::to_string(out.w) +
                              " cells per plane is beyond 2^63-1 bytes");
  }
  return sizes;
}

// A result may be larger than memory only if it goes to a file, and its input, a file already, is larger
// still.
Status check_memory(const PoolJob& job, const Sizes& sizes, int64_t input_bytes) {
  const int64_t memory = available_memory_bytes();
  const bool held = job.output == kStandardStream || (job.indices && *job.indices == kStandardStream);
  if (sizes.unit_bytes > memory ||
      (sizes.result_bytes > memory && (held || sizes.result_bytes > input_bytes))) {
    return resource_exhausted(
        "the result takes " + std::to_string(std::max(sizes.unit_bytes, sizes.result_bytes)) +
        " bytes, but only " + std::to_string(memory) + " bytes of memory are available");
  }
  return {};
}

// The dimensions of a file with those of its planes replaced.
std::vector<int64_t> with_plane(std::vector<int64_t> dimensions, Layout layout, Size2 plane) {
  const size_t rows = dimensions.size() - (layout == Layout::kNhwc ? 3 : 2);
  dimensions[rows] = plane.h;
  dimensions[rows + 1] = plane.w;
  return dimensions;
}

// What float32 could not hold.
struct Losses {
  int64_t inputs = 0;      // values of a file that became infinite
  int64_t results = 0;     // finite results that did
  int64_t overflowed = 0;  // results that are infinite or NaN because a sum on the way was
  void add(const WideLosses& wide) {
    results += wide.beyond_range;
    overflowed += wide.overflowed;
  }
};

bool all_finite(const std::vector<float>& values, int64_t count) {
  return std::all_of(values.begin(), values.begin() + count, [](float v) { return std::isfinite(v); });
}

// The buffers of one chunk of units, and what is done with them. T: the elements' own type, or float.
template <class T>
struct Chunk {
  std::vector<T> x;
  std::vector<double> wide_dy;
  std::vector<float> dy, result;
  std::vector<int64_t> indices;

  Chunk(const Source& s, int64_t units) {
    const auto size = [units](int64_t unit, bool used) {
      return static_cast<size_t>(used ? unit * units : 0);
    };
    x.resize(size(s.unit_in, s.reads_x));
    wide_dy.resize(size(s.unit_out, s.backward() && s.wide));
    dy.resize(size(s.unit_out, s.backward() && !s.wide));
    result.resize(size(s.backward() ? s.unit_in : s.unit_out, true));
    indices.resize(size(s.unit_out, s.job.indices.has_value()));
  }
  int64_t* index_data() { return indices.empty() ? nullptr : indices.data(); }

  Status read(const Source& s, int64_t first, int64_t count, Losses& losses) {
    if (s.reads_x) {
      const int64_t from = first * s.unit_in, cells = count * s.unit_in;
      if constexpr (std::is_same_v<T, float>) {
        if (Status status = s.input.read(from, cells, x.data(), &losses.inputs); !status.ok()) return status;
      } else {
        if (Status status = s.input.read_own(from, cells, x.data()); !status.ok()) return status;
      }
    }
    if (!s.backward()) return {};
    const int64_t from = first * s.unit_out, cells = count * s.unit_out;
    return s.wide ? s.gradient->read(from, cells, wide_dy.data())
                  : s.gradient->read(from, cells, dy.data(), &losses.inputs);
  }

  Status pool(const Source& s, int64_t count, WorkDone* progress, Losses& losses) {
    WideRun wide = s.wide_run(count);
    if (s.wide) {
      wide.progress = progress;
      const Result<WideLosses> lost = s.backward()
                                          ? wide_backward<T>(wide, x.data(), wide_dy.data(), result.data())
                                          : wide_forward<T>(wide, x.data(), result.data(), index_data());
      if (lost.ok()) losses.add(*lost);
      return lost.status();
    }
    if constexpr (std::is_same_v<T, float>) {
      PoolRun run;
      run.params = s.job.params;
      run.input = wide.input;
      run.layout = s.layout;
      run.threads = s.job.threads;
      run.progress = progress;
      run.x = x.data();
      run.dy = s.backward() ? dy.data() : nullptr;
      run.y = result.data();
      run.indices = index_data();
      if (Status status = s.job.backend->run(run); !status.ok()) return status;
      if (s.backward()) {
        if (const int64_t cells = count * s.unit_in;
            !all_finite(result, cells) && all_finite(dy, count * s.unit_out)) {
          losses.overflowed += std::count_if(result.begin(), result.begin() + cells,
                                             [](float v) { return !std::isfinite(v); });
        }
      } else if (!s.max()) {
        const Result<int64_t> overflowed = overflowed_means(wide, x.data(), result.data());
        if (!overflowed.ok()) return overflowed.status();
        losses.overflowed += *overflowed;
      }
    }
    return {};
  }
};

template <class T>
Status pump(const Source& s, const Sizes& sizes, NpyWriter& output, NpyWriter* indices, Losses& losses) {
  const int64_t most = std::clamp<int64_t>(kChunkBytes / std::max<int64_t>(sizes.unit_bytes, 1), 1, s.units);
  Chunk<T> chunk(s, most);
  Progress progress("pooling", s.units);
  for (int64_t first = 0; first < s.units; first += most) {
    const int64_t count = std::min(most, s.units - first);
    WorkDone* const work = progress.begin(count);
    if (Status status = chunk.read(s, first, count, losses); !status.ok()) return status;
    if (Status status = chunk.pool(s, count, work, losses); !status.ok()) return status;
    const int64_t cells = count * (s.backward() ? s.unit_in : s.unit_out);
    if (Status status = output.append(chunk.result.data(), cells); !status.ok()) return status;
    if (indices != nullptr) {
      if (Status status = indices->append(chunk.indices.data(), cells); !status.ok()) return status;
    }
    progress.end();
  }
  return {};
}

Result<Source> source_of(const PoolJob& job, const NpyReader& input, const NpyReader* gradient) {
  const Layout layout = job.layout.value_or(Layout::kNchw);
  const Result<Shape> in = feature_map_shape(input.dimensions(), layout);
  if (!in.ok()) return Status(in.status().code(), job.input + ": " + in.status().message());
  const Result<Size2> plane = output_size(job.params, in->plane());
  if (!plane.ok()) return plane.status();
  const std::vector<int64_t> forward = with_plane(input.dimensions(), layout, *plane);
  if (gradient != nullptr && gradient->dimensions() != forward) {
    return invalid_argument(*job.gradient + ": shape " + tuple_text(gradient->dimensions()) +
                            " is not the output's shape " + tuple_text(forward));
  }
  const bool nhwc = layout == Layout::kNhwc;
  const bool reads_x = gradient == nullptr || job.params.reduction == Reduction::kMax;
  const bool wide = job.backend->name == "cpu" && ((reads_x && is_wide(input.type())) ||
                                                   (gradient != nullptr && is_wide(gradient->type())));
  Source s{job, input, gradient, layout, *in, {in->n, in->c, plane->h, plane->w}, wide, reads_x, 0, {}, 0, 0};
  s.units = nhwc ? in->n : in->n * in->c;
  s.unit = {1, nhwc ? in->c : 1, in->h, in->w};
  return s;
}

Status pool_into_files(Source s, Losses& losses) {
  const Result<Sizes> sizes = sizes_of(s);
  if (!sizes.ok()) return sizes.status();
  if (Status status = check_memory(s.job, *sizes, s.input.data_bytes()); !status.ok()) return status;
  s.unit_in = s.unit.elements();
  s.unit_out = s.unit.c * s.out.h * s.out.w;

  using Element = NpyWriter::Element;
  const std::vector<int64_t> forward = with_plane(s.input.dimensions(), s.layout, s.out.plane());
  Outputs outputs;
  for (const std::string& path : {s.job.input, s.job.gradient.value_or(kStandardStream)}) {
    if (path != kStandardStream) outputs.add_input(path);
    if (const std::optional<NpzPath> npz = split_npz_path(path)) outputs.add_input(npz->archive);
  }
  // The result may take its input's place; winners may not.
  Result<NpyWriter> output =
      NpyWriter::create(outputs, s.job.output, Element::kFloat32,
                        s.backward() ? s.input.dimensions() : forward, {.may_be_an_input = true});
  if (!output.ok()) return output.status();
  std::optional<NpyWriter> indices;
  if (s.job.indices) {
    Result<NpyWriter> writer = NpyWriter::create(outputs, *s.job.indices, Element::kInt64, forward);
    if (!writer.ok()) return writer.status();
    indices = *std::move(writer);
  }
  if (Status status = outputs.check_disk(); !status.ok()) return status;
  if (s.units > 0) {
    const NpyType type = s.wide && s.reads_x ? s.input.type() : NpyType{};
    const Status status = with_element_type(
        type, [&]<class T>(T) { return pump<T>(s, *sizes, *output, indices ? &*indices : nullptr, losses); });
    if (!status.ok()) return status;
  }
  for (const NpyReader* reader : {&s.input, s.gradient}) {
    if (reader == nullptr) continue;
    if (Status status = reader->unchanged(); !status.ok()) return status;
  }
  // Files can still be given up when standard output fails, but not the other way round.
  if (Status status = output->send(); !status.ok()) return status;
  if (indices) {
    if (Status status = indices->send(); !status.ok()) return status;
  }
  return outputs.commit();
}

std::string spoken(const std::string& path) { return path == kStandardStream ? "standard input" : path; }

// What happened to the numbers of a file on their way in.
void remark_on(const std::string& path, const NpyReader& reader, bool wide) {
  std::string note = reader.note();
  if (is_wide(reader.type())) {
    const std::string type = npy_type_name(reader.type());
    note = wide ? type + " pooled in its own type, results rounded to float32"
                : type + " rounded to float32 before it is pooled, as the GPU does not hold more";
  }
  if (!note.empty()) remark(spoken(path) + ": " + note);
}

// Results must not depend on a guess: it is said, no more.
void remark_on_channels(const PoolJob& job, const std::vector<int64_t>& dimensions) {
  if (job.layout || !channels_look_last(dimensions)) return;
  remark(spoken(job.input) + ": the last dimension of " + tuple_text(dimensions) +
         " looks like channels: --layout nhwc takes it so, --layout nchw is sure that it is the width");
}

std::string counted(int64_t count, const char* one, const char* many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

void remark_on_losses(const PoolJob& job, const Losses& losses) {
  const std::string path = spoken(job.input) + ": ";
  if (losses.inputs > 0) {
    remark(path + counted(losses.inputs, "value is", "values are") +
           " beyond float32's range and became infinite before the pooling");
  }
  if (losses.results > 0) {
    remark(path + counted(losses.results, "result is", "results are") +
           " beyond float32's range and became infinite");
  }
  if (losses.overflowed > 0) {
    remark(path + counted(losses.overflowed, "result is", "results are") +
           " infinite or NaN because a sum on the way was beyond the range, though its values are not");
  }
}

}  // namespace

Status run_pool_job(const PoolJob& job) {
  const Layout layout = job.layout.value_or(Layout::kNchw);
  bool picture = false, other = false;
  const Result<NpyReader> input = open_feature_map(job.input, layout, &picture);
  if (!input.ok()) return input.status();
  std::optional<NpyReader> gradient;
  if (job.gradient) {
    Result<NpyReader> reader = open_feature_map(*job.gradient, layout, &other);
    if (!reader.ok()) return reader.status();
    gradient = *std::move(reader);
  }
  const Result<Source> source = source_of(job, *input, gradient ? &*gradient : nullptr);
  if (!source.ok()) return source.status();
  if (!picture)
    remark_on_channels(job, input->dimensions());  // before what may take long is done for nothing
  Losses losses;
  if (Status s = pool_into_files(*source, losses); !s.ok()) return s;
  // Nobody is surprised that a picture's values are numbers now.
  if (source->reads_x && !picture) remark_on(job.input, *input, source->wide);
  if (gradient && !other) remark_on(*job.gradient, *gradient, source->wide);
  remark_on_losses(job, losses);
  return {};
}

}  // namespace poolglass::cli
