/* The exact search's inner loops; server/search/kernel.py compiles and loads them.

   Rows are quantised to 8 bits and lie in groups of 16: for each 4 dimensions, the 4 codes of
   each of the 16 rows, 64 bytes. The same bytes are one vector register whose lanes are rows
   (AVX-512 VNNI: no sum across lanes is ever needed) and, 16 of them, one tile of AMX.
   A code is stored with 128 added, because the instructions want one unsigned factor.

   The functions work on a span of groups or rows and are called from several Python threads at
   once; they allocate nothing. Which instructions are used is chosen at run time (`best_path`). */

#include <math.h>
#include <stdint.h>
#include <string.h>

#define GROUP 16
#define BUCKETS 4096
#define MOST_DIM 1024 /* integer sums stay within 32 bits */
#define MOST_QUERIES 16 /* as many as a tile has rows */

#if defined(__x86_64__) && defined(__GNUC__)
#define X86 1
#include <immintrin.h>
#if (defined(__clang__) && __clang_major__ >= 12) || (!defined(__clang__) && __GNUC__ >= 11)
#define HAS_AMX 1
#endif
#endif
#define INLINE static inline __attribute__((always_inline))

enum { PLAIN, AVX2, VNNI, AMX };

/* One query, quantised in two steps: q = step (254 coarse + fine), coarse and fine in int8. The
   float64 score of row i lies within alpha error[i] + beta of what `scan` makes of its codes. */
typedef struct {
    const int8_t *coarse, *fine; /* padded_dim each */
    const uint8_t *mask;         /* a byte a row, zero: not to be ranked; or null */
    int64_t need;                /* how many of the best rows must survive */
    int32_t coarse_128, fine_128; /* 128 times the sums of coarse and fine */
    float step, alpha, beta;
    float lowest, per_bucket; /* a lower bound b falls into bucket (b - lowest) / per_bucket */
} Query;

/* What one thread has found for one query. */
typedef struct {
    int32_t *rows;    /* the survivors, ascending within a call of `scan` */
    float *upper;     /* their upper bounds */
    int32_t *buckets; /* how many rows have their lower bound in each bucket */
    int64_t count, fresh;
    float threshold; /* at least `need` rows of all threads have a lower bound above it */
} Found;

typedef struct {
    const uint8_t *codes;
    const float *scale, *error; /* a row; padded to whole groups */
    int64_t rows, padded_dim;
    int64_t queries, threads, path;
} Scan;

/* ---- quantising ---------------------------------------------------------------------------- */

/* `padded` floats at x, zeros after the row's own. Sums are kept by lane: the compiler may not
   reorder additions, so a single sum would not become vector instructions. */
INLINE double quantise_row(const float *x, int64_t padded, uint8_t *out, float *scale, float *error) {
    float greatest = 0, most[16] = {0};
    double squares[16] = {0}, errors[16] = {0}, square = 0, lost = 0;
    for (int64_t d = 0; d < padded; d += 16)
        for (int j = 0; j < 16; j++) most[j] = fabsf(x[d + j]) > most[j] ? fabsf(x[d + j]) : most[j];
    for (int j = 0; j < 16; j++) greatest = most[j] > greatest ? most[j] : greatest;
    const float s = greatest > 1e-30f ? greatest / 127.0f : 0.0f, inverse = s > 0 ? 1.0f / s : 0.0f;
    for (int64_t d = 0; d < padded; d += 16) {
        int32_t codes[16];
        double r[16];
        for (int j = 0; j < 16; j++) {
            float v = x[d + j] * inverse;
            v = v > 127.0f ? 127.0f : v;
            v = v < -127.0f ? -127.0f : v;
            codes[j] = (int32_t)(v + copysignf(0.5f, v)); /* any code will do: what is lost is measured */
        }
        for (int j = 0; j < 16; j++) r[j] = (double)x[d + j] - (double)s * (double)codes[j];
        for (int j = 0; j < 16; j++) errors[j] += r[j] * r[j];
        for (int j = 0; j < 16; j++) squares[j] += (double)x[d + j] * (double)x[d + j];
        for (int k = 0; k < 4; k++)
            for (int j = 0; j < 4; j++) out[(d + 4 * k) * GROUP + j] = (uint8_t)(codes[4 * k + j] + 128);
    }
    for (int j = 0; j < 16; j++) square += squares[j], lost += errors[j];
    *scale = s;
    *error = (float)(sqrt(lost) * (1 + 1e-6) + 1e-37); /* rounded up */
    return square;
}

