// 3x3 and 1x1 NHWC convolution on Intel AMX tiles: bfloat16 products, float32 sums.
//
// Three XLA FFI handlers, float32 in and out: ConvolutionForward (x, kernel) -> y,
// ConvolutionInputGradient (y', kernel) -> x' and ConvolutionKernelGradient (x, y') -> kernel'.
// Padding is lax's SAME. Inside: pictures are copied to bfloat16 with a border of zeros, patches are
// laid out in a buffer that fits the L2 cache, and 2 x 2 tiles of 16 x 16 are summed at a time.
// The order of every sum is fixed by the shapes and the count of processors, so equal calls give
// equal bits.

#include <immintrin.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include "xla/ffi/api/ffi.h"

namespace ffi = xla::ffi;

namespace {

using Half = uint16_t;  // the bits of a bfloat16

constexpr int64_t kTile = 16;        // rows of a tile, and float32 columns
constexpr int64_t kDepth = 32;       // bfloat16 columns of a tile: the summed dimension
constexpr int64_t kTileFloats = kTile * kTile;
constexpr int64_t kTileHalves = kTile * kDepth;
constexpr int64_t kPatchBytes = 768 << 10;  // patches of one piece of work; L2 holds 2 MiB
constexpr int64_t kGradientPixels = 512;    // a panel of these x 32 channels fits the L1 cache

int64_t RoundUp(int64_t value, int64_t step) { return (value + step - 1) / step * step; }

// Memory that starts at a cache line, keeps its size between calls and only ever grows.
template <typename T>
class Scratch {
 public:
  T* AtLeast(int64_t count) {
    int64_t bytes = RoundUp(count * sizeof(T) + 256, 4096);
    if (bytes > bytes_) {
      std::free(data_);
      data_ = static_cast<T*>(std::aligned_alloc(4096, bytes));
      if (data_ == nullptr) throw std::bad_alloc();
      bytes_ = bytes;
    }
    return data_;
  }
  ~Scratch() { std::free(data_); }

 private:
  T* data_ = nullptr;
  int64_t bytes_ = 0;
};

// Threads that live as long as the process. One call at a time has them.
class Pool {
 public:
  static Pool& Get() {
    static Pool* pool = new Pool();  // never destroyed: its threads wait for ever
    return *pool;
  }
  int64_t threads() const { return threads_; }
  std::mutex& turn() { return turn_; }

  // Calls task(0) ... task(count - 1), in any order, and returns when all are done.
  void Run(int64_t count, const std::function<void(int64_t)>& task) {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      task_ = &task;
      count_ = count;
      next_ = 0;
      ++generation_;
    }
    if (count > 1) wake_.notify_all();
    Work(task, count);
    std::unique_lock<std::mutex> lock(mutex_);
    task_ = nullptr;
    done_.wait(lock, [&] { return active_ == 0; });
  }

 private:
  Pool() : threads_(std::clamp<int64_t>(std::thread::hardware_concurrency(), 1, 16)) {
    for (int64_t i = 1; i < threads_; ++i) std::thread([this] { Wait(); }).detach();
  }

  void Wait() {
    uint64_t seen = 0;
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
      wake_.wait(lock, [&] { return task_ != nullptr && generation_ != seen; });
      seen = generation_;
      const auto& task = *task_;
      int64_t count = count_;
      ++active_;
      lock.unlock();
      Work(task, count);
      lock.lock();
      if (--active_ == 0) done_.notify_one();
    }
  }

  void Work(const std::function<void(int64_t)>& task, int64_t count) {
    if (next_.load() >= count) return;
    alignas(64) uint8_t shape[64] = {1};  // palette 1; then 16 rows of 64 bytes in all eight tiles
    for (int i = 0; i < 8; ++i) {
      shape[16 + 2 * i] = 64;
      shape[48 + i] = 16;
    }
    _tile_loadconfig(shape);
    for (int64_t i; (i = next_.fetch_add(1)) < count;) task(i);
    _tile_release();
  }

  const int64_t threads_;
  std::mutex turn_, mutex_;
  std::condition_variable wake_, done_;
  const std::function<void(int64_t)>* task_ = nullptr;
  std::atomic<int64_t> next_{0};
  int64_t count_ = 0, active_ = 0;
  uint64_t generation_ = 0;
};

