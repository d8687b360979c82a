#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "core/io/npy.h"
#include "core/io/npz.h"
#include "tests/support/temp_folder.h"
#include "tests/support/zip.h"

namespace poolglass {
namespace {

std::string dict(const std::string& descr, const std::string& shape, const std::string& fortran = "False") {
  return "{'descr': '" + descr + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }";
}

std::string file(const std::string& header, const std::string& data, int version = 1) {
  std::string text = header;
  text.append(63 - (text.size() + 12) % 64, ' ');
  text += '\n';
  std::string bytes = "\x93NUMPY";
  bytes += static_cast<char>(version);
  bytes += '\0';
  for (int i = 0; i < (version == 1 ? 2 : 4); ++i) bytes += static_cast<char>(text.size() >> (8 * i) & 0xff);
  return bytes + text + data;
}

template <class T>
std::string raw(std::initializer_list<T> values, bool swap = false) {
  std::string bytes;
  for (T value : values) {
    char one[sizeof(T)];
    std::memcpy(one, &value, sizeof(T));
    if (swap) std::reverse(one, one + sizeof(T));
    bytes.append(one, sizeof(T));
  }
  return bytes;
}

std::string error_of(const TempFolder& folder, const std::string& bytes) {
  const Result<NpyArray> array = read_npy(folder.write("bad.npy", bytes));
  REQUIRE(!array.ok());
  return array.status().message();
}

std::vector<float> values_of(const TempFolder& folder, const std::string& bytes,
                             std::string* note = nullptr) {
  const Result<NpyArray> array = read_npy(folder.write("good.npy", bytes));
  REQUIRE_MESSAGE(array.ok(), array.status().message());
  if (note != nullptr) *note = array->note;
  return array->tensor.values;
}

}  // namespace

TEST_CASE("what is written is read back bit for bit, whatever the rank") {
  TempFolder folder;
  const float odd[] = {-0.0f, 1e-45f, -1e-40f, INFINITY, -INFINITY, std::bit_cast<float>(0x7fc12345u)};
  for (const std::vector<int64_t>& dimensions :
       {std::vector<int64_t>{2, 3}, {1, 2, 3}, {3, 1, 2}, {1, 3, 2, 1}, {6, 1, 1, 1}}) {
    REQUIRE(write_npy(folder / "a.npy", dimensions, odd).ok());
    const Result<NpyArray> array = read_npy(folder / "a.npy");
    REQUIRE(array.ok());
    CHECK(array->dimensions == dimensions);
    CHECK(array->note.empty());
    CHECK(std::memcmp(array->tensor.values.data(), odd, sizeof(odd)) == 0);
    CHECK(folder.read("a.npy").size() == 128 + sizeof(odd));
  }
}

TEST_CASE("missing leading dimensions are 1") {
  TempFolder folder;
  const float x[6] = {};
  REQUIRE(write_npy(folder / "a.npy", {2, 3}, x).ok());
  CHECK(read_npy(folder / "a.npy")->tensor.shape == Shape{1, 1, 2, 3});
  REQUIRE(write_npy(folder / "a.npy", {3, 2, 1}, x).ok());
  CHECK(read_npy(folder / "a.npy")->tensor.shape == Shape{1, 3, 2, 1});
}

TEST_CASE("a written header is NumPy's own") {
  TempFolder folder;
  const int64_t index[] = {5, -1};
  REQUIRE(write_npy(folder / "i.npy", {1, 2}, index).ok());
  const std::string bytes = folder.read("i.npy");
  CHECK(bytes.substr(0, 10) == std::string("\x93NUMPY\x01\x00\x76\x00", 10));
  CHECK(bytes.substr(10, 59) == "{'descr': '<i8', 'fortran_order': False, 'shape': (1, 2), }");
  CHECK(bytes[127] == '\n');
  CHECK(bytes.substr(128) == raw<int64_t>({5, -1}));
}

