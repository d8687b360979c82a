// The tour in the window: by keys alone, by the mouse, and at every size.
#include <doctest/doctest.h>
#include <imgui.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "app/files/course_file.h"
#include "app/files/state_file.h"
#include "app/state/commands.h"
#include "core/io/npy.h"
#include "tests/support/app_driver.h"
#include "tests/support/temp_folder.h"

namespace poolglass {
namespace {

using testing::AppDriver;

void open_tour(AppDriver& app) { app.press_and_answer(Chord{kKeyF1, false, false, false}); }

void go_to(AppDriver& app, size_t step) {
  update(app.shell.model, app.derived(), tour::Action(tour::GoTo{step}));
  app.frames(3);
}

void answer(AppDriver& app, const std::string& text) {
  update(app.shell.model, app.derived(), tour::Action(tour::Answer{text}));
  app.frames(3);
}

size_t step_count() { return (*tour_course())->steps.size(); }

// What is drawn in the side panel's column stays between its edges.
void check_column(AppDriver& app) {
  const Rect panel = app.find("inspector");
  const ImDrawData* data = ImGui::GetDrawData();
  int seen = 0;
  for (int i = 0; i < data->CmdListsCount; ++i) {
    const ImDrawList& list = *data->CmdLists[i];
    const std::string_view owner = list._OwnerName == nullptr ? "" : list._OwnerName;
    if (owner.find("##column") == std::string_view::npos) continue;
    for (const ImDrawVert& vertex : list.VtxBuffer) {
      if (vertex.pos.x >= panel.min.x - 1 && vertex.pos.x <= panel.max.x + 1) continue;
      FAIL("something is drawn at x " << vertex.pos.x << ", beyond the panel from " << panel.min.x << " to "
                                      << panel.max.x);
    }
    seen += list.VtxBuffer.Size;
  }
  CHECK(seen > 0);
}

}  // namespace

TEST_CASE("keys alone go from the first start through the tour to its end") {
  AppDriver app;
  app.shell.welcome({});
  app.frames(2);
  const Model first = app.model();
  open_tour(app);
  app.frames(2);
  REQUIRE(tour::is_shown(app.model()));
  CHECK(app.on_screen("tour"));
  CHECK_FALSE(app.on_screen("welcome"));
  size_t guessed = 0, revealed = 0;
  for (size_t i = 0; i < step_count(); ++i) {
    CAPTURE(i);
    CHECK(app.model().tour.step == i);
    const tour::Question& question = tour::current(app.model().tour).question;
    if (question.kind == tour::AskKind::kChoice) {
      app.type("2");
    } else if (question.kind != tour::AskKind::kNone) {
      app.type(question.asked == Asked::kOutputSize && question.kind == tour::AskKind::kPooling ? "3, 3"
                                                                                                : "7");
      app.frame();
      app.press_key(kKeyEnter);
    }
    app.frames(3);
    CHECK_FALSE(tour::asks(app.model()));
    if (question.kind != tour::AskKind::kNone) {
      CHECK_FALSE(app.model().tour.answers[i].guess.empty());
      ++guessed;
      revealed += app.on_screen("tour/truth") || app.on_screen("step/truth") ? 1 : 0;
    }
    app.press_key(kKeyPageDown);
    app.frames(2);
  }
  CHECK_FALSE(tour::is_open(app.model()));
  CHECK(guessed >= 12);
  CHECK(revealed == guessed);
  CHECK(same_documents(app.model(), first));
  CHECK(app.model().room == first.room);
  CHECK(app.on_screen("step/kernel"));
}

TEST_CASE("Esc and F1 leave the tour, and the room's panels can be had beside it") {
  AppDriver app;
  open_tour(app);
  go_to(app, 3);
  app.press_key(kKeyEscape);
  app.frames(2);
  CHECK_FALSE(tour::is_open(app.model()));
  open_tour(app);
  app.frames(2);
  CHECK(app.model().tour.step == 3);
  answer(app, "");
  app.press(Chord{'S', false, false, true});
  app.frames(2);
  CHECK(tour::is_open(app.model()));
  CHECK_FALSE(tour::is_shown(app.model()));
  CHECK(app.on_screen("step/kernel"));
  app.click("panel/tour");
  CHECK(tour::is_shown(app.model()));
  open_tour(app);
  CHECK_FALSE(tour::is_open(app.model()));
}

TEST_CASE("a tour whose drawer is closed takes no keys, and F1 and Esc open it again") {
  AppDriver app({900, 700});  // too narrow for a panel beside the picture
  open_tour(app);
  go_to(app, 10);  // a choice of three
  REQUIRE(tour::current(app.model().tour).question.options.size() == 3);
  REQUIRE(app.on_screen("panel/tour"));  // a drawer's tab
  app.type("4");
  app.frames(2);
  CHECK(tour::asks(app.model()));
  for (const int key : {+kKeyF1, +kKeyEscape}) {
    app.click("panel/tour");
    app.frames(2);
    CHECK_FALSE(app.on_screen("tour"));
    app.type("1");
    app.frames(2);
    CHECK(tour::asks(app.model()));
    app.press_key(key);
    app.answer_requests();
    CHECK(tour::is_open(app.model()));
    CHECK(app.on_screen("tour"));
  }
  app.press_key(kKeyF5);
  app.frames(2);
  app.type("1");
  app.frames(2);
  CHECK(tour::asks(app.model()));
  app.press_key(kKeyF1);
  app.frames(2);
  CHECK(app.on_screen("tour"));
  CHECK_FALSE(app.model().presenting);
  app.type("1");
  app.frames(2);
  CHECK_FALSE(tour::asks(app.model()));
  app.press_key(kKeyEscape);
  CHECK_FALSE(tour::is_open(app.model()));
}

TEST_CASE("the tour is put out of the way of the picture and comes back, by key and by its buttons") {
  for (const glm::vec2 size : {glm::vec2(1280, 720), glm::vec2(2800, 1500)}) {
    AppDriver app(size, 2);
    open_tour(app);
    go_to(app, 2);
    const bool drawer = app.on_screen("panel/tour");
    CHECK(drawer == (size.x < 2000));
    const auto check_away = [&] {
      app.frames(2);
      CHECK(tour::is_open(app.model()));
      CHECK_FALSE(app.on_screen("tour"));
      CHECK(app.on_screen("inspector") == !drawer);  // the room's panel is in its place, of a drawer nothing
      CHECK(status_line(app.model(), app.derived()).starts_with("Alt+T goes on with the tour · "));
    };
    const auto check_back = [&] {
      app.frames(2);
      CHECK(app.on_screen("tour"));
      CHECK(app.model().tour.step == 2);
      CHECK(status_line(app.model(), app.derived()).find("Alt+T") == std::string::npos);
    };
    app.press(Chord{'T', false, false, true});
    check_away();
    app.press(Chord{'T', false, false, true});
    check_back();
    app.click("tour/fold");
    check_away();
    app.click("panel/tour");
    check_back();
    CHECK(tour::asks(app.model()));
  }
}

TEST_CASE("digits that no option has are the room's") {
  AppDriver app;
  open_tour(app);
  go_to(app, 10);
  const KeyPress four{{'4', false, false, false}, {}, U'4'}, three{{'3', false, false, false}, {}, U'3'};
  CHECK_FALSE(tour::takes_key(four, false, app.model()));
  CHECK(tour::takes_key(three, false, app.model()));
  go_to(app, 8);  // a number
  CHECK(tour::takes_key(four, false, app.model()));
}

TEST_CASE("the tour begins again from its first step") {
  AppDriver app({1280, 1000});
  open_tour(app);
  CHECK_FALSE(app.on_screen("tour/restart"));
  answer(app, "params");
  go_to(app, 4);
  CHECK_FALSE(app.on_screen("tour/restart"));
  go_to(app, 0);
  app.click("tour/restart");
  CHECK(tour::asks(app.model()));
  CHECK_FALSE(app.on_screen("tour/restart"));
}

TEST_CASE("a link shows its picture, and the step's own comes back") {
  AppDriver app({1280, 1000});  // all of the step in sight
  open_tour(app);
  go_to(app, 2);
  CHECK_FALSE(app.on_screen("tour/again"));
  answer(app, "");
  const step::Document own = app.model().step.document;
  const tour::Step& step = tour::current(app.model().tour);
  for (size_t i = 0; i < step.after.size(); ++i) {
    if (step.after[i].view == nullptr) continue;
    app.click("tour/after/" + std::to_string(i));
    app.frames(3);
    CHECK(app.model().tour.away);
    CHECK(app.on_screen("step/truth"));  // the answer stays
  }
  app.press(Chord{kKeyHome, true, false, false});
  app.frames(2);
  CHECK(app.model().step.document == own);
  CHECK_FALSE(app.on_screen("tour/again"));
}

TEST_CASE("the slider of pools moves chain and meters together, by key, too") {
  AppDriver app;
  open_tour(app);
  app.frames(2);
  CHECK(app.model().chain.document.chain == chain_with_pools(0));
  app.press(Chord{kKeyPageUp, false, false, true});
  app.press(Chord{kKeyPageUp, false, false, true});
  CHECK(app.model().tour.pools == 2);
  CHECK(app.model().chain.document.chain == chain_with_pools(2));
  app.press(Chord{kKeyPageDown, false, false, true});
  CHECK(app.model().tour.pools == 1);
  app.drag_to("tour/pools", "tour/close");
  CHECK(app.model().tour.pools == kMostPools);
}

TEST_CASE("a claim that is chosen shows its verdict, its figures and its picture") {
  AppDriver app;
  app.press_and_answer(Chord{kKeyF1, false, true, false});
  app.frames(3);
  REQUIRE(app.model().tour.step == step_count() - 1);
  app.click("tour/claim/activations-3.2m");
  app.frames(3);
  REQUIRE(app.model().tour.claim == 0u);
  CHECK(app.on_screen("tour/finding"));
  CHECK(app.derived().tour.findings[0]->verdict == Verdict::kTrue);
  for (size_t i = 0; i < claims().size(); ++i) {
    CAPTURE(std::string(claims()[i].id));
    update(app.shell.model, app.derived(), tour::Action(tour::ShowClaim{i}));
    CHECK(app.model().tour.claim == i);
    CHECK(room_info(app.model().room).name == claims()[i].room);
  }
  app.press_key(kKeyPageDown);
  CHECK_FALSE(tour::is_open(app.model()));
  CHECK(same_documents(app.model(), Model()));
}

TEST_CASE("a claim that is chosen from elsewhere comes into sight in the list") {
  AppDriver app;
  app.press_and_answer(Chord{kKeyF1, false, true, false});
  for (const size_t claim : {claims().size() - 1, size_t{0}, size_t{20}}) {
    update(app.shell.model, app.derived(), tour::Action(tour::ShowClaim{claim}));
    app.frames(6);
    const Rect finding = app.find("tour/finding"), panel = app.find("inspector");
    CHECK(finding.min.y >= panel.min.y);
    CHECK(finding.max.y <= app.find("tour/next").min.y);
  }
}

TEST_CASE("a claim is seen where it shows: lens, layer, window, nudge") {
  AppDriver app;
  app.press_and_answer(Chord{kKeyF1, false, true, false});
  const auto seen = [&](std::string_view id) -> const Model& {
    const auto claim = std::ranges::find(claims(), id, &Claim::id);
    REQUIRE(claim != claims().end());
    update(app.shell.model, app.derived(),
           tour::Action(tour::ShowClaim{static_cast<size_t>(claim - claims().begin())}));
    app.frames(2);
    return app.model();
  };
  CHECK(seen("odd-size").step.lens == step::kCoverageLens);
  CHECK(app.derived().step.never_read == 13);
  CHECK(seen("zero-padding").step.document.params.padding.top == 1);
  CHECK(seen("smoke-alarm").step.both);
  CHECK(app.derived().step.output.at(app.derived().step.window.output) == 9.0f);
  CHECK(app.derived().step.other.at(app.derived().step.window.output) == 2.25f);
  CHECK(seen("gradient-ties").step.lens == step::kGradientLens);
  CHECK(seen("lone-peak").shift.lens == shift::kPeakLens);
  CHECK(app.derived().shift.peak_stays == Fraction{5, 9});
  CHECK(seen("nudge").shift.document.picture == "noise");
  CHECK(app.derived().shift.right == 1);
  CHECK(seen("polyphase").shift.document.moved);
  CHECK(seen("conv-pool-conv").chain.document.chain.layers.size() == 3);
  CHECK(chain::selected_figures(app.derived().chain).receptive_field.h == 8);
  CHECK(seen("stride-3x3").chain.lens == chain::kCompareLens);
  CHECK(seen("four-blocks-grid").chain.document.chain.plane == Size2{224, 224});
  CHECK(chain::selected_figures(app.derived().chain).output.h == 14);
  CHECK(seen("one-size").head.document.side == 256);
  CHECK(app.derived().head.heads[0].breaks);
  CHECK(seen("equal-means").head.document.maps == head::MapSource::kEqualMeans);
  app.press_key(kKeyPageDown);
}

TEST_CASE("every step of the tour stays inside its panel, asked and answered, at every size") {
  struct Size {
    glm::vec2 window;
    float scale;
  };
  for (const Size& size :
       {Size{{1280, 720}, 1}, Size{{1920, 1080}, 1}, Size{{2560, 1440}, 1}, Size{{1280, 720}, 2}}) {
    AppDriver app(size.window, size.scale);
    open_tour(app);
    for (size_t i = 0; i < step_count(); ++i) {
      for (const bool told : {false, true}) {
        go_to(app, i);
        if (told) answer(app, "");
        CAPTURE(size.window.x);
        CAPTURE(size.scale);
        CAPTURE(tour::current(app.model().tour).name);
        check_column(app);
        CHECK_FALSE((told && tour::asks(app.model())));
        const Rect panel = app.find("inspector");
        const Rect column{{panel.min.x - 0.5f, -0.5f}, {panel.max.x + 0.5f, size.window.y + 0.5f}};
        for (const char* name : {"tour", "tour/close", "tour/back", "tour/next", "tour/dots"})
          CHECK_MESSAGE(column.encloses(app.find(name)), name);
        CHECK(app.find("tour/close").max.y <= app.find("tour/next").min.y);
        CHECK(app.find("tour/back").max.x <= app.find("tour/dots").min.x);
        CHECK(app.find("tour/dots").max.x <= app.find("tour/next").min.x);
      }
    }
  }
}

TEST_CASE("opening one's own file ends the tour, and saving saves one's own work") {
  AppDriver app;
  update(app.shell.model, app.derived(), step::Action(step::SetCell{{0, 0}, 1}));
  const step::Document own = app.model().step.document;
  open_tour(app);
  go_to(app, 2);
  CHECK(app.model().step.document != own);
  CHECK(modified(app.model()));
  CHECK(snapshot(app.model())->step.document == own);
  const TempFolder folder;
  const auto ask = [&](const Request& request) {
    app.requests.push_back(request);
    app.answer_requests();
  };
  ask(NewDocument{});
  CHECK(app.model().leave);  // there is work that would be lost
  ask(AnswerLeave{LeaveAnswer::kCancel});
  CHECK(tour::is_open(app.model()));
  ask(SavePath{SaveKind::kState, folder / "own.json"});
  const Result<Model> saved = read_state_file(folder / "own.json");
  REQUIRE(saved.ok());
  CHECK(saved->step.document == own);
  CHECK_FALSE(modified(app.model()));
  const std::vector<float> values(16, 3);
  REQUIRE(write_npy(folder / "threes.npy", {4, 4}, values.data()).ok());
  ask(OpenPath{folder / "threes.npy"});
  CHECK_FALSE(tour::is_open(app.model()));
  CHECK(app.model().room == Room::kStep);
  CHECK(app.model().step.document.grid.size == Size2{4, 4});
  update(app.shell.model, app.derived(), Undo{});
  CHECK(app.model().step.document == own);  // and not the tour's
}

}  // namespace poolglass
