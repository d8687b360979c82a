#include "core/io/onnx/infer.h"

#include <algorithm>
#include <charconv>

#include "core/io/onnx/call.h"
#include "core/printable.h"
#include "core/tensor.h"

namespace poolglass::onnx {
namespace {

constexpr size_t kNameShown = 100;
constexpr int64_t kMostFolded = int64_t{8} << 20;  // values that are computed of all nodes together

std::string quoted_name(std::string_view name) { return "\"" + one_line(name, kNameShown) + "\""; }

const std::unordered_map<std::string_view, Rule>& rules() {
  static const std::unordered_map<std::string_view, Rule> all = [] {
    std::unordered_map<std::string_view, Rule> map;
    for (const auto& some : {elementwise_rules(), window_rules(), shape_rules(), resize_rules(),
                             constant_rules(), gather_rules(), other_rules()}) {
      for (const NamedRule& rule : some) map.emplace(rule.type, rule.rule);
    }
    return map;
  }();
  return all;
}

Status in_node(const Model& model, int64_t node, const Status& why) {
  return Status(why.code(), node_text(model.nodes[static_cast<size_t>(node)], node) + ": " + why.message());
}

std::string open_text(const std::vector<InputDim>& dims) {
  std::string text;
  for (const InputDim& dim : dims) {
    text += text.empty() ? "" : "x";
    text += dim.known() ? std::to_string(dim.size) : dim.symbol.empty() ? "?" : one_line(dim.symbol, 20);
  }
  return text;
}

class Inference {
 public:
  Inference(const Model& model, const GivenSizes& given) : model_(model), given_(given) {}

  Result<Shapes> run() {
    if (Status s = add_initializers(); !s.ok()) return s;
    if (Status s = check_given(); !s.ok()) return s;
    if (Status s = add_inputs(); !s.ok()) return s;
    if (Status s = link(); !s.ok()) return s;
    if (Status s = order(); !s.ok()) return s;
    for (NodeValues& node : shapes_.nodes) {
      if (Status s = infer(node); !s.ok()) return in_node(model_, node.node, s);
    }
    for (const std::string& name : model_.outputs) {
      const auto found = ids_.find(name);
      if (found == ids_.end()) return invalid_argument("output " + quoted_name(name) + " is made by no node");
      shapes_.outputs.push_back(found->second);
    }
    return std::move(shapes_);
  }

 private:
  int64_t add(std::string_view name) {
    shapes_.values.emplace_back().name = name;
    return std::ssize(shapes_.values) - 1;
  }

  Value& value(int64_t id) { return shapes_.values[static_cast<size_t>(id)]; }

  Status add_initializers() {
    for (const TensorInfo& tensor : model_.initializers) {
      const auto [at, added] = ids_.emplace(tensor.name, std::ssize(shapes_.values));
      if (!added) return invalid_argument("initializer " + quoted_name(tensor.name) + " is there twice");
      Value& made = value(add(tensor.name));
      made.type = tensor.type;
      made.dims = tensor.dims;
      made.shape_known = made.constant = made.initializer = true;
      if (tensor.values) made.data = std::make_shared<const Values>(*tensor.values);
    }
    return {};
  }

  Status check_given() const {
    for (const auto& given : given_) {
      const std::string& name = given.first;
      const auto is_named = [&](const GraphInput& input) {
        return input.name == name && !ids_.contains(name);
      };
      if (std::any_of(model_.inputs.begin(), model_.inputs.end(), is_named)) continue;
      std::string names;
      for (const GraphInput& input : model_.inputs) {
        if (!ids_.contains(input.name)) names += (names.empty() ? "" : ", ") + quoted_name(input.name);
      }
      return invalid_argument("--input " + quoted_name(name) + " is no input of this model; it has " +
                              (names.empty() ? "none" : names));
    }
    return {};
  }

  Status add_inputs() {
    for (const GraphInput& input : model_.inputs) {
      if (ids_.contains(input.name)) continue;  // an initializer: with IR version 3 they are inputs, too
      const int64_t id = add(input.name);
      ids_.emplace(input.name, id);
      shapes_.inputs.push_back(id);
      value(id).type = input.type;
      if (!input.is_tensor) continue;
      Result<Dims> dims = sizes_of(input);
      if (!dims.ok()) return dims.status();
      value(id).dims = *std::move(dims);
      value(id).shape_known = true;
    }
    return {};
  }

