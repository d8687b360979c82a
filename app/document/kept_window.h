// One window's state on disk: what a start goes on with, and what is kept while the window runs.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/document/autosave.h"
#include "app/document/session_store.h"
#include "app/files/state_file.h"
#include "core/status.h"

namespace poolglass {

class KeptWindow {
 public:
  struct Start {
    KeptState state;       // what the window begins with; a notice says what is worth saying
    bool is_first = true;  // nothing was gone on with: an untouched session
    bool waits = false;    // reading it takes long: so far there are its looks and size, go_on() has the rest
  };
  // Goes on with what a killed window had, else with what the last closed one showed, else as at the first
  // start. With `wanted`, a document that was asked for, it begins with that, and what killed windows had
  // stays where it is; with `takes_looks`, in the theme and scale that were used last. What cannot be read is
  // set aside. Where nothing can be kept (no home folder, a full disk), the window works all the same, and
  // its notice says so.
  static std::unique_ptr<KeptWindow> open(const Result<std::string>& folder, std::optional<Model> wanted,
                                          bool takes_looks, Start* start);

  // Where open() waits: what it would have begun with otherwise. On any thread; what is damaged is set aside.
  // What `progress` stopped is not to be used, and leaves what is kept as it is.
  Start go_on(ReadProgress* progress = nullptr);
  // The window shows what go_on() has given. Until then, what is kept stays as it is: the functions below do
  // nothing, and may be called beside go_on().
  void resume() { waits_ = false; }

  // The state may have changed; `now` in seconds of any clock that only goes forward.
  void touch(double now);
  double due_in(double now) const;  // seconds until tend() has something to do; infinity: nothing

  // Writes when it is time, on another thread. The reason, once, when that begins to fail.
  std::optional<Status> tend(double now, const Model& model, std::optional<Size2> window);

  // At the end, whatever is still to be written.
  Status close(double now, const Model& model, std::optional<Size2> window);

 private:
  explicit KeptWindow(std::optional<SessionStore> store);
  Result<std::optional<std::string>> kept_text(bool killed);
  std::optional<Looks> slow_looks();
  std::string find(KeptState* state, bool* is_first, ReadProgress* progress);
  void take_looks(Model* model) const;

  std::optional<SessionStore> store_;  // none: nothing can be kept
  Autosave autosave_;
  bool waits_ = false;  // for go_on() and resume()
  bool failing_ = false;
};

}  // namespace poolglass
