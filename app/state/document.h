// The session as a document: what it is called, where it was saved, and whether it has changed since.
#pragma once

#include <memory>
#include <string>

namespace poolglass {

struct Model;

struct DocumentFile {
  std::string path;  // absolute; empty: not saved as a document yet
  std::string
      name;  // while there is no path: the opened grid's or chain's, without its ending; empty: untitled
  std::shared_ptr<const Model> saved;  // what the file has; null: the contents of the first start
  bool unsaved = false;  // it has changed, and from what is no longer known: after a window was killed
};

// The documents of the rooms, without history, looks and playback.
std::shared_ptr<const Model> snapshot(const Model& model);

// The rooms' documents are the same work.
bool same_documents(const Model& a, const Model& b);

// True when closing the window would lose something: the rooms' documents differ from what was saved.
bool modified(const Model& model);

std::string file_stem(const std::string& path);  // "net" of "/grids/net.json"
std::string document_name(const Model& model);   // "net", "Untitled"
std::string window_title(const Model& model);    // "net — Poolglass", with a dot in front when modified

}  // namespace poolglass
