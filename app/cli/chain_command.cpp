// poolglass chain: the figures of a layer chain, as a table for people or as JSON for programs; and of
// published networks, as the tables they are compared with.
#include <algorithm>
#include <memory>
#include <optional>

#include "app/cli/chain_table.h"
#include "app/cli/command.h"
#include "app/cli/network_questions.h"
#include "app/cli/network_table.h"
#include "app/cli/numbers.h"
#include "app/cli/onnx_tables.h"
#include "app/cli/rows.h"
#include "app/cli/text_table.h"
#include "app/cli/zoo_tables.h"
#include "core/chain/as_network.h"
#include "core/chain/presets.h"
#include "core/io/byte_source.h"
#include "core/io/chain_json.h"
#include "core/io/network_json.h"
#include "core/io/network_text.h"
#include "core/io/onnx_network.h"
#include "core/io/summary_text.h"
#include "core/network/sizes.h"
#include "core/zoo/report.h"
#include "core/zoo/zoo.h"

namespace poolglass::cli {
namespace {

constexpr int64_t kInputLimit = int64_t{16} << 20;  // bytes; parse_chain_json() has its own, lower limit

std::string footer() {
  std::string text = "Presets:\n";
  size_t longest = 0;
  for (const ChainPreset& preset : chain_presets()) longest = std::max(longest, preset.name.size());
  for (const ChainPreset& preset : chain_presets()) {
    std::string name(preset.name);
    name.resize(longest + 2, ' ');
    text += "  " + name + std::string(preset.summary) + "\n";
  }
  text +=
      "\n"
      "Published networks:\n"
      "  --models            their names\n"
      "  --model resnet50    one, layer by layer\n"
      "  --zoo               receptive field and costs at the named endpoints of all\n"
      "  --zoo --totals      torchvision's networks, as a whole\n"
      "  --zoo --layers      and layer by layer\n"
      "  --zoo --costs       parameters and multiply-adds of all, as every convention counts them\n"
      "\n"
      "Conventions:\n"
      "  plain         weights of convolutions and linear layers x output positions (torchvision's "
      "documentation)\n"
      "  flops         2 x plain\n"
      "  timm          + 2 per batch norm output, 5 per layer norm output, 1 per input of an adaptive "
      "average pool\n"
      "  ptflops       + biases, batch norms, activations, pools; modules that call functions count twice\n"
      "  ptflops-aten  + biases\n"
      "  thop          linear layers twice, + biases, 4 per batch norm output, adaptive average pools\n"
      "  slim          2 x plain + biases, batch norms, taps of pools, as in TF-Slim's tables (the column "
      "gflops)\n";
  return text;
}

struct Options {
  Text file, preset, model, format, convention, from;
  Text what_if, at, poke, check;  // questions to one network
  bool sizes = false, walks = false, paths = false;
  std::vector<std::string> inputs;  // --input, as often as it is given
  bool shapes = false;
  bool zoo = false, totals = false, layers = false, costs = false, models = false;

