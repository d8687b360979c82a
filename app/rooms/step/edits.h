// How each edit changes the Step room's document.
#pragma once

#include "app/rooms/step/model.h"

namespace poolglass::step {

// An action that is no edit has its place in update.cpp.
struct Edit {
  Document& document;

  void operator()(const SetReduction&);
  void operator()(const ToggleReduction&);
  void operator()(const SetKernel&);
  void operator()(const SetStride&);
  void operator()(const SetStrideFollows&);
  void operator()(const SetPadding&);
  void operator()(const SetDilation&);
  void operator()(const SetCeilMode&);
  void operator()(const SetCountIncludePad&);
  void operator()(const SetKind&);
  void operator()(const SetBins&);
  void operator()(const SetLinked&);
  void operator()(const Nudge&);
  void operator()(const SetGridSize&);
  void operator()(const SetCell&);
  void operator()(const ApplyPreset&);
  void operator()(const StepPreset&);
  void operator()(const NewSeed&);
  void operator()(const SetCells&);
  void operator()(const OpenTensor&);
  void operator()(const SetLayout&);
  void operator()(const SetChannel&);
  void operator()(const SetOrigin&);
  void operator()(const Crop&);
  void operator()(const ShowWhole&);
  void operator()(const SetUpstream&);
  void operator()(const NewUpstreamSeed&);
  void operator()(const SetUpstreamCell&);
  void operator()(const SetTies&);
  void operator()(const ResetSection&);

  Grid current_upstream() const;
};

}  // namespace poolglass::step