__mmask16 First(int64_t count) {
  return count >= 16 ? 0xffff : static_cast<__mmask16>((1u << std::max<int64_t>(count, 0)) - 1);
}

__m256i Rounded(__m512 values) { return (__m256i)_mm512_cvtneps_pbh(values); }

// The bfloat16 of `first` in the low halves of 16 words, that of `second` in the high halves.
__m512i Paired(__m512 first, __m512 second) {
  __m512i low = _mm512_cvtepu16_epi32(Rounded(first));
  __m512i high = _mm512_cvtepu16_epi32(Rounded(second));
  return _mm512_or_si512(low, _mm512_slli_epi32(high, 16));
}

__m512i Steps(int64_t bytes) {
  __m512i lanes = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  return _mm512_mullo_epi32(lanes, _mm512_set1_epi32(static_cast<int>(bytes)));
}

// Pictures in bfloat16 with a border of zeros (one pixel before, two after) and `depth` channels.
struct Bordered {
  int64_t height, width, channels, depth;

  int64_t row() const { return (width + 3) * depth; }
  int64_t picture() const { return (height + 3) * row(); }
  // Where pixel (y, x) of the picture lies; either may be -1.
  int64_t at(int64_t y, int64_t x) const { return (y + 1) * row() + (x + 1) * depth; }

  void Copy(const float* from, int64_t count, Half* to) const {
    std::memset(to, 0, count * picture() * sizeof(Half));
    for (int64_t i = 0; i < count; ++i)
      for (int64_t y = 0; y < height; ++y) {
        Half* target = to + i * picture() + at(y, 0);
        const float* source = from + (i * height + y) * width * channels;
        // Rows without padded channels are one run.
        int64_t runs = channels == depth ? 1 : width;
        int64_t length = channels == depth ? width * channels : channels;
        for (int64_t r = 0; r < runs; ++r, source += length, target += depth)
          for (int64_t c = 0; c < length; c += 16) {
            __mmask16 mask = First(length - c);
            _mm256_mask_storeu_epi16(target + c, mask,
                                     Rounded(_mm512_maskz_loadu_ps(mask, source + c)));
          }
      }
  }
};

// Some outputs of a convolution, all with the same taps: pixels (first_y + step * u, first_x +
// step * v) of the output see pixels (in_step * u + oy, in_step * v + ox) of the input.
struct Phase {
  int64_t rows, columns;                     // u < rows, v < columns
  int64_t first_y, first_x, step, in_step;
  std::vector<int64_t> oy, ky;               // offset and kernel row of each row of taps
  int64_t ox = 0;                            // offset of the first of the neighbouring taps
  std::vector<int64_t> kx;                   // kernel column of each
  int64_t taps() const { return static_cast<int64_t>(ky.size() * kx.size()); }
};

struct Shape {
  int64_t count, height, width, inputs, outputs, size, stride;

  int64_t out_height() const { return (height + stride - 1) / stride; }
  int64_t out_width() const { return (width + stride - 1) / stride; }
  // Zeros before the first pixel, as lax's SAME has them.
  int64_t before(int64_t length, int64_t out) const {
    return std::max<int64_t>((out - 1) * stride + size - length, 0) / 2;
  }
  int64_t top() const { return before(height, out_height()); }
  int64_t left() const { return before(width, out_width()); }
};

std::vector<Phase> ForwardPhases(const Shape& s) {
  Phase phase{s.out_height(), s.out_width(), 0, 0, 1, s.stride, {}, {}, -s.left(), {}};
  for (int64_t k = 0; k < s.size; ++k) {
    phase.oy.push_back(k - s.top());
    phase.ky.push_back(k);
    phase.kx.push_back(k);
  }
  return {phase};
}

