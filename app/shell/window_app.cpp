#include "app/shell/window_app.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>
#include <thread>
#include <utility>

#include "app/document/desk.h"
#include "app/document/folders.h"
#include "app/document/kept_window.h"
#include "app/document/log_file.h"
#include "app/document/opening.h"
#include "app/document/waiting_session.h"
#include "app/platform/window.h"
#include "app/shell/imgui_session.h"
#include "app/shell/panels.h"
#include "app/shell/requests.h"
#include "app/shell/shell.h"
#include "app/shell/still.h"
#include "app/views/theme.h"
#include "core/io/outputs.h"

namespace poolglass {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kFramesAfterEvent = 3;  // hover, press and their consequences take a frame each
constexpr double kLongSleep = 10;     // seconds between wake-ups of an idle window
// How long opening a file may hold the window up, and the time between two looks at it, in seconds.
constexpr double kBlink = 0.05;
constexpr int64_t kCellsAtOnce = 4 << 20;  // some 5 ms
constexpr double kPatience = 0.02;         // seconds that a frame waits for long work of a room

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

void take_options(const WindowAppOptions& options, Model* model) {
  if (options.room) model->room = *options.room;
  if (options.theme) model->theme = *options.theme;
  if (options.scale) model->scale = *options.scale;
  model->reduce_motion = model->reduce_motion || options.reduce_motion;
}

class WindowApp {
 public:
  WindowApp(Window& window, KeptWindow& kept, Desk desk, Environment environment, LogFile log,
            const WindowAppOptions& options)
      : window_(window), kept_(kept), desk_(std::move(desk)), log_(std::move(log)), options_(options) {
    shell_.environment = std::move(environment);
    shell_.environment.cells_at_once = kCellsAtOnce;
    desk_.save_picture = [this](SaveKind kind, const std::string& path) { return save_picture(kind, path); };
  }

  void begin(KeptWindow::Start start) {
    begin_with(std::move(start.state.model));
    if (start.waits) {
      session_ = std::make_unique<WaitingSession>(kept_, &shell_.model);
      tend_session(kBlink);
    } else if (start.is_first && !options_.room) {
      shell_.welcome(desk_.recent().paths());
    }
  }

  void run() {
    while (!quit_) {
      if (due_ <= 0 && !shell_.animating()) {
        const bool looks = opening_ || session_;
        const double sleep = std::min({wake_in(), kept_.due_in(now()), looks ? kBlink : kLongSleep});
        if (window_.wait(sleep)) due_ = kFramesAfterEvent;
        tend_session(0);
        tend_opening();
        keep();
        if (due_ <= 0 && wake_in() > 0) continue;
      } else if (window_.wait(0)) {
        due_ = kFramesAfterEvent;
      }
      frame();
      --due_;
      tend_session(0);
      tend_opening();
      keep();
    }
  }

  void open_first(const OpenPath& file) { open(file); }

  // What the next start goes on with: what has not been read yet is there as it was.
  Status close() {
    session_.reset();
    return kept_.close(now(), shell_.model, size());
  }

  double first_frame_seconds = 0;
  double work_seconds = 0;  // derive and draw lists, without the rasteriser
  int frames = 0;

 private:
  double now() const { return seconds_since(start_); }
  Size2 size() const { return {window_.windowed_size().y, window_.windowed_size().x}; }

  void begin_with(Model model) {
    const RoomModels before = shell_.model;
    shell_.model = std::move(model);
    take_options(options_, &shell_.model);
    if (!shell_.model.file.path.empty()) {
      shell_.model.file.path = absolute_path(shell_.model.file.path);
      desk_.knows(shell_.model.file.path);
    }
    in_each_room([](auto& room, const auto& old) { restored(room, old); }, shell_.model, before);
    shell_.changed();
    due_ = kFramesAfterEvent;
  }

  void tend_session(double patience) {
    std::optional<WaitingSession::Arrived> arrived = session_ ? session_->arrived(patience) : std::nullopt;
    if (!arrived) return;
    session_.reset();
    log_.knows(arrived->start.state.model.log);
    begin(std::move(arrived->start));
    for (const OpenPath& file : arrived->files) open(file);
  }

