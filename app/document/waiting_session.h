// A session that takes long to read: it is read on another thread while a picture stands in for it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/document/kept_window.h"
#include "app/state/model.h"
#include "core/background.h"
#include "core/io/read_progress.h"

namespace poolglass {

class WaitingSession {
 public:
  using Read = std::function<KeptWindow::Start(ReadProgress& progress)>;

  // Begins to read what `kept` waits for. `shown` is the model of the window, which from here on stands in.
  WaitingSession(KeptWindow& kept, Model* shown)
      : WaitingSession(kept, shown, [&kept](ReadProgress& progress) { return kept.go_on(&progress); }) {}
  WaitingSession(KeptWindow& kept, Model* shown, Read read);  // the same with another reader
  ~WaitingSession();  // nobody waits for it any more: what is kept stays as it is
  WaitingSession(const WaitingSession&) = delete;
  WaitingSession& operator=(const WaitingSession&) = delete;

  // What is done meanwhile would go with the picture, so nothing comes of it: `shown` stays as it was, and
  // files that are to be opened wait. True: the window is to close.
  bool pass_over(const std::vector<Request>& requests, Model* shown);

  struct Arrived {
    KeptWindow::Start start;
    std::vector<OpenPath> files;  // to be opened now, in order
  };
  // What was waited for, once; waits for it `patience` seconds at most. From here on the window is kept.
  // Where memory did not suffice, an untouched session that says so; then nothing is kept, so that the next
  // start can try again.
  std::optional<Arrived> arrived(double patience);

 private:
  KeptWindow& kept_;
  Model stand_in_;
  std::vector<OpenPath> files_;
  ReadProgress progress_;
  Background<std::optional<KeptWindow::Start>> reading_;  // nothing: there is not enough memory
};

}  // namespace poolglass