// x'[a] = sum of y'[(a + top - k) / stride] kernel[k] over the k that divide: one phase for each
// remainder of a by the stride.
std::vector<Phase> GradientPhases(const Shape& s) {
  std::vector<Phase> phases;
  for (int64_t py = 0; py < std::min(s.stride, s.height); ++py)
    for (int64_t px = 0; px < std::min(s.stride, s.width); ++px) {
      Phase phase{(s.height - py + s.stride - 1) / s.stride,
                  (s.width - px + s.stride - 1) / s.stride, py, px, s.stride, 1, {}, {}, 0, {}};
      for (int64_t k = s.size - 1; k >= 0; --k) {
        if ((py + s.top() - k) % s.stride == 0) {
          phase.oy.push_back((py + s.top() - k) / s.stride);
          phase.ky.push_back(k);
        }
        if ((px + s.left() - k) % s.stride == 0) {
          if (phase.kx.empty()) phase.ox = (px + s.left() - k) / s.stride;
          phase.kx.push_back(k);
        }
      }
      phases.push_back(phase);
    }
  return phases;
}

// Kernel (size, size, i, o) as tiles of pairs: column tiles of 16 outputs, in each the tiles down
// the summed dimension (tap, channel). `swapped` sums over o instead and gives i.
struct Packed {
  int64_t depth, columns;  // channels of a tap (even), column tiles (even)
  int64_t tiles;           // tiles down
  Half* data;

  void Pack(const float* kernel, const Shape& s, const Phase& phase, bool swapped, int64_t column) {
    Half* panel = data + column * tiles * kTileHalves;
    std::memset(panel, 0, tiles * kTileHalves * sizeof(Half));
    int64_t from = swapped ? s.outputs : s.inputs, to = swapped ? s.inputs : s.outputs;
    int64_t n = column * kTile, width = std::min(kTile, to - n);
    if (width <= 0) return;
    int64_t k = 0;  // row in the summed dimension; a pair of rows is 32 halves
    for (int64_t ky : phase.ky)
      for (int64_t kx : phase.kx) {
        const float* tap = kernel + (ky * s.size + kx) * s.inputs * s.outputs;
        if (!swapped) {
          __mmask16 mask = First(width);
          for (int64_t c = 0; c < from; c += 2) {
            const float* row = tap + c * s.outputs + n;
            __m512 second = c + 1 < from ? _mm512_maskz_loadu_ps(mask, row + s.outputs)
                                         : _mm512_setzero_ps();
            _mm512_storeu_si512(panel + (k + c) * kTile,
                                Paired(_mm512_maskz_loadu_ps(mask, row), second));
          }
        } else {
          for (int64_t i = 0; i < width; ++i)
            for (int64_t c = 0; c < from; c += 32) {
              const float* row = tap + (n + i) * s.outputs + c;
              alignas(64) Half pairs[32];
              _mm256_store_si256((__m256i*)pairs,
                                 Rounded(_mm512_maskz_loadu_ps(First(from - c), row)));
              _mm256_store_si256((__m256i*)(pairs + 16),
                                 Rounded(_mm512_maskz_loadu_ps(First(from - c - 16), row + 16)));
              // Pair j of the summed dimension goes to column i of row j.
              _mm512_mask_i32scatter_epi32(panel + (k + c) * kTile + 2 * i,
                                           First((from - c + 1) / 2), Steps(64),
                                           _mm512_load_si512(pairs), 1);
            }
        }
        k += depth;
      }
  }
};

