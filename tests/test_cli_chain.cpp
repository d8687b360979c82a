// poolglass chain, end to end.
#include <doctest/doctest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "tests/support/cli_desk.h"
#include "tests/support/onnx_writer.h"
#include "tests/support/process.h"

namespace poolglass {
namespace {

using testing::contains;
using testing::Desk;

}  // namespace

TEST_CASE("chain and describe read standard input where the name is -") {
  const Desk desk;
  desk.folder().write("c.json", R"({"input": [1, 8, 8], "layers": [{"type": "max_pool2d", "kernel": 2}]})");
  desk.folder().write("bad.json", R"({"input": [1, 1, 8], "layers": [{"type": "max_pool2d", "kernel": 2}]})");
  const auto shell = [&](const std::string& line) {
    return run_process({"/bin/sh", "-c", "cd \"$1\" && " + line, POOLGLASS_BINARY, desk.file("")});
  };
  CHECK(shell("cat c.json | \"$0\" chain -").out == desk.succeed("chain @c.json").out);
  CHECK(shell("\"$0\" describe - < c.json").out == desk.succeed("describe @c.json").out);
  CHECK(shell("cat in.npy | \"$0\" describe -").out == desk.succeed("describe @in.npy").out);
  CHECK(shell("cat in.npy | \"$0\" describe --state - --all").out ==
        desk.succeed("describe --all @in.npy").out);
  CHECK(contains(shell("\"$0\" chain - < bad.json").error, "standard input: layer 1 (pool1): "));
  CHECK(contains(shell("\"$0\" describe - < bad.json").error, "layer 1 (pool1): "));
  CHECK(contains(shell("echo { | \"$0\" chain -").error, "standard input: not valid JSON at line 2"));
  CHECK(contains(shell("head -c 200 in.npy | \"$0\" describe -").error, "standard input: shape (8, 8)"));
  CHECK(shell("\"$0\" describe - < /dev/null").exit == 2);
}

TEST_CASE("chain prints a network with branches, naming what joins read, and what does not fit together") {
  const Desk desk;
  const auto write = [&](const char* name, const char* size) {
    desk.folder().write(name, std::string(R"({"format": 2, "input": [3, )") + size + R"(, 16], "layers": [
      {"type": "conv2d", "name": "stem", "out_channels": 4, "kernel": 3, "padding": "same"},
      {"type": "max_pool2d", "kernel": 2}, {"type": "upsample", "scale": 2},
      {"type": "add", "name": "sum", "inputs": ["stem", "upsample1"]}]})");
  };
  write("n.json", "16");
  write("odd.json", "15");
  const std::string table = desk.succeed("chain @n.json").out;
  CHECK(contains(table, "stem, upsample1"));
  const std::string json = desk.succeed("chain --format json @n.json").out;
  CHECK(contains(json, "\"inputs\": [\"stem\", \"upsample1\"], \"output_shape\": [4, 16, 16]"));
  CHECK(contains(json, "\"receptive_field\": {\"h\": 4, \"w\": 4}"));
  CHECK(contains(json, "\"alignment\": {\"h\": \"within\", \"w\": \"within\"}"));
  CHECK(contains(
      desk.refused("chain @odd.json"),
      "layer 4 (sum): its inputs do not fit together: \"stem\" is 4x15x16, but \"upsample1\" is 4x14x16"));
}

TEST_CASE("chain prints the lesson's table") {
  const Desk desk;
  const std::string table = desk.succeed("chain --preset lesson").out;
  CHECK(contains(table, "13,860 parameters"));
  CHECK(contains(table, "48×4×4   46       ≠ 76     16"));
  CHECK(contains(table, "conv 3×3, ×2 C"));
  std::istringstream lines(table);
  std::string line;
  std::getline(lines, line);
  const size_t width = line.size();
  CHECK(width > 60);
}

TEST_CASE("chain reads a file and prints JSON") {
  const Desk desk;
  desk.folder().write(
      "c.json", R"({"input": [1, 8, 8], "layers": [{"type": "max_pool2d", "kernel": 2, "name": "a\nb"}]})");
  const std::string json = desk.succeed("chain @c.json --format json").out;
  CHECK(contains(json, R"("name": "a\nb", "kind": "max_pool2d", "output_shape": [1, 4, 4])"));
  CHECK(contains(desk.succeed("chain @c.json").out, "a\\nb"));
}

