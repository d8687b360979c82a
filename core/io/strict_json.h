// JSON from untrusted text, and a reader of objects that names what is wrong. Internal to the readers of
// documents: the only header that shows nlohmann's types.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/io/json_quote.h"
#include "core/status.h"
#include "core/tensor.h"

namespace poolglass {

using Json = nlohmann::json;  // finds and adds keys of large objects fast; their order is the alphabet's

struct JsonLimits {
  int64_t bytes = int64_t{16} << 20;
  int depth = 16;              // nested lists and objects
  int64_t values = 1'000'000;  // bounds memory: a value of two bytes takes up to a hundred times as much
};

// RFC 8259 text in UTF-8 (a byte order mark is skipped), in one pass. Beyond syntax, refuses: more bytes,
// depth or values than the limits, and an object with the same key twice.
Result<Json> parse_strict_json(std::string_view text, const JsonLimits& limits = {});

// The fields of one object. Each function reads one field into *value and leaves it alone when an optional
// field is absent; the first failure is kept and named with `where` ("layer 2 (conv2d)"). After the last
// field, status() also refuses keys that nothing asked for.
class FieldReader {
 public:
  FieldReader(const Json& object, std::string where);

  bool has(const char* key);
  const Json* any(const char* key);  // null when absent
  void text(const char* key, std::string* value);
  void boolean(const char* key, bool* value);
  void number(const char* key, double* value);    // any finite JSON number
  void integer(const char* key, int64_t* value);  // a JSON integer within 64 bits: not 3.0, not true
  void size(const char* key, Size2* value);       // an integer for both, or [h, w]
  void integers(const char* key, std::initializer_list<int64_t*> values);  // a list of exactly that many
  const Json* object(const char* key);                                     // null when absent or wrong
  const Json* list(const char* key);
  void require(const char* key);  // fails when the key is absent
  void fail(const std::string& sentence);

  bool ok() const { return error_.empty(); }  // so far
  Status status() const;

 private:
  const Json& object_;
  std::string where_;
  std::vector<std::string_view> asked_;
  std::string error_;
};

// A JSON integer within 64 bits.
bool json_integer(const Json& json, int64_t* value);

}  // namespace poolglass