TEST_CASE("every real type is converted to float32 and the note says so") {
  TempFolder folder;
  std::string note;
  using V = std::vector<float>;
  CHECK(values_of(folder, file(dict("|b1", "(1, 3)"), std::string("\0\1\x7f", 3)), &note) == V{0, 1, 1});
  CHECK(note == "bool converted to float32");
  CHECK(values_of(folder, file(dict("|i1", "(1, 2)"), raw<int8_t>({-128, 127}))) == V{-128, 127});
  CHECK(values_of(folder, file(dict("|u1", "(1, 2)"), raw<uint8_t>({0, 255}))) == V{0, 255});
  CHECK(values_of(folder, file(dict("<i2", "(1, 2)"), raw<int16_t>({-32768, 5}))) == V{-32768, 5});
  CHECK(values_of(folder, file(dict(">u2", "(1, 2)"), raw<uint16_t>({65535, 1}, true)), &note) ==
        V{65535, 1});
  CHECK(note == "big-endian uint16 converted to float32");
  CHECK(values_of(folder, file(dict("<i4", "(1, 2)"), raw<int32_t>({INT32_MIN, 16777217}))) ==
        V{-0x1p31f, 0x1p24f});
  CHECK(values_of(folder, file(dict(">u4", "(1, 1)"), raw<uint32_t>({UINT32_MAX}, true))) == V{0x1p32f});
  CHECK(values_of(folder, file(dict("<i8", "(1, 1)"), raw<int64_t>({INT64_MIN}))) == V{-0x1p63f});
  CHECK(values_of(folder, file(dict("<u8", "(1, 1)"), raw<uint64_t>({UINT64_MAX}))) == V{0x1p64f});
  CHECK(values_of(folder, file(dict("<f8", "(1, 3)"), raw<double>({0.1, 1e300, -1e-300}))) ==
        V{0.1f, INFINITY, -0.0f});
  CHECK(values_of(folder, file(dict(">f4", "(1, 2)"), raw<float>({1.5f, -3e-42f}, true))) ==
        V{1.5f, -3e-42f});
  CHECK(values_of(folder, file(dict("=f4", "(1, 1)"), raw<float>({2}))) == V{2});
  // As numpy.dtype() reads them: '|' where order matters means this machine's; names and letters of types.
  for (const char* descr : {"|f4", "f4", "float32", "f", "<f", "single"})
    CHECK(values_of(folder, file(dict(descr, "(1, 1)"), raw<float>({2.5f}))) == V{2.5f});
  for (const char* descr : {"float64", "d", "<d", "|d", "float", "double"})
    CHECK(values_of(folder, file(dict(descr, "(1, 1)"), raw<double>({2.5}))) == V{2.5f});
  for (const char* descr : {"l", "q", "int64", "int", "|i8", "=p"})
    CHECK(values_of(folder, file(dict(descr, "(1, 1)"), raw<int64_t>({-7}))) == V{-7});
  CHECK(values_of(folder, file(dict(">H", "(1, 1)"), raw<uint16_t>({513}, true))) == V{513});
  CHECK(values_of(folder, file(dict("?", "(1, 1)"), raw<uint8_t>({1}))) == V{1});
  CHECK(values_of(folder, file(dict("b", "(1, 1)"), raw<int8_t>({-1}))) == V{-1});
  // float16: 1, -2, largest, smallest denormal, largest denormal, -0, infinity
  CHECK(values_of(folder, file(dict("<f2", "(1, 7)"),
                               raw<uint16_t>({0x3c00, 0xc000, 0x7bff, 0x0001, 0x03ff, 0x8000, 0x7c00}))) ==
        V{1, -2, 65504, 0x1p-24f, 0x3ffp-24f, -0.0f, INFINITY});
  const V nan = values_of(folder, file(dict("<f2", "(1, 2)"), raw<uint16_t>({0x7e01, 0x8000})));
  CHECK(std::isnan(nan[0]));
  CHECK(std::signbit(nan[1]));
}

