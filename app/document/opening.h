// A file that is being opened on another thread, while the picture stays as it is.
#pragma once

#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/state/model.h"
#include "core/io/read_progress.h"
#include "core/status.h"

namespace poolglass {

class Opening {
 public:
  using Actions = Result<std::vector<Action>>;
  using Read = std::function<Actions(ReadProgress& progress)>;

  // `read` runs on another thread and must own all it uses. What it gives back is what the model is to do.
  Opening(OpenPath file, Read read);
  ~Opening();  // stops a read that goes on, and waits until it has ended
  Opening(const Opening&) = delete;
  Opening& operator=(const Opening&) = delete;

  const OpenPath& file() const { return file_; }
  double share() const { return progress_->share(); }  // of the file that has been read, 0 to 1
  void stop() { progress_->stop = true; }
  bool stopped() const { return progress_->stopped(); }

  // What became of it, once; waits for it `seconds` at most. None: it is not over yet.
  std::optional<Actions> outcome(double seconds);
  bool over() const { return !future_.valid(); }  // outcome() has given it

 private:
  OpenPath file_;
  std::shared_ptr<ReadProgress> progress_ = std::make_shared<ReadProgress>();
  std::future<Actions> future_;
};

}  // namespace poolglass
