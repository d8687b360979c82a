// poolglass code: a pooling as a program.
#include <algorithm>

#include "app/cli/command.h"
#include "app/cli/pool_options.h"
#include "app/cli/view_options.h"
#include "app/rooms/step/code.h"

namespace poolglass::cli {
namespace {

// The pooling that the options say, or else the one that the Step room shows.
Result<PoolParams> asked_for(const PoolOptions& pool, const ViewOptions& view, const Text& state) {
  if (pool.op.given()) {
    if (state.given() || view.preset.given()) {
      return invalid_argument("--op excludes --state and --preset, which have a pooling of their own");
    }
    return pool.params();
  }
  if (pool.given()) return invalid_argument("a pooling needs --op");
  const Result<Model> model = view_model(view, state);
  if (!model.ok()) return model.status();
  if (model->room != Room::kStep) {
    return invalid_argument("code writes the Step room's pooling; this shows the " +
                            std::string(room_info(model->room).words.title) + " room");
  }
  return model->step.document.params;
}

}  // namespace

Status code_command(const Arguments& arguments, const CliHooks&) {
  Parser parser("Writes a pooling as a program that runs.", "poolglass code");
  PoolOptions pool;
  ViewOptions view;
  Text to, state;
  parser.text("--to", names_of(step::kCodeTargets), &to, Need::kRequired);
  pool.declare(parser);
  parser.text("--preset", "the pooling of a grid of the Step room", &view.preset);
  parser.text("--state", "the pooling of a saved state", &state);
  const Result<Parsed> parsed = parser.parse(arguments);
  if (!parsed.ok()) return parsed.status();
  if (*parsed == Parsed::kDone) return {};

  const auto target = std::ranges::find(step::kCodeTargets, to.value, &step::CodeTargetWords::name);
  if (target == step::kCodeTargets.end()) {
    return invalid_argument("--to \"" + to.value + "\" must be " + names_of(step::kCodeTargets));
  }
  const Result<PoolParams> params = asked_for(pool, view, state);
  if (!params.ok()) return params.status();
  const Result<std::string> code = step::pooling_code(target->target, *params);
  return code.ok() ? print(*code) : code.status();
}

}  // namespace poolglass::cli