  int sources() const {
    return file.given() + preset.given() + (model.given() && !tables()) + tables() + models;
  }
  bool rows() const { return tables() || shapes; }  // tsv, not a table for people
  int questions() const { return what_if.given() + poke.given() + check.given() + sizes + walks + paths; }
  bool tables() const { return zoo || totals || layers || costs; }
};

// Nothing where no file is read.
Result<std::unique_ptr<ByteSource>> open_file(const Options& options) {
  if (!options.file.given() || options.sources() > 1) return std::unique_ptr<ByteSource>();
  return ByteSource::open(options.file.value);
}

Result<network::Network> load(const Text& file, const Text& preset, ByteSource* source) {
  if (preset.given()) {
    const Result<Chain> chain = chain_preset(preset.value);
    if (!chain.ok()) return chain.status();
    return as_network(*chain);
  }
  if (source != nullptr && file.value == "-") {
    const auto named = [](const Status& why) {
      return Status(why.code(), "standard input: " + why.message());
    };
    const Result<std::string> text = source->text(kInputLimit);
    if (!text.ok()) return named(text.status());
    const Result<network::Network> network = parse_network_json(*text);
    return network.ok() ? network : named(network.status());
  }
  if (file.given()) return read_network_file(file.value);
  return invalid_argument("chain needs a FILE, --preset NAME or --model NAME (see poolglass chain --help)");
}

// A chain has more to tell than a network: the shortcut.
Result<std::string> figures_text(const network::Network& network, bool json) {
  if (const std::optional<Chain> chain = as_chain(network)) {
    const ChainFigures figures = analyze(*chain);
    if (figures.error) return figures.error->status;
    return json ? write_figures_json(*chain, figures) : chain_table(*chain, figures);
  }
  const network::Figures figures = network::analyze(network);
  if (figures.error) return figures.error->status;
  return json ? write_network_figures_json(network, figures) : network_table(network, figures);
}

Status chain_figures(const Options& options, const std::string& form, ByteSource* source) {
  const Result<network::Network> network = load(options.file, options.preset, source);
  if (!network.ok()) return network.status();
  const Result<std::string> text = figures_text(*network, form == "json");
  if (text.ok()) return print(*text);
  const std::string& file = options.file.value;
  return Status(
      text.status().code(),
      (options.file.given() ? (file == "-" ? "standard input" : file) + ": " : "") + text.status().message());
}

Result<network::Convention> convention_of(const Options& options) {
  if (!options.convention.given()) return network::Convention::kPlain;
  const auto convention = network::convention_from_name(options.convention.value);
  if (convention) return *convention;
  return invalid_argument("--convention \"" + options.convention.value +
                          "\" must be plain, flops, timm, ptflops, ptflops-aten, thop or slim");
}

// A size of three numbers, where --input gives one.
Result<TextInput> text_input(const Options& options) {
  if (options.inputs.empty()) return TextInput();
  const std::string& text = options.inputs.back();
  const auto parsed = parse_onnx_size("input=" + text);
  if (options.inputs.size() > 1 || !parsed.ok() || parsed->second.size() != 3)
    return invalid_argument("--input \"" + text + "\" must be channels, height and width: 3x224x224");
  return TextInput({parsed->second[0], parsed->second[1], parsed->second[2]});
}

// A network as another program writes it down.
Status text_figures(const Options& options, const std::string& form, ByteSource& source) {
  const auto kind = network_text_from_name(options.from.value);
  if (!kind) return invalid_argument("--from \"" + options.from.value + "\" must be torch, keras or caffe");
  const Result<TextInput> input = text_input(options);
  if (!input.ok()) return input.status();
  const std::string name = options.file.value == "-" ? "standard input" : options.file.value;
  const auto named = [&](const Status& why) { return Status(why.code(), name + ": " + why.message()); };
  const Result<std::string> text = source.text(static_cast<int64_t>(kMostNetworkText));
  if (!text.ok()) return named(text.status());
  const Result<TextNetwork> read = parse_network_text(*kind, *text, *input);
  if (!read.ok()) return named(read.status());
  const Result<std::string> figures = figures_text(read->network, form == "json");
  if (!figures.ok()) return named(figures.status());
  if (Status s = print(*figures); !s.ok()) return s;
  if (!read->remark.empty()) remark(name + ": " + read->remark);
  return {};
}

Status onnx_figures(const Options& options, const std::string& form, ByteSource& source) {
  const Result<network::Convention> convention = convention_of(options);
  if (!convention.ok()) return convention.status();
  const std::string& file = options.file.value;
  return onnx_tables(source, {file == "-" ? "standard input" : file, options.inputs, *convention,
                              options.shapes, form == "json"});
}

Result<ZooRequest> zoo_request(const Options& options) {
  ZooRequest request;
  request.model = options.model.value;
  if (options.totals + options.layers + options.costs > 1) {
    return invalid_argument("--totals, --layers and --costs exclude each other");
  }
  if (options.totals) request.table = ZooTable::kTotals;
  if (options.layers) request.table = ZooTable::kLayers;
  if (options.costs) request.table = ZooTable::kCosts;
  if (options.inputs.size() > 1) return invalid_argument("--input of a published network is one size");
  if (!options.inputs.empty()) {
    const Result<Size2> size = parse_size("--input", options.inputs.back());
    if (!size.ok()) return size.status();
    if (size->h < 1 || size->w < 1)
      return invalid_argument("--input " + options.inputs.back() + " must be at least 1");
    request.input = *size;
  }
  const Result<network::Convention> convention = convention_of(options);
  if (!convention.ok()) return convention.status();
  request.convention = *convention;
  return request;
}

Status zoo_table(const ZooRequest& request, const std::string& form) {
  const Result<ZooRows> rows = zoo_rows(request);
  if (!rows.ok()) return rows.status();
  if (rows->rows.rows.empty() && !rows->left_out.empty())
    return invalid_argument("the input of --input fits no network");
  if (Status s = print(form == "json" ? rows_json(rows->rows) : rows_tsv(rows->rows)); !s.ok()) return s;
  if (!rows->left_out.empty()) remark("left out, because the input does not fit them: " + rows->left_out);
  return {};
}

Status model_figures(const ZooRequest& request, const std::string& form) {
  const Result<zoo::Model> model = zoo::find(request.model);
  if (!model.ok()) return model.status();
  const Result<std::vector<zoo::Studied>> sizes =
      zoo::study(*model, request.input ? request.input : std::optional<Size2>(zoo::default_size(*model)));
  if (!sizes.ok()) return sizes.status();
  const zoo::Studied& studied = sizes->front();
  if (form == "chain") return print(write_network_json(studied.network));
  if (form == "json") return print(write_network_figures_json(studied.network, studied.figures));
  return print(
      network_table(studied.network, studied.figures, {request.convention, model->written, &studied.terms}));
}

// ---- questions --------------------------------------------------------------------------------------------

// The one network that is asked about: a built-in chain, a published one, a file, or text of other programs.
Result<network::Network> asked_network(const Options& options, ByteSource* source) {
  if (options.sources() > 1)
    return invalid_argument("FILE, --preset, --model, --models and --zoo exclude each other");
  if (options.tables() || options.models || options.shapes || options.convention.given())
    return invalid_argument("questions are asked of one network: FILE, --preset or --model");
  if (options.from.given() && (source == nullptr || options.preset.given()))
    return invalid_argument("--from needs a FILE, or - for standard input, and nothing else to read");
  if (options.model.given()) {
    const Result<zoo::Model> model = zoo::find(options.model.value);
    if (!model.ok()) return model.status();
    const Result<ZooRequest> request = zoo_request(options);
    if (!request.ok()) return request.status();
    Result<network::Network> network = zoo::open(*model);
    if (network.ok() && request->input) return network::resized(*network, *request->input);
    return network;
  }
  const Status no_input = invalid_argument("--input needs an .onnx file, --from or --model");
  if (source == nullptr || options.preset.given())
    return options.inputs.empty() ? load(options.file, options.preset, source) : no_input;
  const std::string name = options.file.value == "-" ? "standard input" : options.file.value;
  const auto named = [&](const Status& why) { return Status(why.code(), name + ": " + why.message()); };
  if (options.from.given()) {
    const auto kind = network_text_from_name(options.from.value);
    if (!kind) return invalid_argument("--from \"" + options.from.value + "\" must be torch, keras or caffe");
    const Result<TextInput> input = text_input(options);
    if (!input.ok()) return input.status();
    const Result<std::string> text = source->text(static_cast<int64_t>(kMostNetworkText));
    if (!text.ok()) return named(text.status());
    Result<TextNetwork> read = parse_network_text(*kind, *text, *input);
    if (!read.ok()) return named(read.status());
    return std::move(read.value().network);
  }
  const Result<bool> onnx = is_onnx(options.file.value, *source);
  if (!onnx.ok()) return onnx.status();
  if (!*onnx) return options.inputs.empty() ? load(options.file, options.preset, source) : no_input;
  const Result<OnnxSizes> sizes = onnx_sizes(options.inputs);
  if (!sizes.ok()) return sizes.status();
  Result<OnnxNetwork> read = read_onnx(*source, *sizes);
  if (!read.ok()) return named(read.status());
  return std::move(read.value().network);
}

Result<Inquiry> asked_of(const Options& options) {
  if (options.questions() > 1)
    return invalid_argument("--what-if, --sizes, --walks, --paths, --poke and --check exclude each other");
  Inquiry asked;
  asked.layer = options.at.value;
  if (options.what_if.given()) {
    if (options.at.given()) return invalid_argument("--at needs --sizes, --walks, --paths or --poke");
    asked.change = options.what_if.value;
  }
  if (options.check.given()) {
    if (options.at.given()) return invalid_argument("--at needs --sizes, --walks, --paths or --poke");
    const std::string& file = options.check.value;
    const auto named = [&](const Status& why) { return Status(why.code(), file + ": " + why.message()); };
    const Result<std::unique_ptr<ByteSource>> source = ByteSource::open(file);
    if (!source.ok()) return source.status();
    const Result<std::string> text = (*source)->text(static_cast<int64_t>(kMostNetworkText));
    if (!text.ok()) return named(text.status());
    Result<network::Summary> summary = parse_summary(*text);
    if (!summary.ok()) return named(summary.status());
    asked.question = NetworkQuestion::kCheck;
    asked.summary = *std::move(summary);
  }
  if (options.sizes) asked.question = NetworkQuestion::kSizes;
  if (options.walks) asked.question = NetworkQuestion::kWalks;
  if (options.paths) asked.question = NetworkQuestion::kPaths;
  if (!options.poke.given()) return asked;
  asked.question = NetworkQuestion::kPoke;
  const std::string& text = options.poke.value;
  const size_t comma = text.find(',');
  std::string size = text;
  if (comma != std::string::npos) size[comma] = 'x';
  const Result<Size2> pixel = parse_size("--poke", size);
  if (comma == std::string::npos || !pixel.ok())
    return invalid_argument("--poke \"" + text + "\" must be a row and a column: 31,31");
  asked.pixel = *pixel;
  return asked;
}

std::string aligned(const Rows& rows) {
  std::vector<std::vector<std::string>> lines = {rows.columns};
  for (const std::vector<Cell>& row : rows.rows) {
    std::vector<std::string> line;
    for (const Cell& cell : row) line.push_back(cell.text);
    lines.push_back(std::move(line));
  }
  return text_table(lines, 1);
}

Status answer_question(const Options& options, const std::string& form, ByteSource* source) {
  const Result<Inquiry> asked = asked_of(options);
  if (!asked.ok()) return asked.status();
  const bool file = form == "chain" && options.what_if.given();
  if (form != "table" && form != "tsv" && form != "json" && !file)
    return invalid_argument("--format \"" + form + "\" must be table, tsv or json" +
                            (options.what_if.given() ? ", or chain: the changed network's file" : ""));
  const Result<network::Network> network = asked_network(options, source);
  if (!network.ok()) return network.status();
  if (file) {
    const Result<std::string> text = changed_file(*network, options.what_if.value);
    return text.ok() ? print(*text) : text.status();
  }
  const Result<Findings> found = inquire(*network, *asked);
  if (!found.ok()) return found.status();
  if (form == "tsv") return print(rows_tsv(found->rows));
  if (form == "json") return print(rows_json(found->rows));
  return print(aligned(found->rows) + (found->sentence.empty() ? "" : "\n" + found->sentence + "\n"));
}

// What is not read must not be given.
Status check(const Options& options, const std::string& form, bool onnx) {
  if (options.file.given() && options.preset.given())
    return invalid_argument("FILE and --preset exclude each other");
  if (options.sources() > 1) {
    return invalid_argument("FILE, --preset, --model, --models and --zoo exclude each other");
  }
  const bool published = options.tables() || options.model.given() || onnx;
  if (!published && !options.inputs.empty())
    return invalid_argument("--input needs an .onnx file, --model or --zoo");
  if (!published && options.convention.given())
    return invalid_argument("--convention needs an .onnx file, --model or --zoo");
  if (options.shapes && !onnx) return invalid_argument("--shapes needs an .onnx file");
  if (options.rows()) {
    if (form == "tsv" || form == "json") return {};
    return invalid_argument("--format \"" + form + "\" must be tsv or json");
  }
  if (options.model.given()) {
    if (form != "table" && form != "json" && form != "chain")
      return invalid_argument("--format \"" + form + "\" must be table, json or chain");
    if (form != "table" && options.convention.given())
      return invalid_argument("--convention needs --format table, or --zoo");
    return {};
  }
  if (form != "table" && form != "json")
    return invalid_argument("--format \"" + form + "\" must be table or json");
  return {};
}

}  // namespace

Status chain_command(const Arguments& arguments, const CliHooks&) {
  Parser parser("Shapes, receptive fields, parameters and costs of layer chains and of published networks.",
                "poolglass chain");
  parser.footer(footer());
  Options options;
  parser.text("FILE", "chain or network (.json, .onnx), or - (standard input)", &options.file);
  parser.text("--preset", "a built-in chain instead of a file", &options.preset);
  parser.text("--model", "a published network instead of a file; with --zoo: that one only", &options.model);
  parser.flag("--models", "the published networks' names", &options.models);
  parser.flag("--zoo", "the published networks at their named endpoints", &options.zoo);
  parser.flag("--totals", "with --zoo: whole networks", &options.totals);
  parser.flag("--layers", "with --zoo: convolutions, pools and linear layers", &options.layers);
  parser.flag("--costs", "with --zoo: parameters and multiply-adds by every convention", &options.costs);
  parser.repeated("--input",
                  "input size of published networks, N or HxW; of an .onnx file, NAME=1x3x224x224, "
                  "repeatable; with --from, CxHxW",
                  &options.inputs);
  parser.flag("--shapes", "of an .onnx file: every tensor's shape", &options.shapes);
  parser.text("--from",
              "FILE is print(model) or nn.Sequential(...) of torch, the JSON of keras, the prototxt of caffe",
              &options.from);
  parser.text(
      "--what-if",
      "what a change would make of it: average, conv2, conv3, dilate, blur, gap, or all; --format chain "
      "writes the changed network",
      &options.what_if);
  parser.flag("--sizes", "which square inputs fit, where rows are lost", &options.sizes);
  parser.flag("--walks", "the field layer by layer: forward, backward, by index, by the shortcut",
              &options.walks);
  parser.flag("--paths", "how many paths lead from each row and column of the input to the middle unit",
              &options.paths);
  parser.text("--poke", "ROW,COLUMN: which units move when this pixel changes, by running and by formula",
              &options.poke);
  parser.text("--check", "a file with the summary that torchinfo or Keras prints, beside our own figures",
              &options.check);
  parser.text("--at",
              "with --sizes, --walks, --paths, --poke: the layer (default: the last with a field of its own)",
              &options.at);
  parser.text("--convention", "what counts as a multiply-add (default plain), see below",
              &options.convention);
  parser.text(
      "--format",
      "table (default) or json; with --model also chain, its file; with --zoo and --shapes: tsv (default) "
      "or json",
      &options.format);
  const Result<Parsed> parsed = parser.parse(arguments);
  if (!parsed.ok()) return parsed.status();
  if (*parsed == Parsed::kDone) return {};
  const std::string form = options.format.given() ? options.format.value : options.rows() ? "tsv" : "table";
  const Result<std::unique_ptr<ByteSource>> source = open_file(options);
  if (!source.ok()) return source.status();
  if (options.questions() > 0) return answer_question(options, form, source->get());
  if (options.at.given()) return invalid_argument("--at needs --sizes, --walks, --paths or --poke");
  if (options.from.given() && *source != nullptr) {
    if (options.convention.given() || options.shapes || (form != "table" && form != "json"))
      return invalid_argument("--from takes --input and --format table or json");
    return text_figures(options, form, **source);
  }
  if (options.from.given())
    return invalid_argument("--from needs a FILE, or - for standard input, and nothing else to read");
  const Result<bool> onnx = *source == nullptr ? Result<bool>(false) : is_onnx(options.file.value, **source);
  if (!onnx.ok()) return onnx.status();
  if (Status s = check(options, form, *onnx); !s.ok()) return s;
  if (*onnx) return onnx_figures(options, form, **source);
  if (options.models) {
    const Result<std::string> names = zoo_names();
    return names.ok() ? print(*names) : names.status();
  }
  if (!options.tables() && !options.model.given()) return chain_figures(options, form, source->get());
  const Result<ZooRequest> request = zoo_request(options);
  if (!request.ok()) return request.status();
  return options.tables() ? zoo_table(*request, form) : model_figures(*request, form);
}

}  // namespace poolglass::cli