TEST_CASE("Fortran order and unaligned data are converted") {
  TempFolder folder;
  std::string note;
  // [[1, 2, 3], [4, 5, 6]], first index fastest
  CHECK(values_of(folder, file(dict("<f4", "(2, 3)", "True"), raw<float>({1, 4, 2, 5, 3, 6})), &note) ==
        std::vector<float>{1, 2, 3, 4, 5, 6});
  CHECK(note == "Fortran order converted to C order");
  // (2, 2, 1, 2): element (n, c, 0, x) is n*100 + c*10 + x
  CHECK(values_of(folder, file(dict("<i2", "(2, 2, 1, 2)", "True"),
                               raw<int16_t>({0, 100, 10, 110, 1, 101, 11, 111}))) ==
        std::vector<float>{0, 1, 10, 11, 100, 101, 110, 111});
  std::string odd = "{'shape':(1,2),\"fortran_order\":False,'descr':\"<f4\"}";
  odd += std::string(odd.size() % 2 == 0 ? 1 : 0, ' ');
  const std::string unaligned =
      std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(odd.size()) + '\0' + odd;
  REQUIRE(unaligned.size() % 4 != 0);
  CHECK(values_of(folder, unaligned + raw<float>({7, 8}), &note) == std::vector<float>{7, 8});
  CHECK(note.empty());
}

TEST_CASE("nothing is read of an empty array, in whatever order it is kept") {
  const TempFolder folder;
  for (const char* order : {"False", "True"}) {
    const std::string head = dict("<f4", "(0, 7, 2222222227228222)", order);
    const Result<NpyReader> empty = NpyReader::open(folder.write("empty.npy", file(head, "")));
    REQUIRE(empty.ok());
    float none = 5;
    CHECK(empty->read_own(0, 0, &none).ok());
    CHECK(none == 5);
  }
}

TEST_CASE("an array is read in pieces, in its own type, as float32 and as float64") {
  TempFolder folder;
  std::vector<float> x(2 * 3 * 4 * 5), part(20);
  for (size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i);
  REQUIRE(write_npy(folder / "a.npy", {2, 3, 4, 5}, x.data()).ok());
  const Result<NpyReader> reader = NpyReader::open(folder / "a.npy");
  REQUIRE(reader.ok());
  CHECK(reader->type() == NpyType{});
  CHECK(reader->elements() == 120);
  REQUIRE(reader->read(80, 20, part.data()).ok());
  CHECK(part == std::vector<float>(x.begin() + 80, x.begin() + 100));

  const std::string data = raw<double>({1, 2 + 1e-15, 3e300, 4, 5, 6});
  folder.write("f8.npy", file(dict("<f8", "(3, 1, 2)"), data));
  const Result<NpyReader> wide = NpyReader::open(folder / "f8.npy");
  REQUIRE(wide.ok());
  double own[3], as_double[3];
  float rounded[3];
  int64_t beyond_range = 0;
  REQUIRE(wide->read_own(1, 3, own).ok());
  CHECK(own[0] == 2 + 1e-15);
  CHECK(own[2] == 4);
  REQUIRE(wide->read(1, 3, as_double).ok());
  CHECK(as_double[0] == 2 + 1e-15);
  REQUIRE(wide->read(1, 3, rounded, &beyond_range).ok());
  CHECK(rounded[0] == 2);
  CHECK(rounded[1] == INFINITY);
  CHECK(beyond_range == 1);
  CHECK(read_npy(folder / "f8.npy")->note ==
        "float64 converted to float32; 1 value is beyond its range and became infinite");

  // Fortran order, big-endian, beginning inside a row.
  folder.write("f.npy", file(dict(">i4", "(2, 2, 3)", "True"),
                             raw<int32_t>({0, 100, 10, 110, 1, 101, 11, 111, 2, 102, 12, 112}, true)));
  const Result<NpyReader> fortran = NpyReader::open(folder / "f.npy");
  REQUIRE(fortran.ok());
  int32_t middle[6];
  REQUIRE(fortran->read_own(2, 6, middle).ok());
  CHECK(std::vector<int32_t>(middle, middle + 6) == std::vector<int32_t>{2, 10, 11, 12, 100, 101});
}

