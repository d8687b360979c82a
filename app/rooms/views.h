// What every room draws. Each draws from const state and pushes actions.
#pragma once

#include "app/rooms/list.h"
#include "app/views/canvas.h"
#include "app/views/icons.h"
#include "app/views/ui.h"

namespace poolglass {

#define ROOM(Name, name)                                                                                   \
  namespace name {                                                                                         \
  /* The picture, which `canvas` may also send to a file. */                                               \
  void draw_canvas(Ui& ui, Canvas& canvas, const Rect& area, const Model& model, const Derived& derived,   \
                   ViewState& view);                                                                       \
  /* Selectors at the right of the lens row.*/                                                             \
  void draw_selectors(Ui& ui, const Rect& area, const Model& model, const Derived& derived);               \
  /* The side panel, top to bottom. */                                                                     \
  void draw_inspector(Ui& ui, const Model& model, const Derived& derived, ViewState& view);                \
  /* Whether the picture takes a key before it can be a command; then it is in ui.widgets.picture_keys. */ \
  /* `more`: it took the key before this one, of the same frame. */                                        \
  bool takes_key(const KeyPress& press, bool more, const Model& model, const Derived& derived);            \
  /* Its sign in the rail. */                                                                              \
  void draw_sign(const IconPen& pen, const Model& model);                                                  \
  }
POOLGLASS_ROOMS(ROOM)
#undef ROOM

}  // namespace poolglass
