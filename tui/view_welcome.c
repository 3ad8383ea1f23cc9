#include "tui/view_welcome.h"

#include "base/err.h"
#include "base/fsx.h"
#include "base/xalloc.h"
#include "tui/app_state.h"

struct welcome {
	char *path;
	int at;
};

static const struct {
	const char *text, *writes, *cli;
} choices[] = {
	{ "Create an empty registry here", "(writes 1 file)", "muster init" },
	{ "Create the demonstration beside it", "(a folder 'demo')",
	  "muster demo" },
	{ "Open another file", "(writes nothing)",
	  "muster -R FILE" },
	{ "Bring in cards, datasheets, CSV", "(needs 1)", "muster --help" },
};
enum { CREATE, DEMO, OPEN_OTHER, BRING_IN, N_CHOICES };

static enum rc open_view(struct view *v, const void *arg, struct err *err)
{
	struct welcome *w = XNEW(struct welcome);
	w->path = xstrdup(arg);
	v->state = w;
	return RC_OK;
}

static void close_view(struct view *v)
{
	struct welcome *w = v->state;
	free(w->path);
	free(w);
}

static void create(struct view *v)
{
	struct welcome *w = v->state;
	struct app *app = v->app;
	struct err err = ERR_INIT;
	struct buf folder = BUF_INIT;
	const char *slash = strrchr(w->path, '/');
	if (slash && slash > w->path)
		buf_add(&folder, w->path, (size_t)(slash - w->path));
	enum rc rc = folder.len ? fsx_mkdirs(folder.data, 0700, &err) : RC_OK;
	buf_release(&folder);
	if (rc == RC_OK)
		rc = reg_create(w->path, &err);
	if (rc != RC_OK) {
		app_fail(app, &err);
		return;
	}
	app_say(app, "Created %s.", w->path);
	app_open_registry(app);		/* frees this view */
}

static void open_other(struct view *v, const char *text, void *arg)
{
	struct app *app = v->app;
	if (!*text)
		return;
	free(app->reg_path);
	app->reg_path = xstrdup(text);
	app_open_registry(app);
	if (!app->reg && !app->message.len)
		app_say(app, "There is no file %s.", app->reg_path);
}

/* "PATH/demo" beside the registry that is not there yet. */
static char *demo_folder(const struct welcome *w)
{
	const char *slash = strrchr(w->path, '/');
	return slash ? xasprintf("%.*s/demo", (int)(slash - w->path), w->path)
		     : xstrdup("demo");
}

/* This program builds it, on the terminal, so that its progress shows. */
static void build_demo(struct view *v)
{
	struct app *app = v->app;
	struct err err = ERR_INIT;
	char *folder = demo_folder(v->state);
	char self[] = "/proc/self/exe", demo[] = "demo", quiet[] = "-q";
	char silent[] = "--no-input";
	char *argv[] = { self, demo, folder, quiet, silent, NULL };
	int status = 0;
	enum rc rc = app_on_terminal(app, argv, &status, &err);
	if (rc == RC_OK && status)
		rc = err_set(&err, RC_FAILED, "the demonstration was not "
			     "built; 'muster demo %s' says why", folder);
	if (rc != RC_OK) {
		app_fail(app, &err);
		free(folder);
		return;
	}
	free(app->reg_path);
	app->reg_path = xasprintf("%s/registry.db", folder);
	app_say(app, "The demonstration, in %s.", folder);
	free(folder);
	app_open_registry(app);		/* frees this view */
}

static void choose(struct view *v, int i)
{
	if (i == CREATE)
		create(v);
	else if (i == DEMO)
		build_demo(v);
	else if (i == OPEN_OTHER)
		app_prompt_file(v->app, "Open the registry file:", "", NULL,
				open_other, NULL);
	else
		app_say(v->app, "First 1, then in the shell: 'muster card "
			"import', 'muster datasheet import', 'muster testset "
			"create'; --help shows examples.");
}

static unsigned act(struct view *v, enum action a)
{
	struct welcome *w = v->state;
	if (a == ACT_UP && w->at > 0)
		w->at--;
	else if (a == ACT_DOWN && w->at + 1 < N_CHOICES)
		w->at++;
	else if (a == ACT_OPEN)
		choose(v, w->at);
	else if (a >= ACT_SCREEN_1 && a < ACT_SCREEN_1 + N_CHOICES)
		choose(v, a - ACT_SCREEN_1);
	else if (a < ACT_SCREEN_1 || a > ACT_SCREEN_6)
		return REACT_NOT_MINE;
	return REACT_DRAW;
}

