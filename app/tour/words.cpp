#include <algorithm>

#include "app/rooms/format.h"
#include "app/rooms/shift/words.h"
#include "app/state/model.h"
#include "app/tour/tour.h"

namespace poolglass::tour {
namespace {

std::string jobs_table(const std::vector<Jobs>& jobs) {
  std::string text = "  pools  multiply-adds  activations    memory  field  stays under a nudge\n";
  const auto cell = [](const std::string& of, size_t width) {
    return std::string(width > of.size() ? width - of.size() : 0, ' ') + of;
  };
  for (const Jobs& of : jobs) {
    text += cell(grouped(of.pools), 7) + cell(grouped(of.macs), 15) + cell(grouped(of.activations), 13) +
            cell(bytes_text(of.bytes), 10) + cell(grouped(of.field), 7) + cell(shift::percent(of.stays), 10) +
            " (" + shift::fraction_text(of.law) + " of random cells)\n";
  }
  return text;
}

std::string blocks_text(const std::vector<Block>& blocks, const Results& results) {
  std::string text;
  for (const Block& block : blocks) {
    switch (block.kind) {
      case BlockKind::kParagraph:
        text += plain(block.words) + "\n";
        break;
      case BlockKind::kHeading:
        text += plain(block.words) + ":\n";
        break;
      case BlockKind::kPoint:
      case BlockKind::kLink:
        text += "  - " + plain(block.words) + "\n";
        break;
      case BlockKind::kJobs:
        text += jobs_table(results.jobs);
        break;
      case BlockKind::kClaims:
        text +=
            "  " + grouped(static_cast<int64_t>(claims().size())) + " claims: poolglass describe --claims\n";
        break;
    }
  }
  return text;
}

std::string counted(size_t step, size_t count) {
  return std::to_string(step + 1) + " of " + std::to_string(count);
}

std::string asked_text(const Step& step, const Results& results) {
  if (step.question.kind == AskKind::kPooling) return results.predicted.question;
  return plain(results.question);
}

}  // namespace

std::string plain(const Words& words) {
  std::string text;
  for (const Run& run : words) text += run.text;
  return text;
}

std::string sentence(const Model& model, const Results& results) {
  const Place& place = model.tour;
  const Step& step = current(place);
  std::string text = "Tour " + counted(place.step, place.course->steps.size()) + ", " + step.title +
                     (step.title.ends_with('?') ? " " : ": ");
  if (place.claim && *place.claim < results.findings.size() && results.findings[*place.claim]) {
    const Finding& finding = *results.findings[*place.claim];
    return text + std::string(claims()[*place.claim].sentence) + ": " +
           std::string(verdict_name(finding.verdict)) + ", " + finding.found;
  }
  if (step.question.kind == AskKind::kNone) return text + "nothing is asked";
  const Answered& answered = place.answers[place.step];
  if (!answered.given) return text + asked_text(step, results);
  const Outcome& outcome = results.outcome;
  if (!outcome.right) return text + "the truth is " + outcome.truth;
  if (*outcome.right) return text + "right, it is " + outcome.truth;
  text += "your guess was " + outcome.guess + ", the truth is " + outcome.truth;
  return outcome.slip.empty() ? text : text + ". " + plain(outcome.slip);
}

std::string step_text(const Course& course, size_t index) {
  const Step& step = course.steps[index];
  Results results;
  derive_step(step, {true, ""}, results);
  std::string text = counted(index, course.steps.size()) + "  " + step.title + "  (" +
                     std::string(room_info(step.view.room).words.title) + " room)\n\n" +
                     blocks_text(results.before, results);
  if (step.question.kind != AskKind::kNone) {
    text += "\n? " + asked_text(step, results) + "\n";
    for (const Option& option : step.question.options) text += "    " + plain(option.words) + "\n";
    text += "= " + results.outcome.truth + "\n\n";
  }
  return text + blocks_text(results.after, results);
}

}  // namespace poolglass::tour
