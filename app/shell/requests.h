// Carries out what the model cannot do by itself: reading and writing files.
#pragma once

#include <vector>

#include "app/platform/image.h"
#include "app/state/model.h"

namespace poolglass {

// OpenPath and SavePath of the rooms' documents: what the model is to do next, a notice included.
std::vector<Action> answer(const Request& request, const Model& model, const Derived& derived);

// A notice that says where the file went, or why it did not.
Action save_text(const std::string& path, const std::string& text);
Action save_picture(const std::string& path, const Image& image);

}  // namespace poolglass
