// poolglass grade: marks saved answers to an exercise.
#include <algorithm>
#include <filesystem>
#include <system_error>

#include "app/cli/command.h"
#include "app/cli/rows.h"
#include "app/cli/text_table.h"
#include "app/files/exercise_file.h"
#include "core/pooling/mistakes.h"

namespace poolglass::cli {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMostAnswers = 10'000;

// The files that are named, and of folders the .json files in them by name; no folders within.
Result<std::vector<std::string>> answer_files(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      files.push_back(path);
      continue;
    }
    std::vector<std::string> found;
    fs::directory_iterator listing(path, error);
    for (; !error && listing != fs::directory_iterator(); listing.increment(error)) {
      if (listing->path().extension() == ".json") found.push_back(listing->path().string());
      if (found.size() > kMostAnswers) break;
    }
    if (error) return invalid_argument(path + ": cannot be listed: " + error.message());
    if (found.empty()) return invalid_argument(path + ": has no answers (.json files)");
    std::ranges::sort(found);
    files.insert(files.end(), found.begin(), found.end());
  }
  if (files.size() > kMostAnswers)
    return invalid_argument("more than " + std::to_string(kMostAnswers) + " answers at once");
  return files;
}

struct Marked {
  std::string file, answer, mark;
  std::string_view mistake = {};  // by its name; empty: none, or none that is known
  std::string verdict = {};       // the same as a sentence
};

// A guess that is no number is not a wrong answer: it is none.
Marked mark(const std::string& path, const SavedAnswer& answer, const PoolQuestion& question,
            const Answer& truth) {
  const std::optional<Answer> guess = step::parsed_answer(question.asked, answer.typed);
  if (!guess) return {path, answer.typed, "no answer"};
  if (agrees(question.asked, truth, *guess)) return {path, answer.typed, "right"};
  const std::optional<Mistake> mistake = diagnosis(question, *guess);
  if (!mistake) return {path, answer.typed, "wrong"};
  return {path, answer.typed, "wrong", name_of(*mistake), step::words_of(*mistake, question, *guess).verdict};
}

Result<std::vector<Marked>> mark_all(const step::Exercise& exercise, const std::vector<std::string>& files) {
  const auto question = step::pool_question(*exercise.document, exercise.asked, exercise.cell);
  const Result<Answer> truth = right_answer(*question);
  if (!truth.ok()) return truth.status();
  std::vector<Marked> marks;
  for (const std::string& path : files) {
    const Result<SavedAnswer> answer = read_answer_file(path);
    if (!answer.ok()) return answer.status();
    if (answer->exercise != exercise.title) {
      return invalid_argument(path + ": exercise must be \"" + exercise.title + "\", it is \"" +
                              answer->exercise + "\"");
    }
    marks.push_back(mark(path, *answer, *question, *truth));
  }
  return marks;
}

std::string table(const std::vector<Marked>& marks) {
  std::vector<std::vector<std::string>> rows = {{"file", "answer", "mark", "mistake"}};
  for (const Marked& marked : marks)
    rows.push_back({marked.file, marked.answer, marked.mark, marked.verdict});
  const auto count = [&](std::string_view mark) {
    return std::to_string(std::ranges::count(marks, mark, &Marked::mark));
  };
  return text_table(rows, 4) + "\n" + count("right") + " right, " + count("wrong") + " wrong, " +
         count("no answer") + " without an answer, of " + std::to_string(marks.size()) + "\n";
}

Rows rows_of(const std::vector<Marked>& marks) {
  Rows rows{{"file", "answer", "mark", "mistake"}, {}};
  for (const Marked& marked : marks) {
    const Cell mistake = marked.mistake.empty() ? Cell::none("") : Cell::of(std::string(marked.mistake));
    rows.rows.push_back({Cell::of(marked.file), Cell::of(marked.answer), Cell::of(marked.mark), mistake});
  }
  return rows;
}

}  // namespace

Status grade_command(const Arguments& arguments, const CliHooks&) {
  Parser parser("Marks saved answers to an exercise, the same on every machine.", "poolglass grade");
  Text exercise_file, format;
  std::vector<std::string> answers;
  parser.text("EXERCISE", "the exercise (.json)", &exercise_file, Need::kRequired);
  parser.rest("ANSWERS", "saved answers (.json), or folders of them", &answers);
  parser.text("--format", "table (default), tsv or json", &format);
  const Result<Parsed> parsed = parser.parse(arguments);
  if (!parsed.ok()) return parsed.status();
  if (*parsed == Parsed::kDone) return {};

  const std::string as = format.given() ? format.value : "table";
  if (as != "table" && as != "tsv" && as != "json")
    return invalid_argument("--format \"" + as + "\" must be table, tsv or json");
  const Result<step::Exercise> exercise = read_exercise_file(exercise_file.value);
  if (!exercise.ok()) return exercise.status();
  const Result<std::vector<std::string>> files = answer_files(answers);
  if (!files.ok()) return files.status();
  const Result<std::vector<Marked>> marks = mark_all(*exercise, *files);
  if (!marks.ok()) return marks.status();
  if (as == "table") return print(table(*marks));
  return print(as == "tsv" ? rows_tsv(rows_of(*marks)) : rows_json(rows_of(*marks)));
}

}  // namespace poolglass::cli
