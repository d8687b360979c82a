#include "app/rooms/chain/layer_names.h"

#include <algorithm>

namespace poolglass::chain {
namespace {

constexpr size_t kMostComponent = 6;  // characters of one that is told

bool is_separator(char c) { return c == '.' || c == '/' || c == '_'; }
bool ends_component(const std::string& text, size_t at) {
  return at >= text.size() || is_separator(text[at]);
}

std::string common_name(const std::vector<std::string>& names, std::span<const int32_t> layers) {
  std::string shared = names[static_cast<size_t>(layers.front())];
  for (const int32_t i : layers) {
    const std::string& other = names[static_cast<size_t>(i)];
    auto end = static_cast<size_t>(std::ranges::mismatch(shared, other).in1 - shared.begin());
    while (end > 0 && !(ends_component(shared, end) && ends_component(other, end))) --end;
    shared.resize(end);
  }
  return shared;
}

// "0" of layer1.0.conv1 after layer1; empty where nothing follows.
std::string component_after(const std::string& name, size_t begin) {
  if (name.size() <= begin + 1 || !is_separator(name[begin])) return {};
  const auto first = name.begin() + static_cast<std::ptrdiff_t>(begin) + 1;
  return {first, std::find_if(first, name.end(), is_separator)};
}

}  // namespace

std::string own_name(const std::vector<std::string>& names, std::span<const int32_t> layers,
                     std::span<const int32_t> others) {
  std::string shared = common_name(names, layers);
  const auto begins_so = [&](int32_t i) { return names[static_cast<size_t>(i)].starts_with(shared); };
  return std::ranges::none_of(others, begins_so) ? shared : "";
}

std::string shared_name(const std::vector<std::string>& names, std::span<const int32_t> layers,
                        std::span<const int32_t> others) {
  if (std::string own = own_name(names, layers, others); !own.empty()) return own;
  const std::string shared = common_name(names, layers);
  const std::string& first = names[static_cast<size_t>(layers.front())];
  const std::string from = component_after(first, shared.size());
  const std::string to = component_after(names[static_cast<size_t>(layers.back())], shared.size());
  const bool told = !from.empty() && !to.empty() && std::max(from.size(), to.size()) <= kMostComponent;
  if (shared.empty() || !told) return {};
  return shared + first[shared.size()] + (from == to ? from : from + "…" + to);
}

std::string name_inside(const std::string& name, const std::string& group) {
  const bool under = !group.empty() && name.size() > group.size() + 1 && name.starts_with(group);
  return under && is_separator(name[group.size()]) ? name.substr(group.size() + 1) : name;
}

}  // namespace poolglass::chain
