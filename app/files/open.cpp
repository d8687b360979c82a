#include "app/files/open.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <memory>

#include "app/files/exercise_json.h"
#include "app/files/picture_file.h"
#include "app/files/state_rooms.h"
#include "app/rooms/format.h"
#include "core/file_ending.h"
#include "core/io/chain_json_value.h"
#include "core/io/feature_map.h"
#include "core/io/file.h"
#include "core/io/network_json_value.h"
#include "core/io/npy.h"
#include "core/io/npz.h"
#include "core/io/onnx_network.h"
#include "core/io/picture.h"

namespace poolglass {
namespace {

constexpr int64_t kInputLimit = int64_t{1} << 30;  // of standard input, which is held whole
constexpr std::string_view kNpyMagic = "\x93NUMPY";

std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::vector<Action> show_picture(const float* values, Size2 size, const std::string& name,
                                 const std::string& path) {
  auto plane = std::make_shared<const Plane>(shift::middle_of(values, size));
  std::vector<Action> actions{SelectRoom{Room::kShift},
                              shift::Action(shift::OpenPicture{std::move(plane), name, path})};
  if (std::max(size.h, size.w) > shift::kMostSide) {
    const std::string side = std::to_string(shift::kMostSide);
    actions.push_back(SetNotice{name + " is " + size_text(size) + " pixels: its middle " + side + "×" + side +
                                " is shown"});
  }
  return actions;
}

// `path`: where the array can be read again; empty: nowhere.
Result<std::vector<Action>> open_map(Result<FeatureMap> map, const std::string& name,
                                     const OpenOptions& options, const std::string& path = "") {
  if (!map.ok()) return map.status();
  NpyArray& array = map->array;
  const Shape shape = array.tensor.shape;
  if (options.room == Room::kShift) return show_picture(array.tensor.plane(0), shape.plane(), name, path);
  step::OpenTensor open{std::make_shared<const Tensor>(std::move(array.tensor)), name, path, {}, map->layout};
  if (!map->picture) open.dimensions = array.dimensions;
  std::vector<Action> actions{SelectRoom{Room::kStep}, step::Action(std::move(open))};
  std::string told = array.note;
  if (std::max(shape.h, shape.w) > step::kMaxSide) {
    const Size2 shown{std::min(shape.h, step::kMaxSide), std::min(shape.w, step::kMaxSide)};
    told += (told.empty() ? "" : "; ") + std::string("of ") + size_text(shape.plane()) + " cells the first " +
            size_text(shown) + " are shown, First row and column in the settings move them";
  }
  if (!map->sentence.empty())
    told += (told.empty() ? "" : "; ") + map->sentence + "; H or --layout nchw takes them first";
  if (!told.empty()) actions.push_back(SetNotice{name + ": " + told});
  return actions;
}

std::vector<Action> open_network(network::Network network, const std::string& path) {
  return {SelectRoom{Room::kChain}, chain::show_network(std::move(network), file_stem(path))};
}

Result<std::vector<Action>> open_document(const std::string& text, const std::string& path,
                                          ReadProgress* progress) {
  const auto in_file = [&](const Status& why) { return Status(why.code(), path + ": " + why.message()); };
  const Result<Json> json = parse_strict_json(text, kDocumentLimits);
  if (!json.ok()) return in_file(json.status());
  if (is_state(*json)) {
    Result<Model> model = state_from(*json, progress);
    if (progress != nullptr && progress->stopped()) return in_file(reading_stopped());
    if (!model.ok()) return in_file(model.status());
    return std::vector<Action>{Restore{std::make_shared<const Model>(*std::move(model))}};
  }
  if (json->is_object() && json->contains("format")) {
    Result<network::Network> network = read_network(*json);
    if (!network.ok()) return in_file(network.status());
    return open_network(*std::move(network), path);
  }
  if (is_exercise(*json)) {
    Result<step::Exercise> exercise = exercise_from(*json);
    if (!exercise.ok()) return in_file(exercise.status());
    step::OpenExercise open{std::make_shared<const step::Exercise>(*std::move(exercise))};
    return std::vector<Action>{SelectRoom{Room::kStep}, step::Action(std::move(open))};
  }
  Result<Chain> chain = read_chain(*json);
  if (!chain.ok()) return in_file(chain.status());
  return std::vector<Action>{SelectRoom{Room::kChain}, chain::Action(chain::SetChain{*std::move(chain)})};
}

Result<std::vector<Action>> open_onnx(ByteSource& source, const std::string& path) {
  Result<OnnxNetwork> read = read_onnx(source);
  if (!read.ok()) return Status(read.status().code(), path + ": " + read.status().message());
  return open_network(std::move(read->network), path);
}

Result<std::vector<Action>> open_standard_input(ByteSource& source, const OpenOptions& options) {
  const std::string name = "standard input";
  const Result<std::string> start = source.start(16);
  if (start.ok() && is_picture(*start))
    return invalid_argument(name + ": is a picture, which must be a file of its own: give its name");
  if (start.ok() && may_be_onnx(*start)) return open_onnx(source, name);
  const Result<std::string> text = source.text(kInputLimit);
  if (!text.ok()) return Status(text.status().code(), name + ": " + text.status().message());
  if (text->rfind(kNpyMagic, 0) != 0) {
    if (static_cast<int64_t>(text->size()) <= kDocumentLimits.bytes)
      return open_document(*text, name, options.progress);
    return invalid_argument(name + ": has " + std::to_string(text->size()) +
                            " bytes, more than the limit of " + std::to_string(kDocumentLimits.bytes));
  }
  const Result<NpyReader> reader =
      NpyReader::open(name, [&, at = size_t{0}](void* to, size_t most) mutable -> Result<size_t> {
        const size_t some = std::min(most, text->size() - at);
        std::memcpy(to, text->data() + at, some);
        at += some;
        return some;
      });
  if (!reader.ok()) return reader.status();
  return open_map(read_feature_map(*reader, options.layout, options.progress), name, options);
}

// Bytes of a regular file; -1: it is none.
int64_t file_size(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  return error ? -1 : static_cast<int64_t>(size);
}

}  // namespace

std::vector<ArrayOffer> arrays_to_choose(const std::string& path, std::optional<Layout> layout) {
  const std::optional<NpzPath> npz = split_npz_path(path);
  if (!npz || !npz->member.empty()) return {};
  const Result<std::vector<NpzArray>> arrays = npz_arrays(npz->archive);
  if (!arrays.ok() || arrays->size() < 2) return {};
  std::vector<ArrayOffer> offers;
  for (const auto& [name, header] : *arrays) {
    ArrayOffer offer{name, "cannot be opened", ""};
    if (header.ok()) offer.detail = tuple_text(header->dimensions) + " " + npy_type_name(header->type);
    const Status status = header.ok()
                              ? feature_map_shape(header->dimensions, layout.value_or(Layout::kNchw)).status()
                              : header.status();
    if (!status.ok()) offer.why = name + ": " + status.message();
    offers.push_back(std::move(offer));
  }
  return offers;
}

Result<bool> opens_slowly(const std::string& path) {
  constexpr int64_t kLargeArray = 8 << 20, kLargePicture = 1 << 20;  // bytes: some 50 ms
  if (path == kStandardStream) return false;
  if (const std::optional<NpzPath> npz = split_npz_path(path)) {
    if (!arrays_to_choose(path).empty()) return true;
    if (file_size(npz->archive) < kLargePicture) return false;
    const Result<NpzMember> member = NpzMember::open(*npz);
    return member.ok() ? Result<bool>(true) : member.status();
  }
  const int64_t size = file_size(path);
  if (size < kLargePicture) return false;
  const Result<std::string> start = read_start(path, static_cast<size_t>(kNpyHeaderLimit));
  if (!start.ok()) return false;  // opening it says why
  if (is_picture(*start)) return true;
  if (start->rfind(kNpyMagic, 0) != 0 || size < kLargeArray) return false;
  const Result<NpyHeader> header = parse_npy_header(*start);
  if (!header.ok()) return Status(header.status().code(), path + ": " + header.status().message());
  return true;
}

Result<std::vector<Action>> open_path(const std::string& path, const OpenOptions& options) {
  if (path == kStandardStream) {
    if (options.standard_input != nullptr) return open_standard_input(*options.standard_input, options);
    const Result<std::unique_ptr<ByteSource>> source = ByteSource::open(path);
    return source.ok() ? open_standard_input(**source, options) : source.status();
  }
  const auto map = [&] {
    return open_map(read_feature_map(path, options.layout, options.progress), file_name(path), options, path);
  };
  if (split_npz_path(path)) return map();
  const Result<std::string> start = read_start(path, 16);
  if (!start.ok()) return start.status();
  const bool picture = is_picture(*start);
  if (start->rfind(kNpyMagic, 0) == 0 || has_ending(path, ".npy") ||
      (picture && options.room != Room::kShift)) {
    return map();
  }
  if (picture) {
    const Result<Plane> plane = read_picture_file(path);
    if (!plane.ok()) return plane.status();
    return show_picture(plane->values.data(), plane->size, file_name(path), path);
  }
  for (const char* magic : {"GIF8", "BM", "RIFF"}) {
    if (start->rfind(magic, 0) == 0)
      return invalid_argument(path + ": is a picture of a kind that cannot be opened; PNG and JPEG can");
  }
  if (has_ending(path, ".onnx") || may_be_onnx(*start)) {
    const Result<std::unique_ptr<ByteSource>> source = ByteSource::open(path);
    return source.ok() ? open_onnx(**source, path) : source.status();
  }
  const Result<std::string> text = read_file(path, kDocumentLimits.bytes);
  return text.ok() ? open_document(*text, path, options.progress) : text.status();
}

}  // namespace poolglass