/* Rows [first, last) of x; first is a multiple of 16. The greatest squared norm, or -1 - row for
   the first row that is not finite. */
INLINE double quantise_span(const float *x, int64_t dim, int64_t padded, int64_t first, int64_t last,
                            uint8_t *codes, float *scale, float *error) {
    double greatest = 0;
    float filled[MOST_DIM] = {0};
    for (int64_t row = first; row < last; row++) {
        uint8_t *out = codes + row / GROUP * GROUP * padded + row % GROUP * 4;
        if (dim < padded) memcpy(filled, x + row * dim, dim * sizeof(float));
        const float *whole = dim < padded ? filled : x + row * dim;
        double square = quantise_row(whole, padded, out, scale + row, error + row);
        if (!(square < HUGE_VAL)) return -1.0 - (double)row;
        if (square > greatest) greatest = square;
    }
    return greatest;
}

/* ---- canonical scores ---------------------------------------------------------------------- */

/* The sum of server/search/canonical.py, bit for bit: halves of the vector are added to each
   other until one number is left. Products of floats are exact in double, fused or not. */
INLINE double canonical_row(const float *x, const double *q, int64_t dim, int64_t width, double *t) {
    int64_t half = width / 2;
    if (!half) return x[0] * q[0];
    int64_t both = dim - half;
    for (int64_t j = 0; j < both; j++) t[j] = x[j] * q[j] + x[j + half] * q[j + half];
    for (int64_t j = both; j < half; j++) t[j] = x[j] * q[j];
    while (half > 8) {
        half /= 2;
        for (int64_t j = 0; j < half; j++) t[j] += t[j + half];
    }
    while (half > 1) {
        half /= 2;
        for (int64_t j = 0; j < half; j++) t[j] += t[j + half];
    }
    return t[0];
}

/* Rows to be scored with one query: ascending, `next` to `end` of them still to come. */
typedef struct {
    const double *query;
    const int64_t *rows;
    double *scores;
    int64_t next, end;
} Rescore;

/* Lists that share rows are worked on side by side, 64 rows at a time, so that a row comes from
   memory once for all of them. */
INLINE void rescore_lists(const float *x, int64_t dim, Rescore *lists, int64_t count) {
    double t[MOST_DIM / 2 + 1];
    int64_t width = 1;
    while (width < dim) width *= 2;
    for (;;) {
        int64_t first = INT64_MAX, last = INT64_MAX;
        for (int64_t j = 0; j < count; j++)
            if (lists[j].next < lists[j].end && lists[j].rows[lists[j].next] < first)
                first = lists[j].rows[lists[j].next];
        if (first == INT64_MAX) return;
        if (count > 1) last = first + 64;
        for (Rescore *l = lists; l < lists + count; l++)
            for (; l->next < l->end && l->rows[l->next] < last; l->next++) {
                if (l->next + 8 < l->end) /* rows lie far apart: ask early, into the second cache */
                    for (int64_t d = 0; d < dim; d += 16)
                        __builtin_prefetch(x + l->rows[l->next + 8] * dim + d, 0, 2);
                l->scores[l->next] = canonical_row(x + l->rows[l->next] * dim, l->query, dim, width, t);
            }
    }
}

/* ---- the first pass ------------------------------------------------------------------------ */

/* `need` rows have their lower bound in the buckets from the returned threshold's on. Other
   threads may be counting meanwhile: a count read too early only makes the threshold lower. */
static float threshold_of(const Query *q, const Found *found, int64_t queries, int64_t threads) {
    int64_t above = 0;
    for (int bucket = BUCKETS - 1; bucket > 0; bucket--) {
        for (int64_t t = 0; t < threads; t++)
            above += __atomic_load_n(found[t * queries].buckets + bucket, __ATOMIC_RELAXED);
        if (above >= q->need) /* a hundredth of a bucket makes up for rounding */
            return q->lowest + ((float)bucket - 0.01f) * q->per_bucket;
    }
    return -HUGE_VALF;
}

/* Sixteen rows side by side, in whatever registers there are: as a loop, GCC compares row by row,
   which was two fifths of a pass for 16 queries. */
