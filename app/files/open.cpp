#include "app/files/open.h"

#include <memory>

#include "app/files/state_file.h"
#include "core/io/chain_json.h"
#include "core/io/file.h"
#include "core/io/npy.h"

namespace poolglass {
namespace {

constexpr int64_t kDocumentLimit = int64_t{16} << 20;

std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

bool ends_with(const std::string& text, std::string_view end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

Result<std::vector<Action>> open_array(const std::string& path) {
  Result<NpyArray> array = read_npy(path);
  if (!array.ok()) return array.status();
  step::OpenTensor open{std::make_shared<const Tensor>(std::move(array->tensor)), file_name(path)};
  std::vector<Action> actions{SelectRoom{Room::kStep}, step::Action(std::move(open))};
  if (!array->note.empty()) actions.push_back(SetNotice{file_name(path) + ": " + array->note});
  return actions;
}

Result<std::vector<Action>> open_document(const std::string& path) {
  const Result<std::string> text = read_file(path, kDocumentLimit);
  if (!text.ok()) return text.status();
  const auto in_file = [&](const Status& why) { return Status(why.code(), path + ": " + why.message()); };
  if (is_state_json(*text)) {
    Result<Model> model = parse_state_json(*text);
    if (!model.ok()) return in_file(model.status());
    return std::vector<Action>{Restore{std::make_shared<const Model>(*std::move(model))}};
  }
  Result<Chain> chain = parse_chain_json(*text);
  if (!chain.ok()) return in_file(chain.status());
  return std::vector<Action>{SelectRoom{Room::kChain}, chain::Action(chain::SetChain{*std::move(chain)})};
}

}  // namespace

Result<std::vector<Action>> open_path(const std::string& path) {
  const Result<std::string> start = read_start(path, 16);
  if (!start.ok()) return start.status();
  if (start->rfind("\x93NUMPY", 0) == 0 || ends_with(path, ".npy")) return open_array(path);
  for (const char* magic : {"\x89PNG", "\xff\xd8\xff", "GIF8", "BM", "RIFF"}) {
    if (start->rfind(magic, 0) == 0)
      return invalid_argument(path + ": is a picture; pictures cannot be opened yet");
  }
  return open_document(path);
}

}  // namespace poolglass
