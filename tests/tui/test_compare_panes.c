/* What the panes of screen 4 say of a comparison that is made up here. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "base/xalloc.h"
#include "tui/app_state.h"
#include "tui/compare_panes.h"
#include "tui/version_detail.h"

struct stage {
	struct app app;
	struct view view;
	struct compare_view s;
	struct compared found;
	struct candidate candidates[2];
	struct compare_slice slices[2][3];
	struct flip_lists flips[2];
	struct flip_groups groups[2];
	struct slice_nest nest[3];
};

static struct delta delta(double base, double candidate, double half,
			  enum verdict verdict)
{
	return (struct delta){
		.present = true, .base = base, .candidate = candidate,
		.delta = candidate - base, .low = candidate - base - half,
		.high = candidate - base + half, .has_interval = true,
		.n = 4812, .verdict = verdict,
	};
}

static void slice(struct compare_slice *s, const char *value, uint64_t n,
		  struct delta accuracy)
{
	s->by = xstrdup("region");
	s->value = xstrdup(value);
	s->n = n;
	s->metrics[METRIC_ACCURACY] = accuracy;
	s->metrics[METRIC_ACCURACY].n = n;
}

static void fill(struct stage *t, size_t i, int version, double shift,
		 enum verdict verdict)
{
	struct candidate *c = &t->candidates[i];

	c->model = xstrdup("credit");
	c->version = version;
	c->verdict = verdict;
	c->metrics[METRIC_ACCURACY] = delta(.90, .90 + shift, .004, verdict);
	c->metrics[METRIC_FPR] = delta(.058, .058 - shift, .003, verdict);
	c->metrics[METRIC_RECALL].present = true;
	c->metrics[METRIC_RECALL].why = "no positives";
	c->has_flips = c->has_mcnemar = c->has_p = true;
	c->p_holm = 5e-6;
	c->fixed = 1;
	c->broken = 1;
	slice(&t->slices[i][0], "NE", 40,
	      delta(.8, .7, .2, VERDICT_INSUFFICIENT));
	slice(&t->slices[i][1], "SE", 700,
	      delta(.9, .9 + shift, .01, VERDICT_BETTER));
	slice(&t->slices[i][2], "NW", 298,
	      delta(.9, .84, .01, VERDICT_WORSE));
	c->slices = t->slices[i];
	c->n_slices = 3;
	c->family[METRIC_ACCURACY] = 2;
}

static struct prediction_one said(const char *label, double score)
{
	return (struct prediction_one){ .label = label, .has_score = true,
					.score = score };
}

static int stage_up(void **state)
{
	struct stage *t = XNEW(struct stage);
	struct flip *f;

	t->app.ascii = true;
	t->view.app = &t->app;
	t->view.state = &t->s;
	t->s.view = &t->view;
	t->s.found = &t->found;
	fill(t, 0, 7, .0087, VERDICT_BETTER);
	fill(t, 1, 8, -.0075, VERDICT_WORSE);
	t->found.c.task = TASK_BINARY;
	t->found.c.candidates = t->candidates;
	t->found.c.n_candidates = 2;
	t->found.flips = t->flips;
	t->found.groups = t->groups;
	t->found.c.n_slices = 3;
	t->found.c.nest = t->nest;
	for (int i = 0; i < 3; i++)
		t->nest[i] = (struct slice_nest){ NEST_NONE, NEST_NONE };
	f = vec_add(&t->flips[0].by[LOSS_WRONG]);
	*f = (struct flip){ 3, true, xstrdup("t-003"), xstrdup("yes"),
			    said("no", .31), said("yes", .62), 0, 0, 0, 0 };
	f = vec_add(&t->flips[0].by[LOSS_WRONG]);
	*f = (struct flip){ 9, false, xstrdup("t-\x1b[31m9"), xstrdup("no"),
			    said("no", .2), said("yes", .7), 0, 0, 0, 0 };
	compare_arrange(&t->s);
	*state = t;
	return 0;
}

static int stage_down(void **state)
{
	struct stage *t = *state;

	for (int i = 0; i < 2; i++) {
		free(t->candidates[i].model);
		for (int k = 0; k < 3; k++) {
			free(t->slices[i][k].by);
			free(t->slices[i][k].value);
		}
	}
	struct flips *flips = &t->flips[0].by[LOSS_WRONG];

	for (size_t i = 0; i < flips->n; i++) {
		free(flips->at[i].key);
		free(flips->at[i].target);
	}
	vec_free(flips);
	strs_release(&t->s.head_texts);
	free(t->s.order);
	free(t->s.folded);
	free(t);
	return 0;
}

static char *painted(struct stage *t, const struct list_source *source, int w,
		     int h)
{
	struct canvas c;
	struct buf out = BUF_INIT;
	struct list l;
	struct area a;

	canvas_init(&c, w, h, true);
	canvas_clear(&c);
	list_init(&l, source, &t->view);
	a = area_of(&c, 0, 0, w, h);
	list_paint(&l, &a, false);
	for (int y = 0; y < h; y++) {
		canvas_line(&c, y, true, &out);
		buf_char(&out, '\n');
	}
	list_release(&l);
	canvas_release(&c);
	return buf_detach(&out);
}

static void check(struct stage *t, const struct list_source *source, int w,
		  int h, const char *expected)
{
	char *text = painted(t, source, w, h);

	assert_string_equal(text, expected);
	free(text);
}

static void test_compare_panes__metrics_beside_each_other(void **state)
{
	struct stage *t = *state;

	t->found.base[METRIC_ACCURACY] = (struct figure){
		.value = .9, .low = .895, .high = .911,
		.method = METHOD_WILSON, .n = 4812 };
	check(t, &compare_metrics, 120, 4,
"  metric             good base      95% of base   A credit 7 delta         "
"A verdict   B credit 8 delta       B verdict\n"
"> accuracy           up   .9000     [.8950,.9110] +.0087 [+.0047,+.0127]   "
"better      -.0075 [-.0115,-.0035] WORSE !\n"
"  recall             up   undefined               no positives             "
"            no positives\n"
"  fpr                down .0580                   -.0087 [-.0117,-.0057]   "
"better      +.0075 [+.0045,+.0105] WORSE !\n");
}

/* Two candidates on a screen of 100: no name and no figure is cut. */
static void test_compare_panes__two_candidates_have_room(void **state)
{
	check(*state, &compare_metrics, 98, 4,
"  metric             base      A credit 7 delta       A verdict  "
"B credit 8 delta       B verdict\n"
"> accuracy           .9000     +.0087 [+.0047,+.0127] better     "
"-.0075 [-.0115,-.0035] WORSE !\n"
"  recall             undefined no positives                      "
"no positives\n"
"  fpr                .0580     -.0087 [-.0117,-.0057] better     "
"+.0075 [+.0045,+.0105] WORSE !\n");
}

