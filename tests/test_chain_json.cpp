#include <doctest/doctest.h>

#include <ctime>

#include "core/chain/presets.h"
#include "core/io/chain_json.h"
#include "tests/support/temp_folder.h"

namespace poolglass {
namespace {

std::string document(const std::string& layers) {
  return "{\"input\": [3, 16, 16], \"layers\": [" + layers + "]}";
}

Layer only_layer(const std::string& layer) {
  const Result<Chain> chain = parse_chain_json(document(layer));
  REQUIRE_MESSAGE(chain.ok(), chain.status().message());
  REQUIRE(chain->layers.size() == 1);
  return chain->layers[0];
}

std::string error_of(const std::string& text) {
  const Result<Chain> chain = parse_chain_json(text);
  REQUIRE_MESSAGE(!chain.ok(), text.substr(0, 200));
  CHECK(chain.status().message().find('\n') == std::string::npos);
  CHECK(chain.status().message().size() < 300);
  return chain.status().message();
}

Chain every_kind() {
  Chain chain{5, {40, 30}, {}};
  for (LayerKind kind : kAllLayerKinds) chain.layers.push_back(default_layer(kind));
  chain.layers[0].name = "a é世 \"q\" \\ \n";
  chain.layers[0].kernel = {3, 2};
  chain.layers[0].padding = {1, 0, 2, 1};
  chain.layers[0].dilation = {1, 2};
  chain.layers[0].bias = false;
  chain.layers[1].padding = {1, 0, 1, 0};
  chain.layers[1].ceil_mode = true;
  chain.layers[2].count_include_pad = false;
  chain.layers[4].output_size = {4, 3};
  return chain;
}

}  // namespace

TEST_CASE("every chain survives writing and reading, and the text is stable") {
  std::vector<Chain> chains{every_kind(), Chain{1, {1, 1}, {}}};
  for (const ChainPreset& preset : chain_presets()) chains.push_back(preset.make());
  for (const Chain& chain : chains) {
    const std::string text = write_chain_json(chain);
    const Result<Chain> read = parse_chain_json(text);
    REQUIRE_MESSAGE(read.ok(), read.status().message());
    CHECK(*read == chain);
    CHECK(write_chain_json(*read) == text);
    CHECK(text.back() == '\n');
  }
}

TEST_CASE("the canonical form is fixed") {
  Chain chain = chain_preset("lesson").value();
  chain.layers.resize(2);
  CHECK(write_chain_json(chain) == R"({
  "input": [3, 64, 64],
  "layers": [
    {"type": "conv2d", "out_channels": 6, "kernel": 3, "stride": 1, "padding": 1, "dilation": 1, "bias": true},
    {"type": "max_pool2d", "kernel": 2, "stride": 2, "padding": 0, "dilation": 1, "ceil_mode": false}
  ]
}
)");
}

TEST_CASE("absent fields have PyTorch's defaults") {
  Layer layer = only_layer(R"({"type": "conv2d", "out_channels": 4, "kernel": [3, 5]})");
  CHECK(layer.kernel == Size2{3, 5});
  CHECK(layer.stride == Size2{1, 1});
  CHECK(layer.padding == Padding{});
  CHECK(layer.bias);
  layer = only_layer(R"({"type": "max_pool2d", "kernel": [3, 2]})");
  CHECK(layer.stride == Size2{3, 2});
  CHECK_FALSE(layer.ceil_mode);
  layer = only_layer(R"({"type": "avg_pool2d", "kernel": 3, "padding": [1, 0], "dilation": 1})");
  CHECK(layer.count_include_pad);
  CHECK(layer.padding == Padding{1, 0, 1, 0});
  layer = only_layer(R"({"type": "max_pool2d", "kernel": 4, "padding": [1, 2, 0, 1], "name": "p"})");
  CHECK(layer.padding == Padding{1, 2, 0, 1});
  CHECK(layer.name == "p");
}

