// The tour's texts (assets/tour, a file a step, in the order of their names): Markdown-like, parsed strictly.
//
//   # The one loud cell                     title
//   room: step
//   state: {"preset": "smoke-alarm"}        the room's part of a saved state (app/files/state_file.h)
//
//   Paragraphs, with **strong** words, `formulas` and {figures} (app/tour/figures.h) in them. Lines of one
//   paragraph follow each other; an empty line ends it.
//
//   ask: output-cell [1, 1]                 a question of the Step room, as an exercise has it; or
//   number: field                           for a figure; or
//   choice: stays.plain                     for the option that the figure's text is the key of
//   question: What will it say?             in one line, like every value
//   option: all: All of them                of a choice
//   within: 3                               of a number: how near is near enough
//   mistake: shortcut: It doubles too early what a wrong number is right for: another figure, and words
//   then: {"nudge": [0, 1]}                 the state that the truth is shown with
//
//   Paragraphs that are shown with the truth, and after them a list of what to try:
//
//   ## Then try
//   - [Use a larger window](+{"kernel": 4}) a link to a state, and words after it; + changes the
//                                           step's last one
//   - [See it in a chain](chain {"preset": "lesson"})
//   - Words without a link
//
//   :jobs:                                  in place of a paragraph: the three jobs
//   :claims:                                in place of a paragraph: the list of claims (core/claims)
//   claim: odd-size: {"lens": "coverage"}   and the state of its room in which one of them is seen, where
//                                           the claim's preset is not enough
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "app/tour/tour.h"
#include "core/status.h"

namespace poolglass {

// One step. `file`: its name, for messages ("03-smoke-alarm.md:7: ..."), and, without number and ending, the
// step's.
Result<tour::Step> parse_tour_step(std::string_view text, const std::string& file);

// The tour that travels inside the program, parsed at the first call.
Result<std::shared_ptr<const tour::Course>> tour_course();

}  // namespace poolglass
