// Cases made with PyTorch and ONNX, where their folder is at hand: its manifest.json, as far as it is about
// pooling one array by maximum or average.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/pooling/params.h"

namespace poolglass::testing {

struct PoolCase {
  std::string name;
  std::vector<std::string> tags;  // "forward" or "backward", "max" or "avg", and what is special
  PoolParams params;
  std::string in, grad, out;  // .npy files; empty: there is none
  // A result may differ by atol + rtol * |expected|; `own_bounds`: by more or otherwise in some elements.
  double atol = 0, rtol = 0;
  bool own_bounds = false;

  bool tagged(std::string_view tag) const { return std::ranges::find(tags, tag) != tags.end(); }
};

// "3", "2x3" and "1,0,1,0" as numbers.
inline std::vector<int64_t> numbers_of(const std::string& text) {
  std::vector<int64_t> found;
  for (size_t at = 0; at < text.size(); at = std::min(text.find_first_of("x,", at), text.size() - 1) + 1)
    found.push_back(std::stoll(text.substr(at)));
  return found;
}

inline PoolParams params_of(Reduction reduction, const std::vector<std::string>& args) {
  const auto value_of = [&](const char* option) {
    const auto at = std::ranges::find(args, option);
    return at == args.end() ? std::vector<int64_t>() : numbers_of(*(at + 1));
  };
  const auto has = [&](const char* option) { return std::ranges::find(args, option) != args.end(); };
  const auto size_of = [&](const char* option, Size2 otherwise) {
    const std::vector<int64_t> n = value_of(option);
    return n.empty() ? otherwise : Size2{n.front(), n.back()};
  };
  PoolParams params = window_pool(reduction, size_of("--kernel", {1, 1}));
  params.stride = size_of("--stride", params.kernel);
  params.dilation = size_of("--dilation", {1, 1});
  if (const std::vector<int64_t> n = value_of("--pad"); n.size() == 4) {
    params.padding = {n[0], n[1], n[2], n[3]};
  } else if (!n.empty()) {
    params.padding = {n.front(), n.back(), n.front(), n.back()};
  }
  params.ceil_mode = has("--ceil-mode");
  params.count_include_pad = !has("--no-count-include-pad");
  return params;
}

// None where the folder is not there.
inline std::vector<PoolCase> pool_cases(const std::filesystem::path& folder) {
  std::vector<PoolCase> cases;
  std::ifstream file(folder / "manifest.json");
  if (!file) return cases;
  const auto manifest = nlohmann::json::parse(file);
  for (const auto& test : manifest.at("cases")) {
    PoolCase c;
    c.name = test.at("name");
    c.tags = test.at("tags").get<std::vector<std::string>>();
    if (test.at("kind") != "pool" || (!c.tagged("max") && !c.tagged("avg"))) continue;
    const auto& compare = test.at("compare");
    const auto& expect = test.at("expect");
    c.params = params_of(c.tagged("max") ? Reduction::kMax : Reduction::kAverage, test.at("args"));
    const auto path_of = [&](const nlohmann::json& files, const char* key) {
      const bool named = files.contains(key) && files.at(key).is_string();
      return named ? (folder / files.at(key).get<std::string>()).string() : std::string();
    };
    c.in = path_of(test.at("files"), "in");
    c.grad = path_of(test.at("files"), "grad");
    c.out = path_of(expect, "out");
    c.atol = compare.value("atol", 0.0);
    c.rtol = compare.value("rtol", 0.0);
    c.own_bounds = c.tagged("overflow-either") || compare.contains("tol") || expect.contains("tol") ||
                   expect.contains("alt");
    cases.push_back(std::move(c));
  }
  return cases;
}

}  // namespace poolglass::testing