TEST_CASE("Python 2's long integers are dimensions, as NumPy reads them") {
  TempFolder folder;
  const std::string data = raw<float>({1, 2, 3, 4});
  using V = std::vector<float>;
  for (const char* shape : {"(2L, 2L)", "(2L, 2)", "(2 L, 2L,)"})
    CHECK(values_of(folder, file(dict("<f4", shape), data)) == V{1, 2, 3, 4});
  for (const char* shape : {"(2l, 2L)", "(2LL, 2)", "(L2, 2)", "(2, 2)L", "(L, 2)"})
    error_of(folder, file(dict("<f4", shape), data));
  CHECK(values_of(folder, file(dict("<f4", "(2L, 2L)"), data, 2)) == V{1, 2, 3, 4});
  CHECK(error_of(folder, file(dict("<f4", "(2L, 2L)"), data, 3)).find("'shape'") != std::string::npos);
}

TEST_CASE("an array comes from front to back, of any length, and may end early") {
  TempFolder folder;
  const auto from = [](const std::string& bytes, size_t piece) {
    return [bytes, piece, at = size_t{0}](void* to, size_t most) mutable -> Result<size_t> {
      const size_t some = std::min({most, piece, bytes.size() - at});
      std::memcpy(to, bytes.data() + at, some);
      at += some;
      return some;
    };
  };
  std::vector<float> x(300 * 300, 0.5f), y(x.size());
  x[5] = 7;
  REQUIRE(write_npy(folder / "a.npy", {300, 300}, x.data()).ok());
  const std::string bytes = folder.read("a.npy");
  for (size_t piece : {size_t{1}, size_t{4096}, bytes.size()}) {
    const Result<NpyReader> reader = NpyReader::open("somewhere", from(bytes, piece));
    REQUIRE(reader.ok());
    REQUIRE(reader->read(0, 90000, y.data()).ok());
    CHECK(y == x);
  }
  const Status cut = NpyReader::open("somewhere", from(bytes.substr(0, bytes.size() - 1), 4096)).status();
  CHECK(cut.message() ==
        "somewhere: shape (300, 300) of float32 needs 360000 bytes, but the file holds 359999");
  CHECK(NpyReader::open("somewhere", from("", 1)).status().message() == "somewhere: is empty");
  CHECK(NpyReader::open("somewhere", from(file(dict("<f4", "(3000000, 3000000)"), ""), 9)).status().code() ==
        StatusCode::kResourceExhausted);
}

TEST_CASE("an array's name begins behind the last archive's ending, colons of its own included") {
  const auto split = [](const std::string& path) {
    const std::optional<NpzPath> parts = split_npz_path(path);
    return parts ? parts->archive + "|" + parts->member : "none";
  };
  CHECK(split("w.npz") == "w.npz|");
  CHECK(split("w.npz:x") == "w.npz|x");
  CHECK(split("w.npz:conv1/kernel:0") == "w.npz|conv1/kernel:0");
  CHECK(split("a:b/w.NPZ:x:y:z") == "a:b/w.NPZ|x:y:z");
  CHECK(split("a.npz:b.npz:x") == "a.npz:b.npz|x");
  for (const char* none : {"", ":", ":x", "w.npy", "w.npy:x", "a:b:c"}) CHECK(split(none) == "none");
}

