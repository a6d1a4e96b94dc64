/* Part of plain.c: what concerns a firm once a quarter, its chiefs, and the way in and out. */

static struct chief new_chief(const struct given *x, double c, double r, double k, double s)
{
    const float *attitudes = x->beta[CHIEF];
    double cooperation = beta(attitudes, c), resistance = beta(attitudes, r);
    double literacy = beta(attitudes, k);
    return (struct chief){cooperation, resistance, literacy, beta(x->beta[BACKGROUND], s)};
}

static double distance(const struct parameters *p, int g, double boss, double top)
{
    double weight = p->resistance_chain_weight;
    return (1.0 - weight) * fabs(g - boss) + weight * fabs(g - top);
}

/* Of a department to its chain of command, perhaps one in prospect. */
static double chain_distance(const struct given *x, const struct firm *f, int g, int structure,
                             const struct chief *designated)
{
    const struct chief *c = f->chiefs;
    double top = c[CEO].background;
    if (structure == CMTO_STRUCTURE)
        return distance(x->p, g, (designated ? designated : &c[CMTO])->background, top);
    if (g == 0)
        return distance(x->p, g, c[CMO].background, top);
    if (structure == CEMO_STRUCTURE)
        top = x->p->reorganisation_infrastructure_chief
                  ? (designated ? designated : &c[INFRASTRUCTURE])->background
                  : c[CMO].background;
    return distance(x->p, g, c[CIO].background, top);
}

static void assess_chain_of_command(const struct given *x, struct firm *f)
{
    const struct chief *designated = f->target != SEPARATE ? &f->designated : 0;
    int prospect = f->target != SEPARATE ? f->target : f->structure;
    for (int g = 0; g < 2; g++) {
        if (f->structure == SEPARATE)
            f->accustomed[g] = chain_distance(x, f, g, SEPARATE, 0);
        f->gain[g] = fmax(chain_distance(x, f, g, prospect, designated) - f->accustomed[g], 0.0);
    }
}

static void train_chiefs(const struct given *x, struct firm *f)
{
    double training = x->p->competence_chief_training;
    for (int post = CMO; post < POSTS; post++)
        f->chiefs[post].literacy += training * (1.0 - f->chiefs[post].literacy);
    f->designated.literacy += training * (1.0 - f->designated.literacy);
}

static void build_capability(const struct given *x, struct firm *f)
{
    const struct parameters *p = x->p;
    int met[2] = {0, 0}, tasks[2] = {0, 0}, n = f->sizes[0] + f->sizes[1];
    int slot = f->quarter % WINDOW;
    for (int q = 0; q < WINDOW; q++)
        for (int g = 0; g < 2; g++) {
            met[g] += f->met[q][g];
            tasks[g] += f->tasks[q][g];
        }
    double required = x->required[f->quarter];
    double base = fmax(met[0] + met[1], required * n), led = fmax(met[0], required * f->sizes[0]);
    f->completion = base > 0.0 ? (tasks[0] + tasks[1]) / base : 0.0;
    f->contact = (f->met[slot][0] + f->met[slot][1]) / fmax(p->cooperation_encounters * n, 1.0);
    f->capability += p->capability_growth * f->completion * (1.0 - f->capability)
                     - p->capability_obsolescence * f->capability;
    led = led > 0.0 ? tasks[0] / led : 0.0;
    f->authority += p->capability_authority_rate * (led - f->authority);
    const struct chief *c = f->chiefs;
    double leader = 0.5 * (c[CMO].background + c[CIO].background);
    if (f->structure != SEPARATE)
        leader = c[f->structure == CMTO_STRUCTURE ? CMTO : CMO].background;
    double cost = p->competence_specialisation_cost, weight = p->capability_creativity_weight;
    double creativity = (1.0 - leader) * (1.0 - cost * f->mean[2][0]);
    double technology = leader * (1.0 - cost * f->mean[2][1]);
    f->performance = f->completion * pow(creativity, weight) * pow(technology, 1.0 - weight);
}

static void hire(const struct given *x, struct firm *f, int post)
{
    const struct parameters *p = x->p;
    double source = unit(), supply = p->leadership_insider_hybrids;
    double c = p->leadership_market_cooperation, r = p->leadership_market_resistance;
    if (source < p->leadership_consultancy_share) {
        supply = p->leadership_consultancy_hybrids;
    } else if (source < p->leadership_consultancy_share + p->leadership_agency_share) {
        supply = p->leadership_agency_hybrids;
    } else {
        static const double weights[POSTS] = {0.5, 0.0, 1.0, 1.0, 0.5};
        c = mix(f->mean[0], weights[post]);
        r = mix(f->mean[1], weights[post]);
    }
    int hybrid = unit() < p->leadership_hybrid_supply * supply;
    double s = post == CEO              ? p->leadership_ceo_background
               : post == CMO            ? p->leadership_cmo_background
               : post == INFRASTRUCTURE ? p->leadership_infrastructure_background
                                        : p->leadership_cio_background;
    if (hybrid && post != CEO && post != INFRASTRUCTURE)
        s = p->leadership_hybrid_background;
    double k = hybrid ? p->leadership_hybrid_literacy : p->leadership_market_literacy;
    f->chiefs[post] = new_chief(x, c, r, k, s);
    if (post == CMO)
        f->authority = f->drawn[AUTHORITY];
}

