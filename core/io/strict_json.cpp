#include "core/io/strict_json.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace poolglass {
namespace {

// Builds the document from the parser's tokens, and stops at the first that is not wanted.
class JsonBuilder : public Json::json_sax_t {
 public:
  JsonBuilder(std::string_view text, const JsonLimits& limits) : text_(text), limits_(limits) {}

  Json take() { return std::move(root_); }
  const std::string& error() const { return error_; }

  bool null() override { return add(Json()); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(value); }
  bool number_unsigned(number_unsigned_t value) override { return add(value); }
  bool number_float(number_float_t value, const string_t&) override { return add(value); }
  bool string(string_t& value) override { return add(std::move(value)); }
  bool binary(binary_t&) override { return fail("not valid JSON"); }  // JSON text has none
  bool start_object(std::size_t) override { return open(Json::object()); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    const auto [at, fresh] = open_.back()->get_ref<Json::object_t&>().emplace(std::move(name), Json());
    member_ = &at->second;
    return fresh || fail("the key \"" + at->first.substr(0, 40) + "\" stands twice in one object");
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    const std::string_view before = text_.substr(0, std::min(position > 0 ? position - 1 : 0, text_.size()));
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const size_t column = before.size() - (before.rfind('\n') + 1) + 1;  // npos + 1 is 0
    return fail("not valid JSON at line " + std::to_string(line) + ", column " + std::to_string(column));
  }

 private:
  bool fail(std::string sentence) {
    error_ = std::move(sentence);
    return false;
  }

  // Where the value went; an open list or object keeps its place until it is closed.
  Json* place(Json value) {
    if (open_.empty()) return &(root_ = std::move(value));
    if (open_.back()->is_object()) return &(*member_ = std::move(value));
    Json::array_t& list = open_.back()->get_ref<Json::array_t&>();
    list.push_back(std::move(value));
    return &list.back();
  }
  bool within_limit() {
    return ++values_ <= limits_.values ||
           fail("has more values than the limit of " + std::to_string(limits_.values));
  }
  bool add(Json value) {
    if (!within_limit()) return false;
    place(std::move(value));
    return true;
  }
  bool open(Json value) {
    if (!within_limit()) return false;
    if (static_cast<int>(open_.size()) == limits_.depth) {
      return fail("nested deeper than " + std::to_string(limits_.depth) + " levels");
    }
    open_.push_back(place(std::move(value)));
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  std::string_view text_;
  const JsonLimits& limits_;
  int64_t values_ = 0;
  Json root_;
  std::vector<Json*> open_;  // lists and objects that are not closed yet, from the root on
  Json* member_ = nullptr;   // of the innermost object: the last key's value
  std::string error_;
};

}  // namespace

Result<Json> parse_strict_json(std::string_view text, const JsonLimits& limits) {
  if (static_cast<int64_t>(text.size()) > limits.bytes) {
    return invalid_argument("has " + std::to_string(text.size()) + " bytes, more than the limit of " +
                            std::to_string(limits.bytes));
  }
  JsonBuilder builder(text, limits);
  if (!Json::sax_parse(text, &builder)) return invalid_argument(builder.error());
  return builder.take();
}

bool json_integer(const Json& json, int64_t* value) {
  if (!json.is_number_integer()) return false;  // true for unsigned as well
  if (json.is_number_unsigned() && json.get<uint64_t>() > static_cast<uint64_t>(INT64_MAX)) return false;
  *value = json.get<int64_t>();
  return true;
}

FieldReader::FieldReader(const Json& object, std::string where) : object_(object), where_(std::move(where)) {
  if (!object.is_object()) fail("must be an object");
}

const Json* FieldReader::any(const char* key) {
  asked_.push_back(key);
  if (!object_.is_object()) return nullptr;
  const auto at = object_.find(key);
  return at == object_.end() ? nullptr : &*at;
}

bool FieldReader::has(const char* key) { return any(key) != nullptr; }

void FieldReader::require(const char* key) {
  if (!has(key)) fail(std::string(key) + " is missing");
}

void FieldReader::text(const char* key, std::string* value) {
  const Json* json = any(key);
  if (json == nullptr) return;
  if (!json->is_string()) return fail(std::string(key) + " must be a string");
  *value = json->get_ref<const std::string&>();
}

void FieldReader::boolean(const char* key, bool* value) {
  const Json* json = any(key);
  if (json == nullptr) return;
  if (!json->is_boolean()) return fail(std::string(key) + " must be true or false");
  *value = json->get<bool>();
}

void FieldReader::number(const char* key, double* value) {
  const Json* json = any(key);
  if (json == nullptr) return;
  if (!json->is_number() || !std::isfinite(json->get<double>()))
    return fail(std::string(key) + " must be a number");
  *value = json->get<double>();
}

void FieldReader::integer(const char* key, int64_t* value) {
  const Json* json = any(key);
  if (json != nullptr && !json_integer(*json, value)) {
    fail(std::string(key) + " must be an integer between -2^63 and 2^63-1");
  }
}

void FieldReader::size(const char* key, Size2* value) {
  const Json* json = any(key);
  if (json == nullptr) return;
  if (json_integer(*json, &value->h)) {
    value->w = value->h;
    return;
  }
  if (!json->is_array() || json->size() != 2 || !json_integer((*json)[0], &value->h) ||
      !json_integer((*json)[1], &value->w)) {
    fail(std::string(key) + " must be an integer or [h, w]");
  }
}

void FieldReader::integers(const char* key, std::initializer_list<int64_t*> values) {
  const Json* json = any(key);
  if (json == nullptr) return;
  bool good = json->is_array() && json->size() == values.size();
  size_t i = 0;
  for (int64_t* value : values) good = good && json_integer((*json)[i++], value);
  if (!good) fail(std::string(key) + " must be a list of " + std::to_string(values.size()) + " integers");
}

const Json* FieldReader::object(const char* key) {
  const Json* json = any(key);
  if (json == nullptr || json->is_object()) return json;
  fail(std::string(key) + " must be an object");
  return nullptr;
}

const Json* FieldReader::list(const char* key) {
  const Json* json = any(key);
  if (json == nullptr || json->is_array()) return json;
  fail(std::string(key) + " must be a list");
  return nullptr;
}

void FieldReader::fail(const std::string& sentence) {
  if (error_.empty()) error_ = where_.empty() ? sentence : where_ + ": " + sentence;
}

Status FieldReader::status() const {
  if (!error_.empty()) return invalid_argument(error_);
  for (const auto& [key, value] : object_.items()) {
    if (std::find(asked_.begin(), asked_.end(), key) == asked_.end()) {
      return invalid_argument((where_.empty() ? "" : where_ + ": ") + "unknown key \"" + key.substr(0, 40) +
                              "\"");
    }
  }
  return {};
}

}  // namespace poolglass
