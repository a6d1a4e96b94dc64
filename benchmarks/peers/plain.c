/* The model in plain C, one firm after another and one person after another: what a user of C
 * would write who knows his compiler, but no vectors and no assembler. A firm fits the nearest
 * cache; people are single, firms double. c_port.py compiles it and hands it tables and settings;
 * parameters.h, which it writes, has struct parameters, the settings in doubles, and the sizes.
 *
 * For speed: one word of a fast generator (xoshiro256++, Blackman and Vigna 2021) picks a partner
 * and is the one coin of the encounter; Betas are read from tables of quantiles; and what an
 * encounter comes to is multiplied by whether it does, for branches that nobody can foresee took a
 * quarter of the time.
 */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "parameters.h"

enum { SEPARATE, CMTO_STRUCTURE, CEMO_STRUCTURE };
enum { CEO, CMO, CIO, INFRASTRUCTURE, CMTO, POSTS };
enum { COOPERATION, DISPOSITION, LITERACY, IDENTITY, CONTACT, TRAITS };
enum { CHIEF = 2 * TRAITS, BACKGROUND, BETAS };
enum { WINDOW = 4, MEANS = 32, CELLS = 512, QUANTITY_CELLS = 4096 };
enum { EXPOSURE, GROWTH, ATTENTION, MEAN_OF_COOPERATION, MEAN_OF_CONTACT = MEAN_OF_COOPERATION + 2,
       MEAN_OF_RESISTANCE = MEAN_OF_CONTACT + 2, MEAN_OF_IDENTITY = MEAN_OF_RESISTANCE + 2,
       MEAN_OF_LITERACY = MEAN_OF_IDENTITY + 2, CAPABILITY = MEAN_OF_LITERACY + 2, AUTHORITY,
       COMMITMENT, DRAWN };

struct person { float cooperation, disposition, literacy, identity, contact, resistance,
                reliability; int completed; };
struct chief { double cooperation, resistance, literacy, background; };

/* What all firms share. */
struct given {
    const struct parameters *p;
    const double *demand, *hype, *required;   /* by quarter */
    const float *beta[BETAS];                 /* by trait and department, of chiefs, backgrounds */
    const double *commitment;                 /* quantiles */
};

struct firm {
    struct person staff[2][LARGEST];
    struct chief chiefs[POSTS], designated;
    int sizes[2], structure, target, clock, elapsed, below, cool_down, quarter;
    int met[WINDOW][2], tasks[WINDOW][2], exits[2];
    int attempts, failures, reversals, chief_exits, ceo_exits;
    double drawn[DRAWN], exposure, commitment, capability, authority, willing;
    double completion, contact, performance, accustomed[2], gain[2], mean[3][2];
};

/* ------------------------------------------------------------------------ random numbers */

static uint64_t state[4];

static inline uint64_t rotate(uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }

static void seed_generator(uint64_t seed)   /* by splitmix64 */
{
    for (int i = 0; i < 4; i++) {
        uint64_t z = seed += 0x9e3779b97f4a7c15u;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        state[i] = z ^ (z >> 31);
    }
}

static inline uint32_t word(void)
{
    uint64_t sum = rotate(state[0] + state[3], 23) + state[0], t = state[1] << 17;
    state[2] ^= state[0]; state[3] ^= state[1]; state[1] ^= state[2]; state[0] ^= state[3];
    state[2] ^= t; state[3] = rotate(state[3], 45);
    return (uint32_t)(sum >> 32);
}

static inline double unit(void) { return word() * 0x1p-32; }

/* One of 0 ... n - 1, and a coin of what is left over of the word. */
static inline int pick(uint32_t n, float *coin)
{
    uint64_t point = (uint64_t)word() * n;
    *coin = (float)((uint32_t)point >> 8) * 0x1p-24f;
    return (int)(point >> 32);
}

static inline float beta(const float *table, double mean)
{
    float z = (float)mean * MEANS;
    int m = (int)z < MEANS - 1 ? (int)z : MEANS - 1;
    uint32_t w = word();
    float part = (float)(w & 0x7fffff) * 0x1p-23f;
    const float *low = table + m * (CELLS + 1) + (w >> 23), *high = low + CELLS + 1;
    float a = low[0] + part * (low[1] - low[0]), b = high[0] + part * (high[1] - high[0]);
    return a + (z - (float)m) * (b - a);
}

static inline double mix(const double of[2], double weight)
{
    return (1.0 - weight) * of[0] + weight * of[1];
}

/* ---------------------------------------------------------------------------------- people */

static void settle_in(const struct given *x, struct person *a, int g, const double means[TRAITS])
{
    float drawn[TRAITS];
    for (int i = 0; i < TRAITS; i++)
        drawn[i] = beta(x->beta[2 * i + g], means[i]);
    *a = (struct person){drawn[COOPERATION], drawn[DISPOSITION], drawn[LITERACY], drawn[IDENTITY],
                         drawn[CONTACT], drawn[DISPOSITION], 0.0f, 0};
}