TEST_CASE("what is missing, mistyped, unknown or twice there is refused by name") {
  const std::string conv = R"("type": "conv2d", "out_channels": 4, "kernel": 3)";
  const struct {
    std::string text;
    const char* words;
  } cases[] = {
      {"", "not valid JSON"},
      {"null", "object"},
      {"[]", "object"},
      {"3", "object"},
      {"{}", "input is missing"},
      {R"({"input": [3, 16, 16]})", "layers is missing"},
      {R"({"input": [3, 16], "layers": []})", "input must be a list of 3"},
      {R"({"input": [true, 16, 16], "layers": []})", "input"},
      {R"({"input": [3.0, 16, 16], "layers": []})", "input"},
      {R"({"input": [3, 16, 9223372036854775808], "layers": []})", "input"},
      {R"({"input": [3, 16, 1e400], "layers": []})", "JSON"},
      {R"({"input": [3, 16, 16], "layers": "relu"})", "layers must be a list"},
      {R"({"input": [3, 16, 16], "layers": [], "extra": 1})", "\"extra\""},
      {R"({"input": [3, 16, 16], "input": [3, 16, 16], "layers": []})", "twice"},
      {document("7"), "layer 1: must be an object"},
      {document("{}"), "layer 1: type is missing"},
      {document(R"({"type": 3})"), "type must be a string"},
      {document(R"({"type": "conv"})"), "type \"conv\" is unknown"},
      {document(R"({"type": "relu"}, {"type": "max_pool2d"})"), "layer 2 (max_pool2d): kernel is missing"},
      {document(R"({"type": "conv2d", "kernel": 3})"), "out_channels is missing"},
      {document(R"({"type": "conv2d", "out_channels": 3})"), "kernel is missing"},
      {document(R"({"type": "linear"})"), "out_features is missing"},
      {document(R"({"type": "adaptive_avg_pool2d"})"), "output_size is missing"},
      {document(R"({"type": "adaptive_avg_pool2d", "output_size": [1, 2, 3]})"), "output_size"},
      {document("{" + conv + R"(, "stride": "2"})"), "stride"},
      {document("{" + conv + R"(, "stride": 18446744073709551617})"), "stride"},
      {document("{" + conv + R"(, "padding": [1, 1, 1]})"), "padding"},
      {document("{" + conv + R"(, "padding": [1, 1, 1, null]})"), "padding"},
      {document("{" + conv + R"(, "dilation": ["1", "1"]})"), "dilation"},
      {document("{" + conv + R"(, "bias": 1})"), "bias"},
      {document("{" + conv + R"(, "name": 5})"), "name"},
      {document("{" + conv + R"(, "ceil_mode": true})"), "\"ceil_mode\""},
      {document("{" + conv + R"(, "kernel": 3})"), "\"kernel\" stands twice"},
      {document(R"({"type": "avg_pool2d", "kernel": 3, "dilation": 2})"), "dilation"},
      {document(R"({"type": "max_pool2d", "kernel": null})"), "kernel"},
      {document("{\"type\": \"re\xff\xfelu\"}"), "JSON"},
      {document(R"({"type": "relu"},)"), "JSON"},
      {document(R"({"type": "relu"})") + "x", "JSON"},
  };
  for (const auto& [text, words] : cases) {
    const std::string message = error_of(text);
    INFO(text << "  ->  " << message);
    CHECK(message.find(words) != std::string::npos);
  }
  CHECK(error_of("{\n  \"input\": [3, 16, 16,\n}").find("line 3, column 1") != std::string::npos);
}

TEST_CASE("deep and huge texts are refused before anything is built") {
  for (const char* open : {"[", "{\"a\":"}) {
    std::string deep;
    for (int i = 0; i < 200000; ++i) deep += open;
    CHECK(error_of(deep).find("nested") != std::string::npos);
  }
  CHECK(error_of(std::string(17 << 20, ' ')).find("limit") != std::string::npos);
  CHECK(error_of(document("{\"type\": \"" + std::string(500000, 'c') + "\"}")).size() < 200);
}

