// Networks inside larger JSON documents, and the parts that reader and writer share.
#pragma once

#include <string>
#include <vector>

#include "core/io/strict_json.h"
#include "core/network/network.h"

namespace poolglass {

// parse_network_json (core/io/network_json.h) of a document that is parsed already.
Result<network::Network> read_network(const Json& json);

// Reads "format", "input", "inputs", "layers" and "outputs" of the object that `fields` reads; the object may
// have other keys.
Result<network::Network> read_network_fields(FieldReader& fields);

// The fields of one layer but "type", "name" and "inputs": from a file, and as `, "kernel": 3, ...`.
void read_layer_fields(FieldReader& fields, network::Layer* layer);
std::string layer_fields_text(const network::Layer& layer);

// [1, 3, null], an unknown size as null. From `first` on.
std::string dims_json(const network::Dims& dims, int first = 0);
// A list of `least` to Dims::kMost sizes, null where unknown; false: it is none.
bool read_dims(const Json& json, network::Dims* dims);

// The name as written, with "{index}" of every repeat around it put in place, ".number" at the end for each
// that it does not mention. The outermost first.
struct CopyNumber {
  std::string index;
  int64_t number = 1;
  bool repeated = true;  // written out more than once: names must differ
};
std::string place_numbers(const std::string& written, const std::vector<CopyNumber>& copies);
std::string copy_name(const std::string& written, const std::vector<CopyNumber>& copies);

}  // namespace poolglass
