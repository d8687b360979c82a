#include "app/cli/claims_table.h"

#include <array>

#include "app/cli/rows.h"
#include "core/claims/claims.h"

namespace poolglass::cli {
namespace {

std::string counts(const std::array<int, 3>& verdicts) {
  std::string line;
  for (size_t i = 0; i < verdicts.size(); ++i) {
    line += (i == 0 ? "" : ", ") + std::to_string(verdicts[i]) + " " +
            std::string(verdict_name(static_cast<Verdict>(i)));
  }
  return line;
}

}  // namespace

Result<std::string> claims_table(const std::string& format) {
  Rows rows{{"id", "verdict", "claim", "found", "room", "preset"}, {}};
  std::string text;
  std::array<int, 3> verdicts{};
  for (const Claim& claim : claims()) {
    const Result<Finding> finding = claim.experiment();
    if (!finding.ok()) return finding.status();
    const std::string verdict(verdict_name(finding->verdict));
    ++verdicts[static_cast<size_t>(finding->verdict)];
    text += verdict + std::string(13 - verdict.size(), ' ') + std::string(claim.sentence) + "\n" +
            std::string(13, ' ') + finding->found + "\n" + std::string(13, ' ') + "poolglass --claim " +
            std::string(claim.id) + "\n\n";
    rows.rows.push_back({Cell::of(std::string(claim.id)), Cell::of(verdict),
                         Cell::of(std::string(claim.sentence)), Cell::of(finding->found),
                         Cell::of(std::string(claim.room)),
                         claim.preset.empty() ? Cell::none("") : Cell::of(std::string(claim.preset))});
  }
  if (format == "tsv") return rows_tsv(rows);
  if (format == "json") return rows_json(rows);
  return text + std::to_string(claims().size()) + " claims: " + counts(verdicts) + "\n";
}

}  // namespace poolglass::cli