typedef float Floats __attribute__((vector_size(4 * GROUP)));
typedef int32_t Ints __attribute__((vector_size(4 * GROUP)));
typedef uint8_t Bytes __attribute__((vector_size(GROUP)));

INLINE int64_t any(const Ints *each) {
    int64_t some = 0, pairs[GROUP / 2];
    memcpy(pairs, each, sizeof pairs);
    for (int i = 0; i < GROUP / 2; i++) some |= pairs[i];
    return some;
}

/* Sixteen rows of one query: `sums` are 254 coarse.x + fine.x of the codes. */
INLINE void take(const Scan *s, const Query *q, Found *f, int64_t group, const float *sums) {
    Floats sum, scale, error;
    memcpy(&sum, sums, sizeof sum);
    memcpy(&scale, s->scale + group * GROUP, sizeof scale);
    memcpy(&error, s->error + group * GROUP, sizeof error);
    const Floats width = error * q->alpha + q->beta, bounds = sum * (q->step * scale) + width;
    Ints pass = bounds >= f->threshold;
    if (!any(&pass)) return;
    int64_t left = s->rows - group * GROUP, kept = f->count;
    if (q->mask) { /* few of many rows above a low threshold may pass */
        Bytes mask = {0};
        memcpy(&mask, q->mask + group * GROUP, left < GROUP ? left : GROUP);
        pass &= __builtin_convertvector(mask, Ints) != 0;
        if (!any(&pass)) return;
    }
    Ints in = __builtin_convertvector((bounds - 2 * width - q->lowest) * (1 / q->per_bucket), Ints);
    in &= in > 0;
    in |= in >= BUCKETS; /* all ones: the last bucket, once its bits are cut */
    in &= BUCKETS - 1;
    float upper[GROUP];
    int32_t passes[GROUP], bucket[GROUP]; /* passes: 0 or -1 */
    memcpy(upper, &bounds, sizeof upper);
    memcpy(passes, &pass, sizeof passes);
    memcpy(bucket, &in, sizeof bucket);
    int32_t *const rows = f->rows, *const counts = f->buckets;
    float *const uppers = f->upper;
    for (int r = 0; r < GROUP && r < left; r++) { /* no branch, as at deep ranks none would be foreseen */
        rows[kept] = (int32_t)(group * GROUP + r);
        uppers[kept] = upper[r];
        kept -= passes[r];
        __atomic_store_n(counts + bucket[r], counts[bucket[r]] - passes[r], __ATOMIC_RELAXED);
    }
    f->fresh += kept - f->count;
    f->count = kept;
}

INLINE int none_passes(const Query *q, int64_t group, int64_t rows) {
    uint64_t half[2];
    if ((group + 1) * GROUP > rows) return 0;
    memcpy(half, q->mask + group * GROUP, GROUP);
    return !(half[0] | half[1]);
}

/* Whether most of these groups can be left out. Where only some can, reading on is quicker than
   stopping before each: the processor foresees neither the branch nor the next group. */
INLINE int few_pass(const Query *q, int64_t first, int64_t last, int64_t rows) {
    int64_t empty = 0;
    if (!q->mask) return 0;
    for (int64_t group = first; group < last; group++) empty += none_passes(q, group, rows);
    return 2 * empty >= last - first;
}

INLINE void tighten(const Scan *s, const Query *queries, Found *mine, const Found *all) {
    for (int64_t j = 0; j < s->queries; j++) {
        /* Few of the rows pass a mask, so a threshold that lags stays for many rows. */
        const int64_t least = queries[j].mask ? 64 : 512;
        const int64_t patience = queries[j].need > least ? queries[j].need : least;
        if (mine[j].fresh < patience) continue;
        float threshold = threshold_of(queries + j, all + j, s->queries, s->threads);
        if (threshold > mine[j].threshold) mine[j].threshold = threshold;
        mine[j].fresh = 0;
    }
}

typedef void Dots(const uint8_t *codes, int64_t padded, const Query *q, float *sums);

