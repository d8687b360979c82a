// Chain files of format 2: what is read, written, folded and refused.
#include <doctest/doctest.h>

#include <filesystem>
#include <random>

#include "core/chain/as_network.h"
#include "core/chain/presets.h"
#include "core/io/chain_json.h"
#include "core/io/network_json.h"
#include "core/network/figures.h"
#include "tests/support/random_network.h"

namespace poolglass {
namespace {

using network::Kind;
using network::Layer;
using network::Network;

std::string network_document(const std::string& layers) {
  return R"({"input": [3, 32, 32], "layers": [)" + layers + "]}";
}

Network read(const std::string& text) {
  const Result<Network> network = parse_network_json(text);
  REQUIRE_MESSAGE(network.ok(), network.status().message());
  return *network;
}

std::string network_error(const std::string& text) {
  const Result<Network> network = parse_network_json(text);
  REQUIRE_FALSE(network.ok());
  return network.status().message();
}

size_t layers_with_inputs(const std::string& text) {
  size_t count = 0;
  for (size_t at = 0; (at = text.find("\"inputs\": ", at)) != std::string::npos; ++at) ++count;
  return count;
}

std::vector<std::string> names_of(const std::string& layers) {
  return network::effective_names(read(network_document(layers)));
}

}  // namespace

TEST_CASE("what format 1 can say is read from it and written back unchanged") {
  for (const ChainPreset& preset : chain_presets()) {
    const std::string text = write_chain_json(preset.make());
    const Network network = read(text);
    CHECK(network == as_network(preset.make()));
    CHECK(write_network_json(network) == text);
  }
}

TEST_CASE("layers read each other by name, in any order of the file") {
  const Network net =
      read(network_document(R"({"type": "conv2d", "name": "a", "out_channels": 4, "kernel": 3, "padding": 1},
    {"type": "add", "name": "sum", "inputs": ["a", "c"]}, {"type": "relu"},
    {"type": "conv2d", "name": "c", "out_channels": 4, "kernel": 1, "inputs": ["input"]})"));
  REQUIRE(net.layers.size() == 5);
  CHECK(net.layers[2].name == "c");
  CHECK(net.layers[3].inputs == std::vector<int32_t>{1, 2});
  CHECK(net.layers[4].inputs.empty());  // the layer before
  const std::string text = write_network_json(net);
  CHECK(layers_with_inputs(text) == 2);  // who reads the layer before does not say so
  CHECK(read(text) == net);
  CHECK(write_network_json(read(text)) == text);
}

TEST_CASE("layers without a name are named by kind and number, for others to read") {
  const Network net =
      read(network_document(R"({"type": "conv2d", "out_channels": 3, "kernel": 1}, {"type": "relu"},
    {"type": "add", "inputs": ["conv1", "relu1"]})"));
  CHECK(net.layers[3].inputs == std::vector<int32_t>{1, 2});
}

TEST_CASE("a repeat counts as written out, is kept, and numbers its names") {
  const std::string block = R"({"repeat": 3, "layers": [
    {"type": "conv2d", "name": "b{i}.conv", "out_channels": 3, "kernel": 3, "padding": 1},
    {"type": "add", "name": "b{i}.add", "inputs": ["b{i}.conv", "@in"]}]}, {"type": "relu", "inputs": ["b2.add"]})";
  const Network net = read(network_document(block));
  REQUIRE(net.layers.size() == 8);
  CHECK(net.layers[3].name == "b2.conv");
  CHECK(net.layers[2].inputs == std::vector<int32_t>{1, 0});
  CHECK(net.layers[4].inputs == std::vector<int32_t>{3, 2});
  CHECK(net.layers[6].inputs == std::vector<int32_t>{5, 4});
  CHECK(net.layers[7].inputs == std::vector<int32_t>{4});
  REQUIRE(net.repeats.size() == 1);
  CHECK(net.repeats[0] == network::Repeat{1, 2, 3, 1, "i"});
  const std::string text = write_network_json(net);
  CHECK(text.find("\"repeat\": 3") != std::string::npos);
  CHECK(layers_with_inputs(text) == 2);
  CHECK(read(text) == net);
  CHECK(network::analyze(net).layers.back().rows.r_most() == 5);

  Network edited = net;  // one copy is no longer like the others: it cannot fold
  edited.layers[3].stride = {2, 2};
  CHECK(write_network_json(edited).find("\"repeat\"") == std::string::npos);
  CHECK(read(write_network_json(edited)).layers[3].stride == Size2{2, 2});
}

TEST_CASE("repeats nest; names without a number get one") {
  CHECK(names_of(R"({"repeat": 2, "layers": [{"type": "relu", "name": "r"}]})") ==
        std::vector<std::string>{"input", "r.1", "r.2"});
  const std::string nested = R"({"repeat": 2, "from": 0, "layers": [{"type": "relu", "name": "s{i}"},
    {"repeat": 2, "index": "k", "layers": [{"type": "tanh", "name": "s{i}.t{k}"}]}]})";
  CHECK(names_of(nested) ==
        std::vector<std::string>{"input", "s0", "s0.t1", "s0.t2", "s1", "s1.t1", "s1.t2"});
  const Network net = read(network_document(nested));
  REQUIRE(net.repeats.size() == 2);
  CHECK(net.repeats[1] == network::Repeat{2, 1, 2, 1, "k"});
  const std::string text = write_network_json(net);
  CHECK(read(text) == net);
  CHECK(write_network_json(read(text)) == text);
}

TEST_CASE("every kind of layer keeps all its fields") {
  const Network net = network::every_kind();
  const std::string text = write_network_json(net);
  CHECK(read(text) == net);
  CHECK(write_network_json(read(text)) == text);
}

