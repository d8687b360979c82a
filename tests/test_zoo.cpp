#include <doctest/doctest.h>

#include <set>

#include "core/io/network_json.h"
#include "core/network/sizes.h"
#include "core/zoo/report.h"
#include "core/zoo/zoo.h"

using namespace poolglass;
using namespace poolglass::zoo;

namespace {

Studied study_of(std::string_view name, int64_t side) {
  const Result<Model> model = zoo::find(name);
  REQUIRE_MESSAGE(model.ok(), model.status().message());
  Result<std::vector<Studied>> studied = study(*model, Size2{side, side});
  REQUIRE_MESSAGE(studied.ok(), studied.status().message());
  return std::move(studied->front());
}

EndpointRow endpoint_of(const Studied& studied, std::string_view name) {
  const Result<std::vector<EndpointRow>> rows = endpoint_rows(studied);
  REQUIRE_MESSAGE(rows.ok(), rows.status().message());
  for (const EndpointRow& row : *rows) {
    if (row.endpoint == name) return row;
  }
  FAIL("no endpoint " << name);
  return {};
}

int64_t macs(std::string_view name, int64_t side, network::Convention convention) {
  const Studied studied = study_of(name, side);
  return network::multiply_adds(totals(studied).terms, convention, studied.model.written);
}

}  // namespace

TEST_CASE("every network of the zoo opens, writes back as it was, fits its sizes and has its endpoints") {
  const Result<std::vector<Model>> all = models();
  REQUIRE_MESSAGE(all.ok(), all.status().message());
  CHECK(all->size() > 90);
  std::set<std::string> names;
  for (const Model& model : *all) {
    CAPTURE(model.name);
    CHECK(names.insert(model.name).second);
    CHECK(!model.library.empty());
    CHECK(!model.endpoints.empty());
    REQUIRE(!model.sizes.empty());
    const Result<network::Network> network = zoo::open(model);
    REQUIRE_MESSAGE(network.ok(), network.status().message());
    const std::string text = write_network_json(*network);
    const Result<network::Network> again = parse_network_json(text);
    REQUIRE_MESSAGE(again.ok(), again.status().message());
    CHECK(*again == *network);
    CHECK(write_network_json(*again) == text);
    const Result<std::vector<Studied>> sizes = study(model, std::nullopt);
    REQUIRE_MESSAGE(sizes.ok(), sizes.status().message());
    CHECK(sizes->size() == model.sizes.size());
    for (const Studied& studied : *sizes) CHECK(endpoint_rows(studied).ok());
  }
}

TEST_CASE("an unknown network is refused with names like it") {
  const Result<Model> none = zoo::find("resnet5");
  REQUIRE(!none.ok());
  CHECK(none.status().message().find("resnet50") != std::string::npos);
  CHECK(none.status().message().find("alexnet") == std::string::npos);
  CHECK(!zoo::find("").ok());
}

TEST_CASE("ResNet-50 sees 427 with its strides in the 3x3, 483 with them elsewhere") {
  const Studied torch = study_of("resnet50", 224);
  CHECK(endpoint_of(torch, "layer4").field.rf == "427");
  CHECK(totals(torch).terms.params == 25'557'032);
  CHECK(endpoint_of(study_of("resnet_v1_50", 224), "resnet_v1_50/block4").field.rf == "483");
  const Totals keras = totals(study_of("keras_resnet50", 224));
  CHECK(keras.field.rf == "483");
  CHECK(keras.terms.params + keras.terms.moving_stats == 25'636'712);
}

TEST_CASE("ResNet-50 costs what each convention says") {
  using network::Convention;
  CHECK(macs("resnet50", 224, Convention::kPlain) == 4'089'184'256);
  CHECK(macs("resnet50", 224, Convention::kFlops) == 8'178'368'512);
  CHECK(macs("resnet50", 224, Convention::kTimm) == 4'089'184'256 + 2 * 11'113'984 + 100'352);
  CHECK(macs("resnet50", 224, Convention::kThop) / 10'000'000 == 413);  // 4.1358 G
}

TEST_CASE("the padding of SAME depends on the size") {
  const Model mobilenet = *zoo::find("mobilenet_v1");
  const Result<network::Network> network = zoo::open(mobilenet);
  REQUIRE(network.ok());
  const auto padding = [&](int64_t side) {
    const Result<Studied> studied = study(mobilenet, *network, {side, side});
    REQUIRE(studied.ok());
    return endpoint_of(*studied, "Conv2d_13_pointwise").field;
  };
  CHECK(padding(224).padding == "126");
  CHECK(padding(321).padding == "157");
  CHECK(!padding(network::kUnknownSize).padding_known);
  CHECK(padding(network::kUnknownSize).rf == "315");
}

TEST_CASE("AlexNet's forms differ in padding and parameters") {
  CHECK(endpoint_of(study_of("alexnet", 224), "features.12").field.padding == "66");
  CHECK(endpoint_of(study_of("alexnet_v2", 224), "alexnet_v2/pool5").field.padding == "64");
  CHECK(totals(study_of("alexnet", 224)).terms.params == 61'100'840);
  CHECK(totals(study_of("alexnet_v2", 224)).terms.params == 50'303'912);
  CHECK(totals(study_of("alexnet_one_tower", 227)).terms.params == 62'378'344);
}

TEST_CASE("U-Net as in the paper makes 388 of 572, and FCN-8s 500 of 500") {
  const Studied unet = study_of("unet_unpadded", 572);
  CHECK(unet.figures.layers.back().height() == 388);
  CHECK(totals(unet).terms.params == 31'030'658);
  CHECK(study_of("fcn8s", 500).figures.layers.back().width() == 500);
}

TEST_CASE("the smallest input is the one that every layer accepts") {
  const auto smallest = [](std::string_view name) {
    const Result<network::Network> network = zoo::open(*zoo::find(name));
    REQUIRE(network.ok());
    return network::smallest_input(*network).value_or(0);
  };
  CHECK(smallest("alexnet") == 63);
  CHECK(smallest("vgg16") == 32);
  CHECK(smallest("densenet121") == 29);
  CHECK(smallest("inception_v3") == 75);
  CHECK(smallest("resnet18") == 1);
}

TEST_CASE("gates leave the local field beside them") {
  const Totals sum = totals(study_of("mobilenet_v3_large", 224));
  CHECK(sum.field.rf == "595");
  CHECK(sum.global_gate);
  CHECK(!totals(study_of("resnet50", 224)).global_gate);
}

TEST_CASE("a head that only trains counts as parameters, fixed filters do not") {
  const Totals with = totals(study_of("inception_v3_with_aux", 299)),
               without = totals(study_of("inception_v3", 299));
  CHECK(with.terms.params == 27'161'264);
  CHECK(without.terms.params == 23'834'568);
  CHECK(with.terms.conv_macs == without.terms.conv_macs);
  CHECK(totals(study_of("resnetblur50", 224)).terms.params == 25'557'032);
}