INLINE void scan_by(Dots *dots, const Scan *s, const Query *queries, Found *all, int64_t thread,
                    int64_t first, int64_t last) {
    Found *mine = all + thread * s->queries;
    float sums[GROUP];
    for (int64_t begin = first, end; begin < last; begin = end) {
        int few[MOST_QUERIES];
        end = begin - begin % 64 + 64 < last ? begin - begin % 64 + 64 : last;
        for (int64_t j = 0; j < s->queries; j++) few[j] = few_pass(queries + j, begin, end, s->rows);
        for (int64_t group = begin; group < end; group++) {
            const uint8_t *codes = s->codes + group * GROUP * s->padded_dim;
            for (int64_t j = 0; j < s->queries; j++) {
                if (few[j] && none_passes(queries + j, group, s->rows)) continue;
                dots(codes, s->padded_dim, queries + j, sums);
                take(s, queries + j, mine + j, group, sums);
            }
        }
        if (end % 64 == 0) tighten(s, queries, mine, all);
    }
}

INLINE void dots_plain(const uint8_t *codes, int64_t padded, const Query *q, float *sums) {
    int32_t coarse[GROUP] = {0}, fine[GROUP] = {0};
    for (int64_t d = 0; d < padded; d += 4, codes += 4 * GROUP)
        for (int r = 0; r < GROUP; r++)
            for (int j = 0; j < 4; j++) {
                coarse[r] += codes[4 * r + j] * q->coarse[d + j];
                fine[r] += codes[4 * r + j] * q->fine[d + j];
            }
    for (int r = 0; r < GROUP; r++)
        sums[r] = 254.0f * (float)(coarse[r] - q->coarse_128) + (float)(fine[r] - q->fine_128);
}

#ifdef X86

#define FOR_AVX2 __attribute__((target("avx2,fma")))
#define FOR_VNNI __attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")))

FOR_AVX2 INLINE void dots_avx2(const uint8_t *codes, int64_t padded, const Query *q, float *sums) {
    __m256i sum[4];
    const __m256i middle = _mm256_set1_epi16(128);
    for (int i = 0; i < 4; i++) sum[i] = _mm256_setzero_si256();
    for (int64_t d = 0; d < padded; d += 4, codes += 4 * GROUP) {
        int16_t both[4]; /* 254 coarse + fine fits into 16 bits */
        for (int j = 0; j < 4; j++) both[j] = (int16_t)(254 * q->coarse[d + j] + q->fine[d + j]);
        int64_t four;
        memcpy(&four, both, 8);
        const __m256i query = _mm256_set1_epi64x(four);
        for (int i = 0; i < 4; i++) { /* four rows at a time */
            __m256i x = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(codes + 16 * i)));
            x = _mm256_madd_epi16(_mm256_sub_epi16(x, middle), query);
            sum[i] = _mm256_add_epi32(sum[i], x);
        }
    }
    for (int i = 0; i < 4; i += 2) {
        __m256 pairs = _mm256_hadd_ps(_mm256_cvtepi32_ps(sum[i]), _mm256_cvtepi32_ps(sum[i + 1]));
        __m256d order = _mm256_permute4x64_pd(_mm256_castps_pd(pairs), 0xD8);
        _mm256_storeu_ps(sums + 4 * i, _mm256_castpd_ps(order));
    }
}

FOR_VNNI INLINE void dots_vnni(const uint8_t *codes, int64_t padded, const Query *q, float *sums) {
    __m512i coarse[4], fine[4];
    for (int i = 0; i < 4; i++) coarse[i] = fine[i] = _mm512_setzero_si512();
    for (int64_t d = 0; d < padded; d += 16)
        for (int i = 0; i < 4; i++) {
            const __m512i x = _mm512_loadu_si512(codes + (d + 4 * i) * GROUP);
            _mm_prefetch((const char *)(codes + (d + 4 * i + 2 * padded) * GROUP), _MM_HINT_T0);
            int32_t c, f;
            memcpy(&c, q->coarse + d + 4 * i, 4);
            memcpy(&f, q->fine + d + 4 * i, 4);
            coarse[i] = _mm512_dpbusd_epi32(coarse[i], x, _mm512_set1_epi32(c));
            fine[i] = _mm512_dpbusd_epi32(fine[i], x, _mm512_set1_epi32(f));
        }
    __m512i c = _mm512_add_epi32(_mm512_add_epi32(coarse[0], coarse[1]), _mm512_add_epi32(coarse[2], coarse[3]));
    __m512i f = _mm512_add_epi32(_mm512_add_epi32(fine[0], fine[1]), _mm512_add_epi32(fine[2], fine[3]));
    c = _mm512_sub_epi32(c, _mm512_set1_epi32(q->coarse_128));
    f = _mm512_sub_epi32(f, _mm512_set1_epi32(q->fine_128));
    _mm512_storeu_ps(sums, _mm512_fmadd_ps(_mm512_cvtepi32_ps(c), _mm512_set1_ps(254.0f),
                                           _mm512_cvtepi32_ps(f)));
}