TEST_CASE("a thousand random networks are written and read back, byte for byte") {
  std::mt19937_64 random(7);
  int folded = 0, refused = 0;
  for (int i = 0; i < 1000; ++i) {
    const Network net = network::random_document(random);
    const std::string text = write_network_json(net);
    const Network again = read(text);
    REQUIRE(write_network_json(again) == text);
    REQUIRE(again == net);
    folded += text.find("\"repeat\"") != std::string::npos;
    refused += network::analyze(again).error.has_value();
  }
  MESSAGE("1000 networks, " << folded << " with repeats, " << refused << " that do not fit together");
  CHECK(folded > 100);
  CHECK(refused < 900);
}

TEST_CASE("what is wrong with a network is said in one sentence") {
  const struct {
    std::string text;
    const char* words;
  } cases[] = {
      {R"({"format": 3, "input": [3, 8, 8], "layers": []})", "format 3 is unknown"},
      {R"({"input": [3, 8, "H"], "layers": []})", "input must be a list of 3 integers"},
      {R"({"input": [3, 8, 8], "inputs": [], "layers": []})", "exclude each other"},
      {R"({"inputs": [], "layers": []})", "inputs must name at least one"},
      {R"({"inputs": [{"name": "x"}], "layers": []})", "input 1: shape is missing"},
      {network_document(R"({"type": "input"})"), "type \"input\" is unknown"},
      {network_document(R"({"type": "add", "inputs": ["input"]})"), "add needs two inputs or more"},
      {network_document(R"({"type": "add"})"), "add needs two inputs or more"},
      {network_document(R"({"type": "relu", "inputs": ["input", "input"]})"), "relu reads one layer"},
      {network_document(R"({"type": "relu", "inputs": ["x"]})"), "layer 1 (relu): input \"x\" is no layer"},
      {network_document(R"({"type": "relu", "inputs": "input"})"), "inputs must be a list"},
      {network_document(R"({"type": "relu", "inputs": [1]})"), "inputs must be a list of names"},
      {network_document(R"({"type": "relu", "inputs": []})"), "inputs must name at least one layer"},
      {network_document(R"({"type": "relu", "name": "a", "inputs": ["b"]}, {"type": "relu", "name": "b"})"),
       "\"a\", which reads \"b\", which reads \"a\""},
      {network_document(R"({"type": "relu", "name": "a"}, {"type": "tanh", "name": "a"})"),
       "two layers have the name \"a\""},
      {network_document(R"({"type": "conv2d", "out_channels": 1, "kernel": 3, "padding": "full"})"),
       "padding must be integers"},
      {network_document(R"({"type": "conv2d", "out_channels": 1})"), "layer 1 (conv2d): kernel is missing"},
      {network_document(R"({"type": "conv_transpose2d", "out_channels": 1})"), "kernel is missing"},
      {network_document(R"({"type": "upsample"})"), "either scale or size must be given"},
      {network_document(R"({"type": "upsample", "scale": 2, "mode": "cubic"})"),
       "mode must be one of \"nearest\", \"bilinear\""},
      {network_document(R"({"type": "op"})"), "op is missing"},
      {network_document(R"({"type": "op", "op": "X", "output": [1, "a"]})"),
       "output must be a list of 1 to 8 sizes"},
      {network_document(R"({"type": "op", "op": "X", "axes": [1, 2, 9]})"), "axes must be from -1"},
      {network_document(R"({"repeat": 0, "layers": [{"type": "relu"}]})"),
       "layer 1: repeat must be at least 1"},
      {network_document(R"({"repeat": 2, "layers": []})"), "a repeat needs layers"},
      {network_document(R"({"repeat": 2})"), "layers is missing"},
      {network_document(R"({"repeat": 2, "layers": [{"type": "relu", "x": 1}]})"),
       "layer 1.1 (relu): unknown key \"x\""},
      {network_document(R"({"repeat": 2, "index": "", "layers": [{"type": "relu"}]})"), "index must be"},
      {network_document(R"({"repeat": 100001, "layers": [{"type": "relu"}]})"),
       "layer 1.1 (relu): layers written out are more than the limit of 100000"},
      {network_document(
           R"({"repeat": 9223372036854775807, "layers": [{"repeat": 9223372036854775807, "from": 0, "layers":
         [{"type": "relu"}]}]})"),
       "repeat is beyond"},
      {R"({"input": [3, 8, 8], "layers": [{"type": "relu"}], "outputs": ["x"]})",
       "outputs: \"x\" is no layer"},
  };
  for (const auto& [text, words] : cases) {
    const std::string message = network_error(text);
    INFO(text << "  ->  " << message);
    CHECK(message.find(words) != std::string::npos);
    CHECK(message.size() < 400);
    CHECK(message.find('\n') == std::string::npos);
  }
}

TEST_CASE("what repeats amount to is bounded: names and inputs, too") {
  const std::string name(100'000, 'n');
  CHECK(network_error(
            network_document(R"({"repeat": 10000, "layers": [{"type": "relu", "name": ")" + name + "\"}]}"))
            .find("more bytes than the limit of 67108864") != std::string::npos);
  std::string inputs = "\"input\"";
  for (int i = 0; i < 999; ++i) inputs += ", \"input\"";
  CHECK(network_error(
            network_document(R"({"repeat": 50000, "layers": [{"type": "add", "inputs": [)" + inputs + "]}]}"))
            .find("inputs written out are more than the limit of 1000000") != std::string::npos);
}

TEST_CASE("a plain chain's reader refuses a network by saying so") {
  CHECK(parse_chain_json(network_document(R"({"type": "batch_norm2d"})"))
            .status()
            .message()
            .find("network of format 2") != std::string::npos);
}

}  // namespace poolglass
