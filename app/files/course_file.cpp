#include "app/files/course_file.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "app/files/state_rooms.h"
#include "app/rooms/step/predict_state.h"
#include "app/tour/figures.h"
#include "assets/assets.h"
#include "core/trimmed.h"

namespace poolglass {
namespace {

using tour::AskKind;
using tour::Block;
using tour::BlockKind;
using tour::Question;
using tour::Step;
using tour::Style;
using tour::View;
using tour::Words;

constexpr std::string_view kFolder = "tour/";
constexpr int64_t kMostBytes = 64 << 10;  // of a step

std::string without_blanks(std::string_view text) { return std::string(trimmed(text, " ")); }

// "key: value" of a line; empty key: it is none.
std::pair<std::string, std::string> field_of(std::string_view line) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return {};
  return {std::string(line.substr(0, colon)), without_blanks(line.substr(colon + 1))};
}

class Parser {
 public:
  Parser(std::string_view text, std::string file) : file_(std::move(file)) {
    for (size_t at = 0; at < text.size();) {
      const size_t end = std::min(text.find('\n', at), text.size());
      lines_.emplace_back(text.substr(at, end - at));
      at = end + 1;
    }
  }

  Result<Step> parse() {
    read_head();
    while (ok() && at_ < lines_.size()) read_block();
    if (ok() && step_.before.empty()) fail("a step has text");
    if (ok()) finish();
    if (!ok()) return problem_;
    return std::move(step_);
  }

 private:
  bool ok() const { return problem_.ok(); }
  void fail(const std::string& sentence) {
    if (ok()) problem_ = invalid_argument(file_ + ":" + std::to_string(at_ + 1) + ": " + sentence);
  }

  // "# Title", then the room and the state.
  void read_head() {
    if (lines_.empty() || !lines_[0].starts_with("# ") || without_blanks(lines_[0].substr(2)).empty())
      return fail("a step begins with # and its title");
    step_.title = without_blanks(lines_[0].substr(2));
    const std::string stem = file_.substr(0, file_.rfind('.'));
    step_.name = stem.substr(std::min(stem.find('-') + 1, stem.size()));
    bool room = false;
    for (at_ = 1; ok() && at_ < lines_.size() && !lines_[at_].empty(); ++at_) {
      const auto [key, value] = field_of(lines_[at_]);
      if (key == "room") {
        room = read_room(value, &step_.view.room);
      } else if (key == "state" && room) {
        state_ = read_json(value);
        read_view(state_, &step_.view);
      } else {
        fail("after the title come room: and state:");
      }
    }
    if (ok() && !room) fail("room: is missing");
  }

  bool read_room(const std::string& name, Room* room) {
    const auto* const at = std::ranges::find(kRooms, name, &RoomInfo::name);
    if (at == kRooms.end()) {
      fail("room \"" + name + "\" must be " + names_of(kRooms));
      return false;
    }
    *room = at->room;
    return true;
  }

  Json read_json(const std::string& text) {
    const Result<Json> json = parse_strict_json(text, {.bytes = kMostBytes});
    if (!json.ok()) fail(json.status().message());
    return json.ok() ? *json : Json::object();
  }

  void read_view(const Json& json, View* view) {
    if (!ok()) return;
    const auto read = [&](auto& room) { return read_state(json, &room); };
    const Status status = in_room(view->room, read, view->rooms);
    if (!status.ok()) fail(status.message());
  }

  // "{...}": a whole state; "+{...}": the step's last one with these changes; "chain {...}": of that room.
  std::shared_ptr<const View> read_target(const std::string& text) {
    auto view = std::make_shared<View>();
    view->room = step_.view.room;
    const size_t brace = text.find('{');
    if (brace == std::string::npos) {
      fail("a state is an object: {...}");
      return nullptr;
    }
    const std::string before = without_blanks(text.substr(0, brace));
    Json json = read_json(text.substr(brace));
    if (before == "+") {
      Json base = state_;
      base.update(json);
      json = std::move(base);
    } else if (!before.empty() && !read_room(before, &view->room)) {
      return nullptr;
    }
    read_view(json, view.get());
    return view;
  }

  void read_block() {
    const std::string& line = lines_[at_];
    if (line.empty()) {
      ++at_;
    } else if (line == ":jobs:") {
      add({BlockKind::kJobs, {}, nullptr});
      ++at_;
    } else if (line == ":claims:") {
      add({BlockKind::kClaims, {}, nullptr});
      ++at_;
      read_claims();
    } else if (line.starts_with("## ")) {
      add({BlockKind::kHeading, read_words(without_blanks(line.substr(3))), nullptr});
      ++at_;
    } else if (line.starts_with("- ")) {
      read_point(without_blanks(line.substr(2)));
      ++at_;
    } else if (begins_question(line)) {
      read_question();
    } else {
      read_paragraph();
    }
  }

