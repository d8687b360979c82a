// The chains that the room offers are the engine's (core/chain/presets.h).
#include "core/chain/presets.h"
#include "app/rooms/chain/model.h"

namespace poolglass::chain {

Status apply_preset(Model& model, const std::string& name) {
  if (const Result<Chain> chain = chain_preset(name); !chain.ok()) return chain.status();
  update(model, ApplyPreset{name});
  return {};
}

}  // namespace poolglass::chain