  Result<Dims> sizes_of(const GraphInput& input) {
    const auto given = std::find_if(given_.rbegin(), given_.rend(),
                                    [&](const auto& entry) { return entry.first == input.name; });
    if (given == given_.rend()) {
      if (!input.dims) return ask(input, "unknown sizes");
      Dims dims;
      for (const InputDim& dim : *input.dims) {
        if (!dim.known() && (!dims.empty() || input.dims->size() == 1))
          return ask(input, "the sizes " + open_text(*input.dims));
        dims.push_back(dim.known() ? dim.size : 1);
      }
      return checked(input, dims);
    }
    if (input.dims && input.dims->size() != given->second.size()) {
      return invalid_argument("--input " + quoted_name(input.name) + " has " +
                              std::to_string(given->second.size()) + " sizes, the model's " +
                              open_text(*input.dims) + " has " + std::to_string(input.dims->size()));
    }
    return checked(input, given->second);
  }

  static Status ask(const GraphInput& input, const std::string& sizes) {
    return invalid_argument("input " + quoted_name(input.name) + " has " + sizes +
                            ": say them with --input " + one_line(input.name, kNameShown) + "=" +
                            (input.dims && input.dims->size() != 4 ? "SIZExSIZE..." : "1x3x224x224"));
  }

  static Result<Dims> checked(const GraphInput& input, const Dims& dims) {
    int64_t elements = 1;
    for (const int64_t dim : dims) {
      if (dim > kMostSize || !checked_multiply(elements, dim, &elements))
        return invalid_argument("input " + quoted_name(input.name) + " of " + dims_text(dims) +
                                " is too large");
    }
    return dims;
  }

  // Names become indices: first all that are made, then all that are needed.
  Status link() {
    const int64_t count = std::ssize(model_.nodes);
    shapes_.nodes.resize(static_cast<size_t>(count));
    for (int64_t i = 0; i < count; ++i) {
      const Node& node = model_.nodes[static_cast<size_t>(i)];
      NodeValues& at = shapes_.nodes[static_cast<size_t>(i)];
      at.node = i;
      for (const std::string& name : node.outputs) {
        if (name.empty()) {
          at.outputs.push_back(-1);
          continue;
        }
        const auto [entry, added] = ids_.emplace(name, std::ssize(shapes_.values));
        if (!added) {
          const int64_t other = value(entry->second).maker;
          return in_node(
              model_, i,
              invalid_argument(
                  "output " + quoted_name(name) + " is made twice" +
                  (other < 0 ? ", it is an input too"
                             : ", also by " + node_text(model_.nodes[static_cast<size_t>(other)], other))));
        }
        at.outputs.push_back(add(name));
        value(at.outputs.back()).maker = i;
      }
    }
    for (int64_t i = 0; i < count; ++i) {
      for (const std::string& name : model_.nodes[static_cast<size_t>(i)].inputs) {
        const auto found = ids_.find(name);
        if (!name.empty() && found == ids_.end())
          return in_node(model_, i, invalid_argument("input " + quoted_name(name) + " is made by no node"));
        shapes_.nodes[static_cast<size_t>(i)].inputs.push_back(name.empty() ? -1 : found->second);
      }
    }
    return {};
  }

  // Kahn's algorithm; files are sorted already, as the format demands, and then the order stays.
  Status order() {
    const size_t count = shapes_.nodes.size();
    std::vector<int64_t> missing(count);
    std::vector<std::vector<size_t>> waiting(count);
    std::vector<size_t> ready;
    for (size_t i = 0; i < count; ++i) {
      for (const int64_t input : shapes_.nodes[i].inputs) {
        if (input < 0 || value(input).maker < 0) continue;
        ++missing[i];
        waiting[static_cast<size_t>(value(input).maker)].push_back(i);
      }
    }
    // A heap, so that of all that may come next the first in the file does.
    const auto later = std::greater<size_t>();
    for (size_t i = 0; i < count; ++i) {
      if (missing[i] == 0) ready.push_back(i);
    }
    std::vector<NodeValues> sorted;
    sorted.reserve(count);
    while (!ready.empty()) {
      std::pop_heap(ready.begin(), ready.end(), later);
      const size_t i = ready.back();
      ready.pop_back();
      for (const size_t next : waiting[i]) {
        if (--missing[next] > 0) continue;
        ready.push_back(next);
        std::push_heap(ready.begin(), ready.end(), later);
      }
      sorted.push_back(std::move(shapes_.nodes[i]));
    }
    if (sorted.size() < count) return circle(missing);
    shapes_.nodes = std::move(sorted);
    return {};
  }