static void settle(struct firm *f, int cool_down)
{
    f->target = SEPARATE;
    f->clock = f->below = 0;
    if (cool_down >= 0)
        f->cool_down = cool_down;
}

static void count_willing(const struct given *x, struct firm *f)
{
    double floor = x->p->reorganisation_support_floor;
    float pressure = f->commitment * (floor + (1.0 - floor) * f->willing);
    int willing = 0;
    for (int g = 0; g < 2; g++)
        for (int i = 0; i < f->sizes[g]; i++)
            willing += f->staff[g][i].resistance <= pressure;
    f->willing = (double)willing / (f->sizes[0] + f->sizes[1]);
}

static void advance(const struct given *x, struct firm *f)
{
    const struct parameters *p = x->p;
    f->elapsed++;
    count_willing(x, f);
    if (f->willing >= p->reorganisation_quorum && f->elapsed >= p->reorganisation_trial_period) {
        f->structure = f->target;
        f->chiefs[f->structure == CMTO_STRUCTURE ? CMTO : INFRASTRUCTURE] = f->designated;
        settle(f, -1);
    } else if (f->elapsed >= p->reorganisation_patience) {
        float cynicism = p->resistance_cynicism;
        for (int g = 0; g < 2; g++)
            for (int i = 0; i < f->sizes[g]; i++) {
                struct person *a = &f->staff[g][i];
                a->disposition += cynicism * (1.0f - a->disposition);
            }
        f->failures++;
        settle(f, (int)p->reorganisation_cool_down);
    }
}

static void keep_or_revert(const struct given *x, struct firm *f)
{
    const struct parameters *p = x->p;
    count_willing(x, f);
    f->below = f->willing < p->reorganisation_quorum ? f->below + 1 : 0;
    if (f->below < p->reorganisation_reversal_period)
        return;
    if (f->structure == CMTO_STRUCTURE) {
        int own = f->chiefs[CMTO].background < 0.5 ? CMO : CIO;
        f->chiefs[own] = f->chiefs[CMTO];
        hire(x, f, CMO + CIO - own);
    }
    f->structure = SEPARATE;
    f->reversals++;
    settle(f, (int)p->reorganisation_cool_down);
}

static double expected_resistance(const struct given *x, const struct firm *f, int structure,
                                  const struct chief *designated)
{
    double total = 0.0;
    for (int g = 0; g < 2; g++) {
        double there = chain_distance(x, f, g, structure, designated);
        float threat = x->p->resistance_status_threat * fmax(there - f->accustomed[g], 0.0);
        for (int i = 0; i < f->sizes[g]; i++) {
            const struct person *a = &f->staff[g][i];
            total += fminf(a->resistance + threat * a->identity, 1.0f);
        }
    }
    return total / (f->sizes[0] + f->sizes[1]);
}

static void propose(const struct given *x, struct firm *f)
{
    const struct parameters *p = x->p;
    double hype = x->hype[f->quarter], c = p->leadership_market_cooperation;
    double r = p->leadership_market_resistance, k = p->leadership_hybrid_literacy;
    struct chief technician = new_chief(x, c, r, k, p->leadership_infrastructure_background);
    struct chief outsider = new_chief(x, c, r, k, p->leadership_hybrid_background);
    struct chief holder = f->chiefs[CIO];
    const struct chief *others[2] = {&f->chiefs[CMO], &outsider};
    int candidates = unit() < p->leadership_hybrid_supply ? 2 : 1;
    for (int i = 0; i < candidates; i++)
        if (others[i]->literacy + hype * others[i]->background
            > holder.literacy + hype * holder.background)
            holder = *others[i];
    double profile = 0.5 * (f->chiefs[CMO].literacy + f->mean[2][0]);
    double overload = fmax(x->demand[f->quarter] - f->capability, 0.0);
    double weight = p->reorganisation_resistance_weight;
    double cemo = p->reorganisation_profile_weight * profile
                  + p->reorganisation_authority_weight * f->authority
                  - weight * expected_resistance(x, f, CEMO_STRUCTURE, &technician);
    double cmto = p->reorganisation_hype_weight * hype
                  + p->reorganisation_overload_weight * overload
                  + p->reorganisation_all_rounder_call
                  - weight * expected_resistance(x, f, CMTO_STRUCTURE, &holder);
    int is_cemo = unit() < 1.0 / (1.0 + exp(-p->reorganisation_choice_slope * (cemo - cmto)));
    f->target = is_cemo ? CEMO_STRUCTURE : CMTO_STRUCTURE;
    f->designated = is_cemo ? technician : holder;
    f->elapsed = f->below = 0;
    f->willing = 0.0;
    f->attempts++;
}