static void test_compare_panes__narrow_drops_later_candidates(void **state)
{
	char *text = painted(*state, &compare_metrics, 60, 4);

	assert_non_null(strstr(text, "+.0087 [+.0047,+.0127]"));
	assert_null(strstr(text, "B credit 8 delta"));
	free(text);
}

static void test_compare_panes__slices_worst_first(void **state)
{
	check(*state, &compare_slices, 72, 4,
"  slice                  n                            delta verdict\n"
"> region=NW            298 |------------#----o----|  -.0600 WORSE !\n"
"  region=SE            700 |----------------xo*---|  +.0087 better\n"
"  region=NE             40 |#-------o-------------|  -.1000 too few\n");
}

/* NW lies within SE and says the same: it stands under it until unfolded. */
static void test_compare_panes__nested_slices_are_folded(void **state)
{
	struct stage *t = *state;
	struct buf out = BUF_INIT;

	t->nest[2].within = 1;
	compare_arrange(&t->s);
	assert_int_equal(compare_slices.rows(&t->view), 3);
	t->slices[0][2].metrics[METRIC_ACCURACY].verdict = VERDICT_BETTER;
	compare_arrange(&t->s);
	assert_int_equal(compare_slices.rows(&t->view), 2);
	compare_slices.cell(&t->view, 0, 0, &out);
	assert_string_equal(out.data, "region=SE +1");
	t->s.unfold = true;
	compare_arrange(&t->s);
	assert_int_equal(compare_slices.rows(&t->view), 3);
	buf_release(&out);
}

/* A problem's row stands before the flips, and no number is cut. */
static void test_compare_panes__problems_come_before_flips(void **state)
{
	struct stage *t = *state;
	struct buf out = BUF_INIT;

	vec_push(&t->groups[0], ((struct flip_group){
		.problem = 41, .title = xstrdup("age"), .fixed = 1500,
		.broken = 22, .delta = { .delta = -.0125,
					 .verdict = VERDICT_BETTER } }));
	assert_int_equal(compare_flips.rows(&t->view), 3);
	assert_non_null(compare_group_at(&t->s, 0));
	assert_null(compare_flip_at(&t->s, 0));
	assert_int_equal(compare_flip_at(&t->s, 1)->ordinal, 3);
	compare_flips.cell(&t->view, 0, 0, &out);
	buf_char(&out, '|');
	compare_flips.cell(&t->view, 0, 1, &out);
	assert_string_equal(out.data, "P-41 age|+1k-22");
	buf_clear(&out);
	for (size_t i = 2; i < 5; i++)
		compare_flips.cell(&t->view, 0, i, &out);
	assert_string_equal(out.data, "better");
	/* counts are not what a weighted set is judged by */
	buf_clear(&out);
	t->s.found->c.is_weighted = true;
	for (size_t i = 2; i < 5; i++)
		compare_flips.cell(&t->view, 0, i, &out);
	assert_string_equal(out.data, "weighted-.0125better");
	t->s.found->c.is_weighted = false;
	free(t->groups[0].at[0].title);
	vec_free(&t->groups[0]);
	buf_release(&out);
}