  // Walks from a node that waits to one it waits for until one is met again: that one is part of a circle.
  Status circle(const std::vector<int64_t>& missing) {
    size_t at = 0;
    while (missing[at] == 0) ++at;
    std::vector<bool> met(missing.size());
    while (!met[at]) {
      met[at] = true;
      for (const int64_t input : shapes_.nodes[at].inputs) {
        const int64_t maker = input < 0 ? -1 : value(input).maker;
        if (maker < 0 || missing[static_cast<size_t>(maker)] == 0) continue;
        at = static_cast<size_t>(maker);
        break;
      }
    }
    return in_node(model_, static_cast<int64_t>(at),
                   invalid_argument("needs its own output: the graph goes in a circle"));
  }

  Status infer(NodeValues& at) {
    const Node& node = model_.nodes[static_cast<size_t>(at.node)];
    Call call{node, model_.opset, folded_ < kMostFolded, {}, {}};
    bool constant = true;
    for (const int64_t input : at.inputs) {
      call.inputs.push_back(input < 0 ? nullptr : &value(input));
      constant = constant && (input < 0 || value(input).constant);
    }
    call.outputs.resize(at.outputs.size());
    for (const Attribute& attribute : node.attributes) constant = constant && attribute.subgraphs == 0;
    const auto rule = node.domain.empty() ? rules().find(node.type) : rules().end();
    at.known = rule != rules().end() && !at.outputs.empty();
    if (at.known) {
      if (Status s = rule->second(call); !s.ok()) return s;
    }
    // What was computed counts, not what came of it.
    if (call.holds(0)) folded_ += elements_of(call.outputs[0].dims);
    bool all_data = !at.outputs.empty();
    for (size_t i = 0; i < at.outputs.size(); ++i) {
      if (at.outputs[i] < 0) continue;
      Value& made = call.outputs[i];
      if (Status s = check(made); !s.ok()) return s;
      Value& to = value(at.outputs[i]);
      to.type = made.type;
      to.dims = std::move(made.dims);
      to.shape_known = made.shape_known;
      to.constant = constant;
      to.data = std::move(made.data);
      at.known = at.known && to.shape_known;
      all_data = all_data && to.data != nullptr;
    }
    at.plumbing = constant || all_data;
    return {};
  }

  static Status check(const Value& made) {
    constexpr size_t kMostDims = 32;
    if (made.dims.size() > kMostDims)
      return invalid_argument("an output has " + std::to_string(made.dims.size()) +
                              " dimensions, more than " + std::to_string(kMostDims));
    int64_t elements = 1;
    for (const int64_t dim : made.dims) {
      if (dim < 0 || dim > kMostSize || !checked_multiply(elements, dim, &elements))
        return invalid_argument("an output of " + dims_text(made.dims) + " is too large");
    }
    return {};
  }

