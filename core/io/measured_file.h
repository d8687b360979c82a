// What planning by measurement has found (core/pooling/measured.h), as a text file for one machine: a line
// that names the format, then a line for each pooling: what it is, a tab, the id of its kernel.
#pragma once

#include <string>

#include "core/status.h"

namespace poolglass {

// Adds what the file holds to what this process knows. At most 16 MiB. Ids that this version does not have do
// no harm: such poolings are measured again.
Status load_measured_kernels(const std::string& path);

// Writes all that this process knows.
Status save_measured_kernels(const std::string& path);

}  // namespace poolglass