  // "claim: ID: {...}" for those that need more than their preset to be seen.
  void read_claims() {
    step_.claims.resize(claims().size());
    for (; ok() && at_ < lines_.size() && !lines_[at_].empty(); ++at_) {
      const auto [key, value] = field_of(lines_[at_]);
      const auto [id, state] = field_of(value);
      const auto claim = std::ranges::find(claims(), id, &Claim::id);
      if (key != "claim") return fail("below :claims: come lines of claim:");
      if (claim == claims().end()) return fail("there is no claim \"" + id + "\"");
      auto& view = step_.claims[static_cast<size_t>(claim - claims().begin())];
      if (view != nullptr) return fail("the claim \"" + id + "\" has a state already");
      view = read_target(std::string(claim->room) + " " + state);
    }
    for (size_t i = 0; ok() && i < step_.claims.size(); ++i) {
      if (step_.claims[i] == nullptr) step_.claims[i] = preset_of(claims()[i]);
    }
  }

  std::shared_ptr<const View> preset_of(const Claim& claim) {
    auto view = std::make_shared<View>();
    if (!read_room(std::string(claim.room), &view->room) || claim.preset.empty()) return view;
    const auto prepare = [&](auto& room) {
      const Status status = apply_preset(room, std::string(claim.preset));
      room.history = {};
      return status;
    };
    const Status status = in_room(view->room, prepare, view->rooms);
    if (!status.ok()) fail(std::string(claim.id) + ": " + status.message());
    return view;
  }

  void add(Block block) {
    const bool first = step_.question.kind == AskKind::kNone;
    (first ? step_.before : step_.after).push_back(std::move(block));
  }

  void read_paragraph() {
    std::string text;
    const size_t first = at_;
    for (; at_ < lines_.size() && !lines_[at_].empty(); ++at_) {
      const std::string& line = lines_[at_];
      if (line.starts_with("- ") || line.starts_with("#") || begins_question(line))
        return fail("an empty line ends a paragraph");
      text += (text.empty() ? "" : " ") + without_blanks(line);
    }
    const size_t last = std::exchange(at_, first);
    add({BlockKind::kParagraph, read_words(text), nullptr});
    at_ = ok() ? last : at_;
  }

  void read_point(const std::string& text) {
    if (!text.starts_with('[')) return add({BlockKind::kPoint, read_words(text), nullptr});
    constexpr std::string_view kMiddle = "](", kEnd = "})";
    const size_t middle = text.find(kMiddle), end = text.find(kEnd, middle);
    if (middle == std::string::npos || end == std::string::npos)
      return fail("a link is [words](state), at the beginning of its line");
    const size_t target = middle + kMiddle.size();
    auto view = read_target(text.substr(target, end + 1 - target));
    Words words = {{Style::kLink, text.substr(1, middle - 1)}};
    std::ranges::move(read_words(text.substr(end + kEnd.size())), std::back_inserter(words));
    add({BlockKind::kLink, std::move(words), std::move(view)});
  }

  // **strong**, `mono` and {figure}; nothing nests.
  Words read_words(const std::string& text) {
    struct Mark {
      std::string_view open, close;
      Style style;
    };
    static constexpr std::array kMarks = {Mark{"**", "**", Style::kStrong}, Mark{"`", "`", Style::kMono},
                                          Mark{"{", "}", Style::kFigure}};
    Words words;
    std::string plain;
    const auto flush = [&] {
      if (!plain.empty()) words.push_back({Style::kPlain, std::exchange(plain, {})});
    };
    for (size_t at = 0; at < text.size();) {
      const std::string_view rest = std::string_view(text).substr(at);
      const auto mark = std::ranges::find_if(kMarks, [&](const Mark& m) { return rest.starts_with(m.open); });
      if (mark == kMarks.end()) {
        if (rest.front() == '}') fail("a } without its {");
        plain += rest.front();
        ++at;
        continue;
      }
      const size_t end = rest.find(mark->close, mark->open.size());
      if (end == std::string_view::npos || end == mark->open.size()) {
        fail(std::string(mark->open) + " without its " + std::string(mark->close));
        break;
      }
      flush();
      const std::string inner(rest.substr(mark->open.size(), end - mark->open.size()));
      if (mark->style == Style::kFigure) check_figure(inner);
      words.push_back({mark->style, inner});
      at += end + mark->close.size();
    }
    flush();
    return words;
  }

  void check_figure(const std::string& name) {
    if (tour::has_figure(step_.view.room, name)) return;
    fail("the figure \"" + name + "\" must be " + tour::figure_names(step_.view.room) + ", or of the jobs");
  }

  static bool begins_question(const std::string& line) {
    const std::string key = field_of(line).first;
    return key == "ask" || key == "number" || key == "choice";
  }

