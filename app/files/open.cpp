#include "app/files/open.h"

#include <algorithm>
#include <cstring>
#include <memory>

#include "app/files/state_rooms.h"
#include "core/chain/as_network.h"
#include "core/io/chain_json_value.h"
#include "core/io/file.h"
#include "core/io/npy.h"
#include "core/io/npz.h"
#include "core/io/onnx_network.h"
#include "core/printable.h"

namespace poolglass {
namespace {

constexpr int64_t kDocumentLimit = int64_t{16} << 20;
constexpr int64_t kInputLimit = int64_t{1} << 30;  // of standard input, which is held whole
constexpr std::string_view kNpyMagic = "\x93NUMPY";

std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

bool ends_with(const std::string& text, std::string_view end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

// `path`: where the array can be read again; empty: nowhere.
Result<std::vector<Action>> open_array(Result<NpyArray> array, const std::string& name,
                                       const std::string& path = "") {
  if (!array.ok()) return array.status();
  step::OpenTensor open{std::make_shared<const Tensor>(std::move(array->tensor)), name, path};
  std::vector<Action> actions{SelectRoom{Room::kStep}, step::Action(std::move(open))};
  if (!array->note.empty()) actions.push_back(SetNotice{name + ": " + array->note});
  return actions;
}

Result<std::vector<Action>> open_document(const std::string& text, const std::string& path) {
  const auto in_file = [&](const Status& why) { return Status(why.code(), path + ": " + why.message()); };
  const Result<Json> json = parse_strict_json(text, {.bytes = kDocumentLimit});
  if (!json.ok()) return in_file(json.status());
  if (is_state(*json)) {
    Result<Model> model = state_from(*json);
    if (!model.ok()) return in_file(model.status());
    return std::vector<Action>{Restore{std::make_shared<const Model>(*std::move(model))}};
  }
  Result<Chain> chain = read_chain(*json);
  if (!chain.ok()) return in_file(chain.status());
  return std::vector<Action>{SelectRoom{Room::kChain}, chain::Action(chain::SetChain{*std::move(chain)})};
}

// The first layer that no chain has, for the sentence.
std::string beyond_chain(const network::Network& network) {
  const std::vector<std::string> names = network::effective_names(network);
  for (size_t i = 1; i < network.layers.size(); ++i) {
    const network::Layer& layer = network.layers[i];
    const bool boxed = layer.kind == network::Kind::kOp;
    if (network::in_chain_format(layer.kind) &&
        layer.inputs == std::vector<int32_t>{static_cast<int32_t>(i) - 1})
      continue;
    return " (its layer " + one_line(names[i], 100) + ", " +
           (boxed ? one_line(layer.op, 100) : std::string(network::kind_name(layer.kind))) +
           ", is none of a chain's)";
  }
  return "";
}

// A network that is a plain chain. The batch and the input's name, which a chain does not have, are left out.
Result<std::vector<Action>> open_onnx(const std::string& path) {
  Result<OnnxNetwork> read = read_onnx_file(path);
  if (!read.ok()) return read.status();
  network::Network& network = read->network;
  network.layers[0].name = "input";
  network.layers[0].output[0] = network::kUnknownSize;
  if (network.outputs == std::vector<int32_t>{static_cast<int32_t>(network.layers.size()) - 1})
    network.outputs.clear();
  std::optional<Chain> chain = as_chain(network);
  if (!chain) {
    return invalid_argument(path + ": is a network, not a plain chain" + beyond_chain(network) +
                            ": poolglass chain FILE and poolglass describe FILE tell its figures");
  }
  return std::vector<Action>{SelectRoom{Room::kChain}, chain::Action(chain::SetChain{*std::move(chain)})};
}

Result<std::vector<Action>> open_standard_input() {
  const std::string name = "standard input";
  const Result<std::string> text = read_standard_input(kInputLimit);
  if (!text.ok()) return text.status();
  if (text->rfind(kNpyMagic, 0) != 0) {
    if (static_cast<int64_t>(text->size()) <= kDocumentLimit) return open_document(*text, name);
    return invalid_argument(name + ": has " + std::to_string(text->size()) +
                            " bytes, more than the limit of " + std::to_string(kDocumentLimit));
  }
  const Result<NpyReader> reader =
      NpyReader::open(name, [&, at = size_t{0}](void* to, size_t most) mutable -> Result<size_t> {
        const size_t some = std::min(most, text->size() - at);
        std::memcpy(to, text->data() + at, some);
        at += some;
        return some;
      });
  return reader.ok() ? open_array(read_npy(*reader), name) : reader.status();
}

}  // namespace

Result<std::vector<Action>> open_path(const std::string& path) {
  if (path == kStandardStream) return open_standard_input();
  if (split_npz_path(path)) return open_array(read_npy(path), file_name(path), path);
  const Result<std::string> start = read_start(path, 16);
  if (!start.ok()) return start.status();
  if (start->rfind(kNpyMagic, 0) == 0 || ends_with(path, ".npy")) {
    return open_array(read_npy(path), file_name(path), path);
  }
  for (const char* magic : {"\x89PNG", "\xff\xd8\xff", "GIF8", "BM", "RIFF"}) {
    if (start->rfind(magic, 0) == 0)
      return invalid_argument(path + ": is a picture; pictures cannot be opened yet");
  }
  if (ends_with(path, ".onnx") || may_be_onnx(*start)) return open_onnx(path);
  const Result<std::string> text = read_file(path, kDocumentLimit);
  return text.ok() ? open_document(*text, path) : text.status();
}

}  // namespace poolglass
