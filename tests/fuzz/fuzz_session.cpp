// Any text as a saved state: refused with a sentence, or read; then it can be derived, and written and read
// again it is the same, byte for byte.
#include <cstdint>
#include <string>
#include <string_view>

#include "app/files/state_file.h"
#include "app/state/model.h"
#include "tests/fuzz/fuzz.h"

using namespace poolglass;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view given(reinterpret_cast<const char*>(data), size);
  const Result<Model> model = parse_state_json(given);
  fuzz::check_sentence(model.status());
  if (!model.ok()) return 0;
  const std::string text = write_state_json(*model);
  const Result<Model> again = parse_state_json(text);
  fuzz::check(again.ok());
  fuzz::check(write_state_json(*again) == text);
  Derived derived;
  derive(*model, derived);
  return 0;
}
