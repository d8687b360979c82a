#include "core/io/npy_header.h"

#include <optional>

#include "core/io/picture.h"

namespace poolglass {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";

// A cursor over the dict literal. Every function either moves past what it names or leaves a sentence in
// error().
class LiteralReader {
 public:
  explicit LiteralReader(std::string_view text) : text_(text) {}

  const std::string& error() const { return error_; }
  bool fail(std::string sentence) {
    if (error_.empty()) error_ = std::move(sentence);
    return false;
  }

  bool take(char c) {
    skip_space();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  bool at_end() {
    skip_space();
    return at_ == text_.size();
  }

  bool word(std::string_view expected) {
    skip_space();
    if (text_.substr(at_, expected.size()) != expected) return false;
    at_ += expected.size();
    return true;
  }

  // 'text' or "text", without escapes.
  bool string(std::string_view* value) {
    skip_space();
    const char quote = at_ < text_.size() ? text_[at_] : '\0';
    if (quote != '\'' && quote != '"') return false;
    const size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) return false;
    *value = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return value->find('\\') == std::string_view::npos;
  }

  // long_suffix: Python 2 wrote its long integers as 4L.
  bool extent(bool long_suffix, int64_t* value) {
    skip_space();
    const size_t begin = at_;
    int64_t number = 0;
    for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_) {
      if (__builtin_mul_overflow(number, 10, &number) ||
          __builtin_add_overflow(number, text_[at_] - '0', &number)) {
        return fail("a dimension of 'shape' is beyond 2^63-1");
      }
    }
    const size_t digits = at_ - begin;
    if (digits == 0 || (digits > 1 && text_[begin] == '0')) {  // Python has no 03
      return fail("'shape' must be a tuple of non-negative integers");
    }
    *value = number;
    if (long_suffix) (void)take('L');
    return true;
  }

 private:
  void skip_space() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) {
      ++at_;
    }
  }

  std::string_view text_;
  size_t at_ = 0;
  std::string error_;
};

// (), (3,), (3, 4), (3, 4,): not (3), which is a number in Python.
bool read_shape(LiteralReader& reader, bool long_suffix, std::vector<int64_t>* dimensions) {
  constexpr const char* kForm = "'shape' must be a tuple of non-negative integers";
  if (!reader.take('(')) return reader.fail(kForm);
  dimensions->clear();
  bool comma = true;
  while (!reader.take(')')) {
    int64_t extent = 0;
    if (!comma) return reader.fail(kForm);
    if (!reader.extent(long_suffix, &extent)) return false;
    dimensions->push_back(extent);
    comma = reader.take(',');
  }
  return dimensions->size() != 1 || comma || reader.fail(kForm);
}

bool read_bool(LiteralReader& reader, bool* value) {
  *value = reader.word("True");
  return *value || reader.word("False") || reader.fail("'fortran_order' must be True or False");
}

// The names that numpy.dtype() knows a type by, besides kind and bytes. C's long has 8 bytes, as on Linux.
struct TypeName {
  std::string_view name;
  NpyType type;
};
constexpr TypeName kTypeNames[] = {
    {"?", {'b', 1}},       {"b", {'i', 1}},        {"B", {'u', 1}},       {"h", {'i', 2}},
    {"H", {'u', 2}},       {"i", {'i', 4}},        {"I", {'u', 4}},       {"l", {'i', 8}},
    {"L", {'u', 8}},       {"q", {'i', 8}},        {"Q", {'u', 8}},       {"p", {'i', 8}},
    {"P", {'u', 8}},       {"e", {'f', 2}},        {"f", {'f', 4}},       {"d", {'f', 8}},
    {"bool", {'b', 1}},    {"bool_", {'b', 1}},    {"bool8", {'b', 1}},   {"byte", {'i', 1}},
    {"ubyte", {'u', 1}},   {"short", {'i', 2}},    {"ushort", {'u', 2}},  {"intc", {'i', 4}},
    {"uintc", {'u', 4}},   {"int", {'i', 8}},      {"uint", {'u', 8}},    {"int_", {'i', 8}},
    {"long", {'i', 8}},    {"longlong", {'i', 8}}, {"intp", {'i', 8}},    {"ulonglong", {'u', 8}},
    {"uintp", {'u', 8}},   {"int8", {'i', 1}},     {"int16", {'i', 2}},   {"int32", {'i', 4}},
    {"int64", {'i', 8}},   {"uint8", {'u', 1}},    {"uint16", {'u', 2}},  {"uint32", {'u', 4}},
    {"uint64", {'u', 8}},  {"half", {'f', 2}},     {"single", {'f', 4}},  {"double", {'f', 8}},
    {"float", {'f', 8}},   {"float_", {'f', 8}},   {"float16", {'f', 2}}, {"float32", {'f', 4}},
    {"float64", {'f', 8}},
};

std::optional<NpyType> type_of_code(std::string_view code) {
  for (const TypeName& known : kTypeNames) {
    if (known.name == code) return known.type;
  }
  if (code.size() != 2) return std::nullopt;
  const char kind = code[0];
  const int size = code[1] - '0';
  const bool known = kind == 'b' ? size == 1
                     : kind == 'f'
                         ? size == 2 || size == 4 || size == 8
                         : (kind == 'i' || kind == 'u') && (size == 1 || size == 2 || size == 4 || size == 8);
  return known ? std::optional(NpyType{kind, size, false}) : std::nullopt;
}