TEST_CASE("chain refuses with the layer's name and nothing on stdout") {
  const Desk desk;
  desk.folder().write(
      "small.json",
      R"({"input": [3, 16, 16], "layers": [{"type": "relu"}, {"type": "max_pool2d", "kernel": 17}]})");
  desk.folder().write("syntax.json", "{");
  CHECK(contains(desk.refused("chain @small.json"), "small.json: layer 2 (pool1): "));
  CHECK(contains(desk.refused("chain @small.json --format json"), "layer 2 (pool1): "));
  CHECK(contains(desk.refused("chain @syntax.json"), "line 1, column"));
  CHECK(contains(desk.refused("chain --preset leson"), "lesson, exercise"));
  desk.refused("chain");
  desk.refused("chain @none.json");
  desk.refused("chain @small.json --preset lesson");
  desk.refused("chain --preset lesson --format xml");
}

TEST_CASE("chain reads .onnx files, from standard input too") {
  using namespace onnx_writer;
  const Desk desk;
  const auto write = [&](const std::string& name, const std::string& bytes) {
    std::ofstream(desk.file(name), std::ios::binary) << bytes;
  };
  Writer net;
  net.input("x", {"N", "3", "8", "8"})
      .weight("w", {6, 3, 3, 3})
      .node("Conv", {"x", "w"}, {"y"}, "", "conv\n1")
      .node("Odd", {"y"}, {"z"}, "", "odd")
      .output("z");
  write("net.onnx", net.model());
  const std::string table = desk.succeed("chain @net.onnx").out;
  CHECK(contains(table, "6×6×6"));
  CHECK(contains(table, "conv\\n1"));
  CHECK(contains(table, "162"));
  CHECK(contains(table, "Operators whose output is not known: Odd."));
  const auto shell = [&](const std::string& line) {
    return run_process({"/bin/sh", "-c", "cd \"$1\" && " + line, POOLGLASS_BINARY, desk.file("")});
  };
  CHECK(shell("cat net.onnx | \"$0\" chain -").out == table);
  CHECK(shell("\"$0\" chain - < net.onnx").out == table);
  CHECK(contains(desk.succeed("chain @net.onnx --input x=2x3x10x9 --shapes").out, "\tConv\ty\t2x6x8x7\t"));
  CHECK(contains(desk.succeed("chain @net.onnx --format json").out, "\"params\""));
  CHECK(contains(desk.refused("chain @net.onnx --input x=3x8"), "has 2 sizes, the model's Nx3x8x8 has 4"));
  CHECK(contains(desk.refused("chain @net.onnx --input q=3x8"), "it has \"x\""));
  CHECK(contains(desk.refused("chain @net.onnx --input x"), "must be NAME="));
  desk.refused("chain --preset lesson --shapes");
  const std::string words = desk.succeed("describe @net.onnx").out;
  CHECK(contains(words, "Reads x (3×8×8) in 2 layers."));
  CHECK(contains(words, "sees 3×3 of the input's 8×8"));
  desk.refused("describe --preset lesson --input x=1");
  CHECK(shell("cat net.onnx | \"$0\" describe -").out == words);
  CHECK(shell("\"$0\" describe - < net.onnx").out == words);
  // In the window's rooms, too.
  Writer plain;
  plain.input("x", {"N", "3", "8", "8"})
      .weight("w", {6, 3, 3, 3})
      .node("Conv", {"x", "w"}, {"y"}, "", "c1")
      .node("Relu", {"y"}, {"z"})
      .output("z");
  write("plain.onnx", plain.model());
  desk.succeed("describe --room chain @plain.onnx");
  CHECK(contains(desk.succeed("describe --room chain --all @net.onnx").out, "odd"));
  CHECK(contains(desk.succeed("describe --room chain --preset resnet50 --layer 172").out,
                 "sees 427 of the 224×224 input"));
  CHECK(
      contains(desk.refused("describe --room chain --preset resnet50 --layer 500"), "between 0 (the input)"));

  Writer open;
  write("open.onnx", open.input("x", {"N", "3", "H", "W"}).node("Relu", {"x"}, {"y"}).output("y").model());
  CHECK(contains(desk.refused("chain @open.onnx"), "open.onnx: input \"x\" has the sizes Nx3xHxW"));
  write("cut.onnx", net.model().substr(0, 60));
  CHECK(contains(desk.refused("chain @cut.onnx"), "cut.onnx: "));
  write("text.onnx", "hello, world");
  CHECK(contains(desk.refused("chain @text.onnx"), "is not an ONNX model"));
  write("bad.onnx", Writer()
                        .input("x", Sizes{1, 3, 8, 8})
                        .weight("w", {6, 4, 3, 3})
                        .node("Conv", {"x", "w"}, {"y"}, "", "c")
                        .output("y")
                        .model());
  CHECK(contains(desk.refused("chain @bad.onnx"), "node \"c\" (Conv): a weight of 6x4x3x3"));
}