  const Model& model_;
  const GivenSizes& given_;
  Shapes shapes_;
  std::unordered_map<std::string, int64_t> ids_;
  int64_t folded_ = 0;
};

}  // namespace

Result<Shapes> infer_shapes(const Model& model, const GivenSizes& given) {
  return Inference(model, given).run();
}

std::string dims_text(const Dims& dims) {
  std::string text;
  for (const int64_t dim : dims) text += (text.empty() ? "" : "x") + std::to_string(dim);
  return text.empty() ? "scalar" : text;
}

std::string node_text(const Node& node, int64_t index) {
  return "node " + (node.name.empty() ? std::to_string(index) : quoted_name(node.name)) + " (" +
         one_line(node.type, kNameShown) + ")";
}

Result<std::pair<std::string, Dims>> parse_given(const std::string& text) {
  const auto wrong = [&] {
    return invalid_argument("--input \"" + one_line(text, kNameShown) + "\" must be NAME=1x3x224x224");
  };
  const size_t equals = text.rfind('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) return wrong();
  Dims dims;
  const char* at = text.data() + equals + 1;
  const char* const end = text.data() + text.size();
  for (;;) {
    int64_t size = 0;
    const auto [next, error] = std::from_chars(at, end, size);
    if (error != std::errc() || size < 1 || *at == '-' || dims.size() >= 32) return wrong();
    dims.push_back(size);
    if (next == end) return std::make_pair(text.substr(0, equals), std::move(dims));
    if (*next != 'x') return wrong();
    at = next + 1;
  }
}

const Attribute* Call::attribute(std::string_view name) const {
  for (const Attribute& attribute : node.attributes) {
    if (attribute.name == name) return &attribute;
  }
  return nullptr;
}

int64_t Call::integer(std::string_view name, int64_t otherwise) const {
  const Attribute* found = attribute(name);
  return found != nullptr ? found->integer : otherwise;
}

std::string_view Call::text(std::string_view name, std::string_view otherwise) const {
  const Attribute* found = attribute(name);
  return found != nullptr ? std::string_view(found->text) : otherwise;
}

Listed Call::list(std::string_view name) const {
  const Attribute* found = attribute(name);
  return found != nullptr ? Listed{true, !found->cut, found->integers} : Listed{};
}

Listed Call::list(std::string_view name, size_t i) const {
  if (attribute(name) != nullptr || input(i) == nullptr) return list(name);
  auto values = integers(i);
  return values ? Listed{true, true, *std::move(values)} : Listed{true, false, {}};
}

std::optional<std::vector<int64_t>> Call::integers(size_t i) const {
  if (!data_known(i) || !is_integer(type(i))) return std::nullopt;
  return input(i)->data->integers;
}

std::optional<std::vector<double>> Call::reals(size_t i) const {
  if (!data_known(i) || !is_real(type(i))) return std::nullopt;
  return input(i)->data->reals;
}

void Call::set(size_t output, Dims dims, ElementType type) {
  if (output >= outputs.size()) return;
  outputs[output].dims = std::move(dims);
  outputs[output].type = type;
  outputs[output].shape_known = true;
}

void Call::set_data(Values data) {
  if (!outputs.empty()) outputs[0].data = std::make_shared<const Values>(std::move(data));
}

bool Call::holds(size_t output) const {
  if (!folds || output >= outputs.size() || !outputs[output].shape_known) return false;
  int64_t elements = 1;
  for (const int64_t dim : outputs[output].dims) {
    if (dim < 0 || !checked_multiply(elements, dim, &elements)) return false;
  }
  return elements <= kMostValues;
}

Result<int64_t> axis_of(int64_t axis, int64_t rank) {
  if (axis < -rank || axis >= rank) {
    return invalid_argument("axis " + std::to_string(axis) + " is not one of the " + std::to_string(rank) +
                            " dimensions");
  }
  return axis < 0 ? axis + rank : axis;
}

Result<std::vector<int64_t>> axes_of(const std::vector<int64_t>& axes, int64_t rank) {
  std::vector<int64_t> found;
  for (const int64_t axis : axes) {
    const Result<int64_t> one = axis_of(axis, rank);
    if (!one.ok()) return one.status();
    if (std::count(found.begin(), found.end(), *one) > 0)
      return invalid_argument("axis " + std::to_string(axis) + " is there twice");
    found.push_back(*one);
  }
  return found;
}

Result<Dims> broadcast(const Dims& a, const Dims& b) {
  Dims out(std::max(a.size(), b.size()), 1);
  for (size_t i = 1; i <= out.size(); ++i) {
    const int64_t x = i <= a.size() ? a[a.size() - i] : 1;
    const int64_t y = i <= b.size() ? b[b.size() - i] : 1;
    if (x != y && x != 1 && y != 1)
      return invalid_argument("shapes " + dims_text(a) + " and " + dims_text(b) + " do not fit together");
    out[out.size() - i] = x == 1 ? y : x;
  }
  return out;
}

int64_t elements_of(const Dims& dims) {
  int64_t elements = 1;
  for (const int64_t dim : dims) elements *= dim;
  return elements;
}

int64_t broadcast_index(const Dims& from, const Dims& to, int64_t index) {
  int64_t at = 0, step = 1;
  for (size_t i = 1; i <= to.size(); ++i) {
    const int64_t here = index % to[to.size() - i];
    index /= to[to.size() - i];
    if (i > from.size()) continue;
    const int64_t size = from[from.size() - i];
    at += (size == 1 ? 0 : here) * step;
    step *= size;
  }
  return at;
}

}  // namespace poolglass::onnx
