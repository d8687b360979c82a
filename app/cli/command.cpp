#include "app/cli/command.h"

#include <cstdio>

namespace poolglass::cli {
namespace {

// Bytes of the well-formed UTF-8 character at the front of `text`; 0 when it is broken (RFC 3629).
size_t character_bytes(std::string_view text) {
  const auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const auto tail = [&](size_t i) { return (byte(i) & 0xc0) == 0x80; };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) return tail(1) ? 2 : 0;
  if (lead >= 0xe0 && lead < 0xf0) {
    const bool overlong = lead == 0xe0 && byte(1) < 0xa0, surrogate = lead == 0xed && byte(1) >= 0xa0;
    return tail(1) && tail(2) && !overlong && !surrogate ? 3 : 0;
  }
  const bool in_range =
      (lead == 0xf0 && byte(1) >= 0x90) || (lead > 0xf0 && lead < 0xf4) || (lead == 0xf4 && byte(1) < 0x90);
  return in_range && tail(1) && tail(2) && tail(3) ? 4 : 0;
}

// Characters that end a line or steer a terminal: C0, DEL, C1 (U+0080-9F), line and paragraph separators.
bool is_control(std::string_view c) {
  if (c.size() == 1) return static_cast<unsigned char>(c[0]) < 0x20 || c[0] == 0x7f;
  if (c.size() == 2) return c[0] == '\xc2' && static_cast<unsigned char>(c[1]) < 0xa0;
  return c == "\u2028" || c == "\u2029";
}

std::string escaped(std::string_view bytes) {
  if (bytes == "\n") return "\\n";
  if (bytes == "\t") return "\\t";
  std::string text;
  for (char c : bytes) {
    char code[8];
    std::snprintf(code, sizeof code, "\\x%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
    text += code;
  }
  return text;
}

bool starts_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }

}  // namespace

CLI::Option* Text::add(CLI::App& app, const std::string& name, Text* text, const std::string& help) {
  text->option = app.add_option(name, text->value, help);
  return text->option;
}

Result<Parsed> parse(CLI::App& app, const Arguments& arguments) {
  // CLI11 takes them last first.
  try {
    app.parse(Arguments(arguments.rbegin(), arguments.rend()));
    return Parsed::kRun;
  } catch (const CLI::CallForHelp&) {
    if (Status s = print(app.help()); !s.ok()) return s;
    return Parsed::kDone;
  } catch (const CLI::CallForVersion& version) {
    if (Status s = print(std::string(version.what()) + "\n"); !s.ok()) return s;
    return Parsed::kDone;
  } catch (const CLI::ParseError& error) {
    return invalid_argument(std::string(error.what()) + " (see " + app.get_name() + " --help)");
  }
}

Status print(const std::string& text) {
  const bool written =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  return written ? Status() : Status(StatusCode::kIo, "standard output cannot be written");
}

void remark(const std::string& sentence) {
  std::fprintf(stderr, "%s\n", ("poolglass: " + one_line(sentence, 900)).c_str());
}

std::string one_line(const std::string& text, size_t limit) {
  std::string line;
  for (std::string_view rest = text; !rest.empty();) {
    const size_t bytes = character_bytes(rest);
    const std::string_view character = rest.substr(0, bytes == 0 ? 1 : bytes);
    line += bytes == 0 || is_control(character) ? escaped(character) : std::string(character);
    rest.remove_prefix(character.size());
  }
  if (line.size() <= limit) return line;
  constexpr std::string_view kGap = " … ";
  const size_t keep = (limit - kGap.size()) / 2;  // the reason stands at the end, behind a long path
  size_t head = keep, tail = line.size() - keep;
  while (head > 0 && !starts_character(line[head])) --head;
  while (tail < line.size() && !starts_character(line[tail])) ++tail;
  return line.substr(0, head) + std::string(kGap) + line.substr(tail);
}

}  // namespace poolglass::cli