static void reorganise(const struct given *x, struct firm *f)
{
    const struct parameters *p = x->p;
    double need = f->drawn[ATTENTION] * f->exposure * x->demand[f->quarter];
    double age = f->clock / (f->clock + p->reorganisation_inertia_half_time);
    double misfit = need + p->reorganisation_hype_pull * x->hype[f->quarter] - f->capability
                    - p->reorganisation_inertia * age;
    f->clock++;
    f->cool_down -= f->cool_down > 0;
    if (f->target != SEPARATE)
        advance(x, f);
    else if (f->structure != SEPARATE)
        keep_or_revert(x, f);
    else if (f->cool_down == 0 && misfit > 0.0
             && unit() < -expm1(-p->reorganisation_proposal_rate * f->commitment * misfit))
        propose(x, f);
}

static int occupied(const struct given *x, const struct firm *f, int post)
{
    if (post == CMTO || post == CMO || post == CIO)
        return (post == CMTO) == (f->structure == CMTO_STRUCTURE);
    return post == CEO || (f->structure == CEMO_STRUCTURE
                           && x->p->reorganisation_infrastructure_chief);
}

static void replace_chiefs(const struct given *x, struct firm *f)
{
    const struct parameters *p = x->p;
    for (int post = 0; post < POSTS; post++) {
        double hazard = post == CEO ? p->leadership_ceo_turnover : p->leadership_chief_turnover;
        if (!occupied(x, f, post) || unit() >= hazard)
            continue;
        hire(x, f, post);
        if (post == CEO) {
            double u = unit() * QUANTITY_CELLS;
            const double *at = x->commitment + (int)u;
            f->commitment = at[0] + (u - (int)u) * (at[1] - at[0]);
            f->ceo_exits++;
        } else {
            f->chief_exits++;
        }
    }
}

static void found(const struct given *x, struct firm *f)
{
    const struct parameters *p = x->p;
    f->sizes[0] = (int)p->firm_marketing_staff;
    f->sizes[1] = (int)p->firm_it_staff;
    f->clock = (int)p->reorganisation_initial_age;
    f->exposure = f->drawn[EXPOSURE];
    f->commitment = f->drawn[COMMITMENT];
    f->capability = f->drawn[CAPABILITY];
    f->authority = f->drawn[AUTHORITY];
    const double *d = f->drawn, weights[3] = {0.5, 0.0, 1.0};
    const double s[3] = {p->leadership_ceo_background, p->leadership_cmo_background,
                         p->leadership_cio_background};
    for (int post = CEO; post <= CIO; post++)
        f->chiefs[post] = new_chief(x, mix(d + MEAN_OF_COOPERATION, weights[post]),
                                    mix(d + MEAN_OF_RESISTANCE, weights[post]),
                                    mix(d + MEAN_OF_LITERACY, weights[post]), s[post]);
    for (int g = 0; g < 2; g++) {
        double means[TRAITS] = {d[MEAN_OF_COOPERATION + g], d[MEAN_OF_RESISTANCE + g],
                                d[MEAN_OF_LITERACY + g], d[MEAN_OF_IDENTITY + g],
                                d[MEAN_OF_CONTACT + g]};
        for (int i = 0; i < f->sizes[g]; i++)
            settle_in(x, &f->staff[g][i], g, means);
    }
    observe(f);
}

/* Simulate firms: drawn is (DRAWN, firms); out, (19, firms), is filled in the order of OUTCOMES. */
void simulate(const struct given *x, uint64_t seed, int firms, const double *drawn, double *out)
{
    seed_generator(seed);
    for (int n = 0; n < firms; n++) {
        struct firm f;
        memset(&f, 0, sizeof f);
        for (int i = 0; i < DRAWN; i++)
            f.drawn[i] = drawn[(size_t)i * firms + n];
        found(x, &f);
        for (; f.quarter < (int)x->p->simulation_quarters; f.quarter++) {
            if (f.quarter > 0)
                f.exposure += f.drawn[GROWTH] * (1.0 - f.exposure);
            assess_chain_of_command(x, &f);
            change_attitudes(x, &f);
            do_joint_tasks(x, &f);
            train_staff(x, &f);
            train_chiefs(x, &f);
            build_capability(x, &f);
            reorganise(x, &f);
            replace_chiefs(x, &f);
            replace_staff(x, &f);
            observe(&f);
        }
        int scenario = f.structure == CEMO_STRUCTURE   ? 0
                       : f.structure == CMTO_STRUCTURE ? 1
                       : f.completion >= CUT_POINT     ? 2
                                                       : 3;
        double row[] = {scenario, f.mean[0][0], f.mean[0][1], f.mean[1][0], f.mean[1][1],
                        f.mean[2][0], f.mean[2][1], f.capability, f.authority, f.completion,
                        f.performance, f.contact, f.attempts, f.failures, f.reversals, f.exits[0],
                        f.exits[1], f.chief_exits, f.ceo_exits};
        for (int i = 0; i < (int)(sizeof row / sizeof *row); i++)
            out[(size_t)i * firms + n] = row[i];
    }
}
