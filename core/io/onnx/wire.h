// Protocol buffers' wire format (protobuf.dev, "Encoding"), read from a source of bytes without holding what
// is stepped over. Input is untrusted: lengths are checked against the message around them.
//
//   reader.message([&](const WireField& field) {      // the whole source
//     if (field.number == 7) reader.message([&](const WireField& inner) { ... });   // the field's content
//     else if (field.number == 2) reader.text(&name);
//   });                                               // whatever was not read of a field is stepped over
//
// The first failure stays and ends every loop.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/io/byte_source.h"
#include "core/status.h"

namespace poolglass::onnx {

struct WireField {
  enum class Type { kVarint = 0, kFixed64 = 1, kLength = 2, kFixed32 = 5 };
  int64_t number = 0;
  Type type = Type::kVarint;
  uint64_t value = 0;  // of a varint or a fixed field
  int64_t length = 0;  // of a length-delimited one

  int64_t integer() const { return static_cast<int64_t>(value); }
  bool is_message() const { return type == Type::kLength; }
};

class WireReader {
 public:
  explicit WireReader(ByteSource& source) : source_(source), block_(kBlock) {}

  // Calls f for every field of the content of the length-delimited field that was last met, or of the whole.
  template <class F>
  void message(const F& f) {
    const int64_t outer = end_;
    end_ = field_end_;
    WireField field;
    while (next(&field)) {
      const int64_t after = field_end_;
      f(field);
      if (!ok()) return;
      move_to(after);
    }
    field_end_ = end_;
    end_ = outer;
  }

  // The content of the field that was last met.
  void text(std::string* value, int64_t most);

  // A repeated number, packed or one field each; more than `most` in all are a failure.
  void integers(const WireField& field, std::vector<int64_t>* values, int64_t most, const char* what);

  void fail(const std::string& sentence);
  void fail(const Status& status);
  bool ok() const { return status_.ok(); }
  const Status& status() const { return status_; }
  int64_t position() const { return position_; }

  // Calls f with each number of the field, packed or not. f returns false to leave the rest.
  template <class F>
  void each(const WireField& field, WireField::Type type, const F& f) {
    if (!field.is_message()) {
      f(field.value);
      return;
    }
    while (ok() && position_ < field_end_) {
      uint64_t value = 0;
      if (!number(type, field_end_, &value) || !f(value)) return;
    }
  }

 private:
  static constexpr size_t kBlock = size_t{16} * 1024;

  bool next(WireField* field);
  bool number(WireField::Type type, int64_t end, uint64_t* value);
  bool byte(unsigned char* value);
  bool fill();
  void move_to(int64_t position) { position_ = position; }
  bool at_end();
  bool holds_next() const;

  ByteSource& source_;
  std::vector<unsigned char> block_;
  int64_t block_begin_ = 0, block_size_ = 0;
  int64_t position_ = 0;
  int64_t end_ = INT64_MAX;        // of the message that is read
  int64_t field_end_ = INT64_MAX;  // of the field that was last met
  int64_t fields_ = 0;
  Status status_;
};

}  // namespace poolglass::onnx