static void test_compare_panes__titles_say_scale_and_counts(void **state)
{
	struct stage *t = *state;
	struct buf out = BUF_INIT;

	compare_slices_title(&t->view, &out);
	assert_string_equal(out.data, " accuracy .70 to .95, worst of A "
			    "first, 1 insufficient, Holm over 2");
	buf_clear(&out);
	compare_flips_title(&t->view, &out);
	assert_string_equal(out.data, " A: fixed 1 broken 1, p 5e-06");
	/* a verdict at odds with its interval says what it stands on */
	buf_clear(&out);
	compare_metrics_title(&t->view, &out);
	assert_string_equal(out.data, " (3), 95%, paired");
	t->candidates[1].metrics[METRIC_ACCURACY].verdict =
		VERDICT_NO_DIFFERENCE;
	t->candidates[1].metrics[METRIC_ACCURACY].basis = BASIS_MCNEMAR;
	t->candidates[1].metrics[METRIC_ACCURACY].p_holm = .06;
	buf_clear(&out);
	compare_metrics_title(&t->view, &out);
	assert_string_equal(out.data, " (3), 95%, paired, accuracy's verdict "
			    "by exact McNemar and Holm");
	buf_clear(&out);
	compare_put_basis(&t->s, &out);
	assert_string_equal(out.data, " | accuracy by exact McNemar");
	buf_release(&out);
}

static void test_compare_panes__flips_are_shown_safely(void **state)
{
	char *text = painted(*state, &compare_flips, 70, 3);

	assert_non_null(strstr(text, "t-003"));
	assert_non_null(strstr(text, "fixed"));
	assert_non_null(strstr(text, "BROKEN"));
	assert_null(strchr(text, '\x1b'));
	assert_non_null(strstr(text, "t-^[[31m9"));
	free(text);
}

/* Numbers do not flip; an error that no number holds is said to be so. */
static void test_compare_panes__numbers_have_errors(void **state)
{
	struct stage *t = *state;
	struct flip_lists *lists = &t->flips[0];
	struct flip *at = lists->by[LOSS_WRONG].at;
	struct buf out = BUF_INIT;
	size_t n;

	t->found.c.task = TASK_REGRESSION;
	t->candidates[0].has_shifts = true;
	t->candidates[0].shifts[LOSS_SQUARED].changed = 1;
	lists->by[LOSS_ABSOLUTE] = lists->by[LOSS_WRONG];
	t->s.metric = METRIC_MAE;
	t->candidates[0].nearer = 1200;
	t->candidates[0].farther = 45000;
	at[0].base = (struct prediction_one){ .has_value = true, .value = 40 };
	at[0].candidate = (struct prediction_one){ .has_value = true,
						   .value = 10.5 };
	at[0].base_loss = at[0].base_error = 30;
	at[0].candidate_loss = at[0].candidate_error = .5;
	at[1].base_loss = at[1].base_error = 2;
	at[1].candidate_loss = at[1].candidate_error = INFINITY;
	for (size_t row = 0; row < 2; row++)
		for (size_t i = 0; i < 7; i++) {
			if (row && (i < 1 || (i > 1 && i < 5)))
				continue;
			compare_flips.cell(&t->view, row, i, &out);
			buf_char(&out, '|');
		}
	assert_string_equal(out.data, "t-003|-29.5|yes|40|10.5|30|.5000|"
			    "too large for a number|2.0000|"
			    "too large for a number|");
	buf_clear(&out);
	t->candidates[0].shifts[LOSS_ABSOLUTE].changed = 46200;
	compare_flips_title(&t->view, &out);
	assert_string_equal(out.data, " A: nearer 1,200 farther 45k, p 5e-06 "
			    "(first 1000)");
	assert_string_equal(compare_flips.columns_of(&t->view, &n)[1].head,
			    "error +-");
	/* a problem's row: how the mean error changed on its patterns */
	vec_push(&t->groups[0], ((struct flip_group){
		.problem = 4, .title = xstrdup("old"), .fixed = 7,
		.broken = 1200, .delta = { .base = 40, .candidate = 52.5,
					   .delta = 12.5,
					   .verdict = VERDICT_WORSE } }));
	buf_clear(&out);
	for (size_t i = 0; i < 7; i++) {
		compare_flips.cell(&t->view, 0, i, &out);
		buf_char(&out, '|');
	}
	assert_string_equal(out.data, "P-4 old|+12.5|mean|+7-1k|WORSE !|40|"
			    "52.5|");
	/* of another metric by its own loss */
	t->s.metric = METRIC_R2;
	buf_clear(&out);
	compare_flips.cell(&t->view, 0, 1, &out);
	assert_string_equal(out.data, "mae +12.5");
	free(t->groups[0].at[0].title);
	vec_free(&t->groups[0]);
	buf_clear(&out);
	compare_flips_title(&t->view, &out);
	assert_string_equal(out.data, " A: nearer 1,200 farther 45k, p 5e-06, "
			    "squared");
	assert_int_equal(compare_flips.rows(&t->view), 0);
	assert_string_equal(compare_flips.columns_of(&t->view, &n)[1].head,
			    "squ. +-");
	buf_release(&out);
}