static int paint_choices(const struct welcome *w, struct area *a, int y)
{
	for (int i = 0; i < N_CHOICES; i++, y++) {
		bool here = i == w->at;
		area_put(a, 3, y, STYLE_CURSOR, here ? '>' : ' ');
		area_printf(a, 5, y, STYLE_HINT_KEY, "%d", i + 1);
		area_text(a, 8, y, a->w - 8,
			  here ? STYLE_STRONG : STYLE_NORMAL,
			  choices[i].text);
		area_text(a, 44, y, a->w - 44, STYLE_NORMAL,
			  choices[i].writes);
		area_text(a, 64, y, a->w - 64, STYLE_NORMAL, choices[i].cli);
		if (here)
			area_cursor(a, 5, y);
	}
	return y;
}

static int paint_steps(struct area *a, int y)
{
	static const char *const steps[][2] = {
		{ "register a model", "muster model add NAME --task binary" },
		{ "and a version", "muster version add NAME --artifact FILE" },
		{ "add a test set", "muster testset create SET FILE.csv "
				    "--task binary --target COL" },
		{ "import answers", "muster predictions import NAME@1 SET "
				    "FILE.csv --label COL" },
		{ "score, compare", "muster eval --all; keys 1, 4 here" },
	};
	area_text(a, 3, y++, a->w - 4, STYLE_HEADING, "In three minutes (a on screens 1 and 2 asks for the same):");
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++, y++) {
		area_printf(a, 5, y, STYLE_NORMAL, "%c  %s", 'a' + (int)i,
			    steps[i][0]);
		area_text(a, 28, y, a->w - 29, STYLE_NORMAL, steps[i][1]);
	}
	return y;
}

static void paint_check(struct view *v, struct area *a, int y)
{
	const struct app *app = v->app;
	area_text(a, 3, y++, a->w - 4, STYLE_HEADING, "Terminal check");
	if (term_note(app->term))
		y += area_wrap(a, 5, y, a->w - 6, STYLE_NORMAL,
			       term_note(app->term));
	area_printf(a, 5, y++, STYLE_NORMAL, "%s%s | %s | mouse %s (M) | "
		    "%dx%d", term_type(app->term),
		    app->mono ? ", no colours" : ", colours",
		    app->ascii ? "ASCII" : "UTF-8", app->mouse ? "on" : "off",
		    app->canvas.w, app->canvas.h);
	if (app->ascii)
		area_text(a, 5, y, a->w - 6, STYLE_NORMAL,
			  "Charts: [*ox]");
	else
		area_text(a, 5, y, a->w - 6, STYLE_NORMAL, "Charts: "
			  "\u28c0\u28e4\u28f6\u28ff  If they look like boxes "
			  "press 8 for ASCII.");
}

static void paint(struct view *v, struct area *a)
{
	const struct welcome *w = v->state;
	char *config = fsx_config_dir();
	int y = 2;
	if (v->app->why_not)
		y = 1 + area_wrap(a, 3, 1, a->w - 5, STYLE_BAD,
				  v->app->why_not);
	else
		area_printf(a, 3, 1, STYLE_NORMAL, "No registry at  %s",
			    w->path);
	y = paint_choices(w, a, y + 1);
	y = paint_steps(a, y + 1);
	paint_check(v, a, y + 1);
	area_printf(a, 3, y + 5, STYLE_NORMAL, "Nothing is sent anywhere. "
		    "Config: %s/config", config ? config : "(no home)");
	free(config);
}

static void summary(struct view *v, struct buf *out)
{
	buf_str(out, "muster info prints paths and versions");
}

static void place(struct view *v, struct buf *out)
{
	buf_printf(out, "Welcome to muster %s", MUSTER_VERSION);
}

const struct view_ops view_welcome_ops = {
	.name = "Welcome", .screen = SCREEN_MODELS, .context = IN_WELCOME,
	.n_panes = 1,
	.panes = { { .name = "WELCOME", .paint = paint } },
	.open = open_view, .close = close_view, .act = act,
	.place = place, .summary = summary,
};