  // What the window itself was asked for, and what was asked for in it.
  std::vector<Request> requests(const FrameInput& input) {
    std::vector<Request> all;
    if (input.close) all.push_back(Quit{});
    for (const std::string& path : input.dropped) all.push_back(OpenPath{path});
    for (Request& request : shell_.finish(input)) all.push_back(std::move(request));
    return all;
  }

  void keep() {
    const std::optional<Status> failure = kept_.tend(now(), shell_.model, size());
    if (!failure) return;
    due_ = kFramesAfterEvent;
    notify(SetNotice{"this session cannot be kept for the next start: " + failure->message(), true});
  }

  // A file that takes longer than a blink is read on another thread; the picture stays until it is there.
  void open(const OpenPath& asked) {
    stop_opening();
    const OpenPath file{absolute_path(with_home(asked.path)), asked.layout};
    const auto read = [file, room = shell_.model.room](ReadProgress& progress) {
      return Desk::read(file.path, room, &progress, file.layout);
    };
    opening_ = std::make_unique<Opening>(file, read);
    if (opens_at_once(shell_)) {
      if (std::optional<Opening::Actions> actions = opening_->outcome(kBlink))
        return opened(*std::move(actions));
    }
    if (shell_.files().mode == FilePanel::Mode::kOpen) close_file_panel(shell_.files());
    show_opening();
  }

  void opened(Opening::Actions actions) {
    const OpenPath file = std::exchange(opening_, nullptr)->file();
    notify(SetOpening{});
    if (carry_out(file, desk_.opened(file.path, std::move(actions), shell_.model), shell_)) quit_ = true;
    due_ = kFramesAfterEvent;
    kept_.touch(now());
  }

  void show_opening() {
    const std::string& path = opening_->file().path;
    const OpeningFile shown{path.substr(path.rfind('/') + 1), std::floor(100 * opening_->share()) / 100};
    if (shell_.model.opening == shown) return;
    notify(SetOpening{shown});
    due_ = std::max(due_, 1);
  }

  void tend_opening() {
    std::erase_if(stopped_, [](const auto& opening) { return opening->outcome(0).has_value(); });
    if (!opening_) return;
    std::optional<Opening::Actions> actions;
    if (!is_asking(shell_)) actions = opening_->outcome(0);
    if (actions) return opened(*std::move(actions));
    show_opening();
  }

  // What it has begun to read ends in its own time.
  void stop_opening() {
    if (!opening_) return;
    opening_->stop();
    stopped_.push_back(std::move(opening_));
    notify(SetOpening{});
  }

  double wake_in() const { return std::max(0.0, shell_.wake_in() - seconds_since(frame_start_)); }

  void frame() {
    // Drivers without vertical sync would draw hundreds of frames a second.
    const double early = kFrameTime - seconds_since(frame_start_);
    if (frames > 0 && early > 0) std::this_thread::sleep_for(std::chrono::duration<double>(early));
    frame_start_ = Clock::now();
    const FrameInput& input = last_input_ = window_.collect();
    const bool moved = shell_.animating();
    if (shell_.prepare(input)) window_.renderer().upload_fonts();
    window_.begin_frame();
    const Clock::time_point work = Clock::now();
    ImGui::NewFrame();
    shell_.draw(input);
    ImGui::Render();
    work_seconds += seconds_since(work);
    window_.end_frame(theme(shell_.model.theme).ground);
    if (++frames == 1) first_frame_seconds = seconds_since(start_);
    const std::vector<Request> asked = requests(input);
    if (session_) {
      quit_ = session_->pass_over(asked, &shell_.model);
      return;
    }
    for (const Request& request : asked) answer(request);
    log_.add(shell_.model.log);
    if (shell_.acted() || size() != size_) kept_.touch(now());
    size_ = size();
    if (moved) due_ = std::max(due_, 2);  // what comes to rest is drawn once more, where it rests
    if (std::string title = window_title(shell_.model); title != title_) {
      window_.set_title(title);
      title_ = std::move(title);
    }
  }

