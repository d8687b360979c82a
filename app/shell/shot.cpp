#include "app/shell/shot.h"

#include <cmath>
#include <span>
#include <utility>

#include "app/platform/offscreen.h"
#include "app/shell/still.h"
#include "core/io/json_quote.h"
#include "core/io/outputs.h"

namespace poolglass {
namespace {

std::string tags_json(std::span<const Tag> tags) {
  std::string json = "[\n";
  for (size_t i = 0; i < tags.size(); ++i) {
    const Rect& r = tags[i].rect;
    const auto whole = [](float v) { return std::to_string(std::lround(v)); };
    json += "{\"name\":" + json_quote(tags[i].name) + ",\"x\":" + whole(r.min.x) +
            ",\"y\":" + whole(r.min.y) + ",\"w\":" + whole(r.width()) + ",\"h\":" + whole(r.height()) +
            (i + 1 < tags.size() ? "},\n" : "}\n");
  }
  return json + "]\n";
}

}  // namespace

Status take_shot(const Model& model, const ShotOptions& options) {
  // All files are prepared before the picture is drawn, and appear together.
  Outputs outputs;
  if (!options.state_path.empty()) outputs.add_input(options.state_path);
  Output* svg_file = nullptr;
  Output* tags_file = nullptr;
  const Result<Output*> png_file = outputs.add(options.path);
  if (!png_file.ok()) return png_file.status();
  for (const auto& [path, file] :
       {std::pair(&options.svg_path, &svg_file), {&options.tags_path, &tags_file}}) {
    if (path->empty()) continue;
    const Result<Output*> added = outputs.add(*path);
    if (!added.ok()) return added.status();
    *file = *added;
  }

  const auto offscreen = Offscreen::create();
  if (!offscreen.ok()) return offscreen.status();
  Environment environment;
  if (options.gpu) environment.backends.push_back(options.gpu());
  const Result<Still> still =
      draw_still(model, environment,
                 {.pixels = options.size, .display_scale = options.scale, .svg = !options.svg_path.empty()});
  if (!still.ok()) return still.status();

  const Result<std::string> png = encode_png(still->image);
  if (!png.ok()) return png.status();
  if (Status status = (*png_file)->write(*png); !status.ok()) return status;
  if (svg_file != nullptr) {
    if (Status status = svg_file->write(still->svg); !status.ok()) return status;
  }
  if (tags_file != nullptr) {
    if (Status status = tags_file->write(tags_json(still->tags)); !status.ok()) return status;
  }
  return outputs.commit();
}

}  // namespace poolglass