TEST_CASE("chain reads networks as other programs write them") {
  const Desk desk;
  desk.folder().write("net.txt",
                      "Net(\n  (c): Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1))\n  (s): SiLU()\n)\n");
  desk.folder().write("net.prototxt",
                      "input: \"x\" input_dim: 1 input_dim: 3 input_dim: 9 input_dim: 9\n"
                      "layer { name: \"p\" type: \"Pooling\" bottom: \"x\" top: \"p\" "
                      "pooling_param { kernel_size: 2 stride: 2 } }\n");
  const ProcessResult torch = desk.succeed("chain @net.txt --from torch --input 3x16x16");
  CHECK(contains(torch.out, "8×14×14"));
  CHECK(contains(torch.error, "print(model) does not say how they are connected"));
  CHECK(contains(desk.succeed("chain @net.prototxt --from caffe").out, "3×5×5"));
  CHECK(contains(desk.succeed("chain @net.prototxt --from caffe --format json").out, "\"params\""));
  const ProcessResult piped = run_process({"/bin/sh", "-c", "cat \"$1\" | \"$0\" chain - --from caffe",
                                           POOLGLASS_BINARY, desk.file("net.prototxt")});
  CHECK(contains(piped.out, "3×5×5"));
  CHECK(
      contains(desk.refused("chain @net.txt --from torch"), "net.txt: torch modules do not say their input"));
  CHECK(contains(desk.refused("chain @net.txt --from keras"), "net.txt: not valid JSON"));
  CHECK(contains(desk.refused("chain @net.txt --from tf"), "torch, keras or caffe"));
  CHECK(contains(desk.refused("chain @net.txt --from torch --input 16"), "3x224x224"));
  desk.refused("chain --from torch");
  desk.refused("chain --from torch --preset lesson");
  desk.refused("chain @net.prototxt --from caffe --convention timm");
}

TEST_CASE("chain answers what a change would make of a network") {
  Desk desk;
  const std::string all = desk.succeed("chain --preset exercise --what-if all --format tsv").out;
  CHECK(contains(all, "change\tparams\tmacs\tactivations\tpeak_bytes\tfield_h\t"));
  CHECK(contains(all, "\nconv2\t737056\t"));  // 388,416 + 348,640
  CHECK(contains(all, "\nconv3\t1172256\t"));
  CHECK(contains(all, "\nblur\t388416\t"));
  CHECK(contains(all, "there is no flatten of a map"));
  CHECK(contains(desk.succeed("chain --preset exercise --what-if conv3 --format json").out,
                 "\"more_params\": 783840"));
  desk.folder().write("b.json", desk.succeed("chain --preset exercise --what-if conv3 --format chain").out);
  CHECK(contains(desk.succeed("chain @b.json").out, "1,172,256"));
  CHECK(contains(desk.refused("chain --preset exercise --what-if gap"), "there is no flatten of a map"));
  CHECK(contains(desk.refused("chain --preset exercise --what-if more"), "average, conv2, conv3"));
  CHECK(contains(desk.refused("chain --preset exercise --what-if all --format chain"), "one change"));
  desk.refused("chain --preset exercise --what-if all --format xml");
  desk.refused("chain --what-if all");
}