  void read_question() {
    if (step_.question.kind != AskKind::kNone) return fail("a step asks one question");
    Question question;  // kept aside: the step's text stays where it is until this is read
    std::string then;
    size_t then_at = at_;
    for (; ok() && at_ < lines_.size() && !lines_[at_].empty(); ++at_) {
      const auto [key, value] = field_of(lines_[at_]);
      if (key == "then") {
        then = value;
        then_at = at_;
      } else {
        read_question_field(key, value, &question);
      }
    }
    if (ok() && question.words.empty()) fail("a question has its words in question:");
    if (ok() && question.kind == AskKind::kChoice && question.options.size() < 2)
      fail("a choice has two options at least");
    if (ok() && !then.empty()) {
      if (question.kind == AskKind::kPooling) return fail("then: is not for what the Step room asks");
      const size_t end = std::exchange(at_, then_at);
      step_.then = read_target(then);
      if (then.starts_with('+')) state_.update(read_json(then.substr(1)));
      if (ok()) at_ = end;
    }
    step_.question = std::move(question);
  }

  void read_question_field(const std::string& key, const std::string& value, Question* question) {
    if (key == "ask") return read_asked(value, question);
    if (key == "number" || key == "choice") {
      question->kind = key == "number" ? AskKind::kNumber : AskKind::kChoice;
      question->figure = value;
      return check_figure(value);
    }
    if (key == "question") {
      question->words = read_words(value);
    } else if (key == "option" && question->kind == AskKind::kChoice) {
      const auto [option, words] = field_of(value);
      if (option.empty()) return fail("an option is a key, a colon, and words");
      question->options.push_back({option, read_words(words)});
    } else if (key == "mistake" && question->kind == AskKind::kNumber) {
      const auto [figure, words] = field_of(value);
      if (figure.empty()) return fail("a mistake is a figure, a colon, and words");
      check_figure(figure);
      question->slips.push_back({figure, read_words(words)});
    } else if (key == "within" && question->kind == AskKind::kNumber) {
      const std::optional<double> within = tour::parsed_number(value, false);
      if (!within || *within < 0) return fail("within: is a number from 0");
      question->within = *within;
    } else {
      fail("\"" + key + "\" is nothing that this question has");
    }
  }

  // "output-cell [1, 1]", "output-size"
  void read_asked(const std::string& value, Question* question) {
    question->kind = AskKind::kPooling;
    if (step_.view.room != Room::kStep) return fail("ask: is for the step room");
    const size_t space = value.find(' ');
    const auto* const at = std::ranges::find(step::kAsked, value.substr(0, space), &step::AskedWords::name);
    if (at == step::kAsked.end()) return fail("ask: must be " + names_of(step::kAsked));
    question->asked = at->asked;
    const std::string place = space == std::string::npos ? "" : without_blanks(value.substr(space));
    if (place.empty() != (at->asked == Asked::kOutputSize))
      return fail("all but output-size ask about a [row, column]");
    if (place.empty()) return;
    const Json json = read_json(place);
    Cell& cell = question->cell;
    if (!json.is_array() || json.size() != 2 || !json_integer(json[0], &cell.row) ||
        !json_integer(json[1], &cell.column))
      fail("a cell is a [row, column]");
  }

  // What the Step room needs to ask, and where the figures of the answer are from.
  void finish() {
    Question& question = step_.question;
    if (question.kind != AskKind::kPooling) return;
    auto exercise = std::make_shared<step::Exercise>();
    const step::Document& document = step_.view.rooms.step.document;
    exercise->title = step_.title;
    exercise->document = std::make_shared<const step::Document>(document);
    exercise->question = tour::plain(tour::Figures(step_.view).filled(question.words));
    exercise->asked = question.asked;
    exercise->cell = question.cell;
    exercise->of_tour = true;
    const auto asked = step::pool_question(document, question.asked, question.cell);
    if (const Status status = right_answer(*asked).status(); !status.ok()) return fail(status.message());
    question.exercise = std::move(exercise);
    auto then = std::make_shared<View>(step_.view);
    step::ask_about(then->rooms.step, question.asked, question.cell);
    step::stop_asking(then->rooms.step);
    then->rooms.step.lens = step_.view.rooms.step.lens;
    step_.then = std::move(then);
  }

  std::string file_;
  std::vector<std::string> lines_;
  size_t at_ = 0;
  Json state_ = Json::object();  // the last one
  Step step_;
  Status problem_;
};

Result<std::shared_ptr<const tour::Course>> parse_course() {
  auto course = std::make_shared<tour::Course>();
  for (const assets::Asset& asset : assets::all()) {
    if (!asset.name.starts_with(kFolder)) continue;
    const std::string_view text{reinterpret_cast<const char*>(asset.bytes.data()), asset.bytes.size()};
    Result<Step> step = parse_tour_step(text, std::string(asset.name.substr(kFolder.size())));
    if (!step.ok()) return step.status();
    course->steps.push_back(*std::move(step));
  }
  if (course->steps.empty()) return invalid_argument("the tour has no steps");
  return std::shared_ptr<const tour::Course>(std::move(course));
}

}  // namespace

Result<Step> parse_tour_step(std::string_view text, const std::string& file) {
  return Parser(text, file).parse();
}

Result<std::shared_ptr<const tour::Course>> tour_course() {
  static const Result<std::shared_ptr<const tour::Course>> kCourse = parse_course();
  return kCourse;
}

}  // namespace poolglass