FOR_AVX2 static void scan_avx2(const Scan *s, const Query *q, Found *f, int64_t t, int64_t a, int64_t b) {
    scan_by(dots_avx2, s, q, f, t, a, b);
}
FOR_VNNI static void scan_vnni(const Scan *s, const Query *q, Found *f, int64_t t, int64_t a, int64_t b) {
    scan_by(dots_vnni, s, q, f, t, a, b);
}
FOR_AVX2 static double quantise_avx2(const float *x, int64_t dim, int64_t padded, int64_t a, int64_t b,
                                     uint8_t *codes, float *scale, float *error) {
    return quantise_span(x, dim, padded, a, b, codes, scale, error);
}
FOR_VNNI static double quantise_vnni(const float *x, int64_t dim, int64_t padded, int64_t a, int64_t b,
                                     uint8_t *codes, float *scale, float *error) {
    return quantise_span(x, dim, padded, a, b, codes, scale, error);
}
FOR_AVX2 static void rescore_avx2(const float *x, int64_t dim, Rescore *lists, int64_t count) {
    rescore_lists(x, dim, lists, count);
}
FOR_VNNI static void rescore_vnni(const float *x, int64_t dim, Rescore *lists, int64_t count) {
    rescore_lists(x, dim, lists, count);
}

#ifdef HAS_AMX
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FOR_AMX \
    __attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,amx-tile,amx-int8")))

static int may_use_amx(void) { /* asks Linux for the tile registers, once a process */
    unsigned a, b, c, d;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || !(d >> 24 & 1) || !(d >> 25 & 1)) return 0;
    return !syscall(SYS_arch_prctl, 0x1023 /* ARCH_REQ_XCOMP_PERM */, 18 /* XTILEDATA */);
}

/* Sixteen queries at once, two groups a step. Tiles: 0 and 1 codes, 2 and 3 coarse and fine
   queries, 4 to 7 sums (coarse and fine of the first group, then of the second). */
FOR_AMX static void scan_amx(const Scan *s, const Query *queries, Found *all, int64_t thread,
                             int64_t first, int64_t last) {
    struct {
        uint8_t palette, start, reserved[14];
        uint16_t width[16];
        uint8_t height[16];
    } tiles __attribute__((aligned(64))) = {.palette = 1};
    for (int t = 0; t < 8; t++) tiles.width[t] = 64, tiles.height[t] = 16;
    _tile_loadconfig(&tiles);
    int8_t coarse[16 * MOST_DIM] __attribute__((aligned(64)));
    int8_t fine[16 * MOST_DIM] __attribute__((aligned(64)));
    int32_t sums[4][GROUP][16] __attribute__((aligned(64)));
    const int64_t padded = s->padded_dim;
    for (int64_t k = 0; k < padded; k += 64) /* a tile of 16 queries x 64 dimensions in a piece */
        for (int64_t j = 0; j < 16; j++) {
            if (j < s->queries) {
                memcpy(coarse + 16 * k + 64 * j, queries[j].coarse + k, 64);
                memcpy(fine + 16 * k + 64 * j, queries[j].fine + k, 64);
            } else {
                memset(coarse + 16 * k + 64 * j, 0, 64);
                memset(fine + 16 * k + 64 * j, 0, 64);
            }
        }
    Found *mine = all + thread * s->queries;
    for (int64_t group = first; group < last; group += 2) {
        const uint8_t *codes = s->codes + group * GROUP * padded;
        const int64_t second = group + 1 < last ? GROUP * padded : 0; /* else the same once more */
        _tile_zero(4);
        _tile_zero(5);
        _tile_zero(6);
        _tile_zero(7);
        for (int64_t k = 0; k < padded; k += 64) {
            for (int64_t line = 0; line < 1024; line += 64) {
                _mm_prefetch((const char *)(codes + k * GROUP + 2 * GROUP * padded + line), _MM_HINT_T0);
                _mm_prefetch((const char *)(codes + k * GROUP + 3 * GROUP * padded + line), _MM_HINT_T0);
            }
            _tile_loadd(0, codes + k * GROUP, 64);
            _tile_loadd(1, codes + k * GROUP + second, 64);
            _tile_loadd(2, coarse + 16 * k, 64);
            _tile_loadd(3, fine + 16 * k, 64);
            _tile_dpbsud(4, 2, 0);
            _tile_dpbsud(5, 3, 0);
            _tile_dpbsud(6, 2, 1);
            _tile_dpbsud(7, 3, 1);
        }
        _tile_stored(4, sums[0], 64);
        _tile_stored(5, sums[1], 64);
        _tile_stored(6, sums[2], 64);
        _tile_stored(7, sums[3], 64);
        for (int64_t one = 0; one < (second ? 2 : 1); one++)
            for (int64_t j = 0; j < s->queries; j++) {
                const Query *q = queries + j;
                float both[GROUP];
                for (int r = 0; r < GROUP; r++)
                    both[r] = 254.0f * (float)(sums[2 * one][j][r] - q->coarse_128) +
                              (float)(sums[2 * one + 1][j][r] - q->fine_128);
                take(s, q, mine + j, group + one, both);
            }
        if (group % 64 >= 62) tighten(s, queries, mine, all);
    }
    _tile_release();
}
#endif
#endif