TEST_CASE("arrays of archives are read by name, and the names are listed when one is missing") {
  TempFolder folder;
  const std::string x = file(dict("<f4", "(1, 2)"), raw<float>({1, 2})),
                    y = file(dict("<i8", "(1, 3)", "True"), raw<int64_t>({3, 4, 5}));
  const std::string zip = testing::stored_zip({{"x.npy", x}, {"y z.npy", y}, {"note", "text"}});
  folder.write("a.npz", zip);
  const auto values = [&](const std::string& name) { return read_npy(folder / name)->tensor.values; };
  const auto error = [&](const std::string& name) { return read_npy(folder / name).status().message(); };
  using V = std::vector<float>;
  CHECK(values("a.npz:x") == V{1, 2});
  CHECK(values("a.npz:x.npy") == V{1, 2});
  CHECK(values("a.npz:y z") == V{3, 4, 5});
  CHECK(error("a.npz:w") == folder / "a.npz" + std::string(": has no array \"w\" (it has x, y z, note)"));
  CHECK(error("a.npz").find("FILE.npz:NAME (it has x, y z, note)") != std::string::npos);
  CHECK(error("a.npz:").find("FILE.npz:NAME") != std::string::npos);
  CHECK(error("a.npz:note") ==
        folder / "a.npz:note" + std::string(": not a .npy file (its first bytes differ)"));
  CHECK(error("b.npz:x").find("b.npz: cannot be opened: No such file") != std::string::npos);
  std::filesystem::create_directory(folder / "c.npz");
  CHECK(error("c.npz:x").find("c.npz: is not a regular file") != std::string::npos);
  folder.write("d.npz", zip.substr(0, 200));
  CHECK(error("d.npz:x").find("d.npz: cannot be read as a .npz archive: ") != std::string::npos);
  std::string broken = zip;
  const size_t value = broken.find(raw<float>({1, 2}));
  broken[value] = static_cast<char>(broken[value] ^ 1);
  folder.write("e.npz", broken);
  CHECK(error("e.npz:x") == folder / "e.npz:x" + std::string(": cannot be read: CRC error"));
  CHECK(read_npy(folder / "e.npz:y z").ok());
  const auto arrays = npz_arrays(folder / "a.npz");
  REQUIRE(arrays.ok());
  REQUIRE(arrays->size() == 2);  // the note is none
  CHECK((*arrays)[0].name == "x");
  CHECK((*arrays)[1].name == "y z");
  CHECK((*arrays)[1].header->dimensions == std::vector<int64_t>{1, 3});
  CHECK(npy_type_name((*arrays)[1].header->type) == "int64");
  CHECK(npz_arrays(folder / "d.npz").status().message().find("d.npz: cannot be read as a .npz") !=
        std::string::npos);
  folder.write("g.npz", testing::stored_zip({{"bad.npy", "text"}, {"y.npy", y}}));
  CHECK_FALSE(npz_arrays(folder / "g.npz")->front().header.ok());
  // A member that cannot be unpacked says why, listed and opened alike. 97: WavPack, for sound alone.
  std::string packed = testing::stored_zip({{"x.npy", x}, {"y.npy", y}});
  for (const char* head : {"PK\3\4", "PK\1\2"}) packed[packed.find(head) + (head[2] == 3 ? 8 : 10)] = 97;
  folder.write("packed.npz", packed);
  const auto listed = npz_arrays(folder / "packed.npz");
  REQUIRE(listed->size() == 2);
  const std::string reason = (*listed)[0].header.status().message();
  CHECK(reason.find("cannot be read: ") == 0);
  CHECK(error("packed.npz:x").find("packed.npz:x: " + reason) != std::string::npos);
  CHECK((*listed)[1].header.ok());
  std::string only = testing::stored_zip({{"x.npy", x}});
  for (const char* head : {"PK\3\4", "PK\1\2"}) only[only.find(head) + (head[2] == 3 ? 8 : 10)] = 97;
  folder.write("only.npz", only);
  CHECK(error("only.npz").find("only.npz: " + reason) != std::string::npos);
  // The only array need not be named.
  folder.write("h.npz", testing::stored_zip({{"note", "text"}, {"y.npy", y}}));
  CHECK(values("h.npz") == V{3, 4, 5});
  folder.write("i.npz", testing::stored_zip({{"note", "text"}}));
  CHECK(error("i.npz").find("FILE.npz:NAME (it has note)") != std::string::npos);
  // A file whose name has a colon is that file.
  folder.write("f.npz:x", y);
  CHECK(values("f.npz:x") == V{3, 4, 5});

  std::vector<std::pair<std::string, std::string>> many;
  for (int i = 0; i < 23; ++i) many.emplace_back("a" + std::to_string(i) + ".npy", x);
  folder.write("many.npz", testing::stored_zip(many));
  CHECK(error("many.npz").find("a18, a19 and 3 more)") != std::string::npos);
  CHECK(values("many.npz:a22") == V{1, 2});
}

