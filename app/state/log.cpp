#include "app/state/log.h"

namespace poolglass {

void Log::say(const std::string& line, std::string& last) {
  if (line.empty() || line == last) return;
  last = line;
  lines.push_back(line);
  ++said;
  if (lines.size() > kMostLines) lines.pop_front();
}

std::string Log::text() const {
  std::string all;
  for (const std::string& line : lines) all += line + "\n";
  return all;
}

}  // namespace poolglass
