#include "core/gpu/device.h"

#include <epoxy/gl.h>

#include <string>

namespace poolglass::gpu {
namespace {

const char* error_name(GLenum error) {
  switch (error) {
    case GL_OUT_OF_MEMORY:
      return "out of memory";
    case GL_INVALID_ENUM:
      return "invalid enumerant";
    case GL_INVALID_VALUE:
      return "invalid value";
    case GL_INVALID_OPERATION:
      return "invalid operation";
    default:
      return "an error";
  }
}

}  // namespace

DeviceArray::~DeviceArray() { release(); }

void DeviceArray::release() {
  if (name_ != 0) glDeleteBuffers(1, &name_);
  name_ = 0;
  bytes_ = 0;
}

Status DeviceArray::reserve(int64_t bytes) {
  if (bytes <= bytes_) return {};
  release();
  glGenBuffers(1, &name_);
  glBindBuffer(GL_COPY_WRITE_BUFFER, name_);
  glBufferData(GL_COPY_WRITE_BUFFER, static_cast<GLsizeiptr>(bytes), nullptr, GL_DYNAMIC_COPY);
  if (const GLenum error = glGetError(); error != GL_NO_ERROR) {
    release();
    return resource_exhausted("the GPU has no memory for an array of " + std::to_string(bytes) + " bytes (" +
                              error_name(error) + ")");
  }
  bytes_ = bytes;
  return {};
}

void DeviceArray::upload(const void* data, int64_t bytes) {
  glBindBuffer(GL_COPY_WRITE_BUFFER, name_);
  glBufferSubData(GL_COPY_WRITE_BUFFER, 0, static_cast<GLsizeiptr>(bytes), data);
}

void DeviceArray::download(void* data, int64_t bytes) const {
  glBindBuffer(GL_COPY_READ_BUFFER, name_);
  glGetBufferSubData(GL_COPY_READ_BUFFER, 0, static_cast<GLsizeiptr>(bytes), data);
}

DeviceTimer::DeviceTimer() { glGenQueries(2, queries_); }
DeviceTimer::~DeviceTimer() { glDeleteQueries(2, queries_); }
void DeviceTimer::start() { glQueryCounter(queries_[0], GL_TIMESTAMP); }
void DeviceTimer::stop() { glQueryCounter(queries_[1], GL_TIMESTAMP); }

double DeviceTimer::milliseconds() const {
  GLuint64 begin = 0, end = 0;
  glGetQueryObjectui64v(queries_[0], GL_QUERY_RESULT, &begin);
  glGetQueryObjectui64v(queries_[1], GL_QUERY_RESULT, &end);
  return static_cast<double>(end - begin) * 1e-6;
}

StateGuard::StateGuard() {
  glGetIntegerv(GL_CURRENT_PROGRAM, &program_);
  glGetIntegerv(GL_COPY_READ_BUFFER_BINDING, &copy_read_);
  glGetIntegerv(GL_COPY_WRITE_BUFFER_BINDING, &copy_write_);
  glGetIntegerv(GL_SHADER_STORAGE_BUFFER_BINDING, &storage_);
  glGetIntegerv(GL_UNIFORM_BUFFER_BINDING, &uniform_);
}

StateGuard::~StateGuard() {
  glUseProgram(static_cast<GLuint>(program_));
  glBindBuffer(GL_COPY_READ_BUFFER, static_cast<GLuint>(copy_read_));
  glBindBuffer(GL_COPY_WRITE_BUFFER, static_cast<GLuint>(copy_write_));
  glBindBuffer(GL_SHADER_STORAGE_BUFFER, static_cast<GLuint>(storage_));
  glBindBuffer(GL_UNIFORM_BUFFER, static_cast<GLuint>(uniform_));
}

void forget_errors() {
  // A lost context may report errors for ever.
  for (int i = 0; i < 16 && glGetError() != GL_NO_ERROR; ++i) continue;
}

Status check_errors(const char* doing) {
  const GLenum error = glGetError();
  if (error == GL_NO_ERROR) return {};
  forget_errors();
  const std::string sentence = std::string("the GPU driver reports ") + error_name(error) + " while " + doing;
  return Status(error == GL_OUT_OF_MEMORY ? StatusCode::kResourceExhausted : StatusCode::kUnavailable,
                sentence);
}

}  // namespace poolglass::gpu
