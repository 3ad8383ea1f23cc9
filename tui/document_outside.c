/* A field, a section or the whole as Markdown to the user's editor and back.
 *
 * The file stands in a folder of ours (0700) in the state folder and is made
 * new (O_EXCL). What comes back must be a plain file of ours in that same
 * folder, looked at by descriptor; editors that save by renaming are fine. It
 * is deleted once its text is in the document; until then its path is shown. */
#include "base/count.h"
#include "tui/document.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fsx.h"
#include "base/private.h"
#include "base/spawn.h"
#include "base/xalloc.h"
#include "cards/handback.h"
#include "tui/outside.h"

#define OUTSIDE_MAX (64u << 20)

static char *scope_of(const struct document *d, size_t what)
{
	const struct field *f = document_field(d);
	return what == 0 ? xstrdup(f->item->id) :
	       what == 1 ? xstrdup(f->section->id) : NULL;
}

static void forget_outside(struct document *d, bool delete)
{
	if (d->outside && delete)
		unlink(d->outside);
	free(d->outside);
	free(d->outside_scope);
	d->outside = d->outside_scope = NULL;
}

/* Where the folder is, to see afterwards that it is the same. */
static enum rc folder_id(const char *path, struct stat *st, struct err *err)
{
	char *folder = xmemdupz(path, (size_t)(strrchr(path, '/') - path));
	enum rc rc = lstat(folder, st) == 0 ? RC_OK :
		     err_errno(err, RC_IO, "looking at '%s' failed", folder);
	free(folder);
	return rc;
}

static enum rc write_outside(struct document *d, const struct buf *text,
			     struct err *err)
{
	enum rc rc = outside_write(doc_type_name(d->type), "md", text,
				   &d->outside, err);
	if (rc != RC_OK)
		forget_outside(d, false);
	return rc;
}

static enum rc read_back(const struct document *d, const struct stat *before,
			 struct buf *out, struct err *err)
{
	struct stat now;
	enum rc rc = folder_id(d->outside, &now, err);
	if (rc != RC_OK)
		return rc;
	if (now.st_dev != before->st_dev || now.st_ino != before->st_ino)
		return err_set(err, RC_REFUSED, "the folder of '%s' is not "
			       "the one that was handed out", d->outside);
	return private_read(d->outside, OUTSIDE_MAX, out, err);
}

static void hand_out(struct view *v, unsigned line);

/* RC_OK: taken over. Else the file has the errors in front. */
static enum rc take_over(struct view *v, const struct buf *text,
			 unsigned *line, struct err *err)
{
	struct document *d = v->state;
	struct handback_notes notes = VEC_INIT;
	struct buf marked = BUF_INIT;
	enum rc rc;
	document_step(d, "what came back from the editor");
	rc = handback_read(&d->file.doc, d->outside_scope, text->data,
			   text->len, &notes, err);
	if (rc != RC_OK)
		document_step_back(d);
	if (rc == RC_BAD_INPUT) {
		handback_annotate(&marked, text->data, text->len, &notes, line);
		struct err why = ERR_INIT;
		if (fsx_write(d->outside, marked.data, marked.len, 0600, true,
			      &why) != RC_OK)
			*line = 0;
	}
	if (rc == RC_OK && notes.n)
		app_say(v->app, "Taken over; line %u: %s", notes.at[0].line,
			notes.at[0].text);
	else if (rc == RC_OK)
		app_say(v->app, "Taken over from the editor. u undoes.");
	handback_notes_release(&notes);
	buf_release(&marked);
	return rc;
}

static void finish(struct view *v)
{
	struct document *d = v->state;
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;
	unsigned line = 0;
	enum rc rc = private_read(d->outside, OUTSIDE_MAX, &text, &err);
	if (rc == RC_OK)
		rc = take_over(v, &text, &line, &err);
	buf_release(&text);
	if (rc == RC_OK) {
		forget_outside(d, true);
		document_changed(v);
		return;
	}
	document_refresh_below(d);
	app_fail(v->app, &err);
}

static void again_picked(struct view *v, size_t item, void *arg)
{
	struct document *d = v->state;
	if (item == 0) {
		hand_out(v, 1);
	} else if (item == 1) {
		app_say(v->app, "Nothing was taken over; the text is in %s",
			d->outside);
		document_refresh_below(d);
	} else if (item == 2) {
		finish(v);
	} else {
		forget_outside(d, true);
		app_say(v->app, "Nothing was taken over.");
	}
}

static void ask_again(struct view *v, const char *title)
{
	static const struct menu_item items[] = {
		{ 'e', "edit again, where it went wrong" },
		{ 'k', "keep the file and take nothing over" },
		{ 't', "take over what is in the file" },
		{ 'x', "throw the file away" },
	};
	app_menu(v->app, title, items, 4, again_picked, NULL);
}

static void came_back(struct view *v, const struct stat *before)
{
	struct document *d = v->state;
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;
	unsigned line = 0;
	enum rc rc = read_back(d, before, &text, &err);
	if (rc == RC_OK)
		rc = take_over(v, &text, &line, &err);
	buf_release(&text);
	if (rc == RC_OK) {
		forget_outside(d, true);
		document_changed(v);
	} else if (rc == RC_BAD_INPUT) {
		ask_again(v, err.text);
	} else {
		app_fail(v->app, &err);
	}
}

static void hand_out(struct view *v, unsigned line)
{
	struct document *d = v->state;
	struct strs argv = VEC_INIT;
	struct err err = ERR_INIT;
	struct stat before;
	int status = 0;
	enum rc rc = spawn_editor(d->outside, line, &argv, &err);
	if (rc == RC_OK)
		rc = folder_id(d->outside, &before, &err);
	if (rc == RC_OK)
		rc = app_on_terminal(v->app, argv.at, &status, &err);
	strs_release(&argv);
	if (rc != RC_OK) {
		forget_outside(d, true);
		app_fail(v->app, &err);
	} else if (status) {
		char *title = xasprintf("The editor ended with status %d",
					status);
		ask_again(v, title);
		free(title);
	} else {
		came_back(v, &before);
	}
}

static void scope_picked(struct view *v, size_t item, void *arg)
{
	struct document *d = v->state;
	struct err err = ERR_INIT;
	struct buf text = BUF_INIT;
	forget_outside(d, false);
	char *scope = scope_of(d, item);
	enum rc rc = handback_write(&text, &d->file.doc, &d->facts, scope,
				    &err);
	if (rc == RC_OK)
		rc = write_outside(d, &text, &err);
	buf_release(&text);
	if (rc != RC_OK) {
		free(scope);
		app_fail(v->app, &err);
		return;
	}
	d->outside_scope = scope;
	hand_out(v, 0);
}

unsigned document_outside_menu(struct view *v)
{
	static const struct menu_item items[] = {
		{ 'f', "this field" }, { 's', "this section" },
		{ 'w', "the whole document" },
	};
	app_menu(v->app, "To the editor as Markdown", items, 3, scope_picked,
		 NULL);
	return REACT_DRAW;
}
