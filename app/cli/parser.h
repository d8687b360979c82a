// The options of one subcommand. parser.cpp alone knows the library behind it, whose headers take longer to
// compile than most commands.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/status.h"

namespace poolglass::cli {

using Arguments = std::vector<std::string>;  // after the subcommand's name

// A text option or positional that knows whether it was given, even as "".
struct Text {
  std::string name;  // "--size", "OUT"
  std::string value;
  bool is_given = false;

  bool given() const { return is_given; }
};

enum class Need { kOptional, kRequired };

enum class Parsed { kRun, kDone };  // kDone: --help or --version was printed

class Parser {
 public:
  // name: what is typed, "poolglass shot"; it is told in failures.
  Parser(const std::string& description, const std::string& name);
  ~Parser();
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  // What they point to is written by parse(). Names with dashes are options, others positionals, in order.
  void text(const std::string& name, const std::string& help, Text* text, Need need = Need::kOptional);
  void flag(const std::string& name, const std::string& help, bool* flag);  // takes no value
  void repeated(const std::string& name, const std::string& help, std::vector<std::string>*);  // a value each
  void rest(const std::string& name, const std::string& help, std::vector<std::string>*);      // one at least
  void version(const std::string& text);                                                       // of --version
  void footer(const std::string& text);                                                        // of --help

  // Failures are one sentence that names the subcommand's --help.
  Result<Parsed> parse(const Arguments& arguments);

 private:
  struct Library;
  std::unique_ptr<Library> library_;
};

}  // namespace poolglass::cli
