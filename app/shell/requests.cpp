#include "app/shell/requests.h"

#include "core/io/file.h"

namespace poolglass {
namespace {

Action outcome(const Status& status, const std::string& done) {
  return status.ok() ? SetNotice{done} : SetNotice{status.message(), true};
}

}  // namespace

Action save_text(const std::string& path, const std::string& text) {
  return outcome(write_file(path, text), "saved " + path);
}

Action save_picture(const std::string& path, const Image& image) {
  return outcome(write_png(path, image), "saved " + path);
}

std::vector<Action> answer(const Request&, const Model&, const Derived&) { return {}; }

}  // namespace poolglass
