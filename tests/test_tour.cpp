// The tour's texts and what becomes of one's own work meanwhile.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "app/files/course_file.h"
#include "app/files/state_file.h"
#include "app/rooms/step/predict_state.h"
#include "app/state/model.h"
#include "app/tour/figures.h"

namespace poolglass {
namespace {

std::shared_ptr<const tour::Course> course() {
  const auto read = tour_course();
  REQUIRE_MESSAGE(read.ok(), read.status().message());
  return *read;
}

const tour::Step& step_named(const tour::Course& course, std::string_view name) {
  for (const tour::Step& step : course.steps) {
    if (step.name == name) return step;
  }
  FAIL("no step " << name);
  return course.steps.front();
}

void in_tour(Model& model, const tour::Action& action) { update(model, Derived(), Action(action)); }

std::string problem_of(std::string_view text) {
  const auto step = parse_tour_step(text, "03-x.md");
  return step.ok() ? "" : step.status().message();
}

constexpr std::string_view kHead = "# T\nroom: step\nstate: {\"preset\": \"lesson\"}\n\n";

// A model with work of its own in every room, and something to undo and to redo.
Model worked() {
  Model model;
  const Derived derived;
  for (const Action& action :
       std::vector<Action>{step::Action(step::SetCell{{1, 1}, 4}), step::Action(step::EndMerge{}),
                           step::Action(step::SetKernel{{3, 3}}), Undo{}, SelectRoom{Room::kChain},
                           chain::Action(chain::SetInput{3, {65, 65}}), SelectRoom{Room::kShift},
                           shift::Action(shift::SetBorder{Border::kZero}), SelectRoom{Room::kHead},
                           head::Action(head::SetClasses{10}), SelectRoom{Room::kStep},
                           SetLens{step::kCoverageLens}, SetPanel{step::kCodePanel}})
    update(model, derived, action);
  return model;
}

bool same_rooms(const Model& a, const Model& b) {
  bool same = a.room == b.room && a.panel_open == b.panel_open;
  in_each_room(
      [&](const auto& x, const auto& y) {
        same = same && x.document == y.document && x.lens == y.lens && x.playhead == y.playhead &&
               x.history.past() == y.history.past() && x.history.future() == y.history.future();
      },
      a, b);
  return same && a.step.panel == b.step.panel;
}

}  // namespace

TEST_CASE("every step of the tour is read, has a title of its own, and a figure for each that it names") {
  const auto all = course();
  CHECK(all->steps.size() >= 12);
  for (const tour::Step& step : all->steps) {
    CAPTURE(step.name);
    tour::Results open, told;
    tour::derive_step(step, {}, open);
    tour::derive_step(step, {true, ""}, told);
    CHECK_FALSE(open.before.empty());
    for (const auto* blocks : {&told.before, &told.after}) {
      for (const tour::Block& block : *blocks) {
        for (const tour::Run& run : block.words) CHECK_MESSAGE(!run.text.empty(), tour::plain(block.words));
      }
    }
    if (step.question.kind == tour::AskKind::kNone) continue;
    CHECK(open.after.empty());
    CHECK(open.outcome.truth.empty());
    CHECK_FALSE(told.after.empty());
    CHECK_MESSAGE(!told.outcome.truth.empty(), "the question has no answer");
    CHECK_FALSE(told.outcome.right.has_value());
  }
}

TEST_CASE("states and links of the tour are pictures that their rooms can show") {
  for (const tour::Step& step : course()->steps) {
    CAPTURE(step.name);
    std::vector<const tour::View*> views = {&step.view};
    if (step.then) views.push_back(step.then.get());
    for (const auto* blocks : {&step.before, &step.after}) {
      for (const tour::Block& block : *blocks) {
        CHECK((block.kind == tour::BlockKind::kLink) == (block.view != nullptr));
        if (block.view) views.push_back(block.view.get());
      }
    }
    for (const tour::View* view : views) {
      RoomResults results;
      in_room(
          view->room, [](const auto& room, auto& derived) { derive(room, derived); }, view->rooms, results);
      CHECK(results.step.status.ok());
      CHECK(results.chain.error.empty());
      CHECK(results.shift.status.ok());
      CHECK(results.head.status.ok());
    }
  }
}

TEST_CASE("the tour's truths are what the engine finds") {
  const auto all = course();
  const auto truth = [&](std::string_view name) {
    tour::Results results;
    tour::derive_step(step_named(*all, name), {true, ""}, results);
    return results.outcome.truth;
  };
  CHECK(truth("three-jobs") == "The parameters");
  CHECK(truth("one-of-four") == "7");
  CHECK(truth("smoke-alarm") == "2.25");
  CHECK(truth("odd-sizes") == "3 × 3");
  CHECK(truth("padding") == "−1");
  CHECK(truth("gradient") == "4");
  CHECK(truth("two-steps") == "8");
  CHECK(truth("four-blocks") == "46");
  CHECK(truth("nudge") == "48.0 %");
  CHECK(truth("two-questions") == "100 %");
  CHECK(truth("stripes") == "None");
  CHECK(truth("heads") == "Flatten + dense");
  CHECK(truth("means") == "Global average + dense");
}

TEST_CASE("a guess is judged, and a mistake that is known is named") {
  const auto all = course();
  const auto judged = [&](std::string_view name, const std::string& guess) {
    tour::Results results;
    tour::derive_step(step_named(*all, name), {true, guess}, results);
    return results.outcome;
  };
  CHECK(judged("four-blocks", "46").right == true);
  const tour::Outcome shortcut = judged("four-blocks", "76");
  CHECK(shortcut.right == false);
  CHECK(tour::plain(shortcut.slip).find("rule of thumb") != std::string::npos);
  CHECK(judged("four-blocks", "50").slip.empty());
  CHECK(judged("nudge", "45 %").right == true);
  CHECK(judged("nudge", "97").right == false);
  CHECK(judged("smoke-alarm", "2.25").right == true);
  CHECK_FALSE(judged("smoke-alarm", "9").slip.empty());
  CHECK(judged("stripes", "none").right == true);
  CHECK(judged("stripes", "all").right == false);
}

TEST_CASE("what is wrong with a step's text is named with its file and line") {
  const std::string head(kHead);
  const std::string ask = head + "Text.\n\n";
  struct Case {
    std::string text, problem;
  };
  const std::vector<Case> cases = {
      {"", "03-x.md:1: a step begins with # and its title"},
      {"Title\n", "03-x.md:1: a step begins with # and its title"},
      {"# T\n\nText.\n", "03-x.md:2: room: is missing"},
      {"# T\nroom: attic\n", "03-x.md:2: room \"attic\" must be step, chain, shift or head"},
      {"# T\nstate: {}\n", "03-x.md:2: after the title come room: and state:"},
      {"# T\nroom: step\nstate: {\n", "03-x.md:3: "},
      {"# T\nroom: step\nstate: {\"kernel\": 0}\n", "03-x.md:3: step: kernel"},
      {head, "03-x.md:5: a step has text"},
      {head + "A {figure} here.\n", "03-x.md:5: the figure \"figure\" must be window, max"},
      {head + "A **bold word.\n", "03-x.md:5: ** without its **"},
      {head + "A } here.\n", "03-x.md:5: a } without its {"},
      {head + "Text.\n- A point\n", "03-x.md:6: an empty line ends a paragraph"},
      {head + "Text.\n\n- [Words] alone\n", "03-x.md:7: a link is [words](state)"},
      {head + "Text.\n\n- [Words](+{\"kernel\": 100})\n", "03-x.md:7: step: kernel"},
      {head + ":claims:\nnudge: {}\n", "03-x.md:6: below :claims: come lines of claim:"},
      {head + ":claims:\nclaim: nothing: {}\n", "03-x.md:6: there is no claim \"nothing\""},
      {head + ":claims:\nclaim: nudge: {}\nclaim: nudge: {}\n",
       "03-x.md:7: the claim \"nudge\" has a state already"},
      {head + ":claims:\nclaim: nudge: now\n", "03-x.md:6: a state is an object: {...}"},
      {head + ":claims:\nclaim: nudge: {\"kernel\": 0}\n", "03-x.md:6: shift: kernel"},
      {ask + "ask: weather\nquestion: ?\n", "03-x.md:7: ask: must be output-cell"},
      {ask + "ask: output-cell\nquestion: ?\n", "03-x.md:7: all but output-size ask about a [row, column]"},
      {ask + "ask: output-size [1, 2]\nquestion: ?\n", "03-x.md:7: all but output-size"},
      {ask + "ask: output-cell [9, 9]\nquestion: ?\n", "03-x.md:9: "},
      {ask + "ask: output-cell [0]\nquestion: ?\n", "03-x.md:7: a cell is a [row, column]"},
      {ask + "ask: output-cell [0, 1.5]\nquestion: ?\n", "03-x.md:7: a cell is a [row, column]"},
      {ask + "ask: output-cell [0, 1\nquestion: ?\n", "03-x.md:7: "},
      {ask + "number: nothing\nquestion: ?\n", "03-x.md:7: the figure \"nothing\""},
      {ask + "number: max\n", "03-x.md:8: a question has its words in question:"},
      {ask + "number: max\nquestion: ?\noption: a: b\n", "03-x.md:9: \"option\" is nothing"},
      {ask + "number: max\nquestion: ?\nwithin: much\n", "03-x.md:9: within: is a number from 0"},
      {ask + "choice: max\nquestion: ?\noption: a: b\n", "03-x.md:10: a choice has two options at least"},
      {ask + "choice: max\nquestion: ?\noption: a\noption: b: c\n", "03-x.md:9: an option is a key"},
      {ask + "number: max\nquestion: ?\nthen: all\n", "03-x.md:9: a state is an object: {...}"},
      {ask + "number: max\nquestion: ?\n\nText.\n\nnumber: max\nquestion: ?\n",
       "03-x.md:12: a step asks one question"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    const std::string problem = problem_of(c.text);
    CHECK_MESSAGE(problem.starts_with(c.problem), problem << " | expected " << c.problem);
    CHECK(problem.find('\n') == std::string::npos);
  }
}

TEST_CASE("the tour's words keep their styles") {
  const auto step =
      parse_tour_step(std::string(kHead) + "One **two** `three`\nfour {max}.\n", "07-some-name.md");
  REQUIRE_MESSAGE(step.ok(), step.status().message());
  CHECK(step->name == "some-name");
  CHECK(step->title == "T");
  REQUIRE(step->before.size() == 1);
  const tour::Words& words = step->before[0].words;
  REQUIRE(words.size() == 7);
  CHECK(words[1].style == tour::Style::kStrong);
  CHECK(words[3].style == tour::Style::kMono);
  CHECK(words[4].text == " four ");
  CHECK(words[5].style == tour::Style::kFigure);
  CHECK(tour::plain(tour::Figures(step->view).filled(words)) == "One two three four 8.");
}

TEST_CASE("numbers are read as people type them") {
  CHECK(tour::parsed_number("46", true) == 46.0);
  CHECK(tour::parsed_number(" 48 % ", false) == 48.0);
  CHECK(tour::parsed_number("2,25", false) == 2.25);
  CHECK(tour::parsed_number("102,764,544", true) == 102764544.0);
  CHECK(tour::parsed_number("102.8M", true) == 102.8e6);
  CHECK(tour::parsed_number("−1", true) == -1.0);
  CHECK_FALSE(tour::parsed_number("", true));
  CHECK_FALSE(tour::parsed_number("many", true));
  CHECK_FALSE(tour::parsed_number("1e999", false));
  CHECK(tour::parsed_number("13,860", true) == 13860.0);
  CHECK(tour::parsed_number("13,860", false) == 13.86);
  // What is taken as an answer is one whatever is asked for.
  for (const char* typed : {"1,234,567", "1,234", "1,2", "1,2.5", "1,2e5", "1,,2", ",5", "−1,234", "1,234,56",
                            "1,234,567K", "1,234M", "1.5,000", "", "%", "∞", "NaN"}) {
    CAPTURE(typed);
    CHECK(tour::parsed_number(typed, true).has_value() == tour::parsed_number(typed, false).has_value());
  }
  CHECK(tour::parsed_number("1,234,567", false) == 1234567.0);
  CHECK_FALSE(tour::parsed_number("∞", true));
}

TEST_CASE("one's own work waits for the end of the tour, and is as it was") {
  const Model before = worked();
  Model model = before;
  in_tour(model, tour::Enter{course()});
  CHECK(tour::is_shown(model));
  for (size_t i = 0; i + 1 < course()->steps.size(); ++i) {
    const tour::Question& question = tour::current(model.tour).question;
    if (i % 3 == 0) in_tour(model, tour::Answer{""});
    if (i % 3 == 1) in_tour(model, tour::Answer{question.options.empty() ? "3, 3" : question.options[0].key});
    if (model.room == Room::kStep) update(model, Derived(), step::Action(step::SetCell{{0, 0}, 9}));
    for (const tour::Block& block : tour::current(model.tour).after) {
      if (block.view) in_tour(model, tour::Follow{block.view});
    }
    CHECK(same_documents(model, before));  // what would be saved
    in_tour(model, tour::Turn{1});
    CHECK(model.tour.step == i + 1);
  }
  in_tour(model, tour::ShowClaim{3});
  in_tour(model, tour::Leave{});
  CHECK_FALSE(tour::is_open(model));
  CHECK(same_rooms(model, before));
  update(model, Derived(), Redo{});
  CHECK(model.step.document.params.kernel == Size2{3, 3});
}

TEST_CASE("what is done during the tour in a room that it does not show stays, and is saved") {
  Model model;
  in_tour(model, tour::Enter{course(), 1});  // the Step room
  update(model, Derived(), SelectRoom{Room::kShift});
  update(model, Derived(), shift::Action(shift::SetBorder{Border::kZero}));
  update(model, Derived(), SelectRoom{Room::kChain});
  update(model, Derived(), chain::Action(chain::SetInput{3, {65, 65}}));
  CHECK(modified(model));
  CHECK(snapshot(model)->shift.document.border == Border::kZero);
  const auto kept = parse_kept_state_json(write_kept_state_json({model, {}}));
  REQUIRE(kept.ok());
  CHECK(kept->model.shift.document.border == Border::kZero);
  // A step that shows the room in another state takes nothing away, either.
  const size_t nudge = static_cast<size_t>(&step_named(*course(), "nudge") - course()->steps.data());
  in_tour(model, tour::GoTo{nudge});
  CHECK(model.shift.document.border == Border::kCircular);
  CHECK(snapshot(model)->shift.document.border == Border::kZero);
  const auto again = parse_kept_state_json(write_kept_state_json({model, {}}));
  REQUIRE(again.ok());
  CHECK(snapshot(again->model)->shift.document.border == Border::kZero);
  in_tour(model, tour::Leave{});
  CHECK(model.shift.document.border == Border::kZero);
  CHECK(model.chain.document.chain.plane == Size2{65, 65});
  CHECK(model.room == Room::kStep);
  update(model, Derived(), SelectRoom{Room::kShift});
  update(model, Derived(), Undo{});
  CHECK(model.shift.document.border == Border::kCircular);
}

TEST_CASE("beyond its last step the tour ends, and before its first nothing is") {
  Model model;
  in_tour(model, tour::Enter{course()});
  in_tour(model, tour::Turn{-1});
  CHECK(model.tour.step == 0);
  in_tour(model, tour::GoTo{course()->steps.size() - 1});
  in_tour(model, tour::Turn{1});
  CHECK_FALSE(tour::is_open(model));
  CHECK(same_rooms(model, Model()));
}

TEST_CASE("a tour that was finished can be taken again, from what was left out or from its beginning") {
  Model model;
  const auto all = course();
  const auto finish = [&] {
    in_tour(model, tour::Enter{all, all->steps.size() - 1});
    in_tour(model, tour::Turn{1});
    CHECK_FALSE(tour::is_open(model));
  };
  in_tour(model, tour::Enter{all});
  in_tour(model, tour::Answer{"field"});
  finish();
  CHECK(model.tour.step == 1);
  CHECK(model.tour.answers[0].given);
  in_tour(model, tour::Enter{all});
  for (size_t i = 0; i < all->steps.size(); ++i) {
    in_tour(model, tour::GoTo{i});
    in_tour(model, tour::Answer{""});
  }
  finish();
  CHECK(model.tour.step == 0);
  in_tour(model, tour::Enter{all});
  CHECK(tour::asks(model));
  CHECK(model.tour.pools == 0);
  in_tour(model, tour::Answer{"field"});
  in_tour(model, tour::GoTo{2});
  in_tour(model, tour::Restart{});
  CHECK(model.tour.step == 0);
  CHECK(tour::asks(model));
}

TEST_CASE("the slider of pools leaves nothing to undo, and an answer leaves a step's own text alone") {
  Model model;
  Derived derived;
  in_tour(model, tour::Enter{course()});
  for (const int64_t pools : {1, 2, 3}) in_tour(model, tour::SetPools{pools});
  CHECK_FALSE(can_undo(model));
  derive(model, derived);
  REQUIRE(derived.tour.jobs.size() == kMostPools + 1);
  derived.tour.jobs[1].macs = -1;
  in_tour(model, tour::Answer{"params"});
  derive(model, derived);
  CHECK(derived.tour.jobs[1].macs == -1);  // not made again
  CHECK(derived.tour.outcome.right == true);
  CHECK_FALSE(derived.tour.after.empty());
}

TEST_CASE("the tour goes on where it was left, with what was answered there") {
  Model model;
  in_tour(model, tour::Enter{course()});
  in_tour(model, tour::Answer{"field"});
  CHECK(model.tour.pools == kMostPools);  // the truth is shown with all of them
  in_tour(model, tour::SetPools{2});
  in_tour(model, tour::Turn{1});
  in_tour(model, tour::Answer{"6"});
  CHECK(model.step.predict.state == step::GuessState::kRevealed);
  in_tour(model, tour::Leave{});
  CHECK(model.step.predict.state == step::GuessState::kNone);
  in_tour(model, tour::Enter{course()});
  CHECK(model.tour.step == 1);
  CHECK_FALSE(tour::asks(model));
  CHECK(model.tour.answers[1].guess == "6");
  CHECK(model.step.predict.typed == "6");

  // The same after the window was closed within the tour.
  KeptState kept;
  kept.model = model;
  const std::string text = write_kept_state_json(kept);
  const Result<KeptState> read = parse_kept_state_json(text);
  REQUIRE_MESSAGE(read.ok(), read.status().message());
  CHECK(tour::is_shown(read->model));
  CHECK(read->model.tour.step == 1);
  CHECK(read->model.tour.pools == 2);
  CHECK(read->model.tour.answers == model.tour.answers);
  CHECK(write_kept_state_json(*read) == text);
  CHECK(same_documents(read->model, Model()));
  CHECK_FALSE(modified(read->model));
  CHECK(write_state_json(model).find("tour") == std::string::npos);
}

TEST_CASE("what a session says of the tour is checked") {
  const auto problem = [](const std::string& tour) {
    const auto state = parse_state_json("{\"poolglass\": 1, \"tour\": " + tour + "}");
    return state.ok() ? std::string() : state.status().message();
  };
  CHECK(problem("{\"step\": \"padding\", \"answers\": {\"nudge\": \"50\"}}").empty());
  CHECK(problem("{\"step\": \"a step of another version\"}").empty());
  CHECK(problem("{\"pools\": 5}") == "tour: pools must be between 0 and 4");
  CHECK(problem("{\"answers\": {\"nudge\": 50}}") == "tour: answers must be texts");
  CHECK(problem("{\"steps\": 1}").find("steps") != std::string::npos);
}

TEST_CASE("a kept answer that is none counts as not given") {
  const auto answered = [](const std::string& name, const std::string& guess) {
    const auto state = parse_state_json("{\"poolglass\": 1, \"tour\": {\"answers\": {\"" + name + "\": \"" +
                                        guess + "\"}}}");
    REQUIRE(state.ok());
    const size_t step = static_cast<size_t>(&step_named(*course(), name) - course()->steps.data());
    return state->tour.answers[step].given;
  };
  CHECK(answered("nudge", "45 %"));
  CHECK(answered("nudge", ""));
  CHECK_FALSE(answered("nudge", "many"));
  CHECK_FALSE(answered("nudge", std::string(101, '1')));
  CHECK(answered("stripes", "none"));
  CHECK_FALSE(answered("stripes", "most"));
  CHECK(answered("odd-sizes", "3 x 3"));
  CHECK_FALSE(answered("odd-sizes", "three"));
  CHECK_FALSE(answered("claims", "yes"));
  Model model;
  in_tour(model, tour::Enter{course(), 8});
  in_tour(model, tour::Answer{std::string(101, '1')});
  CHECK(tour::asks(model));
}

TEST_CASE("an opened session ends the tour and keeps its place") {
  Model model;
  in_tour(model, tour::Enter{course()});
  in_tour(model, tour::GoTo{4});
  update(model, Derived(), Restore{std::make_shared<const Model>(worked())});
  CHECK_FALSE(tour::is_open(model));
  CHECK(model.tour.step == 4);
  CHECK(same_documents(model, worked()));
}

TEST_CASE("the three jobs answer to the number of pools") {
  const int64_t macs[] = {1'588'985'856, 0, 0, 0, 60'162'048};
  int64_t last_macs = INT64_MAX, last_field = 0;
  double last_stays = -1;
  for (int64_t pools = 0; pools <= kMostPools; ++pools) {
    CAPTURE(pools);
    const Result<Jobs> jobs = jobs_of(pools);
    REQUIRE(jobs.ok());
    if (macs[pools] != 0) CHECK(jobs->macs == macs[pools]);
    CHECK(jobs->params == 388'416);
    CHECK(jobs->macs <= last_macs);  // the last pool has no convolution behind it
    CHECK(jobs->field > last_field);
    CHECK(jobs->stays > last_stays);
    CHECK(jobs->map == Shape{1, 256, 64 >> pools, 64 >> pools});
    last_macs = jobs->macs;
    last_field = jobs->field;
    last_stays = jobs->stays;
  }
  CHECK(jobs_of(0)->field == 9);
  CHECK(jobs_of(4)->field == 46);
  CHECK(jobs_of(0)->law == Fraction{0, 1});
  CHECK(jobs_of(1)->law == Fraction{1, 3});
  CHECK(jobs_of(4)->law == Fraction{15, 17});
}

TEST_CASE("the tour is told in words, every step with its answer") {
  const auto all = course();
  std::string text;
  for (size_t i = 0; i < all->steps.size(); ++i) text += tour::step_text(*all, i);
  for (const char* words : {"The one loud cell", "= 2.25", "= 46", "= 48.0 %", "1,588,985,856",
                            "mat1 and mat2 shapes cannot be multiplied", "48 claims"})
    CHECK_MESSAGE(text.find(words) != std::string::npos, words);
  CHECK(text.find('{') == std::string::npos);
}

}  // namespace poolglass
