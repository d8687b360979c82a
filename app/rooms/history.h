// Undo and redo for a small value type: two stacks of whole documents. What a document holds beside itself,
// an array that was opened, counts too: a Document may say unshared_bytes(older, newer), the bytes that
// `older` holds and `newer` does not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

namespace poolglass {

template <class Document>
class History {
 public:
  static constexpr size_t kDepth = 200;
  static constexpr int64_t kBytes = 32 << 20;  // of arrays; the latest step can be undone whatever it holds

  History() = default;
  History(std::deque<Document> past, std::vector<Document> future)
      : past_(std::move(past)), future_(std::move(future)) {}
  const std::deque<Document>& past() const { return past_; }       // oldest first
  const std::vector<Document>& future() const { return future_; }  // the next to be redone at the end

  // Call before changing the document. Changes with the same non-zero `merge` key in a row (a slider being
  // dragged) become one step; end_merge() closes the run.
  void remember(const Document& before, uint64_t merge = 0) {
    if (merge != 0 && merge == merge_) return;
    merge_ = merge;
    past_.push_back(before);
    if (past_.size() > kDepth) past_.pop_front();
    forget_large();
    future_.clear();
  }
  void end_merge() { merge_ = 0; }
  bool merging() const { return merge_ != 0; }

  bool can_undo() const { return !past_.empty(); }
  bool can_redo() const { return !future_.empty(); }
  // Swaps `document` with its neighbour in time; false when there is none.
  bool undo(Document& document) {
    if (past_.empty()) return false;
    future_.push_back(std::exchange(document, std::move(past_.back())));
    past_.pop_back();
    merge_ = 0;
    return true;
  }
  bool redo(Document& document) {
    if (future_.empty()) return false;
    past_.push_back(std::exchange(document, std::move(future_.back())));
    future_.pop_back();
    merge_ = 0;
    return true;
  }

 private:
  void forget_large() {
    if constexpr (requires(const Document& d) { unshared_bytes(d, d); }) {
      int64_t bytes = 0;
      for (size_t i = past_.size() - 1; i-- > 0;) {
        bytes += unshared_bytes(past_[i], past_[i + 1]);
        if (bytes <= kBytes) continue;
        past_.erase(past_.begin(), past_.begin() + static_cast<std::ptrdiff_t>(i) + 1);
        return;
      }
    }
  }

  std::deque<Document> past_;
  std::vector<Document> future_;
  uint64_t merge_ = 0;
};

}  // namespace poolglass
