#include "app/shell/shot.h"

#include <cmath>
#include <span>

#include "app/platform/offscreen.h"
#include "app/shell/still.h"
#include "core/io/file.h"

namespace poolglass {
namespace {

// Names are ours: letters, digits and plain signs.
std::string tags_json(std::span<const Tag> tags) {
  std::string json = "[\n";
  for (size_t i = 0; i < tags.size(); ++i) {
    const Rect& r = tags[i].rect;
    const auto whole = [](float v) { return std::to_string(std::lround(v)); };
    json += "{\"name\":\"" + tags[i].name + "\",\"x\":" + whole(r.min.x) + ",\"y\":" + whole(r.min.y) +
            ",\"w\":" + whole(r.width()) + ",\"h\":" + whole(r.height()) +
            (i + 1 < tags.size() ? "},\n" : "}\n");
  }
  return json + "]\n";
}

}  // namespace

Status take_shot(const Model& model, const ShotOptions& options) {
  const auto offscreen = Offscreen::create();
  if (!offscreen.ok()) return offscreen.status();
  Environment environment;
  if (options.gpu) environment.backends.push_back(options.gpu());
  const Result<Still> still =
      draw_still(model, environment,
                 {.pixels = options.size, .display_scale = options.scale, .svg = !options.svg_path.empty()});
  if (!still.ok()) return still.status();

  if (Status status = write_png(options.path, still->image); !status.ok()) return status;
  if (!options.svg_path.empty()) {
    if (Status status = write_file(options.svg_path, still->svg); !status.ok()) return status;
  }
  if (options.tags_path.empty()) return {};
  return write_file(options.tags_path, tags_json(still->tags));
}

}  // namespace poolglass