TEST_CASE("an empty batch is an array of no elements") {
  TempFolder folder;
  const std::string bytes = file(dict("<f8", "(0, 3, 4, 4)"), "");
  folder.write("none.npy", bytes);
  const Result<NpyReader> reader = NpyReader::open(folder / "none.npy");
  REQUIRE(reader.ok());
  CHECK(reader->elements() == 0);
  CHECK(reader->read(0, 0, static_cast<float*>(nullptr)).ok());
  CHECK(reader->read_own(0, 0, static_cast<double*>(nullptr)).ok());
  CHECK(error_of(folder, bytes).find("empty dimension") != std::string::npos);
}

TEST_CASE("a shape is written as NumPy writes it, a long one in short") {
  CHECK(tuple_text({}) == "()");
  CHECK(tuple_text({10}) == "(10,)");
  CHECK(tuple_text({2, 3}) == "(2, 3)");
  CHECK(tuple_text({1, 2, 3, 4, 5, 6, 7, 8, 9}) == "(1, 2, 3, 4, 5, 6, 7, 8, ...)");
}

TEST_CASE("dimensions are a feature map's in either layout") {
  CHECK(*feature_map_shape({4, 6, 3}, Layout::kNhwc) == Shape{1, 3, 4, 6});
  CHECK(*feature_map_shape({2, 4, 6, 3}, Layout::kNhwc) == Shape{2, 3, 4, 6});
  CHECK(*feature_map_shape({2, 4, 6, 3}) == Shape{2, 4, 6, 3});
  CHECK(*feature_map_shape({0, 3, 4, 4}) == Shape{0, 3, 4, 4});
  CHECK(*feature_map_shape({0, 4, 4, 3}, Layout::kNhwc) == Shape{0, 3, 4, 4});
  CHECK_FALSE(feature_map_shape({4, 6}, Layout::kNhwc).ok());
  for (const std::vector<int64_t>& empty :
       {std::vector<int64_t>{0, 4, 4}, {2, 0, 4, 4}, {1, 1, 0, 4}, {0, 3, 4, 0}})
    CHECK(feature_map_shape(empty).status().message().find("empty dimension") != std::string::npos);
}

TEST_CASE("versions 2 and 3, extra bytes, any key order, spacing and quotes are read") {
  TempFolder folder;
  const std::string data = raw<float>({1, 2});
  for (int version : {1, 2, 3})
    CHECK(values_of(folder, file(dict("<f4", "(1, 2)"), data + "more", version))[1] == 2);
  CHECK(values_of(folder, file("{ \"shape\" : ( 1 ,2, ) ,\n'fortran_order':False,'descr'  :'<f4'}  \n",
                               data))[0] == 1);
}