// Quadratic time or memory would show here: each of these took minutes, or more than a gigabyte.
TEST_CASE("large documents are read in time for their size, or refused by a limit that is named") {
  const auto repeated = [](const std::string& item, size_t count) {
    std::string text;
    for (size_t i = 0; i < count; ++i) text.append(i > 0 ? "," : "").append(item);
    return text;
  };
  const auto layers = [&](size_t count) {
    return R"({"input": [3, 32, 32], "layers": [)" + repeated(R"({"type": "relu"})", count) + "]}";
  };
  const clock_t before = clock();
  std::string keys;
  for (int i = 0; i < 150000; ++i) keys += (i > 0 ? ",\"k" : "\"k") + std::to_string(i) + "\":0";
  CHECK(error_of("{" + keys + "}").find("input is missing") != std::string::npos);
  CHECK(error_of(R"({"input": [1, 1, 1], "layers": [{"type": "relu", )" + keys + "}]}")
            .find("unknown key \"k0\"") != std::string::npos);
  const Result<Chain> most = parse_chain_json(layers(kMostLayers));
  REQUIRE(most.ok());
  CHECK(most->layers.size() == kMostLayers);
  CHECK(error_of(layers(kMostLayers + 1)).find("layers are 100001, more than the limit of 100000") !=
        std::string::npos);
  for (const char* value : {"[]", "{}", "0", "\"\"", "[[],[]]"}) {
    CHECK(error_of("[" + repeated(value, 1000001) + "]").find("more values than the limit of 1000000") !=
          std::string::npos);
  }
  CHECK(clock() - before < 60 * CLOCKS_PER_SEC);
}

TEST_CASE("a byte order mark is skipped") {
  CHECK(parse_chain_json("\xef\xbb\xbf" + document("{\"type\": \"relu\"}")).ok());
}

// Cut at every byte and with every byte replaced by each of a few telling ones: refused with a sentence, or
// read into a chain that writes stably.
TEST_CASE("cut and mutated documents are refused or right") {
  Chain chain = every_kind();
  chain.layers.resize(6);
  const std::string text = write_chain_json(chain);
  for (size_t size = 0; size + 2 < text.size(); ++size)
    CHECK_FALSE(parse_chain_json(text.substr(0, size)).ok());
  int read = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    for (char c : std::string("\0 \"{}[],:-.0129eEtfn\\/\x7f\x80\xff", 26)) {
      std::string bytes = text;
      bytes[at] = c;
      const Result<Chain> mutated = parse_chain_json(bytes);
      if (!mutated.ok()) continue;
      ++read;
      const std::string canonical = write_chain_json(*mutated);
      const Result<Chain> again = parse_chain_json(canonical);
      REQUIRE(again.ok());
      CHECK(*again == *mutated);
      CHECK(analyze(*mutated).layers.size() <= mutated->layers.size());
    }
  }
  CHECK(read > 0);
}

TEST_CASE("figures are written as exact integers, and a total that does not fit as null") {
  Chain chain{30011, {601, 603}, {default_layer(LayerKind::kConv2d)}};
  chain.layers[0].out_channels = 250007;
  chain.layers[0].kernel = {11, 11};
  chain.layers[0].padding = {5, 5, 5, 5};
  const std::string text = write_figures_json(chain, analyze(chain));
  CHECK(text.find("\"macs\": 329010524134988751") != std::string::npos);
  CHECK(text.find("\"receptive_field\": {\"h\": 11, \"w\": 11}") != std::string::npos);
  CHECK(text.find("\"name\": \"conv1\", \"kind\": \"conv2d\"") != std::string::npos);

  chain = {1, {int64_t{1} << 31, int64_t{1} << 31}, std::vector<Layer>(2, default_layer(LayerKind::kRelu))};
  const std::string large = write_figures_json(chain, analyze(chain));
  CHECK(large.find("\"totals\": {\"params\": 0, \"macs\": 0, \"activations\": null}") != std::string::npos);
  CHECK(large.find("\"activations\": 4611686018427387904, \"bytes\": null") != std::string::npos);
}

TEST_CASE("figures of an invalid chain end before the layer and carry its sentence") {
  Chain chain = chain_preset("lesson").value();
  chain.layers[1].kernel = {99, 99};
  const std::string text = write_figures_json(chain, analyze(chain));
  CHECK(text.find("\"error\": {\"layer\": 1, \"message\": \"layer 2 (pool1): ") != std::string::npos);
  CHECK(text.find("pool2") == std::string::npos);
}

TEST_CASE("chain files are written whole and read back; errors carry the path") {
  TempFolder folder;
  REQUIRE(write_chain_file(folder / "chain.json", every_kind()).ok());
  CHECK(*read_chain_file(folder / "chain.json") == every_kind());
  CHECK(folder.entries().size() == 1);
  folder.write("bad.json", "{");
  CHECK(read_chain_file(folder / "bad.json").status().message().find("bad.json: not valid JSON") !=
        std::string::npos);
  CHECK_FALSE(read_chain_file(folder / "none.json").ok());
}

}  // namespace poolglass
