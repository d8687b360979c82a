#include "core/io/onnx/wire.h"

namespace poolglass::onnx {
namespace {

// A field costs about 10 ns: this keeps a file that is made of nothing but fields within a second or two.
constexpr int64_t kMostFields = 50'000'000;

}  // namespace

void WireReader::fail(const std::string& sentence) { fail(invalid_argument(sentence)); }

void WireReader::fail(const Status& status) {
  if (ok()) status_ = status;
}

// After a step beyond the block, the byte before is read too: it tells a source that ends here from one that
// ended within what was stepped over.
bool WireReader::fill() {
  const bool stepped = position_ > block_begin_ + block_size_;
  const int64_t begin = stepped ? position_ - 1 : position_;
  const Result<size_t> got = source_.read(begin, block_.data(), block_.size());
  if (!got.ok()) {
    fail(got.status());
    return false;
  }
  if (stepped && *got == 0) {
    fail("ends in the middle of a field that goes up to byte " + std::to_string(position_));
    return false;
  }
  block_begin_ = begin;
  block_size_ = static_cast<int64_t>(*got);
  return holds_next();
}

bool WireReader::holds_next() const {
  return position_ >= block_begin_ && position_ < block_begin_ + block_size_;
}

bool WireReader::byte(unsigned char* value) {
  if (!holds_next() && !fill()) {
    fail("ends in the middle, at byte " + std::to_string(position_));
    return false;
  }
  *value = block_[static_cast<size_t>(position_ - block_begin_)];
  ++position_;
  return true;
}

// Only the whole source may end where nothing says so.
bool WireReader::at_end() {
  if (position_ >= end_) return true;
  return end_ == INT64_MAX && !holds_next() && !fill();
}

bool WireReader::number(WireField::Type type, int64_t end, uint64_t* value) {
  const int64_t begin = position_;
  *value = 0;
  const int fixed = type == WireField::Type::kFixed64 ? 8 : type == WireField::Type::kFixed32 ? 4 : 0;
  for (int i = 0; fixed > 0 ? i < fixed : i < 10; ++i) {
    unsigned char next = 0;
    if (position_ >= end) {
      fail("has a number at byte " + std::to_string(begin) + " that goes beyond the end of its message");
      return false;
    }
    if (!byte(&next)) return false;
    if (fixed > 0) {
      *value |= uint64_t{next} << (8 * i);
      continue;
    }
    *value |= uint64_t{next & 0x7fu} << (7 * i);
    if (next < 0x80) return true;
  }
  if (fixed > 0) return true;
  fail("has a number of more than 10 bytes at byte " + std::to_string(begin));
  return false;
}

bool WireReader::next(WireField* field) {
  if (!ok() || at_end() || !ok()) return false;
  const int64_t begin = position_;
  const auto at = [&] { return " at byte " + std::to_string(begin); };
  if (++fields_ > kMostFields) {
    fail("has more than " + std::to_string(kMostFields) + " fields");
    return false;
  }
  uint64_t key = 0;
  if (!number(WireField::Type::kVarint, end_, &key)) return false;
  field->number = static_cast<int64_t>(key >> 3);
  const auto type = key & 7;
  if (field->number == 0 || field->number >= 1 << 29 || type == 3 || type == 4 || type > 5) {
    fail("is not an ONNX model: no field of one begins" + at());
    return false;
  }
  field->type = static_cast<WireField::Type>(type);
  field->value = 0;
  field->length = 0;
  field_end_ = position_;
  uint64_t value = 0;
  if (!number(type == 2 ? WireField::Type::kVarint : field->type, end_, &value)) return false;
  if (type != 2) {
    field->value = value;
    field_end_ = position_;
    return true;
  }
  if (value > static_cast<uint64_t>(end_ - position_)) {
    fail("has a field of " + std::to_string(value) + " bytes" + at() + ", beyond the end of its message");
    return false;
  }
  field->length = static_cast<int64_t>(value);
  field_end_ = position_ + field->length;
  return true;
}

void WireReader::text(std::string* value, int64_t most) {
  const int64_t length = field_end_ - position_;
  if (length > most) {
    fail("has a name of " + std::to_string(length) + " bytes at byte " + std::to_string(position_) +
         ", more than the limit of " + std::to_string(most));
    return;
  }
  value->clear();
  while (ok() && position_ < field_end_) {
    unsigned char next = 0;
    if (byte(&next)) *value += static_cast<char>(next);
  }
}

void WireReader::integers(const WireField& field, std::vector<int64_t>* values, int64_t most,
                          const char* what) {
  each(field, WireField::Type::kVarint, [&](uint64_t value) {
    if (std::ssize(*values) >= most) {
      fail("has " + std::string(what) + " of more than " + std::to_string(most) + " numbers");
      return false;
    }
    values->push_back(static_cast<int64_t>(value));
    return true;
  });
}

}  // namespace poolglass::onnx