TEST_CASE("headers that are not exactly right are refused by name") {
  TempFolder folder;
  const std::string data(480, '\1');
  const struct {
    std::string header;
    const char* word;
  } cases[] = {
      {dict("<c8", "(3, 4)"), "'<c8'"},
      {dict("<f16", "(3, 4)"), "'<f16'"},
      {dict("|O", "(3, 4)"), "'|O'"},
      {dict("<U4", "(3, 4)"), "'<U4'"},
      {dict("<M8[s]", "(3, 4)"), "'<M8[s]'"},
      {dict("", "(3, 4)"), "''"},
      {dict("<b2", "(3, 4)"), "'<b2'"},
      {dict("<float32", "(3, 4)"), "'<float32'"},
      {dict("g", "(3, 4)"), "'g'"},
      {dict("Float32", "(3, 4)"), "'Float32'"},
      {dict("f4 ", "(3, 4)"), "'f4 '"},
      {"{'descr': [('x', '<f2')], 'fortran_order': False, 'shape': (3, 4), }", "'descr'"},
      {"{'descr': None, 'fortran_order': False, 'shape': (3, 4), }", "'descr'"},
      {dict("<f4", "(3, 4)", "'False'"), "'fortran_order'"},
      {dict("<f4", "(3, 4)", "1"), "'fortran_order'"},
      {dict("<f4", "12"), "'shape'"},
      {dict("<f4", "(12)"), "'shape'"},
      {dict("<f4", "[3, 4]"), "'shape'"},
      {dict("<f4", "(3, -4)"), "'shape'"},
      {dict("<f4", "(3,, 4)"), "'shape'"},
      {dict("<f4", "(0x3, 4)"), "'shape'"},
      {dict("<f4", "(3.0, 4)"), "'shape'"},
      {dict("<f4", "(03, 4)"), "'shape'"},
      {dict("<f4", "((3, 4), 5)"), "'shape'"},
      {dict("<f4", "(3, 99999999999999999999)"), "2^63-1"},
      {dict("<f4", "()"), "0 dimensions"},
      {dict("<f4", "(3,)"), "1 dimension,"},
      {dict("<f4", "(1, 1, 1, 1, 1)"), "5 dimensions"},
      {dict("<f4", "(3, 0)"), "empty dimension"},
      {dict("<f4", "(4294967296, 4294967296)"), "too large"},
      {dict("<f4", "(4611686018427387919, 1)"), "too large"},
      {dict("<f4", "(1000000, 1000000)"), "4000000000000 bytes"},
      {dict("<f4", "(11, 11)"), "484 bytes"},
      {"{'descr': '<f4', 'shape': (3, 4), }", "no 'fortran_order'"},
      {"{'descr': '<f4', 'fortran_order': False}", "no 'shape'"},
      {"{'fortran_order': False, 'shape': (3, 4)}", "no 'descr'"},
      {"{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }", "twice"},
      {"{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), 'x': 1}", "'x'"},
      {"{'descr': '<f4' 'fortran_order': False, 'shape': (3, 4)}", "dict"},
      {dict("<f4", "(3, 4)") + " + 1", "dict"},
      {"", "dict"},
  };
  for (const auto& [header, word] : cases) {
    const std::string message = error_of(folder, file(header, data));
    INFO(header << "  ->  " << message);
    CHECK(message.find(word) != std::string::npos);
    CHECK(message.find('\n') == std::string::npos);
  }
  for (int version : {0, 4, 255})
    CHECK(error_of(folder, file(dict("<f4", "(3, 4)"), data, version)).find("version") > 0);
}

// Every prefix of a file is refused, and every single changed byte of the header is either refused or read as
// exactly what the changed header says.
TEST_CASE("cut and mutated files are refused or right") {
  TempFolder folder;
  const std::string whole = file(dict("<f4", "(2, 3, 4)"), std::string(96, '\x3f'));
  for (size_t size = 0; size < whole.size(); ++size) {
    CHECK_FALSE(read_npy(folder.write("cut.npy", whole.substr(0, size))).ok());
  }
  int64_t read = 0;
  for (size_t at = 0; at < whole.size() - 96; ++at) {
    for (int flip = 1; flip < 256; ++flip) {
      std::string bytes = whole;
      bytes[at] = static_cast<char>(bytes[at] ^ flip);
      const Result<NpyHeader> header = parse_npy_header(bytes);
      if (!header.ok()) continue;
      int64_t elements = header->type.size;
      for (int64_t extent : header->dimensions) REQUIRE(checked_multiply(elements, extent, &elements));
      const Result<NpyArray> array = read_npy(folder.write("flip.npy", bytes));
      CHECK(array.ok() ==
            (elements > 0 && elements <= static_cast<int64_t>(bytes.size()) - header->data_offset));
      if (array.ok()) CHECK(array->dimensions == header->dimensions);
      read += array.ok();
    }
  }
  CHECK(read > 0);
}