/* ---- every score, of many queries at once --------------------------------------------------- */

/* Four rows with 16 queries, one in each lane: a row comes from memory once for all of them, and no
   sum crosses lanes. Products are added 16 at a time, then those sums: in float32 none of them is
   rounded more than dim / 16 + 17 times. Lines are asked for in order, 2 KB ahead. */
INLINE void dots_floats(const float *x, int64_t dim, const float *lanes, Floats *scores) {
    Floats total[4] = {{0}}, queries;
    for (int64_t d = 0; d < dim; d += 16) {
        Floats part[4] = {{0}};
        for (int r = 0; r < 4; r++) __builtin_prefetch(x + 512 + 4 * d + 16 * r);
        if (d + 16 <= dim) /* a loop of known length */
#pragma GCC unroll 16
            for (int64_t k = d; k < d + 16; k++) {
                memcpy(&queries, lanes + 16 * k, sizeof queries);
                for (int r = 0; r < 4; r++) part[r] += x[r * dim + k] * queries;
            }
        else
            for (int64_t k = d; k < dim; k++) {
                memcpy(&queries, lanes + 16 * k, sizeof queries);
                for (int r = 0; r < 4; r++) part[r] += x[r * dim + k] * queries;
            }
        for (int r = 0; r < 4; r++) total[r] += part[r];
    }
    for (int r = 0; r < 4; r++) scores[r] = total[r];
}

/* Up to 16 queries, that lie in `lanes` side by side, a dimension after the other, with groups
   [first, last) of the rows. scores[query * rows + row], which are written 256 rows at a time. */
INLINE void score_span(const float *x, int64_t dim, int64_t rows, const float *lanes, int64_t queries,
                       int64_t first, int64_t last, float *scores) {
    enum { TILE = 16 * GROUP };
    float filled[GROUP * MOST_DIM], tile[16][TILE];
    for (int64_t start = first * GROUP; start < last * GROUP; start += TILE) {
        const int64_t end = start + TILE < last * GROUP ? start + TILE : last * GROUP;
        for (int64_t row = start; row < end; row += GROUP) {
            const float *here = x + row * dim;
            if (rows - row < GROUP) {
                memset(filled, 0, sizeof filled);
                here = memcpy(filled, here, (rows - row) * dim * sizeof(float));
            }
            Floats found[GROUP];
            for (int r = 0; r < GROUP; r += 4) dots_floats(here + r * dim, dim, lanes, found + r);
            for (int64_t j = 0; j < queries; j++)
                for (int r = 0; r < GROUP; r++) tile[j][row - start + r] = found[r][j];
        }
        const int64_t whole = end < rows ? end - start : rows - start;
        for (int64_t j = 0; j < queries; j++)
            memcpy(scores + j * rows + start, tile[j], whole * sizeof(float));
    }
}

