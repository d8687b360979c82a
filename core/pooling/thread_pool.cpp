#include "core/pooling/thread_pool.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#if defined(__x86_64__)
#include <immintrin.h>
#endif
#if defined(__linux__)
#include <pthread.h>
#include <sched.h>
#endif

namespace poolglass {
namespace {

void pause_briefly() {
#if defined(__x86_64__)
  _mm_pause();
#endif
}

// Keeps workers off the processor their caller runs on. The scheduler may wake one there while the others are
// busy, and leaves it until the caller pauses: with another library's idle threads spinning on the second of
// two cores, calls of 200 us got no help for milliseconds. Costs a look at the processor's number, and two
// system calls when the caller has moved.
class Separation {
 public:
  void apply(std::vector<std::thread>& workers) {
#if defined(__linux__)
    const int here = sched_getcpu();
    if (here < 0 || (here == processor_ && workers.size() == separated_)) return;
    processor_ = -1;
    cpu_set_t allowed;
    if (here >= CPU_SETSIZE || pthread_getaffinity_np(pthread_self(), sizeof allowed, &allowed) != 0) return;
    CPU_CLR(here, &allowed);
    if (CPU_COUNT(&allowed) == 0) return;  // a caller bound to one processor may be set free again
    for (std::thread& worker : workers) {
      (void)pthread_setaffinity_np(worker.native_handle(), sizeof allowed, &allowed);
    }
    processor_ = here;
    separated_ = workers.size();
#else
    (void)workers;
#endif
  }

 private:
  int processor_ = -1;    // that workers keep off; -1: none
  size_t separated_ = 0;  // how many of them were
};

// How long an idle worker watches before it sleeps. Long enough for back-to-back calls, short enough that an
// idle window costs nothing.
constexpr auto kWatch = std::chrono::microseconds(50);

// The job in one word, so that a part is claimed only from the job it belongs to: 32 bits of job number, 32
// of parts not yet claimed.
constexpr uint64_t kPartsMask = 0xffffffff;

class Pool {
 public:
  ~Pool() {
    quit_ = true;
    announce(0);
    for (std::thread& worker : workers_) worker.join();
  }

  bool run(int threads, int64_t parts, PartFunction f, void* context) {
    const std::unique_lock<std::mutex> alone(mutex_, std::try_to_lock);
    if (!alone.owns_lock()) return false;
    hire(threads - 1);
    separation_.apply(workers_);
    f_ = f;
    context_ = context;
    slots_ = threads;
    unfinished_.store(parts, std::memory_order_relaxed);
    const uint64_t job = announce(parts);
    while (run_one(job, 0)) {
    }
    for (int i = 1; unfinished_.load(std::memory_order_acquire) != 0; ++i) {
      pause_briefly();
      if (i % 1024 == 0) std::this_thread::yield();
    }
    return true;
  }

 private:
  // As many workers as the system gives; the caller does what they would have done.
  void hire(int wanted) {
    try {
      while (static_cast<int>(workers_.size()) < wanted) {
        const int slot = static_cast<int>(workers_.size()) + 1;
        workers_.emplace_back([this, slot] { work(slot); });
      }
    } catch (const std::system_error&) {
    }
  }

  // Publishes a job and wakes who sleeps; returns its number.
  uint64_t announce(int64_t parts) {
    const uint64_t job = (state_.load(std::memory_order_relaxed) >> 32) + 1;
    state_.store(job << 32 | static_cast<uint64_t>(parts));
    if (sleepers_.load() > 0) state_.notify_all();
    return job & kPartsMask;
  }

  // Claims and runs a part of the job; false when none is left or the job is over.
  bool run_one(uint64_t job, int slot) {
    uint64_t state = state_.load(std::memory_order_acquire);
    do {
      if (state >> 32 != job || (state & kPartsMask) == 0) return false;
    } while (!state_.compare_exchange_weak(state, state - 1, std::memory_order_acq_rel));
    f_(context_, static_cast<int64_t>(state & kPartsMask) - 1, slot);
    unfinished_.fetch_sub(1, std::memory_order_release);
    return true;
  }

  void work(int slot) {
    uint64_t done = 0;  // the last job this worker saw to its end
    while (!quit_.load(std::memory_order_relaxed)) {
      const uint64_t job = wait_for_job(done);
      // A claimed part keeps its job alive, and with it f_, context_ and slots_; without one they may change.
      if (slot < slots_.load(std::memory_order_relaxed)) {
        while (run_one(job, slot)) {
        }
      }
      done = job;
    }
  }

  uint64_t wait_for_job(uint64_t done) {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 1;; ++i) {
      uint64_t state = state_.load(std::memory_order_acquire);
      if (state >> 32 != done) return state >> 32;
      pause_briefly();
      if (i % 64 != 0 || std::chrono::steady_clock::now() - start < kWatch) continue;
      sleepers_.fetch_add(1);
      state_.wait(state);
      sleepers_.fetch_sub(1);
    }
  }

  std::mutex mutex_;
  std::vector<std::thread> workers_;
  Separation separation_;
  std::atomic<bool> quit_{false};
  std::atomic<int> sleepers_{0};
  std::atomic<int> slots_{0};
  PartFunction f_ = nullptr;
  void* context_ = nullptr;
  alignas(64) std::atomic<uint64_t> state_{0};
  alignas(64) std::atomic<int64_t> unfinished_{0};
};

Pool& shared_pool() {
  static Pool pool;
  return pool;
}

}  // namespace

int resolve_threads(int requested) {
  static const int cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  return std::min(64, requested > 0 ? requested : cores);
}

void run_parts(int threads, int64_t parts, PartFunction f, void* context) {
  if (threads > 1 && parts > 1 && shared_pool().run(threads, parts, f, context)) return;
  for (int64_t part = 0; part < parts; ++part) f(context, part, 0);
}

}  // namespace poolglass
