// The folder in which windows keep what they show, so that nothing is lost when one ends without warning.
//
//   window-N.json   what window N shows, written while it runs; N is taken by a lock on window-N.lock
//   last.json       what the window that was closed last showed
//   damaged-*.json  what could not be read, set aside
//
// A window that ends by itself writes last.json and removes its window-N.json. So a window-N.json that nobody
// has locked is of a window that was killed: the next start takes it over. Texts are whole or not there at
// all (core/io/outputs.h), and two windows never write the same window-N.json. What a text means is not known
// here.
#pragma once

#include <optional>
#include <string>

#include "app/document/file_lock.h"
#include "core/status.h"

namespace poolglass {

class SessionStore {
 public:
  static constexpr int kMostWindows = 64;

  // Takes a place in the folder for one window. With `take_over`, that of a killed window where there is one,
  // the last to be written first; else a free place. kUnavailable when every place is taken.
  static Result<SessionStore> open(const std::string& folder, bool take_over = true);

  // What the taken place holds: only after taking over from a killed window.
  Result<std::optional<std::string>> killed();
  // What the last closed window showed, for going on; nothing while another window runs, whose it may still
  // be.
  Result<std::optional<std::string>> last();
  // What any window wrote last: its looks are the next one's.
  std::optional<std::string> newest() const;

  Status keep(const std::string& text);   // this window's, while it runs
  Status close(const std::string& text);  // this window's last, when it ends by itself

  // Renames what killed() or last() gave to a name of its own. The name, or why that was not possible.
  Result<std::string> set_killed_aside();
  Result<std::string> set_last_aside();

  int number() const { return number_; }

 private:
  SessionStore(std::string folder, int number, FileLock lock)
      : folder_(std::move(folder)), number_(number), lock_(std::move(lock)) {}
  std::string path() const;
  bool others_run() const;

  std::string folder_;
  int number_;
  FileLock lock_;
};

}  // namespace poolglass