static void test_compare_panes__chart_has_zero_and_table(void **state)
{
	struct stage *t = *state;
	struct buf out = BUF_INIT;
	struct canvas c;
	struct area a;

	canvas_init(&c, 64, 2, true);
	for (int table = 0; table < 2; table++) {
		canvas_clear(&c);
		a = area_of(&c, 0, 0, 64, 2);
		t->s.table = table;
		compare_paint_chart(&t->view, &a);
		canvas_line(&c, 0, true, &out);
		buf_char(&out, '\n');
	}
	assert_string_equal(out.data,
" accuracy                                :    |---*---|\n"
" accuracy            +.0087 [+.0047,+.0127]  better\n");
	buf_release(&out);
	canvas_release(&c);
}

/* A regression or an all-equal comparison has nothing on the scale. */
static void test_compare_panes__no_common_scale_is_said(void **state)
{
	struct stage *t = *state;
	struct buf out = BUF_INIT;
	struct canvas c;
	struct area a;

	t->candidates[0].metrics[METRIC_ACCURACY].has_interval = false;
	t->candidates[0].metrics[METRIC_FPR].why = "no negatives";
	canvas_init(&c, 64, 2, true);
	canvas_clear(&c);
	a = area_of(&c, 0, 0, 64, 2);
	compare_paint_chart(&t->view, &a);
	canvas_line(&c, 0, true, &out);
	assert_string_equal(out.data,
		" no delta with an interval on a common scale");
	buf_release(&out);
	canvas_release(&c);
}

static char data_1[] = "d1", data_2[] = "d2", archived[] = "archived",
	production[] = "production", candidate_stage[] = "candidate";

static void test_version_detail__lineage_wraps_and_says_what_changed(
	void **state)
{
	const struct version_rec v[] = {
		{ .version = 5, .stage = archived, .data = data_1 },
		{ .version = 6, .stage = production, .data = data_2 },
		{ .version = 7, .stage = candidate_stage, .data = data_2 },
	};
	const struct lineage lineage = { v, 3, .here = 7, .focus = 1 };
	struct buf out = BUF_INIT;
	struct canvas c;
	struct area a;

	canvas_init(&c, 32, 8, true);
	canvas_clear(&c);
	a = area_of(&c, 0, 0, 32, 8);
	assert_int_equal(lineage_across(32), 2);
	assert_int_equal(paint_lineage(&a, 0, &lineage), 7);
	for (int y = 0; y < 7; y++) {
		canvas_line(&c, y, true, &out);
		buf_char(&out, '\n');
	}
	assert_string_equal(out.data,
" 5 ---------->>6 ---------->\n"
" archived      production\n"
"               data\n"
"\n"
" [7]\n"
" candidate\n"
" same\n");
	buf_release(&out);
	canvas_release(&c);
}

int main(void)
{
#define ON_STAGE(f) cmocka_unit_test_setup_teardown(f, stage_up, stage_down)
	static const struct CMUnitTest tests[] = {
		ON_STAGE(test_compare_panes__metrics_beside_each_other),
		ON_STAGE(test_compare_panes__two_candidates_have_room),
		ON_STAGE(test_compare_panes__narrow_drops_later_candidates),
		ON_STAGE(test_compare_panes__slices_worst_first),
		ON_STAGE(test_compare_panes__nested_slices_are_folded),
		ON_STAGE(test_compare_panes__problems_come_before_flips),
		ON_STAGE(test_compare_panes__titles_say_scale_and_counts),
		ON_STAGE(test_compare_panes__flips_are_shown_safely),
		ON_STAGE(test_compare_panes__numbers_have_errors),
		ON_STAGE(test_compare_panes__chart_has_zero_and_table),
		ON_STAGE(test_compare_panes__no_common_scale_is_said),
		cmocka_unit_test(
		test_version_detail__lineage_wraps_and_says_what_changed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
