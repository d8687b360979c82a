#include "app/document/waiting_session.h"

#include <new>
#include <utility>

namespace poolglass {

WaitingSession::WaitingSession(KeptWindow& kept, Model* shown, Read read) : kept_(kept) {
  shown->opening = OpeningFile{"what was here last", {}};
  stand_in_ = *shown;
  reading_.start([this, read = std::move(read)](const Stop&) -> std::optional<KeptWindow::Start> {
    try {
      return read(progress_);
    } catch (const std::bad_alloc&) {  // nobody else would hear of it
      return std::nullopt;
    }
  });
}

WaitingSession::~WaitingSession() { progress_.stop = true; }  // and reading_ waits until it has ended

bool WaitingSession::pass_over(const std::vector<Request>& requests, Model* shown) {
  *shown = stand_in_;
  bool quits = false;
  for (const Request& request : requests) {
    quits = quits || holds<Quit>(request);
    if (const auto* file = get_if<OpenPath>(request)) files_.push_back(*file);
  }
  return quits;
}

std::optional<WaitingSession::Arrived> WaitingSession::arrived(double patience) {
  std::optional<std::optional<KeptWindow::Start>> read = reading_.take(patience);
  if (!read) return std::nullopt;
  Arrived arrived{{}, std::move(files_)};
  Model& model = arrived.start.state.model;
  if (read->has_value()) {
    arrived.start = **std::move(read);
    kept_.resume();
  } else {
    model = stand_in_;
    model.opening.reset();
    model.notice =
        "there is not enough memory for what was here last: it stays for the next start, and nothing of this "
        "session is kept when it ends";
    model.notice_is_error = true;
  }
  if (model.notice.empty()) {
    model.notice = stand_in_.notice;
    model.notice_is_error = stand_in_.notice_is_error;
  }
  return arrived;
}

}  // namespace poolglass