  void notify(const Action& action) { update(shell_.model, shell_.derived(), action); }

  void answer(const Request& request) {
    due_ = kFramesAfterEvent;
    kept_.touch(now());
    if (holds<ToggleFullscreen>(request)) {
      window_.toggle_fullscreen();
    } else if (const auto* copy = get_if<CopyText>(request)) {
      ImGui::SetClipboardText(copy->text.c_str());
      notify(SetNotice{"copied to the clipboard"});
    } else if (const auto* file = get_if<OpenPath>(request)) {
      open(*file);
    } else if (holds<StopOpening>(request)) {
      const std::string name = shell_.model.opening ? shell_.model.opening->name : "";
      stop_opening();
      notify(SetNotice{name + " was not opened: the picture stays as it is"});
    } else if (carry_out(request, desk_, shell_)) {
      quit_ = true;
    }
  }

  // The room as `shot` draws it, in this window's size and scale: no panel, no pointer, whatever covers the
  // window.
  Status save_picture(SaveKind kind, const std::string& path) {
    const StillOptions options{.pixels = window_.pixels(),
                               .display_scale = last_input_.display_scale,
                               .density = last_input_.density,
                               .svg = kind == SaveKind::kSvg};
    const Result<Still> still = draw_still(shell_.model, shell_.environment, options);
    if (!still.ok()) return still.status();
    if (kind == SaveKind::kSvg) return write_file(path, still->svg);
    const Result<std::string> png = encode_png(still->image);
    return png.ok() ? write_file(path, *png) : png.status();
  }

  Window& window_;
  KeptWindow& kept_;
  std::unique_ptr<Opening> opening_;
  std::vector<std::unique_ptr<Opening>> stopped_;  // until they are over
  Desk desk_;
  LogFile log_;
  const WindowAppOptions& options_;
  std::unique_ptr<WaitingSession> session_;  // that is being read; until then, nothing is done
  Shell shell_;
  Size2 size_{0, 0};
  FrameInput last_input_;
  std::string title_;
  const Clock::time_point start_ = Clock::now();
  Clock::time_point frame_start_ = start_;
  int due_ = kFramesAfterEvent;
  bool quit_ = false;
};

}  // namespace

Status run_window(const WindowAppOptions& options) {
  const Clock::time_point start = Clock::now();
  const Result<std::string> folder = state_folder();
  KeptWindow::Start begin;
  const auto kept = KeptWindow::open(folder, options.document, options.takes_looks, &begin);
  glm::ivec2 size{1280, 720};
  if (begin.state.window) size = {begin.state.window->w, begin.state.window->h};
  if (options.size) size = *options.size;

  std::string problem;
  Desk desk(folder.ok() ? RecentFiles::open(*folder, &problem) : RecentFiles());
  if (!problem.empty()) begin.state.model.notice = problem;
  if (!options.file.empty()) desk.add_recent(options.file);

  Result<LogFile> log = options.log.empty() ? LogFile() : LogFile::open(options.log, begin.state.model.log);
  if (!log.ok()) return log.status();
  ImGuiSession imgui;
  auto window = Window::open({.size = size, .compute = options.compute});
  if (!window.ok()) return window.status();
  const double open_seconds = seconds_since(start);
  Environment environment;
  environment.patience = kPatience;
  if (options.gpu) environment.backends.push_back(options.gpu());
  WindowApp app(**window, *kept, std::move(desk), std::move(environment), *std::move(log), options);
  app.begin(std::move(begin));
  if (!options.later.empty()) app.open_first({options.later, options.layout});
  app.run();
  if (options.print_timings) {
    std::fprintf(stderr, "first frame %.0f ms after start; %d frames, %.3f ms own work each\n",
                 (open_seconds + app.first_frame_seconds) * 1e3, app.frames,
                 app.work_seconds / std::max(app.frames, 1) * 1e3);
  }
  return app.close();
}

}  // namespace poolglass
