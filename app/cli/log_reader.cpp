#include "app/cli/log_reader.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <deque>
#include <memory>
#include <string_view>
#include <thread>
#include <utility>

#include "app/cli/command.h"
#include "app/files/state_file.h"
#include "core/io/byte_source.h"
#include "core/io/descriptor.h"
#include "core/io/file.h"
#include "core/printable.h"

namespace poolglass::cli {
namespace {

constexpr auto kLookAgain = std::chrono::milliseconds(100);  // between two looks at a file
constexpr size_t kLogLine = 4000;                            // bytes
constexpr int64_t kKeptSession = int64_t{64} << 20;

Status print_line(std::string_view line) { return print(one_line(line, kLogLine) + "\n"); }

// Lines as their bytes arrive; a line that does not end is broken where it grows too long.
class Lines {
 public:
  Status take(std::string_view bytes) {
    for (const char c : bytes) {
      if (c != '\n') text_ += c;
      if (c != '\n' && text_.size() < kLogLine) continue;
      if (Status status = print_line(std::exchange(text_, {})); !status.ok()) return status;
    }
    return {};
  }
  Status end() { return text_.empty() ? Status() : print_line(std::exchange(text_, {})); }

 private:
  std::string text_;
};

// Another file has the name, or this one has become shorter than what was read of it; or the name leads
// nowhere, and opening it tells why. A file that is only gone may come back.
bool begun_anew(const std::string& path, int descriptor, int64_t read) {
  struct stat held, named;
  if (stat(path.c_str(), &named) != 0) return errno != ENOENT;
  if (fstat(descriptor, &held) != 0) return false;
  return held.st_ino != named.st_ino || held.st_dev != named.st_dev || held.st_size < read;
}

Status follow_lines(const std::string& path) {
  for (bool first = true;; first = false) {
    const Descriptor file = path == "-" ? copy_of_standard_input() : open_to_read(path, 0);
    if (!file.ok() && (first || errno != ENOENT)) return file_error(path, "cannot be read", errno);
    if (!file.ok()) {  // taken away after it was seen
      std::this_thread::sleep_for(kLookAgain);
      continue;
    }
    struct stat info;
    const bool grows = fstat(file.get(), &info) == 0 && S_ISREG(info.st_mode) && path != "-";
    Lines lines;
    std::array<char, 4096> bytes;
    int64_t at = 0;
    bool anew = false;
    for (;;) {
      const ssize_t count = ::read(file.get(), bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return file_error(path, "cannot be read", errno);
      at += count;
      if (Status status = lines.take({bytes.data(), static_cast<size_t>(count)}); !status.ok()) return status;
      if (count > 0) continue;
      if (!grows) return lines.end();
      if (anew) break;
      anew = begun_anew(path, file.get(), at);  // what was written just before is read, too
      if (!anew) std::this_thread::sleep_for(kLookAgain);
    }
    if (Status status = lines.end(); !status.ok()) return status;
  }
}

// How many of the lines at the beginning of `now` are the last ones of `before`: the rest is new.
size_t known_lines(const std::deque<std::string>& before, const std::deque<std::string>& now) {
  size_t known = std::min(before.size(), now.size());
  while (!std::equal(now.begin(), now.begin() + static_cast<std::ptrdiff_t>(known),
                     before.end() - static_cast<std::ptrdiff_t>(known)))
    --known;
  return known;
}

// The file is another one than when it was last looked at. A window replaces it whenever it keeps its
// session; one that has ended takes it away. Where it cannot be looked at, reading it tells why.
bool changed(const std::string& path, struct stat* last) {
  struct stat now;
  if (stat(path.c_str(), &now) != 0) return errno != ENOENT;
  const bool same = now.st_ino == last->st_ino && now.st_size == last->st_size &&
                    now.st_mtim.tv_sec == last->st_mtim.tv_sec &&
                    now.st_mtim.tv_nsec == last->st_mtim.tv_nsec;
  *last = now;
  return !same;
}

Status follow_session(const std::string& path) {
  std::deque<std::string> said;
  struct stat last {};
  for (;; std::this_thread::sleep_for(kLookAgain)) {
    if (!changed(path, &last)) continue;
    const Result<std::string> text = read_file(path, kKeptSession);
    if (!text.ok()) return text.status();
    const Result<Model> model = parse_state_json(*text);
    if (!model.ok()) return Status(model.status().code(), path + ": " + model.status().message());
    const std::deque<std::string>& lines = model->log.lines;
    for (size_t i = known_lines(said, lines); i < lines.size(); ++i) {
      if (Status status = print_line(lines[i]); !status.ok()) return status;
    }
    said = lines;
  }
}

}  // namespace

Status print_log(const std::string& path) {
  const Result<std::unique_ptr<ByteSource>> source = ByteSource::open(path);
  if (!source.ok()) return source.status();
  const std::string name = path == "-" ? "standard input" : path;
  const auto in_file = [&](const Status& why) { return Status(why.code(), name + ": " + why.message()); };
  const Result<std::string> text = (*source)->text(kKeptSession);
  if (!text.ok()) return in_file(text.status());
  const Result<Model> model = parse_state_json(*text);
  return model.ok() ? print(model->log.text()) : in_file(model.status());
}

Status follow_log(const std::string& path) {
  struct stat info;
  const bool regular = path != "-" && stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode);
  const Result<std::string> start = regular ? read_start(path, 1) : std::string();
  if (!start.ok()) return start.status();
  return start->starts_with('{') ? follow_session(path) : follow_lines(path);
}

}  // namespace poolglass::cli