// `from` (count, height, width, sources) to `to` through the phases' taps; `to` is whole after it.
void Convolve(const Shape& s, const std::vector<Phase>& phases, bool swapped, const float* from,
              const float* kernel, float* to) {
  static Scratch<Half> packed_memory;  // guarded by the pool's turn
  Pool& pool = Pool::Get();
  std::lock_guard<std::mutex> turn(pool.turn());

  int64_t channels = swapped ? s.outputs : s.inputs, outputs = swapped ? s.inputs : s.outputs;
  Bordered bordered{swapped ? s.out_height() : s.height, swapped ? s.out_width() : s.width,
                    channels, RoundUp(channels, 2)};
  int64_t to_height = swapped ? s.height : s.out_height();
  int64_t to_width = swapped ? s.width : s.out_width();

  std::vector<Packed> packed;
  std::vector<std::pair<int64_t, int64_t>> panels;
  int64_t halves = 0, deepest = 0, pixels = 0;
  for (const Phase& phase : phases) {
    int64_t tiles = RoundUp(phase.taps() * bordered.depth, kDepth) / kDepth;
    int64_t columns = RoundUp(outputs, 2 * kTile) / kTile;
    packed.push_back({bordered.depth, columns, tiles, nullptr});
    halves += columns * tiles * kTileHalves;
    deepest = std::max(deepest, tiles);
    pixels = std::max(pixels, phase.rows * phase.columns);
    for (int64_t c = 0; c < columns; ++c) panels.push_back({packed.size() - 1, c});
  }
  Half* memory = packed_memory.AtLeast(halves);
  for (Packed& p : packed) {
    p.data = memory;
    memory += p.columns * p.tiles * kTileHalves;
  }
  pool.Run(panels.size(), [&](int64_t i) {
    auto [phase, column] = panels[i];
    packed[phase].Pack(kernel, s, phases[phase], swapped, column);
  });

  int64_t patch_rows = kPatchBytes / std::max<int64_t>(deepest * kDepth * sizeof(Half), 1);
  int64_t group = std::clamp<int64_t>(patch_rows / std::max<int64_t>(pixels, 1), 1, s.count);
  pool.Run((s.count + group - 1) / group, [&](int64_t piece) {
    thread_local Scratch<Half> pictures_memory, patches_memory;
    int64_t start = piece * group, count = std::min(group, s.count - start);
    Half* pictures = pictures_memory.AtLeast(count * bordered.picture());
    bordered.Copy(from + start * bordered.height * bordered.width * channels, count, pictures);

    for (size_t index = 0; index < phases.size(); ++index) {
      const Phase& phase = phases[index];
      const Packed& weights = packed[index];
      int64_t depth = weights.tiles * kDepth;  // summed dimension, padded
      int64_t rows = count * phase.rows * phase.columns;
      Half* patches = patches_memory.AtLeast(RoundUp(rows, 2 * kTile) * depth);

      int64_t run = phase.kx.size() * bordered.depth, used = phase.ky.size() * run;
      Half* row = patches;
      for (int64_t i = 0; i < count; ++i)
        for (int64_t u = 0; u < phase.rows; ++u)
          for (int64_t v = 0; v < phase.columns; ++v, row += depth) {
            for (size_t t = 0; t < phase.ky.size(); ++t) {
              const Half* source =
                  pictures + i * bordered.picture() +
                  bordered.at(u * phase.in_step + phase.oy[t], v * phase.in_step + phase.ox);
              Half* target = row + t * run;
              int64_t c = 0;
              for (; c + 32 <= run; c += 32)
                _mm512_storeu_si512(target + c, _mm512_loadu_si512(source + c));
              if (c < run) {
                __mmask32 mask = (1u << (run - c)) - 1;
                _mm512_mask_storeu_epi16(target + c, mask,
                                         _mm512_maskz_loadu_epi16(mask, source + c));
              }
            }
            if (used < depth) std::memset(row + used, 0, (depth - used) * sizeof(Half));
          }

      bool whole = phase.step == 1;  // this phase's outputs lie one after the other
      for (int64_t column = 0; column < weights.columns; column += 2)
        for (int64_t first = 0; first < rows; first += 2 * kTile) {
          const Half* a = patches + first * depth;
          const Half* b = weights.data + column * weights.tiles * kTileHalves;
          const Half* a2 = a + kTile * depth;
          const Half* b2 = b + weights.tiles * kTileHalves;
          _tile_zero(0);
          _tile_zero(1);
          _tile_zero(2);
          _tile_zero(3);
          for (int64_t t = 0; t < weights.tiles; ++t) {
            _tile_loadd(4, a + t * kDepth, depth * sizeof(Half));
            _tile_loadd(6, b + t * kTileHalves, 64);
            _tile_loadd(7, b2 + t * kTileHalves, 64);
            _tile_loadd(5, a2 + t * kDepth, depth * sizeof(Half));
            _tile_dpbf16ps(0, 4, 6);
            _tile_dpbf16ps(1, 4, 7);
            _tile_dpbf16ps(2, 5, 6);
            _tile_dpbf16ps(3, 5, 7);
          }
          int64_t n = column * kTile;
          if (whole && first + 2 * kTile <= rows && n + 2 * kTile <= outputs) {
            float* y = to + (start * phase.rows * phase.columns + first) * outputs + n;
            int64_t bytes = outputs * sizeof(float);
            _tile_stored(0, y, bytes);
            _tile_stored(1, y + kTile, bytes);
            _tile_stored(2, y + kTile * outputs, bytes);
            _tile_stored(3, y + kTile * outputs + kTile, bytes);
            continue;
          }
          alignas(64) float sums[4 * kTileFloats];  // 32 x 32
          _tile_stored(0, sums, 128);
          _tile_stored(1, sums + kTile, 128);
          _tile_stored(2, sums + 2 * kTileFloats, 128);
          _tile_stored(3, sums + 2 * kTileFloats + kTile, 128);
          int64_t last = std::min(rows - first, 2 * kTile);
          for (int64_t r = 0; r < last; ++r) {
            int64_t v = (first + r) % phase.columns, rest = (first + r) / phase.columns;
            int64_t u = rest % phase.rows, i = start + rest / phase.rows;
            float* y = to + n +
                       ((i * to_height + phase.first_y + u * phase.step) * to_width +
                        phase.first_x + v * phase.step) *
                           outputs;
            for (int64_t half = 0; half < 2; ++half) {
              __mmask16 mask = First(outputs - n - half * kTile);
              _mm512_mask_storeu_ps(y + half * kTile, mask,
                                    _mm512_load_ps(sums + r * 2 * kTile + half * kTile));
            }
          }
        }
    }
  });
}