TEST_CASE("chain tells a field in four ways, paths, sizes, and what a pixel moves") {
  Desk desk;
  const std::string walks = desk.succeed("chain --preset lesson --walks --format tsv").out;
  CHECK(contains(walks, "\npool4\t46\t16\t-15\t1\t1\t1\t76\n"));
  CHECK(contains(walks, "\ninput\t1\t1\t0\t46\t1\t46\t1\n"));
  const std::string paths = desk.succeed("chain --preset lesson --paths").out;
  CHECK(contains(paths, "% of paths in the inner 34 of 46 rows"));
  CHECK(
      contains(desk.succeed("chain --preset lesson --sizes --format tsv").out, "\n64\tyes\t0\t4\t46\t15\t"));
  const std::string mobile = desk.succeed("chain --model mobilenet_v1 --sizes --format tsv").out;
  CHECK(contains(mobile, "\t126\t"));  // effective padding at 224, and at 321
  CHECK(contains(mobile, "\t157\t"));
  const std::string poke = desk.succeed("chain --preset lesson --poke 0,63 --format tsv").out;
  CHECK(contains(poke, "running\t0\t0\t3\t3\t1\nformula\t0\t0\t3\t3\t1\n"));
  CHECK(
      contains(desk.succeed("chain --preset lesson --poke 31,31 --at pool1").out, "the boxes are the same"));
  CHECK(contains(desk.refused("chain --preset lesson --poke 31"), "a row and a column"));
  CHECK(contains(desk.refused("chain --preset lesson --poke 64,0"), "is not in the first input"));
  CHECK(contains(desk.refused("chain --preset lesson --walks --at pool9"), "is no layer's name"));
  CHECK(contains(desk.refused("chain --preset lesson --walks --paths"), "exclude each other"));
  CHECK(contains(desk.refused("chain --preset lesson --at pool1"), "--at needs"));
  desk.folder().write("keras.txt",
                      "Layer (type) Output Shape Param #\n conv2d (Conv2D) (None, 64, 64, 6) 168\n"
                      " pool (MaxPooling2D) (None, 31, 31, 6) 0\nTotal params: 13,860\n");
  const std::string check = desk.succeed("chain --preset lesson --check @keras.txt --format tsv").out;
  CHECK(contains(check, "\nconv1\tconv2d\t6×64×64\t64×64×6\t168\t168\t=\n"));
  CHECK(contains(check, "\npool1\tpool\t6×32×32\t31×31×6\t0\t0\toutput\n"));
  CHECK(contains(desk.refused("chain --preset lesson --check @none.txt"), "none.txt"));
  // What is not read is refused.
  CHECK(contains(desk.refused("chain --preset lesson --walks --input 32"), "--input needs"));
  CHECK(contains(desk.refused("chain --preset lesson --from torch --walks"), "--from needs"));
  CHECK(contains(desk.refused("chain --model vgg16 --from torch --sizes"), "--from needs"));
  desk.refused("chain --preset lesson --model resnet50 --walks");
}

TEST_CASE("chain prints published networks, one or all") {
  const Desk desk;
  const std::string one = desk.succeed("chain --model resnet50").out;
  CHECK(contains(one, "25,557,032 parameters, 4,089,184,256 multiply-adds"));
  CHECK(contains(one, "layer4.2.conv2"));
  CHECK(contains(desk.succeed("chain --model resnet50 --convention timm").out,
                 "4,111,512,576 multiply-adds as timm"));
  CHECK(contains(desk.succeed("chain --models").out, "unet_unpadded"));
  const std::string endpoints = desk.succeed("chain --zoo --model resnet50").out;
  CHECK(contains(endpoints, "\nresnet50\t224\tlayer4\t"));
  CHECK(contains(endpoints, "\t427\t32\t213\t23508032\t4087136256\t"));
  const std::string totals = desk.succeed("chain --zoo --totals").out;
  CHECK(totals.starts_with(
      "model\tinput\tparams\tmacs\tactivations\tbn_outputs\tgap_inputs\tconvs\tlinears\tpools\t"));
  CHECK(contains(
      totals, "\nvgg16\t224\t138357544\t15470264320\t13556712\t0\t25088\t13\t3\t5\t212\t32\t90\tyes\tno\n"));
  const std::string json = desk.succeed("chain --zoo --totals --model alexnet --format json").out;
  CHECK(contains(json, R"({"model": "alexnet", "input": 224, "params": 61100840, "macs": 714188480,)"));
  CHECK(contains(desk.succeed("chain --zoo --costs --model resnet50 --input 288").out, "\t288\t25557032\t"));
}

TEST_CASE("a published network written as a file is that network") {
  const Desk desk;
  desk.folder().write("fire.json",
                      desk.succeed("chain --model squeezenet1_1 --input 128 --format chain").out);
  CHECK(desk.succeed("chain @fire.json").out == desk.succeed("chain --model squeezenet1_1 --input 128").out);
  CHECK(desk.succeed("chain @fire.json --format json").out ==
        desk.succeed("chain --model squeezenet1_1 --input 128 --format json").out);
}

TEST_CASE("chain refuses what it cannot print of published networks") {
  const Desk desk;
  CHECK(contains(desk.refused("chain --model resnet51"), "resnet50"));
  CHECK(contains(desk.refused("chain --model unet_unpadded --input 570"), "up4.cat"));
  CHECK(contains(desk.refused("chain --model resnet50 --convention flop"), "ptflops"));
  desk.refused("chain --zoo --totals --layers");
  desk.refused("chain --zoo --format table");
  desk.refused("chain --zoo --format chain");
  desk.refused("chain --preset lesson --format chain");
  desk.refused("chain --model resnet50 --format json --convention timm");
  desk.refused("chain --zoo --input 0");
  desk.refused("chain --zoo --input 4000000000");
  desk.refused("chain --model resnet50 --preset lesson");
  desk.refused("chain --preset lesson --input 3");
  desk.refused("chain --zoo --preset lesson");
}

}  // namespace poolglass
