#include "app/shell/requests.h"

#include "app/files/open.h"
#include "app/files/state_file.h"
#include "core/io/chain_json.h"
#include "core/io/npy.h"
#include "core/io/outputs.h"

namespace poolglass {
namespace {

Action outcome(const Status& status, const std::string& path) {
  return status.ok() ? SetNotice{"saved " + path} : SetNotice{status.message(), true};
}

Status save_grid(const std::string& path, const step::Grid& grid) {
  return write_npy(path, {grid.size.h, grid.size.w}, grid.values.data());
}

Status save_document(const SavePath& request, const Model& model, const Derived& derived) {
  switch (request.kind) {
    case SaveKind::kStepInput:
      return save_grid(request.path, model.step.document.grid);
    case SaveKind::kStepOutput:
      // What is on the screen may be older than parameters that do not fit: never write that as their result.
      return derived.step.status.ok() ? save_grid(request.path, derived.step.output) : derived.step.status;
    case SaveKind::kChain:
      return write_chain_file(request.path, model.chain.document.chain);
    case SaveKind::kState:
      return write_state_file(request.path, model);
    case SaveKind::kPng:
    case SaveKind::kSvg:
      break;  // pictures come from a frame, not from the model
  }
  return invalid_argument("a picture is not a document of the model");
}

}  // namespace

Action save_text(const std::string& path, const std::string& text) {
  return outcome(write_file(path, text), path);
}

Action save_picture(const std::string& path, const Image& image) {
  const Result<std::string> png = encode_png(image);
  return outcome(png.ok() ? write_file(path, *png) : png.status(), path);
}

std::vector<Action> answer(const Request& request, const Model& model, const Derived& derived) {
  if (const auto* open = std::get_if<OpenPath>(&request)) {
    Result<std::vector<Action>> actions = open_path(open->path);
    if (!actions.ok()) return {SetNotice{actions.status().message(), true}};
    return *std::move(actions);
  }
  if (const auto* save = std::get_if<SavePath>(&request)) {
    return {outcome(save_document(*save, model, derived), save->path)};
  }
  return {};
}

}  // namespace poolglass
