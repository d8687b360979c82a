// Operators that say, change or take part of a shape.
#include <algorithm>
#include <cmath>

#include "core/io/onnx/call.h"

namespace poolglass::onnx {
namespace {

// The first output has the elements of the first input, in their order.
void keep_data(Call& call) {
  if (call.data_known(0) && call.holds(0)) call.set_data(*call.input(0)->data);
}

Status reshape(Call& call) {
  const Listed shape = call.list("shape", 1);
  if (!call.shape_known(0) || !shape.known) return {};
  if (!shape.given) return invalid_argument("has no shape");
  const bool keeps_zero = call.integer("allowzero", 0) != 0;
  const int64_t elements = elements_of(call.dims(0));
  Dims out;
  int64_t known = 1;
  bool open = false;
  for (size_t i = 0; i < shape.values.size(); ++i) {
    int64_t size = shape.values[i];
    if (size == 0 && !keeps_zero) {
      if (std::ssize(out) >= call.rank(0))
        return invalid_argument("shape " + dims_text(shape.values) + " copies size " + std::to_string(i) +
                                ", which the input " + dims_text(call.dims(0)) + " has not");
      size = call.dims(0)[i];
    }
    if (size < -1 || (size == -1 && open))
      return invalid_argument("shape " + dims_text(shape.values) + " leaves more than one size open");
    open = open || size == -1;
    if (size >= 0 && __builtin_mul_overflow(known, size, &known))
      return invalid_argument("shape " + dims_text(shape.values) + " is too large");
    out.push_back(size);
  }
  const bool fits = open ? (known > 0 ? elements % known == 0 : elements == 0) : known == elements;
  if (!fits) {
    return invalid_argument("shape " + dims_text(shape.values) + " does not fit the " +
                            std::to_string(elements) + " elements of the input " + dims_text(call.dims(0)));
  }
  std::replace(out.begin(), out.end(), int64_t{-1}, known > 0 ? elements / known : 0);
  call.set(0, out);
  keep_data(call);
  return {};
}

Status flatten(Call& call) {
  if (!call.shape_known(0)) return {};
  const Dims& in = call.dims(0);
  int64_t axis = call.integer("axis", 1);
  if (axis < -call.rank(0) || axis > call.rank(0))
    return invalid_argument("axis " + std::to_string(axis) + " is beyond the input " + dims_text(in));
  if (axis < 0) axis += call.rank(0);
  call.set(
      0, {elements_of(Dims(in.begin(), in.begin() + axis)), elements_of(Dims(in.begin() + axis, in.end()))});
  keep_data(call);
  return {};
}

Status squeeze(Call& call) {
  const Listed axes = call.list("axes", 1);
  if (!call.shape_known(0) || !axes.known) return {};
  const Dims& in = call.dims(0);
  Result<std::vector<int64_t>> found = axes_of(axes.values, call.rank(0));
  if (!found.ok()) return found.status();
  Dims out;
  for (int64_t i = 0; i < call.rank(0); ++i) {
    const int64_t size = in[static_cast<size_t>(i)];
    const bool named = axes.given ? std::count(found->begin(), found->end(), i) > 0 : size == 1;
    if (named && size != 1)
      return invalid_argument("axis " + std::to_string(i) + " of the input " + dims_text(in) + " is not 1");
    if (!named) out.push_back(size);
  }
  call.set(0, out);
  keep_data(call);
  return {};
}

Status unsqueeze(Call& call) {
  const Listed axes = call.list("axes", 1);
  if (!call.shape_known(0) || !axes.known) return {};
  const int64_t rank = call.rank(0) + std::ssize(axes.values);
  Result<std::vector<int64_t>> found = axes_of(axes.values, rank);
  if (!found.ok()) return found.status();
  Dims out;
  auto next = call.dims(0).begin();
  for (int64_t i = 0; i < rank; ++i)
    out.push_back(std::count(found->begin(), found->end(), i) > 0 ? 1 : *next++);
  call.set(0, out);
  keep_data(call);
  return {};
}

Status transpose(Call& call) {
  if (!call.shape_known(0)) return {};
  const Dims& in = call.dims(0);
  const size_t rank = in.size();
  Listed order = call.list("perm");
  if (!order.given) {
    for (size_t i = 0; i < rank; ++i) order.values.push_back(static_cast<int64_t>(rank - 1 - i));
  }
  const Result<std::vector<int64_t>> axes = axes_of(order.values, call.rank(0));
  if (!axes.ok() || axes->size() != rank)
    return invalid_argument("perm does not name every dimension of " + dims_text(in) + " once");
  Dims out, steps(rank, 1), moved(rank, 1);
  for (size_t i = rank; i-- > 1;) steps[i - 1] = steps[i] * std::max<int64_t>(1, in[i]);
  for (size_t i = 0; i < rank; ++i) {
    const auto from = static_cast<size_t>((*axes)[i]);
    out.push_back(in[from]);
    moved[i] = steps[from];
  }
  call.set(0, out);
  if (!call.data_known(0) || !call.holds(0)) return {};
  call.set_data(remapped(*call.input(0)->data, elements_of(out), [&](int64_t index) {
    int64_t at = 0;
    for (size_t i = rank; i-- > 0;) {
      at += index % out[i] * moved[i];
      index /= out[i];
    }
    return at;
  }));
  return {};
}

Status concat(Call& call) {
  if (call.inputs.empty()) return invalid_argument("has no input");
  bool data = true;
  for (size_t i = 0; i < call.inputs.size(); ++i) {
    if (!call.shape_known(i)) return {};
    data = data && call.data_known(i);
  }
  if (call.opset >= 4 && call.attribute("axis") == nullptr) return invalid_argument("has no axis");
  const Result<int64_t> axis = axis_of(call.integer("axis", 1), call.rank(0));
  if (!axis.ok()) return axis.status();
  const auto a = static_cast<size_t>(*axis);
  Dims out = call.dims(0);
  for (size_t i = 1; i < call.inputs.size(); ++i) {
    Dims same = call.dims(i);
    if (same.size() == out.size()) same[a] = out[a];
    if (same != out) {
      return invalid_argument("shapes " + dims_text(call.dims(0)) + " and " + dims_text(call.dims(i)) +
                              " do not fit along axis " + std::to_string(*axis));
    }
    if (__builtin_add_overflow(out[a], call.dims(i)[a], &out[a])) return invalid_argument("is too large");
  }
  call.set(0, out);
  if (!data || !call.holds(0)) return {};
  // Row by row: what lies along and within the axis.
  Values values;
  std::vector<size_t> filled;
  for (size_t i = 0; i < call.inputs.size(); ++i) {
    if (elements_of(call.dims(i)) > 0) filled.push_back(i);
  }
  const int64_t rows = filled.empty() ? 0 : elements_of(Dims(out.begin(), out.begin() + *axis));
  for (int64_t row = 0; row < rows; ++row) {
    for (const size_t i : filled) {
      const int64_t length = elements_of(Dims(call.dims(i).begin() + *axis, call.dims(i).end()));
      const Values part = remapped(*call.input(i)->data, length, [&](int64_t k) { return row * length + k; });
      values.integers.insert(values.integers.end(), part.integers.begin(), part.integers.end());
      values.reals.insert(values.reals.end(), part.reals.begin(), part.reals.end());
    }
  }
  if (values.integers.empty() || values.reals.empty()) call.set_data(std::move(values));
  return {};
}

Status split(Call& call) {
  const Listed sizes = call.list("split", 1);
  if (!call.shape_known(0) || !sizes.known) return {};
  const Result<int64_t> axis = axis_of(call.integer("axis", 0), call.rank(0));
  if (!axis.ok()) return axis.status();
  const auto a = static_cast<size_t>(*axis);
  const Dims& in = call.dims(0);
  const auto parts = static_cast<int64_t>(call.outputs.size());
  std::vector<int64_t> each = sizes.values;
  if (!sizes.given) {
    // Since opset 18 the last part may be shorter.
    const int64_t length = (in[a] + parts - 1) / parts;
    for (int64_t i = 0; i < parts; ++i) each.push_back(std::clamp<int64_t>(in[a] - i * length, 0, length));
    if (call.opset < 18 && in[a] % parts != 0)
      return invalid_argument(std::to_string(in[a]) + " is not " + std::to_string(parts) + " equal parts");
  }
  int64_t sum = 0;
  for (const int64_t size : each) {
    if (size < 0 || __builtin_add_overflow(sum, size, &sum))
      return invalid_argument("has a part of " + std::to_string(size));
  }
  if (std::ssize(each) != parts || sum != in[a]) {
    return invalid_argument(std::to_string(each.size()) + " parts with " + std::to_string(sum) +
                            " in all do not fit " + std::to_string(parts) + " outputs of axis " +
                            std::to_string(*axis) + " of the input " + dims_text(in));
  }
  int64_t begin = 0;
  for (size_t i = 0; i < each.size(); ++i) {
    Dims out = in;
    out[a] = each[i];
    call.set(i, out);
    if (call.data_known(0) && call.holds(i)) {
      const int64_t inner = elements_of(Dims(in.begin() + *axis + 1, in.end()));
      const int64_t length = each[i] * inner, whole = in[a] * inner;
      call.outputs[i].data =
          std::make_shared<const Values>(remapped(*call.input(0)->data, elements_of(out), [&](int64_t k) {
            return k / length * whole + begin * inner + k % length;
          }));
    }
    begin += each[i];
  }
  return {};
}

// One axis of a slice: `count` cells from `begin`, `step` apart.
struct Cut {
  int64_t begin = 0, step = 1, count = 0;
};

Cut cut_of(int64_t size, int64_t start, int64_t end, int64_t step) {
  const int64_t least = step > 0 ? 0 : -1, most = step > 0 ? size : size - 1;
  const auto placed = [&](int64_t at) {
    return std::clamp(at < 0 && at >= -size ? at + size : at < 0 ? least : at, least, most);
  };
  const int64_t begin = step > 0 ? placed(start) : std::max<int64_t>(placed(start), -1);
  const int64_t stop = placed(end);
  if (step > 0) return {begin, step, stop > begin ? (stop - begin - 1) / step + 1 : 0};
  // -step may not fit for the least number there is: no step is longer than the axis.
  const int64_t back = step < -size ? size + 1 : -step;
  return {begin, -back, begin > stop ? (begin - stop - 1) / back + 1 : 0};
}

Status slice(Call& call) {
  const Listed starts = call.list("starts", 1), ends = call.list("ends", 2);
  const Listed axes = call.list("axes", 3), steps = call.list("steps", 4);
  if (!call.shape_known(0)) return {};
  if (!starts.given || !ends.given) return invalid_argument("has no starts and ends");
  if (!starts.known || !ends.known || !axes.known || !steps.known) return {};
  const Dims& in = call.dims(0);
  std::vector<int64_t> named = axes.values;
  for (size_t i = 0; !axes.given && i < starts.values.size(); ++i) named.push_back(static_cast<int64_t>(i));
  const Result<std::vector<int64_t>> where = axes_of(named, call.rank(0));
  if (!where.ok()) return where.status();
  const size_t count = where->size();
  if (starts.values.size() != count || ends.values.size() != count ||
      (steps.given && steps.values.size() != count))
    return invalid_argument("starts, ends, axes and steps are not equally many");
  std::vector<Cut> cuts;
  for (const int64_t size : in) cuts.push_back({0, 1, size});
  for (size_t i = 0; i < count; ++i) {
    const auto axis = static_cast<size_t>((*where)[i]);
    const int64_t step = steps.given ? steps.values[i] : 1;
    if (step == 0) return invalid_argument("has a step of 0");
    cuts[axis] = cut_of(in[axis], starts.values[i], ends.values[i], step);
  }
  Dims out;
  for (const Cut& cut : cuts) out.push_back(cut.count);
  call.set(0, out);
  if (!call.data_known(0) || !call.holds(0)) return {};
  call.set_data(remapped(*call.input(0)->data, elements_of(out), [&](int64_t index) {
    int64_t at = 0, stride = 1;
    for (size_t i = in.size(); i-- > 0;) {
      at += (cuts[i].begin + index % out[i] * cuts[i].step) * stride;
      index /= out[i];
      stride *= in[i];
    }
    return at;
  }));
  return {};
}

Status pad(Call& call) {
  const Listed pads = call.opset < 2 ? call.list("paddings") : call.list("pads", 1);
  const Listed axes = call.list("", 3);
  if (!call.shape_known(0) || !pads.known || !axes.known) return {};
  std::vector<int64_t> named = axes.values;
  for (int64_t i = 0; !axes.given && i < call.rank(0); ++i) named.push_back(i);
  const Result<std::vector<int64_t>> where = axes_of(named, call.rank(0));
  if (!where.ok()) return where.status();
  if (pads.values.size() != 2 * where->size()) {
    return invalid_argument("pads has " + std::to_string(pads.values.size()) + " numbers for " +
                            std::to_string(where->size()) + " axes");
  }
  Dims out = call.dims(0);
  for (size_t i = 0; i < where->size(); ++i) {
    int64_t& size = out[static_cast<size_t>((*where)[i])];
    const bool fits = !__builtin_add_overflow(size, pads.values[i], &size) &&
                      !__builtin_add_overflow(size, pads.values[i + where->size()], &size);
    if (!fits || size < 0) return invalid_argument("pads leave a size of " + std::to_string(size));
  }
  call.set(0, out);
  return {};
}

Status expand(Call& call) {
  const Listed shape = call.list("", 1);
  if (!call.shape_known(0) || !shape.known) return {};
  for (const int64_t size : shape.values) {
    if (size < 0) return invalid_argument("a size of " + std::to_string(size) + " is below 0");
  }
  Result<Dims> out = broadcast(call.dims(0), shape.values);
  if (!out.ok()) return out.status();
  call.set(0, *out);
  if (!call.data_known(0) || !call.holds(0)) return {};
  call.set_data(remapped(*call.input(0)->data, elements_of(*out),
                         [&](int64_t i) { return broadcast_index(call.dims(0), *out, i); }));
  return {};
}

Status tile(Call& call) {
  if (call.opset < 6) return {};
  const Listed repeats = call.list("", 1);
  if (!call.shape_known(0) || !repeats.known) return {};
  if (std::ssize(repeats.values) != call.rank(0))
    return invalid_argument("repeats has " + std::to_string(repeats.values.size()) +
                            " numbers for the input " + dims_text(call.dims(0)));
  Dims out = call.dims(0);
  for (size_t i = 0; i < out.size(); ++i) {
    if (repeats.values[i] < 0 || __builtin_mul_overflow(out[i], repeats.values[i], &out[i]))
      return invalid_argument("repeats has a " + std::to_string(repeats.values[i]));
  }
  call.set(0, out);
  if (!call.data_known(0) || !call.holds(0)) return {};
  call.set_data(remapped(*call.input(0)->data, elements_of(out), [&](int64_t index) {
    int64_t at = 0, stride = 1;
    for (size_t i = out.size(); i-- > 0;) {
      at += index % out[i] % call.dims(0)[i] * stride;
      index /= out[i];
      stride *= call.dims(0)[i];
    }
    return at;
  }));
  return {};
}

// floor(size * scale) as the standard has it, in single precision.
Result<int64_t> scaled(int64_t size, double scale) {
  const float product = std::floor(static_cast<float>(size) * static_cast<float>(scale));
  if (!(product >= 0 && product < 1e12f)) return invalid_argument("has a scale of " + std::to_string(scale));
  return static_cast<int64_t>(product);
}

Status scale_all(Call& call, const std::vector<int64_t>& axes, const std::vector<double>& scales) {
  if (scales.size() != axes.size()) {
    return invalid_argument("scales has " + std::to_string(scales.size()) + " numbers for " +
                            std::to_string(axes.size()) + " axes");
  }
  Dims out = call.dims(0);
  for (size_t i = 0; i < axes.size(); ++i) {
    int64_t& size = out[static_cast<size_t>(axes[i])];
    const Result<int64_t> next = scaled(size, scales[i]);
    if (!next.ok()) return next.status();
    size = *next;
  }
  call.set(0, out);
  return {};
}

std::vector<int64_t> all_axes(int64_t rank) {
  std::vector<int64_t> axes;
  for (int64_t i = 0; i < rank; ++i) axes.push_back(i);
  return axes;
}

Status upsample(Call& call) {
  if (!call.shape_known(0)) return {};
  const std::vector<int64_t> axes = all_axes(call.rank(0));
  const auto real = [&](const char* name) {
    const Attribute* found = call.attribute(name);
    return found != nullptr ? found->real : 1.0;
  };
  if (call.opset < 7) return scale_all(call, axes, {1, 1, real("height_scale"), real("width_scale")});
  if (call.opset < 9) {
    const Attribute* scales = call.attribute("scales");
    return scales == nullptr ? invalid_argument("has no scales") : scale_all(call, axes, scales->reals);
  }
  const auto scales = call.reals(1);
  return scales ? scale_all(call, axes, *scales) : Status();
}

Status resize_to(Call& call, const std::vector<int64_t>& axes, const std::vector<int64_t>& sizes) {
  if (sizes.size() != axes.size()) {
    return invalid_argument("sizes has " + std::to_string(sizes.size()) + " numbers for " +
                            std::to_string(axes.size()) + " axes");
  }
  const std::string_view policy = call.text("keep_aspect_ratio_policy", "stretch");
  Dims out = call.dims(0);
  double scale = 0;
  for (size_t i = 0; i < axes.size(); ++i) {
    const auto from = static_cast<double>(out[static_cast<size_t>(axes[i])]);
    if (sizes[i] < 0) return invalid_argument("a size of " + std::to_string(sizes[i]) + " is below 0");
    const double one = from > 0 ? static_cast<double>(sizes[i]) / from : 0;
    scale = i == 0 ? one : policy == "not_larger" ? std::min(scale, one) : std::max(scale, one);
  }
  for (size_t i = 0; i < axes.size(); ++i) {
    int64_t& size = out[static_cast<size_t>(axes[i])];
    size = policy == "not_larger" || policy == "not_smaller" ? std::llround(scale * static_cast<double>(size))
                                                             : sizes[i];
  }
  call.set(0, out);
  return {};
}

Status resize(Call& call) {
  if (!call.shape_known(0)) return {};
  const Listed named = call.list("axes");
  const Result<std::vector<int64_t>> axes =
      axes_of(named.given ? named.values : all_axes(call.rank(0)), call.rank(0));
  if (!axes.ok()) return axes.status();
  const size_t at = call.opset < 11 ? 1 : 2;
  const bool scales_empty = call.shape_known(at) && elements_of(call.dims(at)) == 0;
  if (call.input(at) != nullptr && !scales_empty) {
    const auto scales = call.reals(at);
    return scales ? scale_all(call, *axes, *scales) : Status();
  }
  if (call.input(3) == nullptr || call.opset < 11) return invalid_argument("has neither scales nor sizes");
  const auto sizes = call.integers(3);
  return sizes ? resize_to(call, *axes, *sizes) : Status();
}

Status depth_to_space(Call& call) {
  if (!call.shape_known(0)) return {};
  const Dims& in = call.dims(0);
  const int64_t block = call.integer("blocksize", 0);
  if (in.size() != 4) return invalid_argument("needs an input of 4 dimensions, not " + dims_text(in));
  if (block < 1 || block > 1 << 20 || in[1] % (block * block) != 0)
    return invalid_argument("blocks of " + std::to_string(block) + " do not fit " + std::to_string(in[1]) +
                            " channels");
  call.set(0, {in[0], in[1] / (block * block), in[2] * block, in[3] * block});
  return {};
}

Status space_to_depth(Call& call) {
  if (!call.shape_known(0)) return {};
  const Dims& in = call.dims(0);
  const int64_t block = call.integer("blocksize", 0);
  if (in.size() != 4) return invalid_argument("needs an input of 4 dimensions, not " + dims_text(in));
  int64_t channels = 0;
  if (block < 1 || block > 1 << 20 || in[2] % block != 0 || in[3] % block != 0 ||
      __builtin_mul_overflow(in[1], block * block, &channels))
    return invalid_argument("blocks of " + std::to_string(block) + " do not fit the input " + dims_text(in));
  call.set(0, {in[0], channels, in[2] / block, in[3] / block});
  return {};
}

Status shape(Call& call) {
  if (!call.shape_known(0)) return {};
  const int64_t rank = call.rank(0);
  const auto placed = [&](int64_t at) { return std::clamp(at < 0 ? at + rank : at, int64_t{0}, rank); };
  const int64_t begin = placed(call.integer("start", 0)), end = placed(call.integer("end", rank));
  Values values;
  for (int64_t i = begin; i < end; ++i) values.integers.push_back(call.dims(0)[static_cast<size_t>(i)]);
  call.set(0, {std::ssize(values.integers)}, ElementType::kInt64);
  call.set_data(std::move(values));
  return {};
}

Status size(Call& call) {
  call.set(0, {}, ElementType::kInt64);
  if (call.shape_known(0)) call.set_data({{elements_of(call.dims(0))}, {}});
  return {};
}

void set_tensor(Call& call, const TensorInfo& tensor) {
  call.set(0, tensor.dims, tensor.type);
  if (tensor.values && call.holds(0)) call.set_data(*tensor.values);
}

Status constant(Call& call) {
  for (const Attribute& attribute : call.node.attributes) {
    const auto integers = static_cast<int64_t>(attribute.integers.size());
    const auto reals = static_cast<int64_t>(attribute.reals.size());
    if (attribute.name == "value" && !attribute.tensor.empty()) {
      set_tensor(call, attribute.tensor[0]);
    } else if (attribute.name == "value_int") {
      call.set(0, {}, ElementType::kInt64);
      call.set_data({{attribute.integer}, {}});
    } else if (attribute.name == "value_float") {
      call.set(0, {}, ElementType::kFloat);
      call.set_data({{}, {attribute.real}});
    } else if (attribute.name == "value_ints" && !attribute.cut) {
      call.set(0, {integers}, ElementType::kInt64);
      if (call.holds(0)) call.set_data({attribute.integers, {}});
    } else if (attribute.name == "value_floats" && !attribute.cut) {
      call.set(0, {reals}, ElementType::kFloat);
      if (call.holds(0)) call.set_data({{}, attribute.reals});
    }
  }
  return {};
}

Status constant_of_shape(Call& call) {
  const auto dims = call.integers(0);
  if (!dims) return {};
  const Attribute* value = call.attribute("value");
  const bool given = value != nullptr && !value->tensor.empty();
  const ElementType type = given ? value->tensor[0].type : ElementType::kFloat;
  call.set(0, *dims, type);
  for (const int64_t dim : *dims) {
    if (dim < 0) return invalid_argument("a size of " + std::to_string(dim) + " is below 0");
  }
  if (!call.holds(0)) return {};
  Values one = given && value->tensor[0].values ? *value->tensor[0].values : Values{{}, {0}};
  if (one.integers.size() + one.reals.size() != 1) return {};
  call.set_data(remapped(one, elements_of(*dims), [](int64_t) { return 0; }));
  return {};
}

Status range(Call& call) {
  call.outputs.resize(1);
  const auto start = call.integers(0), limit = call.integers(1), step = call.integers(2);
  int64_t count = 0;
  if (start && limit && step && start->size() == 1 && limit->size() == 1 && step->size() == 1) {
    int64_t way = 0;
    const int64_t by = (*step)[0];
    if (by == 0) return invalid_argument("has a step of 0");
    if (__builtin_sub_overflow((*limit)[0], (*start)[0], &way)) return invalid_argument("is too long");
    count = (way > 0) == (by > 0) && way != 0 ? way / by + (way % by != 0 ? 1 : 0) : 0;
    call.set(0, {count});
    if (!call.holds(0)) return {};
    Values values;
    for (int64_t i = 0; i < count; ++i) values.integers.push_back((*start)[0] + i * by);
    call.set_data(std::move(values));
    return {};
  }
  const auto from = call.reals(0), to = call.reals(1), by = call.reals(2);
  if (!from || !to || !by || from->size() != 1 || to->size() != 1 || by->size() != 1) return {};
  const double steps = std::ceil(((*to)[0] - (*from)[0]) / (*by)[0]);
  if (!(steps < 1e12)) return invalid_argument("is too long");
  call.set(0, {static_cast<int64_t>(std::max(0.0, steps))});
  return {};
}

constexpr NamedRule kRules[] = {
    {"Concat", concat},
    {"Constant", constant},
    {"ConstantOfShape", constant_of_shape},
    {"DepthToSpace", depth_to_space},
    {"Expand", expand},
    {"Flatten", flatten},
    {"Pad", pad},
    {"Range", range},
    {"Reshape", reshape},
    {"Resize", resize},
    {"Shape", shape},
    {"Size", size},
    {"Slice", slice},
    {"SpaceToDepth", space_to_depth},
    {"Split", split},
    {"Squeeze", squeeze},
    {"Tile", tile},
    {"Transpose", transpose},
    {"Unsqueeze", unsqueeze},
    {"Upsample", upsample},
};

}  // namespace

std::span<const NamedRule> shape_rules() { return kRules; }

}  // namespace poolglass::onnx
