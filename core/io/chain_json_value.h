// The chain inside a larger JSON document: for readers and writers of documents that contain one.
#pragma once

#include <string>

#include "core/chain/chain.h"
#include "core/io/strict_json.h"

namespace poolglass {

// parse_chain_json (core/io/chain_json.h) of a document that is parsed already.
Result<Chain> read_chain(const Json& json);

// Reads "input" and "layers" of the object that `fields` reads; the object may have other keys.
Result<Chain> read_chain_fields(FieldReader& fields);

// `"input": [...], "layers": [...]`, one layer a line, each line after the first starting with `indent`.
std::string chain_fields_text(const Chain& chain, const std::string& indent);

}  // namespace poolglass