// kernel'[tap, i, o] = sum over pixels of x[pixel + tap, i] y'[pixel, o].
void KernelGradient(const Shape& s, const float* x, const float* y, float* gradient) {
  static Scratch<float> sums_memory;  // guarded by the pool's turn
  Pool& pool = Pool::Get();
  std::lock_guard<std::mutex> turn(pool.turn());

  Phase phase = ForwardPhases(s)[0];
  Bordered bordered{s.height, s.width, s.inputs, RoundUp(s.inputs, 2 * kTile)};
  int64_t pixels = phase.rows * phase.columns;
  int64_t out_tiles = RoundUp(s.outputs, 2 * kTile) / kTile;
  int64_t in_tiles = bordered.depth / kTile, taps = phase.taps();
  int64_t tap_floats = in_tiles * out_tiles * kTileFloats;  // tiles of a tap: [input][output]
  int64_t slices = std::clamp<int64_t>(pool.threads(), 1, std::max<int64_t>(s.count, 1));
  float* sums = sums_memory.AtLeast(slices * taps * tap_floats);
  int64_t group = std::clamp<int64_t>(kGradientPixels / std::max<int64_t>(pixels, 1), 1,
                                      std::max<int64_t>(s.count, 1));

  pool.Run(slices, [&](int64_t slice) {
    thread_local Scratch<Half> pictures_memory, outputs_memory, panel_memory;
    thread_local std::vector<int64_t> places;
    float* own = sums + slice * taps * tap_floats;
    std::memset(own, 0, taps * tap_floats * sizeof(float));
    int64_t end = s.count * (slice + 1) / slices;
    for (int64_t start = s.count * slice / slices; start < end; start += group) {
      int64_t count = std::min(group, end - start), length = count * pixels;
      int64_t padded = RoundUp(length, kDepth);
      Half* pictures = pictures_memory.AtLeast(count * bordered.picture());
      bordered.Copy(x + start * s.height * s.width * s.inputs, count, pictures);

      // y' turned over: (output, pixel); a line more than needed keeps rows off the same cache set.
      int64_t stride = padded + kDepth;
      Half* turned = outputs_memory.AtLeast(out_tiles * kTile * stride);
      const float* rows = y + start * pixels * s.outputs;
      __m512i steps = Steps(stride * sizeof(Half));
      for (int64_t p = 0; p < padded; p += 2)
        for (int64_t o = 0; o < out_tiles * kTile; o += kTile) {
          __mmask16 mask = First(s.outputs - o);
          __m512 first = p < length ? _mm512_maskz_loadu_ps(mask, rows + p * s.outputs + o)
                                    : _mm512_setzero_ps();
          __m512 second = p + 1 < length
                              ? _mm512_maskz_loadu_ps(mask, rows + (p + 1) * s.outputs + o)
                              : _mm512_setzero_ps();
          _mm512_i32scatter_epi32(turned + o * stride + p, steps, Paired(first, second), 1);
        }

      places.assign(padded, bordered.at(0, 0));
      for (int64_t p = 0; p < length; ++p) {
        int64_t v = p % phase.columns, u = p / phase.columns % phase.rows, i = p / pixels;
        places[p] = i * bordered.picture() + bordered.at(u * s.stride, v * s.stride);
      }

      // A panel: the pixels' 32 channels at one tap, neighbouring pixels in pairs.
      Half* panel = panel_memory.AtLeast(2 * padded * kTile);
      Half* panel2 = panel + padded * kTile;
      alignas(64) Half low[32], high[32];
      for (int i = 0; i < 16; ++i) {
        low[2 * i] = i;
        low[2 * i + 1] = 32 + i;
        high[2 * i] = 16 + i;
        high[2 * i + 1] = 48 + i;
      }
      __m512i take_low = _mm512_load_si512(low), take_high = _mm512_load_si512(high);
      for (int64_t tap = 0; tap < taps; ++tap) {
        int64_t shift = (tap / s.size - s.top()) * bordered.row() +
                        (tap % s.size - s.left()) * bordered.depth;
        for (int64_t in = 0; in < in_tiles; in += 2) {
          const Half* source = pictures + shift + in * kTile;
          for (int64_t p = 0; p < padded; p += 2) {
            // The padding pairs repeat a pixel, against zeros in `turned`.
            __m512i first = _mm512_loadu_si512(source + places[p]);
            __m512i second = _mm512_loadu_si512(source + places[p + 1]);
            _mm512_store_si512(panel + p * kTile,
                               _mm512_permutex2var_epi16(first, take_low, second));
            _mm512_store_si512(panel2 + p * kTile,
                               _mm512_permutex2var_epi16(first, take_high, second));
          }
          float* tiles = own + tap * tap_floats + in * out_tiles * kTileFloats;
          float* tiles2 = tiles + out_tiles * kTileFloats;
          for (int64_t o = 0; o < out_tiles; o += 2) {
            const Half* a = turned + o * kTile * stride;
            const Half* a2 = a + kTile * stride;
            _tile_loadd(0, tiles + o * kTileFloats, 64);
            _tile_loadd(1, tiles2 + o * kTileFloats, 64);
            _tile_loadd(2, tiles + (o + 1) * kTileFloats, 64);
            _tile_loadd(3, tiles2 + (o + 1) * kTileFloats, 64);
            for (int64_t p = 0; p < padded; p += kDepth) {
              _tile_loadd(4, a + p, stride * sizeof(Half));
              _tile_loadd(6, panel + p * kTile, 64);
              _tile_loadd(7, panel2 + p * kTile, 64);
              _tile_loadd(5, a2 + p, stride * sizeof(Half));
              _tile_dpbf16ps(0, 4, 6);
              _tile_dpbf16ps(1, 4, 7);
              _tile_dpbf16ps(2, 5, 6);
              _tile_dpbf16ps(3, 5, 7);
            }
            _tile_stored(0, tiles + o * kTileFloats, 64);
            _tile_stored(1, tiles2 + o * kTileFloats, 64);
            _tile_stored(2, tiles + (o + 1) * kTileFloats, 64);
            _tile_stored(3, tiles2 + (o + 1) * kTileFloats, 64);
          }
        }
      }
    }
  });

  // The slices' sums, in their order, turned from (output, input) to (input, output).
  pool.Run(taps * in_tiles, [&](int64_t item) {
    int64_t tap = item / in_tiles, in = item % in_tiles;
    __m512i steps = Steps(kTile * sizeof(float));
    for (int64_t o = 0; o < out_tiles; ++o) {
      const float* tile = sums + tap * tap_floats + (in * out_tiles + o) * kTileFloats;
      __mmask16 mask = First(s.outputs - o * kTile);
      for (int64_t c = 0; c < std::min(kTile, s.inputs - in * kTile); ++c) {
        __m512 total = _mm512_i32gather_ps(steps, tile + c, 1);
        for (int64_t slice = 1; slice < slices; ++slice)
          total = _mm512_add_ps(
              total, _mm512_i32gather_ps(steps, tile + slice * taps * tap_floats + c, 1));
        float* row = gradient + ((tap * s.inputs) + in * kTile + c) * s.outputs + o * kTile;
        _mm512_mask_storeu_ps(row, mask, total);
      }
    }
  });
}

