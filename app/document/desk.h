// What a window does with files: opens, saves, exports data, and asks before work would be lost. It changes
// no model itself; it answers requests with actions.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/document/recent_files.h"
#include "app/state/model.h"
#include "core/io/read_progress.h"
#include "core/status.h"

namespace poolglass {

class Desk {
 public:
  Desk() = default;
  explicit Desk(RecentFiles recent) : recent_(std::move(recent)) {}

  struct Outcome {
    std::vector<Action> actions{};  // what the model is to do next, a notice included
    Status status{};                // not ok: why the file could not be opened or saved; nothing has changed
    std::optional<SaveKind> ask{};  // a name is needed first
    std::string replaces{};         // this file is there: its person is to be asked first
    bool quit = false;              // the window may go
  };
  // Opening, saving, a new document, leaving. Requests that are not about documents are answered with
  // nothing.
  Outcome answer(const Request& request, const Model& model, const Derived& derived);

  // As answer(OpenPath), in two parts. Reading, which any thread may do, without this desk:
  static Result<std::vector<Action>> read(const std::string& path, Room room, ReadProgress* progress,
                                          std::optional<Layout> layout = {});
  // and what follows from what was read. Where that would take the place of changes that are not saved, it
  // waits here until somebody has answered whether to leave.
  Outcome opened(const std::string& path, Result<std::vector<Action>> actions, const Model& model) {
    return opened(path, std::move(actions), false, model);
  }

  // The document's file is as this window knows it; called once for a document that was there at the start.
  void knows(const std::string& path);

  // Writes a picture (kPng, kSvg), which takes more than the model; where there is none, pictures are
  // refused.
  std::function<Status(SaveKind kind, const std::string& path)> save_picture;

  const RecentFiles& recent() const { return recent_; }
  void add_recent(const std::string& path);

 private:
  // Enough of a file's state to notice that somebody else wrote it.
  struct Stamp {
    int64_t device = 0, node = 0, size = 0, seconds = 0, nanoseconds = 0;
    friend bool operator==(const Stamp&, const Stamp&) = default;
  };
  static std::optional<Stamp> stamp(const std::string& path);

  // What was read of a file while it is asked whether to leave for it.
  struct Waiting {
    std::string path;
    std::vector<Action> actions;
    std::optional<Stamp> stamp;
  };

  Status write(SaveKind kind, const std::string& path, const Model& model, const Derived& derived) const;
  Outcome open(const OpenPath& file, bool discards, const Model& model);
  Outcome opened(const std::string& path, Result<std::vector<Action>> actions, bool discards,
                 const Model& model);
  Outcome save(const SavePath& request, const Model& model, const Derived& derived);
  Outcome save_document(const Model& model, const Derived& derived);
  Outcome leave(const Leave& leave, const Model& model);
  Outcome answer_leave(LeaveAnswer answer, const Model& model, const Derived& derived);

  RecentFiles recent_;
  std::optional<Stamp> known_;  // of the document's file, as it was opened or saved here
  std::optional<Waiting> waiting_;
};

}  // namespace poolglass
