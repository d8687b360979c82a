#include "core/gpu/programs.h"

#include <epoxy/gl.h>

#include "assets/assets.h"

namespace poolglass::gpu {
namespace {

Status failed(const std::string& what) { return Status(StatusCode::kUnavailable, what); }

// The first line that says something, without what some drivers put before it.
std::string first_line(const std::string& log) {
  const size_t begin = log.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos) return "the driver gives no reason";
  return log.substr(begin, log.find_first_of("\r\n", begin) - begin);
}

std::string shader_log(GLuint shader) {
  GLint length = 0;
  glGetShaderiv(shader, GL_INFO_LOG_LENGTH, &length);
  std::string log(static_cast<size_t>(length > 0 ? length : 0), '\0');
  if (length > 0) glGetShaderInfoLog(shader, length, nullptr, log.data());
  return first_line(log.c_str());
}

std::string program_log(GLuint program) {
  GLint length = 0;
  glGetProgramiv(program, GL_INFO_LOG_LENGTH, &length);
  std::string log(static_cast<size_t>(length > 0 ? length : 0), '\0');
  if (length > 0) glGetProgramInfoLog(program, length, nullptr, log.data());
  return first_line(log.c_str());
}

Result<GLuint> compile(const std::string& name, const std::string& text) {
  const GLuint shader = glCreateShader(GL_COMPUTE_SHADER);
  const char* source = text.c_str();
  glShaderSource(shader, 1, &source, nullptr);
  glCompileShader(shader);
  GLint ok = GL_FALSE;
  glGetShaderiv(shader, GL_COMPILE_STATUS, &ok);
  if (ok == GL_TRUE) return shader;
  const std::string log = shader_log(shader);
  glDeleteShader(shader);
  return failed("the driver cannot compile shaders/" + name + ": " + log);
}

}  // namespace

Result<std::string> shader_text(std::string_view shader, const std::string& defines) {
  std::string text = "#version 430 core\n" + defines;
  int number = 0;
  for (const std::string_view name :
       {std::string_view("common.glsl"), std::string_view("runs.glsl"), shader}) {
    // Only shaders that know runs have a number of levels.
    if (name == "runs.glsl" && defines.find("LEVELS") == std::string::npos) continue;
    const auto bytes = assets::find("shaders/" + std::string(name));
    if (bytes.empty()) return failed("shaders/" + std::string(name) + " is not in this build");
    text += "#line 1 " + std::to_string(number++) + "\n";
    text.append(bytes.begin(), bytes.end());
  }
  return text;
}

Programs::~Programs() {
  for (const auto& [key, program] : programs_) glDeleteProgram(program);
}

Result<unsigned> Programs::get(std::string_view shader, const std::string& pass_defines) {
  const std::string defines = std::string("#define FLUSHES ") + (flushes_ ? "1\n" : "0\n") + pass_defines;
  const std::string name(shader), key = name + "\n" + defines;
  if (const auto found = programs_.find(key); found != programs_.end()) return found->second;
  const Result<std::string> text = shader_text(shader, defines);
  if (!text.ok()) return text.status();
  const Result<GLuint> compiled = compile(name, *text);
  if (!compiled.ok()) return compiled.status();
  const GLuint program = glCreateProgram();
  glAttachShader(program, *compiled);
  glLinkProgram(program);
  glDeleteShader(*compiled);
  GLint ok = GL_FALSE;
  glGetProgramiv(program, GL_LINK_STATUS, &ok);
  if (ok != GL_TRUE) {
    const std::string log = program_log(program);
    glDeleteProgram(program);
    return failed("the driver cannot link shaders/" + name + ": " + log);
  }
  programs_.emplace(key, program);
  return program;
}

}  // namespace poolglass::gpu