using Floats = ffi::Buffer<ffi::F32, 4>;
using Result = ffi::Result<Floats>;

// The shape of x, kernel and y together; an error where they don't fit each other.
ffi::Error Fit(const Floats& x, const Floats& kernel, const Floats& y, int64_t stride, Shape* s) {
  auto a = x.dimensions(), k = kernel.dimensions(), b = y.dimensions();
  *s = {a[0], a[1], a[2], a[3], k[3], k[0], stride};
  bool fits = (stride == 1 || stride == 2) && (k[0] == 1 || k[0] == 3) && k[1] == k[0] &&
              k[2] == a[3] && b[0] == a[0] && b[1] == s->out_height() && b[2] == s->out_width() &&
              b[3] == k[3];
  return fits ? ffi::Error::Success()
              : ffi::Error::InvalidArgument("shapes of x, kernel and y do not fit each other");
}

ffi::Error Forward(Floats x, Floats kernel, Result y, int64_t stride) {
  Shape s;
  if (ffi::Error error = Fit(x, kernel, *y, stride, &s); error.failure()) return error;
  if (y->element_count() == 0) return ffi::Error::Success();
  Convolve(s, ForwardPhases(s), false, x.typed_data(), kernel.typed_data(), y->typed_data());
  return ffi::Error::Success();
}