TEST_CASE("a failed write leaves nothing behind and the old file as it was") {
  TempFolder folder;
  const float x[4] = {1, 2, 3, 4};
  folder.write("old.npy", "old");
  {
    Outputs outputs;
    Result<NpyWriter> writer =
        NpyWriter::create(outputs, folder / "old.npy", NpyWriter::Element::kFloat32, {2, 2});
    REQUIRE(writer.ok());
    CHECK(writer->append(x, 2).ok());
  }
  CHECK(folder.read("old.npy") == "old");
  CHECK(folder.entries() == std::vector<std::string>{"old.npy"});

  CHECK_FALSE(write_npy(folder / "missing/out.npy", {2, 2}, x).ok());
  std::filesystem::create_directory(folder / "folder.npy");
  const Status folder_status = write_npy(folder / "folder.npy", {2, 2}, x);
  CHECK(folder_status.message().find("is a folder") != std::string::npos);
  CHECK_FALSE(write_npy("/dev/null", {2, 2}, x).ok());
  CHECK_FALSE(write_npy("", {2, 2}, x).ok());
  CHECK(folder.entries().size() == 2);
}

TEST_CASE("a link is written through and the mode of an existing file is kept") {
  TempFolder folder;
  const float x[4] = {1, 2, 3, 4};
  folder.write("real.npy", "old");
  std::filesystem::permissions(folder / "real.npy", std::filesystem::perms(0640));
  std::filesystem::create_symlink("real.npy", folder / "link.npy");
  REQUIRE(write_npy(folder / "link.npy", {2, 2}, x).ok());
  CHECK(std::filesystem::is_symlink(folder / "link.npy"));
  CHECK(read_npy(folder / "real.npy")->tensor.values[3] == 4);
  CHECK(std::filesystem::status(folder / "real.npy").permissions() == std::filesystem::perms(0640));
}

TEST_CASE("folders, pipes, empty and missing files are refused and never waited for") {
  TempFolder folder;
  REQUIRE(mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK(read_npy(folder / "pipe").status().message().find("give - as the name") != std::string::npos);
  CHECK(read_npy(folder / "").status().message().find("folder") != std::string::npos);
  CHECK(read_npy(folder / "none").status().code() == StatusCode::kInvalidArgument);
  CHECK(error_of(folder, "").find("empty") != std::string::npos);
}

TEST_CASE("a file that others shorten, rewrite or replace while it is read gives a sentence") {
  TempFolder folder;
  const std::vector<float> x(3 * 40 * 70, 2.5f);
  std::vector<float> read(x.size());
  for (const uintmax_t size : {uintmax_t{0}, uintmax_t{1}, uintmax_t{4096}, uintmax_t{20000}}) {
    REQUIRE(write_npy(folder / "a.npy", {3, 40, 70}, x.data()).ok());
    const Result<NpyReader> reader = NpyReader::open(folder / "a.npy");
    REQUIRE(reader.ok());
    CHECK(reader->unchanged().ok());
    std::filesystem::resize_file(folder / "a.npy", size);
    const Status status = reader->read(0, 8400, read.data());
    CHECK(status.code() == StatusCode::kInvalidArgument);
    CHECK(status.message() == folder / "a.npy" + std::string(": was changed while it was read"));
    CHECK(reader->unchanged().message() == status.message());
    CHECK(reader->read(0, 900, read.data()).ok() == (size > 4000));
  }
  REQUIRE(write_npy(folder / "a.npy", {3, 40, 70}, x.data()).ok());
  const Result<NpyReader> replaced = NpyReader::open(folder / "a.npy");
  REQUIRE(write_npy(folder / "a.npy", {2, 2}, x.data()).ok());  // another file of this name
  CHECK(replaced->unchanged().ok());
  REQUIRE(replaced->read(0, 8400, read.data()).ok());
  CHECK(read == x);
  const std::string bytes = folder.read("a.npy");
  const Result<NpyReader> rewritten = NpyReader::open(folder / "a.npy");
  folder.write("a.npy", bytes);  // of the same size
  std::filesystem::last_write_time(folder / "a.npy", std::filesystem::file_time_type::clock::now());
  CHECK_FALSE(rewritten->unchanged().ok());
}

}  // namespace poolglass