// '<f4', '|u1', '>i8', '=f4', 'f4', '<d', 'float32', as numpy.dtype() takes them: byte order, kind, bytes; or
// a name, then without a byte order. '|' says that order does not matter, and means this machine's where it
// does.
std::optional<NpyType> type_from_descr(std::string_view descr) {
  const bool ordered =
      !descr.empty() && std::string_view("<>|=").find(descr.front()) != std::string_view::npos;
  if (!ordered) return type_of_code(descr);
  if (descr.size() > 3) return std::nullopt;
  std::optional<NpyType> type = type_of_code(descr.substr(1));
  if (type) type->big_endian = descr.front() == '>' && type->size > 1;
  return type;
}

bool read_type(LiteralReader& reader, NpyType* type) {
  std::string_view descr;
  if (!reader.string(&descr)) return reader.fail("'descr' is not the name of one number type");
  const std::optional<NpyType> known = type_from_descr(descr);
  if (!known) {
    return reader.fail("type '" + std::string(descr.substr(0, 40)) +
                       "' is not a bool, an integer or a float of 2, 4 or 8 bytes");
  }
  *type = *known;
  return true;
}

bool read_dict(LiteralReader& reader, int version, NpyHeader* header) {
  constexpr const char* kForm = "its header is not a Python dict literal";
  bool has_type = false, has_order = false, has_shape = false;
  if (!reader.take('{')) return reader.fail(kForm);
  bool comma = true;
  while (!reader.take('}')) {
    std::string_view key;
    if (!comma || !reader.string(&key) || !reader.take(':')) return reader.fail(kForm);
    bool& seen = key == "descr" ? has_type : key == "fortran_order" ? has_order : has_shape;
    if (&seen == &has_shape && key != "shape") {
      return reader.fail("its header has an unknown key '" + std::string(key.substr(0, 40)) + "'");
    }
    if (seen) return reader.fail("its header has the key '" + std::string(key) + "' twice");
    seen = true;
    const bool good = &seen == &has_type    ? read_type(reader, &header->type)
                      : &seen == &has_order ? read_bool(reader, &header->fortran_order)
                                            : read_shape(reader, version < 3, &header->dimensions);
    if (!good) return false;
    comma = reader.take(',');
  }
  if (!reader.at_end()) return reader.fail(kForm);
  if (!has_type) return reader.fail("its header has no 'descr'");
  if (!has_order) return reader.fail("its header has no 'fortran_order'");
  return has_shape || reader.fail("its header has no 'shape'");
}

uint32_t little_endian(std::string_view bytes) {
  uint32_t value = 0;
  for (size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

}  // namespace

std::string npy_type_name(const NpyType& type) {
  const char* stem = type.kind == 'f'   ? "float"
                     : type.kind == 'i' ? "int"
                     : type.kind == 'u' ? "uint"
                                        : "bool";
  const std::string name = type.kind == 'b' ? stem : stem + std::to_string(type.size * 8);
  return type.big_endian ? "big-endian " + name : name;
}

Result<NpyHeader> parse_npy_header(std::string_view bytes) {
  if (is_picture(bytes))
    return invalid_argument("is a picture, which must be a file of its own: give its name");
  if (bytes.substr(0, kMagic.size()) != kMagic)
    return invalid_argument("not a .npy file (its first bytes differ)");
  if (bytes.size() < 10) return invalid_argument("cut off inside its header");
  const int version = static_cast<unsigned char>(bytes[6]);
  if (version < 1 || version > 3 || bytes[7] != 0) {
    return invalid_argument("format version " + std::to_string(version) + "." +
                            std::to_string(static_cast<unsigned char>(bytes[7])) +
                            " is not one of 1.0, 2.0, 3.0");
  }
  const size_t start = version == 1 ? 10 : 12;
  if (bytes.size() < start) return invalid_argument("cut off inside its header");
  const uint32_t length = little_endian(bytes.substr(8, start - 8));
  if (start + length > kNpyHeaderLimit) {
    return invalid_argument("its header claims " + std::to_string(length) +
                            " bytes, more than the limit of 65536");
  }
  if (bytes.size() < start + length) return invalid_argument("cut off inside its header");

  NpyHeader header;
  LiteralReader reader(bytes.substr(start, length));
  if (!read_dict(reader, version, &header)) return invalid_argument(reader.error());
  header.data_offset = static_cast<int64_t>(start + length);
  return header;
}

std::string write_npy_header(const NpyType& type, const std::vector<int64_t>& dimensions) {
  std::string dict = std::string("{'descr': '") +
                     (type.size == 1    ? '|'
                      : type.big_endian ? '>'
                                        : '<') +
                     type.kind + std::to_string(type.size) + "', 'fortran_order': False, 'shape': (";
  for (size_t i = 0; i < dimensions.size(); ++i) {
    dict += std::to_string(dimensions[i]) + (i + 1 < dimensions.size() ? ", "
                                             : dimensions.size() == 1  ? ","
                                                                       : "");
  }
  dict += "), }";
  const size_t prefix = kMagic.size() + 4;
  dict.append(63 - (prefix + dict.size()) % 64, ' ');
  dict += '\n';
  std::string header(kMagic);
  header += '\x01';
  header += '\0';
  header += static_cast<char>(dict.size() & 0xff);
  header += static_cast<char>(dict.size() >> 8);
  return header + dict;
}

}  // namespace poolglass