ffi::Error InputGradient(Floats y, Floats kernel, Result x, int64_t stride) {
  Shape s;
  if (ffi::Error error = Fit(*x, kernel, y, stride, &s); error.failure()) return error;
  if (x->element_count() == 0) return ffi::Error::Success();
  Convolve(s, GradientPhases(s), true, y.typed_data(), kernel.typed_data(), x->typed_data());
  return ffi::Error::Success();
}

ffi::Error KernelGradientOf(Floats x, Floats y, Result kernel, int64_t stride) {
  Shape s;
  if (ffi::Error error = Fit(x, *kernel, y, stride, &s); error.failure()) return error;
  if (kernel->element_count() == 0) return ffi::Error::Success();
  KernelGradient(s, x.typed_data(), y.typed_data(), kernel->typed_data());
  return ffi::Error::Success();
}

}  // namespace

#define BINDING \
  ffi::Ffi::Bind().Arg<Floats>().Arg<Floats>().Ret<Floats>().Attr<int64_t>("stride")

XLA_FFI_DEFINE_HANDLER_SYMBOL(ConvolutionForward, Forward, BINDING);
XLA_FFI_DEFINE_HANDLER_SYMBOL(ConvolutionInputGradient, InputGradient, BINDING);
XLA_FFI_DEFINE_HANDLER_SYMBOL(ConvolutionKernelGradient, KernelGradientOf, BINDING);

// Asks the kernel of the system to let this process use tiles; 0 when it does.
extern "C" int64_t AllowTiles() {
  constexpr long kRequestPermission = 0x1023, kTileData = 18;
  return syscall(SYS_arch_prctl, kRequestPermission, kTileData);
}
