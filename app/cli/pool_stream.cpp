#include "app/cli/pool_stream.h"

#include <algorithm>
#include <vector>

#include "app/cli/command.h"
#include "app/cli/progress.h"
#include "core/io/npy.h"
#include "core/io/system_memory.h"

namespace poolglass::cli {
namespace {

constexpr int64_t kChunkBytes = int64_t{16} << 20;  // of buffers; at least one plane

// Bytes that the run needs, known before anything large is taken.
struct Sizes {
  Shape output;              // of the forward pass
  int64_t plane_bytes = 0;   // buffers for one plane
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

Result<Sizes> sizes_of(const PoolJob& job, const NpyReader& input, const NpyReader* gradient) {
  const Shape& in = input.shape();
  const Result<Size2> plane = output_size(job.params, in.plane());
  if (!plane.ok()) return plane.status();
  Sizes sizes;
  sizes.output = {in.n, in.c, plane->h, plane->w};
  const Shape& out = sizes.output;
  const int64_t f = sizeof(float), index = job.indices ? int64_t{sizeof(int64_t)} : 0;
  bool fits = true;
  if (input.converts()) fits = fits && add_product({f, in.h, in.w}, &sizes.plane_bytes);
  if (gradient != nullptr) {
    if (gradient->converts()) fits = fits && add_product({f, out.h, out.w}, &sizes.plane_bytes);
    fits = fits && add_product({f, in.h, in.w}, &sizes.plane_bytes);
    fits = fits && add_product({f, in.planes(), in.h, in.w}, &sizes.result_bytes);
  } else {
    fits = fits && add_product({f + index, out.h, out.w}, &sizes.plane_bytes);
    fits = fits && add_product({f + index, in.planes(), out.h, out.w}, &sizes.result_bytes);
  }
  if (!fits) {
    return resource_exhausted("the result of " + std::to_string(out.h) + "x" + std::to_string(out.w) +
                              " cells per plane is beyond 2^63-1 bytes");
  }
  return sizes;
}

// A result may be larger than memory only if its input, which is a file already, is larger still.
Status check_memory(const Sizes& sizes, int64_t input_bytes) {
  const int64_t memory = available_memory_bytes();
  if (sizes.plane_bytes > memory || (sizes.result_bytes > memory && sizes.result_bytes > input_bytes)) {
    return resource_exhausted(
        "the result takes " + std::to_string(std::max(sizes.plane_bytes, sizes.result_bytes)) +
        " bytes, but only " + std::to_string(memory) + " bytes of memory are available");
  }
  return {};
}

// The dimensions of a file with its last two replaced.
std::vector<int64_t> with_plane(std::vector<int64_t> dimensions, Size2 plane) {
  dimensions[dimensions.size() - 2] = plane.h;
  dimensions[dimensions.size() - 1] = plane.w;
  return dimensions;
}

std::string tuple_text(const std::vector<int64_t>& dimensions) {
  std::string text = "(";
  for (size_t i = 0; i < dimensions.size(); ++i) text += (i > 0 ? ", " : "") + std::to_string(dimensions[i]);
  return text + ")";
}

// Everything that is open while planes flow.
struct Stream {
  const PoolJob& job;
  const NpyReader& input;
  const NpyReader* gradient;
  Sizes sizes;
  NpyWriter& output;
  NpyWriter* indices;
};

Status pump(const Stream& stream) {
  const Shape& in = stream.input.shape();
  const int64_t planes = in.planes();
  const int64_t chunk =
      std::clamp<int64_t>(kChunkBytes / std::max<int64_t>(stream.sizes.plane_bytes, 1), 1, planes);
  const bool backward = stream.gradient != nullptr;
  const int64_t out_cells = stream.sizes.output.h * stream.sizes.output.w;
  const int64_t result_cells = backward ? in.h * in.w : out_cells;
  std::vector<float> result(static_cast<size_t>(chunk * result_cells)), x_scratch, dy_scratch;
  std::vector<int64_t> winners(stream.indices != nullptr ? static_cast<size_t>(chunk * out_cells) : 0);

  Progress progress("pooling", planes);
  for (int64_t first = 0; first < planes; first += chunk) {
    const int64_t count = std::min(chunk, planes - first);
    PoolRun run;
    run.params = stream.job.params;
    run.input = {1, count, in.h, in.w};
    run.threads = stream.job.threads;
    run.x = stream.input.planes(first, count, x_scratch);
    if (backward) run.dy = stream.gradient->planes(first, count, dy_scratch);
    run.y = result.data();
    if (stream.indices != nullptr) run.indices = winners.data();
    if (Status s = stream.job.backend->run(run); !s.ok()) return s;
    if (Status s = stream.output.append(result.data(), count * result_cells); !s.ok()) return s;
    if (stream.indices != nullptr) {
      if (Status s = stream.indices->append(winners.data(), count * out_cells); !s.ok()) return s;
    }
    stream.input.pass(first + count);
    if (backward) stream.gradient->pass(first + count);
    progress.show(first + count);
  }
  return {};
}

Status pool_into_files(const PoolJob& job, const NpyReader& input, const NpyReader* gradient) {
  const Result<Sizes> sizes = sizes_of(job, input, gradient);
  if (!sizes.ok()) return sizes.status();
  const std::vector<int64_t> forward = with_plane(input.dimensions(), sizes->output.plane());
  if (gradient != nullptr && gradient->dimensions() != forward) {
    return invalid_argument(*job.gradient + ": shape " + tuple_text(gradient->dimensions()) +
                            " is not the output's shape " + tuple_text(forward));
  }
  if (Status s = check_memory(*sizes, input.data_bytes()); !s.ok()) return s;

  using Element = NpyWriter::Element;
  Outputs outputs;
  outputs.add_input(job.input);
  if (job.gradient) outputs.add_input(*job.gradient);
  // The result may take its input's place; winners may not.
  Result<NpyWriter> output =
      NpyWriter::create(outputs, job.output, Element::kFloat32,
                        gradient != nullptr ? input.dimensions() : forward, {.may_be_an_input = true});
  if (!output.ok()) return output.status();
  std::optional<NpyWriter> indices;
  if (job.indices) {
    Result<NpyWriter> writer = NpyWriter::create(outputs, *job.indices, Element::kInt64, forward);
    if (!writer.ok()) return writer.status();
    indices = *std::move(writer);
  }
  if (Status s = outputs.check_disk(); !s.ok()) return s;
  if (Status s = pump({job, input, gradient, *sizes, *output, indices ? &*indices : nullptr}); !s.ok())
    return s;
  if (Status s = input.unchanged(); !s.ok()) return s;
  if (gradient != nullptr) {
    if (Status s = gradient->unchanged(); !s.ok()) return s;
  }
  return outputs.commit();
}

void remark_on(const std::string& path, const NpyReader& reader) {
  if (const std::string note = reader.note(); !note.empty()) remark(path + ": " + note);
}

}  // namespace

Status run_pool_job(const PoolJob& job) {
  const Result<NpyReader> input = NpyReader::open(job.input);
  if (!input.ok()) return input.status();
  std::optional<NpyReader> gradient;
  if (job.gradient) {
    Result<NpyReader> reader = NpyReader::open(*job.gradient);
    if (!reader.ok()) return reader.status();
    gradient = *std::move(reader);
  }
  if (Status s = pool_into_files(job, *input, gradient ? &*gradient : nullptr); !s.ok()) return s;
  remark_on(job.input, *input);
  if (gradient) remark_on(*job.gradient, *gradient);
  return {};
}

}  // namespace poolglass::cli
