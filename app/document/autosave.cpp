#include "app/document/autosave.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

namespace poolglass {

Autosave::~Autosave() {
  if (writing_.valid()) writing_.wait();
}

void Autosave::touch(double now) {
  changed_ = now;
  if (first_ < 0) first_ = now;
}

double Autosave::due_in(double now) const {
  if (first_ < 0) return std::numeric_limits<double>::infinity();
  const double due = std::min(changed_ + kQuiet, first_ + kLatest);
  return std::max(0.0, std::max(due, not_before_) - now);
}

void Autosave::begin(std::function<std::string()> make_text) {
  changed_ = first_ = -1;
  writing_ =
      std::async(std::launch::async, [make_text = std::move(make_text), write = write_, last = written_] {
        Outcome outcome{{}, make_text()};
        if (outcome.text != last) outcome.status = write(outcome.text);
        return outcome;
      });
}

Status Autosave::take(double now) {
  Outcome outcome = writing_.get();
  if (outcome.status.ok()) {
    written_ = std::move(outcome.text);
  } else {
    touch(now);
    not_before_ = now + kRetry;
  }
  return outcome.status;
}

std::optional<Status> Autosave::finished(double now) {
  if (!writing_.valid()) return std::nullopt;
  if (writing_.wait_for(std::chrono::seconds(0)) != std::future_status::ready) return std::nullopt;
  return take(now);
}

Status Autosave::wait(double now) { return writing_.valid() ? take(now) : Status(); }

}  // namespace poolglass
