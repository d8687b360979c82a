#include "core/io/onnx/labels.h"

#include <algorithm>

namespace poolglass::onnx {

Labels labels_of(const Dims& dims, bool channels_last) {
  Labels labels;
  for (size_t i = 0; i < dims.size(); ++i) {
    constexpr Atom::Kind kFirst[] = {Atom::Kind::kImages, Atom::Kind::kChannels, Atom::Kind::kRows,
                                     Atom::Kind::kColumns};
    constexpr Atom::Kind kLast[] = {Atom::Kind::kImages, Atom::Kind::kRows, Atom::Kind::kColumns,
                                    Atom::Kind::kChannels};
    const Atom::Kind other = i == 0 && dims.size() > 1 ? Atom::Kind::kImages : Atom::Kind::kChannels;
    labels.push_back({{dims.size() != 4 ? other : channels_last ? kLast[i] : kFirst[i], dims[i]}});
  }
  return labels;
}

bool is_only(const Label& label, Atom::Kind kind) {
  return !label.empty() &&
         std::all_of(label.begin(), label.end(), [&](const Atom& a) { return a.kind == kind; });
}

bool is_place(const Label& label) {
  return std::any_of(label.begin(), label.end(), [](const Atom& a) {
    return a.kind != Atom::Kind::kImages && a.kind != Atom::Kind::kChannels;
  });
}

std::optional<Labels> reshaped(const Labels& from, const Dims& to) {
  std::vector<Atom> atoms;
  for (const Label& label : from) atoms.insert(atoms.end(), label.begin(), label.end());
  size_t next = 0;
  Labels labels;
  for (const int64_t size : to) {
    Label& label = labels.emplace_back();
    int64_t rest = size;
    if (rest == 1 && next < atoms.size() && atoms[next].size == 1) label.push_back(atoms[next++]);
    while (rest > 1) {
      if (next == atoms.size()) return std::nullopt;
      Atom& atom = atoms[next];
      if (atom.size == 1) {
        ++next;
      } else if (rest % atom.size == 0) {
        rest /= atom.size;
        label.push_back(atom);
        ++next;
      } else {
        // The dimension takes the first part of the atom.
        const bool plane = atom.kind == Atom::Kind::kRows || atom.kind == Atom::Kind::kColumns;
        if (plane || atom.size % rest != 0) return std::nullopt;
        label.push_back({atom.kind, rest});
        atom.size /= rest;
        rest = 1;
      }
    }
  }
  return labels;
}

Label resized(const Label& label, int64_t size) {
  Atom::Kind kind = label.empty() ? Atom::Kind::kChannels : label[0].kind;
  if (!label.empty() && !is_only(label, kind))
    kind = is_place(label) ? Atom::Kind::kPositions : Atom::Kind::kChannels;
  return {{kind, size}};
}

network::Axes axes_of(const Labels& labels) {
  network::Axes axes{-1, -1, -1};
  for (size_t i = 0; i < labels.size(); ++i) {
    const auto at = static_cast<int8_t>(i);
    if (axes.channels < 0 && is_only(labels[i], Atom::Kind::kChannels)) axes.channels = at;
    if (axes.rows < 0 && is_only(labels[i], Atom::Kind::kRows)) axes.rows = at;
    if (axes.columns < 0 && is_only(labels[i], Atom::Kind::kColumns)) axes.columns = at;
  }
  for (size_t i = labels.size(); axes.channels < 0 && i-- > 0;) {
    const auto at = static_cast<int8_t>(i);
    if (at != axes.rows && at != axes.columns) axes.channels = at;
  }
  return axes;
}

}  // namespace poolglass::onnx