static void change_attitudes(const struct given *x, struct firm *f)
{
    const struct parameters *p = x->p;
    float own = 0.5 * p->resistance_susceptibility, ready = 1.0 - 2.0 * p->cooperation_tremble;
    float peer = own * (1.0 - p->resistance_chief_weight), rest = 1.0 - 2.0f * own;
    float drag = ready * p->cooperation_resistance_drag, tremble = p->cooperation_tremble;
    float comfort = p->resistance_comfort, before[LARGEST], coin;
    for (int g = 0; g < 2; g++) {
        int n = f->sizes[g];
        int post = f->structure == CMTO_STRUCTURE ? CMTO : CMO + g;
        float boss = own * p->resistance_chief_weight * f->chiefs[post].resistance;
        float threat = p->resistance_status_threat * f->gain[g];
        for (int i = 0; i < n; i++)
            before[i] = f->staff[g][i].resistance;
        for (int i = 0; i < n; i++) {
            struct person *a = &f->staff[g][i];
            int j = pick(n > 1 ? n - 1 : 1, &coin);
            j += j >= i && n > 1;
            float ease = comfort * (a->cooperation - 0.5f);
            float anchor = a->disposition + threat * a->identity - ease;
            anchor = anchor < 0.0f ? 0.0f : anchor > 1.0f ? 1.0f : anchor;
            a->resistance = own * before[i] + peer * before[j] + boss + rest * anchor;
            a->reliability = tremble + (ready - drag * a->resistance) * a->cooperation;
        }
    }
}

static double opening(const struct given *x, const struct firm *f)
{
    const struct chief *c = f->chiefs;
    double willing = f->structure == CMTO_STRUCTURE   ? c[CMTO].cooperation
                     : f->structure == CEMO_STRUCTURE ? c[CMO].cooperation
                                                      : c[CMO].cooperation * c[CIO].cooperation;
    return x->p->cooperation_moderation * willing;
}

static void do_joint_tasks(const struct given *x, struct firm *f)
{
    const struct parameters *p = x->p;
    int encounters = (int)p->cooperation_encounters, slot = f->quarter % WINDOW;
    float ready = 1.0 - 2.0 * p->cooperation_tremble, tremble = p->cooperation_tremble;
    float drag = ready * p->cooperation_resistance_drag, open = opening(x, f), coin;
    float reward = 0.5 * p->cooperation_learning_rate;
    float loss = p->cooperation_learning_rate * p->cooperation_outside_option;
    for (int g = 0; g < 2; g++) {
        int across = 0, joint = 0;
        for (int i = 0; i < f->sizes[g]; i++) {
            struct person *a = &f->staff[g][i];
            float chance = a->contact + open, c = a->cooperation;
            chance = chance > 1.0f ? 1.0f : chance;
            float floor = chance * tremble, slope = chance * (ready - drag * a->resistance);
            int done = 0;
            for (int e = 0; e < encounters; e++) {
                const struct person *b = &f->staff[1 - g][pick(f->sizes[1 - g], &coin)];
                float willing = floor + slope * c;
                int is_across = coin < chance, is_done = coin < willing * b->reliability;
                float gain = reward * (a->literacy + b->literacy) * (1.0f - c);
                c += gain * (float)is_done - loss * c * (float)(is_across & (coin >= willing));
                across += is_across;
                done += is_done;
            }
            a->cooperation = c;
            a->completed = done;
            joint += done;
        }
        f->met[slot][g] = across;
        f->tasks[slot][g] = joint;
    }
}

static void train_staff(const struct given *x, struct firm *f)
{
    float doing = x->p->competence_learning_by_doing, training = x->p->competence_training;
    for (int g = 0; g < 2; g++)
        for (int i = 0; i < f->sizes[g]; i++) {
            struct person *a = &f->staff[g][i];
            float k = a->literacy;
            for (int task = 0; task < a->completed; task++)
                k += doing * k * (1.0f - k);
            a->literacy = k + training * (1.0f - k);
        }
}

static void replace_staff(const struct given *x, struct firm *f)
{
    const struct parameters *p = x->p;
    float base = p->leadership_staff_turnover;
    for (int g = 0; g < 2; g++) {
        float fear = p->leadership_threat_turnover * p->resistance_status_threat * f->gain[g];
        for (int i = 0; i < f->sizes[g]; i++) {
            struct person *a = &f->staff[g][i];
            if ((float)(word() >> 8) * 0x1p-24f >= base + fear * a->identity)
                continue;
            int hybrid = unit() < p->leadership_hybrid_supply;
            double means[TRAITS] = {
                p->leadership_market_cooperation, p->leadership_market_resistance,
                hybrid ? p->leadership_hybrid_literacy : p->leadership_market_literacy,
                f->drawn[MEAN_OF_IDENTITY + g], f->drawn[MEAN_OF_CONTACT + g]};
            settle_in(x, a, g, means);
            f->exits[g]++;
        }
    }
}

static void observe(struct firm *f)
{
    for (int g = 0; g < 2; g++) {
        double c = 0.0, r = 0.0, k = 0.0;
        for (int i = 0; i < f->sizes[g]; i++) {
            c += f->staff[g][i].cooperation;
            r += f->staff[g][i].resistance;
            k += f->staff[g][i].literacy;
        }
        f->mean[0][g] = c / f->sizes[g];
        f->mean[1][g] = r / f->sizes[g];
        f->mean[2][g] = k / f->sizes[g];
    }
}

#include "plain_firm.c"
