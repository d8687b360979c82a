// Operators that change a shape or take part of it.
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

constexpr NamedRule kShapeRules[] = {
    {"Concat", concat},   {"Expand", expand},       {"Flatten", flatten},     {"Pad", pad},
    {"Reshape", reshape}, {"Slice", slice},         {"Split", split},         {"Squeeze", squeeze},
    {"Tile", tile},       {"Transpose", transpose}, {"Unsqueeze", unsqueeze},
};

}  // namespace

std::span<const NamedRule> shape_rules() { return kShapeRules; }

}  // namespace poolglass::onnx