#ifdef X86
FOR_AVX2 static void score_avx2(const float *x, int64_t dim, int64_t rows, const float *lanes,
                                int64_t queries, int64_t first, int64_t last, float *scores) {
    score_span(x, dim, rows, lanes, queries, first, last, scores);
}
FOR_VNNI static void score_vnni(const float *x, int64_t dim, int64_t rows, const float *lanes,
                                int64_t queries, int64_t first, int64_t last, float *scores) {
    score_span(x, dim, rows, lanes, queries, first, last, scores);
}
#endif

/* ---- what Python calls ---------------------------------------------------------------------- */

int64_t best_path(void) {
#ifdef X86
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512vnni")) {
#ifdef HAS_AMX
        if (may_use_amx()) return AMX;
#endif
        return VNNI;
    }
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return AVX2;
#endif
    return PLAIN;
}

double quantise(const float *x, int64_t dim, int64_t padded, int64_t first, int64_t last,
                uint8_t *codes, float *scale, float *error, int64_t path) {
#ifdef X86
    if (path >= VNNI) return quantise_vnni(x, dim, padded, first, last, codes, scale, error);
    if (path == AVX2) return quantise_avx2(x, dim, padded, first, last, codes, scale, error);
#endif
    return quantise_span(x, dim, padded, first, last, codes, scale, error);
}

void rescore(const float *x, int64_t dim, Rescore *lists, int64_t count, int64_t path) {
#ifdef X86
    if (path >= VNNI) { rescore_vnni(x, dim, lists, count); return; }
    if (path == AVX2) { rescore_avx2(x, dim, lists, count); return; }
#endif
    rescore_lists(x, dim, lists, count);
}

/* Groups [first, last) of 16 rows, for up to 16 queries. found[thread * queries + query]. */
void scan(const Scan *s, const Query *queries, Found *found, int64_t thread, int64_t first,
          int64_t last) {
#ifdef X86
#ifdef HAS_AMX
    if (s->path == AMX && s->queries > 2) { scan_amx(s, queries, found, thread, first, last); return; }
#endif
    if (s->path >= VNNI) { scan_vnni(s, queries, found, thread, first, last); return; }
    if (s->path == AVX2) { scan_avx2(s, queries, found, thread, first, last); return; }
#endif
    scan_by(dots_plain, s, queries, found, thread, first, last);
}

/* The survivors at or above the threshold, from `count` of them; how many there are. */
int64_t keep_above(const int32_t *rows, const float *upper, int64_t count, float threshold,
                   int64_t *kept_rows, float *kept_upper) {
    int64_t kept = 0;
    for (int64_t i = 0; i < count; i++) {
        kept_rows[kept] = rows[i];
        kept_upper[kept] = upper[i];
        kept += upper[i] >= threshold;
    }
    return kept;
}

float final_threshold(const Scan *s, const Query *queries, const Found *found, int64_t query) {
    return threshold_of(queries + query, found + query, s->queries, s->threads);
}

void score(const float *x, int64_t dim, int64_t rows, const float *lanes, int64_t queries,
           int64_t first, int64_t last, float *scores, int64_t path) {
#ifdef X86
    if (path >= VNNI) { score_vnni(x, dim, rows, lanes, queries, first, last, scores); return; }
    if (path == AVX2) { score_avx2(x, dim, rows, lanes, queries, first, last, scores); return; }
#endif
    score_span(x, dim, rows, lanes, queries, first, last, scores);
}

/* Scores in buckets by their distance from the highest (server/search/order.py). */
INLINE int32_t bucket_of(float score, double highest, double per_score) {
    return (int32_t)((highest - score) * per_score);
}

void count_scores(const float *scores, int64_t count, double highest, double per_score, int32_t *counts) {
    for (int64_t i = 0; i < count; i++) counts[bucket_of(scores[i], highest, per_score)]++;
}

/* Where the scores of the wanted buckets are, ascending; how many. One place more is written to. */
int64_t pick_scores(const float *scores, int64_t count, double highest, double per_score,
                    const uint8_t *wanted, int64_t *places) {
    int64_t picked = 0;
    for (int64_t i = 0; i < count; i++) {
        places[picked] = i;
        picked += wanted[bucket_of(scores[i], highest, per_score)];
    }
    return picked;
}
