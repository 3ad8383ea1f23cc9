/* Everything that a person can do, one row each. Keys, hints, help, the
 * palette, step scripts, the manual's section on keys and remapping derive
 * from these rows and from nothing else.
 *
 * A key is looked up in the contexts that hold at the moment, the nearest
 * first: the view's own, then those of a list or of text, then IN_ALL. Who
 * runs an action is decided in the same order: the view's act(), the list,
 * the app. */
#ifndef MUSTER_TUI_ACTION_H
#define MUSTER_TUI_ACTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum context {
	IN_ALL = 1,
	IN_LIST = 2,		/* the focused pane is a list */
	IN_TEXT = 4,		/* the focused pane is text that scrolls */
	IN_WELCOME = 8,		/* no registry yet */
	IN_MODELS = 16,
	IN_VERSIONS = 32,	/* one model's versions */
	IN_DATA = 64,
	IN_PATTERNS = 128,
	IN_EVALUATION = 256,
	IN_COMPARE = 512,
	IN_LOG = 1024,
	IN_STALENESS = 2048,	/* versions x revisions of a set */
	IN_DOCUMENT = 4096,	/* a card, a datasheet, a checklist */
	IN_FIELD = 8192,	/* one of its fields is typed in */
	IN_DATASETS = 16384,	/* tables and their profiles */
	IN_PROBLEMS = 32768,	/* the triage board */
	IN_DRIFT = 65536,	/* two datasets side by side */
	IN_GATES = 131072,	/* versions and their gates */
	IN_GATE = 262144,	/* the rules of one */
	IN_SIGN = 524288,	/* what is about to be signed */
	IN_GATE_TEXT = 1048576,	/* a gate's text and its revisions */
	IN_ASSESS = 2097152,	/* an impact assessment */
	IN_FIXED = 4194304,	/* problems x versions */
	IN_REPORTS = 8388608,	/* which report, and its preview */
	IN_CURVE = 16777216,	/* one line: along a column, over time */
	IN_ENTRY = 33554432,	/* one entry of the log */
	IN_FAIRNESS = 67108864,	/* groups and measures of one version */
	IN_LABELS = 134217728,	/* what labellers sent back for a problem */
	IN_REVIEW = 268435456,	/* what a step of a test set would do */
	IN_NODES = 536870912,	/* the lineage of a version, focused */
	IN_CONTEXTS_END = 1073741824
};

enum action_flags {
	ACT_WRITES = 1,		/* not on a read-only registry */
	ACT_NEEDS_ROW = 2,	/* not on an empty list */
	ACT_NEEDS_REGISTRY = 4
};

/* How help groups them. */
#define GROUP_LIST(X) \
	X(GROUP_MOVE, "MOVE") X(GROUP_FIND, "FIND") X(GROUP_DO, "DO") \
	X(GROUP_SHOW, "SHOW") X(GROUP_LEAVE, "LEAVE")

enum group {
#define X(id, name) id,
	GROUP_LIST(X)
#undef X
	GROUP_COUNT
};

/* id, name, keys, contexts, group, flags,
 * place among the hints (0: none; small comes first, so does what stands first
 * here: by use, and what is the view's own before what is everywhere), hint,
 * help, CLI twin */
#define ACTION_LIST(X) \
	X(ACT_OPEN, "open", "Enter", IN_LIST | IN_WELCOME | IN_NODES, GROUP_MOVE, \
	  ACT_NEEDS_ROW, 1, "open", "Open what the cursor is on", NULL) \
	X(ACT_UP, "up", "Up k", IN_ALL, GROUP_MOVE, 0, \
	  0, "up", "Move up", NULL) \
	X(ACT_DOWN, "down", "Down j", IN_ALL, GROUP_MOVE, 0, \
	  0, "down", "Move down", NULL) \
	X(ACT_LEFT, "left", "Left h", IN_ALL, GROUP_MOVE, 0, \
	  0, "left", "Pick the column on the left", NULL) \
	X(ACT_RIGHT, "right", "Right l", IN_ALL, GROUP_MOVE, 0, \
	  0, "right", "Pick the column on the right", NULL) \
	X(ACT_PAGE_UP, "page-up", "PgUp ^U", IN_ALL, GROUP_MOVE, 0, \
	  0, "page up", "One page up", NULL) \
	X(ACT_PAGE_DOWN, "page-down", "PgDn ^D", IN_ALL, GROUP_MOVE, 0, \
	  0, "page down", "One page down", NULL) \
	X(ACT_FIRST, "first", "g Home", IN_ALL, GROUP_MOVE, 0, \
	  0, "first", "To the first row", NULL) \
	X(ACT_LAST, "last", "G End", IN_ALL, GROUP_MOVE, 0, \
	  0, "last", "To the last row", NULL) \
	X(ACT_NEXT_PANE, "next-pane", "Tab", IN_ALL, GROUP_MOVE, 0, \
	  8, "pane", "To the next pane", NULL) \
	X(ACT_PREV_PANE, "previous-pane", "BackTab", IN_ALL, GROUP_MOVE, 0, \
	  0, "pane", "To the previous pane", NULL) \
	X(ACT_SCREEN_1, "models", "1", IN_ALL, GROUP_MOVE, 0, \
	  0, "models", "Models and their versions", "muster model list") \
	X(ACT_SCREEN_2, "data", "2", IN_ALL, GROUP_MOVE, 0, \
	  0, "data", "Test sets and their patterns", "muster testset list") \
	X(ACT_SCREEN_3, "problems", "3", IN_ALL, GROUP_MOVE, 0, \
	  0, "problems", "Problems and triage", "muster triage") \
	X(ACT_SCREEN_4, "compare", "4", IN_ALL, GROUP_MOVE, 0, \
	  0, "compare", "Compare versions on one revision", \
	  "muster compare TESTSET BASE CANDIDATE...") \
	X(ACT_SCREEN_5, "gates", "5", IN_ALL, GROUP_MOVE, 0, \
	  0, "gates", "Gates and sign-off", "muster gate check") \
	X(ACT_SCREEN_6, "reports", "6", IN_ALL, GROUP_MOVE, 0, \
	  0, "reports", "Reports", "muster report") \
	X(ACT_FILTER, "filter", "/", IN_LIST, GROUP_FIND, 0, \
	  2, "filter", "Narrow the list while typing: words, or " \
	  "COL:VALUE COL>NUMBER COL~/REGEX/ !not", NULL) \
	X(ACT_SEARCH, "search", "^F", IN_LIST, GROUP_FIND, 0, \
	  0, "search", "Jump to the next row with a text", NULL) \
	X(ACT_SEARCH_NEXT, "next-match", "n", IN_ALL, GROUP_FIND, 0, \
	  0, "next", "To the next row that was searched", NULL) \
	X(ACT_SEARCH_PREV, "previous-match", "N", IN_ALL, GROUP_FIND, 0, \
	  0, "previous", "To the previous row that was searched", NULL) \
	X(ACT_SORT, "sort", "s", IN_LIST, GROUP_FIND, 0, \
	  3, "sort", "Sort by one or more columns", NULL) \
	X(ACT_SORT_COLUMN, "sort-column", "o", IN_LIST, GROUP_FIND, 0, \
	  0, "sort", "Sort by the picked column, again: the other way", NULL) \
	X(ACT_COLUMNS, "columns", "O", IN_LIST, GROUP_SHOW, 0, \
	  0, "columns", "Hide columns of this list, or show them", NULL) \
	X(ACT_VIEWS, "views", "V", IN_LIST, GROUP_FIND, 0, \
	  0, "views", "Save this filter and sort under a name, or take a " \
	  "saved one", NULL) \
	X(ACT_MARK, "mark", "Space", IN_LIST, GROUP_DO, ACT_NEEDS_ROW, \
	  4, "mark", "Mark the row, or unmark it", NULL) \
	X(ACT_RANGE, "mark-range", "v", IN_LIST, GROUP_DO, ACT_NEEDS_ROW, \
	  0, "range", "Mark from here to where v is pressed again", NULL) \
	X(ACT_INVERT, "invert-marks", "*", IN_LIST, GROUP_DO, 0, \
	  0, "invert", "Mark what is not marked, and the other way", NULL) \
	X(ACT_UNDO, "undo", "u", IN_ALL, GROUP_DO, \
	  ACT_WRITES | ACT_NEEDS_REGISTRY, \
	  0, "undo", "Take back your newest change", "muster undo") \
	X(ACT_REDO, "redo", "U", IN_ALL, GROUP_DO, \
	  ACT_WRITES | ACT_NEEDS_REGISTRY, \
	  0, "redo", "Take back the undo", "muster undo") \
	X(ACT_COPY, "copy", "y", IN_ALL, GROUP_DO, 0, \
	  7, "copy", "Copy the row, and show what was copied", NULL) \
	X(ACT_EXPORT, "export", "x", IN_LIST, GROUP_DO, 0, \
	  9, "export", "Write this list to a file: NAME.csv, .json or .md", \
	  NULL) \
	X(ACT_RELOAD, "reload", "r", IN_ALL, GROUP_DO, 0, \
	  0, "reload", "Read again what is shown", NULL) \
	X(ACT_HISTORY, "history", "H", IN_ALL, GROUP_SHOW, \
	  ACT_NEEDS_REGISTRY, 0, "history", "The log of this object", \
	  "muster log") \
	X(ACT_LOG, "log", "L", IN_ALL, GROUP_SHOW, \
	  ACT_NEEDS_REGISTRY, 0, "log", "Every change of the registry", \
	  "muster log") \
	X(ACT_ZOOM, "zoom", "z", IN_ALL, GROUP_SHOW, 0, \
	  0, "zoom", "This pane alone, again: all panes", NULL) \
	X(ACT_TABLE, "table", "t", IN_EVALUATION | IN_COMPARE | \
	  IN_FIXED | IN_CURVE | IN_FAIRNESS, GROUP_SHOW, 0, 1, "table", "Charts as tables, and back", NULL) \
	X(ACT_ASCII, "ascii", "8", IN_ALL, GROUP_SHOW, 0, \
	  0, "ascii", "ASCII only, and back", NULL) \
	X(ACT_MONO, "mono", "9", IN_ALL, GROUP_SHOW, 0, \
	  0, "mono", "No colours, and back", NULL) \
	X(ACT_MOUSE, "mouse", "M", IN_ALL, GROUP_SHOW, 0, \
	  0, "mouse", "Mouse on and off", NULL) \
	X(ACT_REDRAW, "redraw", "^L", IN_ALL, GROUP_SHOW, 0, \
	  0, "redraw", "Draw the screen anew", NULL) \
	X(ACT_COMPARE_MARKED, "compare-marked", "c", \
	  IN_MODELS | IN_VERSIONS, GROUP_DO, ACT_NEEDS_ROW, \
	  5, "compare", "Compare the marked versions", \
	  "muster compare TESTSET BASE CANDIDATE...") \
	X(ACT_COMPARE_PRODUCTION, "compare-production", "C", \
	  IN_MODELS | IN_VERSIONS, GROUP_DO, ACT_NEEDS_ROW, \
	  0, "compare", "Compare with the version in production", \
	  "muster compare TESTSET NAME@production NAME@V") \
	X(ACT_COMPARE_DATA, "compare-data", "c", IN_DATASETS, GROUP_DO, \
	  ACT_NEEDS_ROW, 5, "compare", "What drifted in this dataset against " \
	  "the marked one", "muster dataset compare REFERENCE CURRENT") \
	X(ACT_BINS, "bins", "t", IN_DRIFT, GROUP_SHOW, 0, \
	  3, "bins", "Bins of numbers by Doane's rule, and by Sturges' " \
	  "again", "muster dataset compare REFERENCE CURRENT --bins doane") \
	X(ACT_CARD, "card", "e", IN_MODELS | IN_VERSIONS, GROUP_DO, \
	  ACT_NEEDS_ROW, 6, "card", "Write the model card of this version", \
	  "muster card show NAME@V") \
	X(ACT_OPEN_PROBLEMS, "open-problems", "p", IN_MODELS | IN_VERSIONS, \
	  GROUP_MOVE, ACT_NEEDS_ROW, 7, "problems", \
	  "The open problems of this model, on the board", \
	  "muster triage NAME") \
	X(ACT_CHECKLIST, "checklist", "K", IN_MODELS | IN_VERSIONS, \
	  GROUP_DO, ACT_NEEDS_ROW, 0, "checklist", \
	  "The checklist of this model", "muster checklist NAME") \
	X(ACT_DRAFTS, "drafts", "D", IN_ALL, GROUP_DO, ACT_NEEDS_REGISTRY, \
	  0, "drafts", "Drafts that were left behind: open one", NULL) \
	X(ACT_EDIT, "edit", "e Enter", IN_DOCUMENT, GROUP_DO, ACT_WRITES, \
	  1, "edit", "Type in this field; Esc keeps and leaves", NULL) \
	X(ACT_EDIT_OUTSIDE, "edit-outside", "E", IN_DOCUMENT, GROUP_DO, \
	  ACT_WRITES, 3, "$EDITOR", "Hand this field, its section or the " \
	  "whole to $VISUAL or $EDITOR as Markdown", \
	  "muster card edit NAME@V") \
	X(ACT_GAP_NEXT, "next-gap", "n", IN_DOCUMENT, GROUP_MOVE, 0, \
	  4, "next gap", "To the next required field without an answer", \
	  "muster card check NAME@V") \
	X(ACT_GAP_PREV, "previous-gap", "N", IN_DOCUMENT, GROUP_MOVE, 0, \
	  0, "previous gap", "To the one before", NULL) \
	X(ACT_STATE, "answer-state", "a", IN_DOCUMENT, GROUP_DO, ACT_WRITES, \
	  5, "state", "Answered, not applicable with a reason, unknown, " \
	  "empty: of this field or of all marked ones", \
	  "muster card edit NAME@V") \
	X(ACT_MARK_FIELD, "mark-field", "Space", IN_DOCUMENT, GROUP_DO, 0, \
	  0, "mark", "Mark the field, or unmark it", NULL) \
	X(ACT_FILL, "fill", "F", IN_DOCUMENT, GROUP_DO, ACT_WRITES, \
	  6, "fill", "Put in what the registry knows, as a reference " \
	  "where it is a figure", NULL) \
	X(ACT_DIFF, "diff", "d", IN_DOCUMENT, GROUP_SHOW, 0, \
	  2, "diff", "What differs from the approved revision, or from any " \
	  "other", "muster card diff NAME@V") \
	X(ACT_DIFF_WORDS, "diff-words", "w", IN_DOCUMENT, GROUP_SHOW, 0, \
	  0, "by word", "The differences by word, and by line again", \
	  "muster card diff NAME@V --words") \
	X(ACT_PREVIEW, "preview", "p", IN_DOCUMENT, GROUP_SHOW, 0, \
	  8, "preview", "As it will read, figures filled in", \
	  "muster card show NAME@V") \
	X(ACT_SUBMIT, "submit", "S", IN_DOCUMENT, GROUP_DO, ACT_WRITES, \
	  7, "submit", "Save as a revision; hand in for review; approve", \
	  "muster card edit NAME@V") \
	X(ACT_DISCARD, "discard-draft", "X", IN_DOCUMENT, GROUP_DO, 0, \
	  0, "discard", "Back to what is saved; u brings the draft back", \
	  NULL) \
	X(ACT_MINE, "take-mine", "m", IN_DOCUMENT, GROUP_DO, ACT_WRITES, \
	  0, "mine", "Where two people changed one field: take yours", NULL) \
	X(ACT_THEIRS, "take-theirs", "t", IN_DOCUMENT, GROUP_DO, ACT_WRITES, \
	  0, "theirs", "Where two people changed one field: take theirs", \
	  NULL) \
	X(ACT_BOTH, "take-both", "b", IN_DOCUMENT, GROUP_DO, ACT_WRITES, \
	  0, "both", "Where two people changed one field: theirs, then " \
	  "yours", NULL) \
	X(ACT_FIELD_UNDO, "field-undo", "^U", IN_FIELD, GROUP_DO, 0, \
	  2, "undo", "Take back the last typing in this field", NULL) \
	X(ACT_FIELD_REDO, "field-redo", "^R", IN_FIELD, GROUP_DO, 0, \
	  3, "redo", "Type it again", NULL) \
	X(ACT_FIELD_FIND, "field-find", "^F", IN_FIELD, GROUP_FIND, 0, \
	  4, "find", "Find a text in this field", NULL) \
	X(ACT_FIELD_FIND_NEXT, "field-find-next", "^G", IN_FIELD, \
	  GROUP_FIND, 0, 0, "find next", "To the next place with that text", \
	  NULL) \
	X(ACT_FIELD_FIGURE, "field-figure", "^T", IN_FIELD, GROUP_DO, 0, \
	  5, "figure", "Put in a figure as a reference to its evaluation", \
	  NULL) \
	X(ACT_FIELD_NEXT, "field-next", "Tab", IN_FIELD, GROUP_MOVE, 0, \
	  6, "next field", "Keep this field and type in the next one", NULL) \
	X(ACT_FIELD_PREV, "field-previous", "BackTab", IN_FIELD, GROUP_MOVE, \
	  0, 0, "previous field", "Keep this field and type in the one " \
	  "before", NULL) \
	X(ACT_FIELD_KEEP, "field-keep", "Esc", IN_FIELD, GROUP_LEAVE, 0, \
	  1, "keep", "Keep what was typed and leave the field", NULL) \
	X(ACT_FIELD_WORD_LEFT, "field-word-left", "^Y", IN_FIELD, \
	  GROUP_MOVE, 0, 0, "word left", "To the start of the word", NULL) \
	X(ACT_FIELD_WORD_RIGHT, "field-word-right", "^N", IN_FIELD, \
	  GROUP_MOVE, 0, 0, "word right", "Behind the word", NULL) \
	X(ACT_FIELD_TOP, "field-top", "^O", IN_FIELD, GROUP_MOVE, 0, \
	  0, "top", "To the start of the text", NULL) \
	X(ACT_FIELD_BOTTOM, "field-bottom", "^E", IN_FIELD, GROUP_MOVE, 0, \
	  0, "end", "To the end of the text", NULL) \
	X(ACT_FIELD_CUT_WORD, "field-delete-word", "^W", IN_FIELD, GROUP_DO, \
	  0, 0, "delete word", "Delete the word before the cursor", NULL) \
	X(ACT_FIELD_CUT_LINE, "field-delete-line", "^K", IN_FIELD, GROUP_DO, \
	  0, 0, "delete line", "Delete to the end of the row", NULL) \
	X(ACT_EVALUATION, "evaluation", "m", \
	  IN_MODELS | IN_VERSIONS, GROUP_SHOW, ACT_NEEDS_ROW, \
	  6, "evaluation", "The newest evaluation of this version", \
	  "muster eval TESTSET NAME@V") \
	X(ACT_SCORE_METRIC, "score-metric", "w", IN_MODELS, GROUP_SHOW, \
	  0, 0, "metric", "Which metric the score's column shows, for all " \
	  "models", "muster rank TESTSET --metric M") \
	X(ACT_REGEX, "regex", "f", IN_PATTERNS, GROUP_FIND, 0, \
	  5, "regex", "Rows whose picked column matches a regex (PCRE2), " \
	  "while typing", "muster testset patterns NAME --where COL~/REGEX/") \
	X(ACT_CORRECT, "correct", "R", IN_PATTERNS, GROUP_DO, \
	  ACT_NEEDS_ROW | ACT_WRITES, 6, "correct", "The marked patterns, or " \
	  "this one: correct their target, or retire them", \
	  "muster testset relabel NAME FILE.csv") \
	X(ACT_EVALUATE_ALL, "evaluate-all", "e", IN_DATA | IN_STALENESS, \
	  GROUP_DO, ACT_NEEDS_ROW | ACT_WRITES, 5, "evaluate", "Evaluate all versions on this set", \
	  "muster eval TESTSET --all") \
	X(ACT_NEW, "new", "a", IN_MODELS | IN_DATA, GROUP_DO, \
	  ACT_NEEDS_REGISTRY | ACT_WRITES, 5, "add", "Add a model or a " \
	  "version; on screen 2 a test set or predictions, from a CSV file", \
	  "muster testset create NAME FILE.csv --task T --target COL") \
	X(ACT_REVISE, "revise", "R", IN_DATA, GROUP_DO, \
	  ACT_NEEDS_ROW | ACT_WRITES, 5, "revise", "A new revision by a file: " \
	  "grow, relabel, retire, revive; says first what it would do", \
	  "muster testset grow NAME FILE.csv") \
	X(ACT_ACCEPT, "accept", "a", IN_REVIEW, GROUP_DO, ACT_WRITES, \
	  1, "do it", "Do what is listed; Esc leaves it", \
	  "muster testset grow NAME FILE.csv") \
	X(ACT_SET_DIFF, "revision-diff", "d", IN_DATA, GROUP_SHOW, \
	  ACT_NEEDS_ROW, 6, "diff", "What this revision changed; with another one " \
	  "marked, what lies between", \
	  "muster testset diff NAME R1 R2") \
	X(ACT_DATASETS, "datasets", "T", IN_DATA, GROUP_SHOW, \
	  ACT_NEEDS_REGISTRY, 6, "datasets", \
	  "Datasets with their profiles", "muster dataset list") \
	X(ACT_STALENESS, "staleness", "m", IN_DATA, GROUP_SHOW, \
	  ACT_NEEDS_ROW, 6, "matrix", "Versions x revisions of this set: " \
	  "fresh, stale, partial, missing", "muster matrix TESTSET") \
	X(ACT_MOVED, "moved", "m", IN_STALENESS, GROUP_SHOW, ACT_NEEDS_ROW, \
	  4, "moved", "Why the score of this version moved between two " \
	  "revisions, by any metric", "muster moved NAME@V TESTSET R1 R2") \
	X(ACT_SPREAD, "spread", "b", IN_STALENESS, GROUP_SHOW, ACT_NEEDS_ROW, \
	  5, "bias", "Bias and variance across the versions of this model, " \
	  "by pattern", "muster spread MODEL TESTSET") \
	X(ACT_CURVE, "curve", "w", IN_STALENESS, GROUP_SHOW, ACT_NEEDS_ROW, \
	  5, "curve", "The score of this version along a column of numbers, " \
	  "and where it tips", "muster curve MODEL@V TESTSET COLUMN") \
	X(ACT_ASK, "ask-runners", "a", IN_STALENESS, GROUP_DO, ACT_WRITES, \
	  5, "ask", "Ask runners for what is missing: those of the marked " \
	  "versions, or of all live ones", \
	  "muster predictions run NAME@V TESTSET") \
	X(ACT_RUNS, "runs", "R", IN_STALENESS, GROUP_SHOW, 0, \
	  5, "runs", "What runners were asked on this set, how it ended, and " \
	  "what they wrote on stderr", "muster predictions runs") \
	X(ACT_RERUN, "rerun", "r", IN_EVALUATION | IN_COMPARE, GROUP_DO, 0, \
	  1, "rerun", "Compute again on the newest revision, in the " \
	  "background", "muster eval TESTSET NAME@V") \
	X(ACT_METRIC, "metric", "m", IN_EVALUATION | IN_COMPARE, GROUP_SHOW, \
	  0, 1, "metric", "Which metric slices and chart show", \
	  "muster rank TESTSET --metric M") \
	X(ACT_TESTSET, "test-set", "f", IN_EVALUATION, \
	  GROUP_SHOW, 0, 1, "set", "On which test set", \
	  "muster eval TESTSET NAME@V") \
	X(ACT_COMPARE_SET, "compare-set", "T", IN_COMPARE, \
	  GROUP_SHOW, 0, 0, "set", "On which test set", \
	  "muster compare TESTSET BASE CANDIDATE...") \
	X(ACT_COMPARE_SLICE, "compare-slice", "f", IN_COMPARE, GROUP_FIND, 0, \
	  1, "slice", "Only on patterns of a slice: a name, or COL=VALUE " \
	  "COL>=NUMBER; Enter on a slice does it", \
	  "muster compare TESTSET BASE CANDIDATE --slice EXPR") \
	X(ACT_MARGIN, "margin", "e", IN_COMPARE, GROUP_SHOW, 0, \
	  0, "margin", "Call equivalent what lies within a margin, with its " \
	  "whole interval", \
	  "muster compare TESTSET BASE CANDIDATE --margin X") \
	X(ACT_THRESHOLD, "threshold-origin", "i", IN_COMPARE, GROUP_SHOW, 0, \
	  0, "threshold", "Who set the threshold of the base, and by which " \
	  "rule", "muster log --object version/NAME@V --kind " \
	  "version.threshold") \
	X(ACT_COMPARE_GROUPS, "compare-groups", "F", IN_COMPARE, GROUP_SHOW, \
	  0, 0, "groups", "Differences between the groups of another column", \
	  "muster compare TESTSET BASE CANDIDATE --json") \
	X(ACT_UNFOLD, "unfold-slices", "a", IN_COMPARE, GROUP_SHOW, 0, \
	  0, "unfold", "Nested slices that say the same, and folded again", \
	  "muster compare TESTSET BASE CANDIDATE --all-slices") \
	X(ACT_CHART, "chart", "w", IN_COMPARE, GROUP_SHOW, 0, \
	  1, "chart", "The chart: deltas, over revisions, over versions", \
	  "muster history MODEL TESTSET") \
	X(ACT_REVISION, "revision", "v", IN_COMPARE, GROUP_SHOW, 0, \
	  1, "revision", "On which revision of the test set", \
	  "muster compare TESTSET@R BASE CANDIDATE...") \
	X(ACT_COMPARE_WHAT, "choose-versions", "c", IN_COMPARE, GROUP_DO, 0, \
	  1, "choose", "Choose base and candidates: NAME@V NAME@W ...", \
	  "muster compare TESTSET BASE CANDIDATE...") \
	X(ACT_PREV_VERSION, "previous-version", "<", IN_COMPARE, GROUP_MOVE, \
	  0, 0, "version", "The candidate before", NULL) \
	X(ACT_NEXT_VERSION, "next-version", ">", IN_COMPARE, GROUP_MOVE, 0, \
	  1, "version", "The next candidate", NULL) \
	X(ACT_PATTERNS, "patterns", "o", IN_COMPARE | IN_DATA, GROUP_MOVE, 0, \
	  3, "patterns", "Open the patterns: the flips of this candidate " \
	  "(of numbers, whose error changed most), the set's", \
	  "muster testset patterns NAME") \
	X(ACT_EXPORT_COMPARISON, "export-comparison", "x", IN_COMPARE, \
	  GROUP_DO, 0, 8, "export", "Write this comparison to a file: " \
	  "NAME.csv, .json or .md", \
	  "muster compare TESTSET BASE CANDIDATE --json") \
	X(ACT_CAPTURE, "report-problem", "P", \
	  IN_PATTERNS | IN_COMPARE | IN_EVALUATION, GROUP_DO, ACT_WRITES, \
	  3, "problem", "Report a problem from here: these patterns, this " \
	  "flip, this slice", "muster problem add TITLE --model NAME") \
	X(ACT_PROBLEM_MORE, "factor-up", "+", IN_PROBLEMS, GROUP_DO, \
	  ACT_NEEDS_ROW, 2, "- factor", "What if the picked factor (users, " \
	  "error, else harm) were greater? Enter keeps it, Esc drops it", \
	  "muster problem set P harm=WEIGHT") \
	X(ACT_PROBLEM_LESS, "factor-down", "-", IN_PROBLEMS, GROUP_DO, \
	  ACT_NEEDS_ROW, 0, "factor", "What if it were smaller?", \
	  "muster problem set P harm=WEIGHT") \
	X(ACT_PROBLEM_DO, "do-next", "d", IN_PROBLEMS, GROUP_DO, \
	  ACT_NEEDS_ROW | ACT_WRITES, 2, "do next", "Do what is to be done " \
	  "next for this problem", "muster problem show P") \
	X(ACT_PROBLEM_TRIAGE, "triage", "t", IN_PROBLEMS, GROUP_DO, \
	  ACT_NEEDS_ROW | ACT_WRITES, 3, "triage", "Users, error and harm in " \
	  "three questions of one key", "muster problem set P users=... " \
	  "harm=...") \
	X(ACT_PROBLEM_ASSIGN, "assign", "a", IN_PROBLEMS, GROUP_DO, \
	  ACT_NEEDS_ROW | ACT_WRITES, 4, "assign", "Give the marked problems " \
	  "an owner", "muster problem set P owner=WHO") \
	X(ACT_PROBLEM_PATTERNS, "problem-patterns", "p", IN_PROBLEMS, \
	  GROUP_MOVE, ACT_NEEDS_ROW, 5, "patterns", "Its patterns with what " \
	  "each version said", "muster problem patterns P") \
	X(ACT_PROBLEM_FIXED, "is-it-fixed", "f", IN_PROBLEMS, GROUP_SHOW, \
	  ACT_NEEDS_ROW, 5, "fixed?", "Errors of all problems over versions " \
	  "and revisions", "muster problem errors MODEL") \
	X(ACT_PROBLEM_INBOX, "inbox", "i", IN_PROBLEMS, GROUP_MOVE, 0, \
	  6, "inbox", "To the inbox and back", \
	  "muster problem list --state reported") \
	X(ACT_PROBLEM_MOVE, "move-problem", "m", IN_PROBLEMS, GROUP_DO, \
	  ACT_NEEDS_ROW | ACT_WRITES, 6, "move", "To another state, with a " \
	  "reason", "muster problem set P state=STATE") \
	X(ACT_PROBLEM_SET, "set-problem", "e", IN_PROBLEMS, GROUP_DO, \
	  ACT_NEEDS_ROW | ACT_WRITES, 7, "set", "Change a factor or a field " \
	  "(users, harm, owner, rule), with a reason", \
	  "muster problem set P FIELD=VALUE") \
	X(ACT_GATE, "gate", "b", IN_MODELS | IN_VERSIONS, GROUP_SHOW, \
	  ACT_NEEDS_ROW, 7, "gate", "The gate of this version: what blocks " \
	  "it, who signed", "muster gate check NAME@V STAGE") \
	X(ACT_STAGE, "stage", ">", IN_MODELS | IN_VERSIONS | IN_GATES | \
	  IN_GATE, GROUP_DO, ACT_NEEDS_ROW | ACT_WRITES, 8, "stage", \
	  "Move this version to another stage; its gate is checked", \
	  "muster version stage NAME@V STAGE") \
	X(ACT_GATE_RERUN, "check-gate", "r", IN_GATES | IN_GATE, GROUP_DO, 0, \
	  4, "rerun", "Evaluate what is missing or stale, and check the " \
	  "rules again", "muster gate check NAME@V STAGE") \
	X(ACT_WAIVE, "waive", "w", IN_GATE, GROUP_DO, \
	  ACT_NEEDS_ROW | ACT_WRITES, 5, "waive", "Waive this rule until a " \
	  "day, with a reason", \
	  "muster gate waive NAME@V STAGE RULE --until DATE") \
	X(ACT_SIGN, "sign", "S", IN_GATE | IN_SIGN, GROUP_DO, ACT_WRITES, \
	  2, "sign", "Sign this version off: authored, reviewed, approved", \
	  "muster sign NAME@V --role ROLE --meaning MEANING") \
	X(ACT_REFUSE, "refuse", "R", IN_GATE, GROUP_DO, ACT_WRITES, \
	  6, "refuse", "Refuse this version, with a reason", \
	  "muster sign NAME@V --role ROLE --meaning refused") \
	X(ACT_REVOKE, "revoke", "X", IN_GATE, GROUP_DO, ACT_WRITES, \
	  0, "revoke", "Revoke the sign-off, or end the waiver, that the " \
	  "cursor is on", "muster sign --revoke ID") \
	X(ACT_OVERRIDE, "override-gate", "O", IN_GATE, GROUP_DO, ACT_WRITES, \
	  0, "override", "Move into the stage although the gate does not " \
	  "hold; stays in red until somebody else acknowledges it", \
	  "muster version stage NAME@V STAGE --override") \
	X(ACT_ACKNOWLEDGE, "acknowledge", "K", IN_GATE, GROUP_DO, ACT_WRITES, \
	  0, "acknowledge", "Say that you have seen a move past this " \
	  "version's gate, as a second person", \
	  "muster version acknowledge NAME@V") \
	X(ACT_GATE_STAGE, "gate-of-stage", "f", IN_GATE, GROUP_SHOW, 0, \
	  9, "for", "The gate of another stage", \
	  "muster gate check NAME@V STAGE") \
	X(ACT_GATE_PATTERNS, "gate-patterns", "o", IN_GATE, GROUP_MOVE, \
	  ACT_NEEDS_ROW, 3, "patterns", "The patterns of the slice that this " \
	  "rule is about", "muster testset patterns NAME --where COL=VALUE") \
	X(ACT_GATE_TEXT, "gate-text", "d", IN_GATES | IN_GATE, GROUP_SHOW, 0, \
	  7, "rules diff", "The gate's text, its revisions and what changed " \
	  "between them", "muster gate show STAGE") \
	X(ACT_GATE_EDIT, "edit-gate", "e", IN_GATES | IN_GATE | IN_GATE_TEXT, \
	  GROUP_DO, ACT_WRITES, 8, "edit", "Write the gate's rules here", \
	  "muster gate edit STAGE") \
	X(ACT_GATE_EDIT_OUTSIDE, "edit-gate-outside", "E", \
	  IN_GATES | IN_GATE | IN_GATE_TEXT, GROUP_DO, ACT_WRITES, 0, \
	  "$EDITOR", "Write the gate's rules in $VISUAL or $EDITOR", \
	  "muster gate edit STAGE") \
	X(ACT_GATE_SAVE, "save-gate", "S", IN_GATE_TEXT, GROUP_DO, \
	  ACT_WRITES, 2, "save", "Save the gate as a new revision", \
	  "muster gate set STAGE FILE") \
	X(ACT_SIGN_KEY, "sign-key", "K", IN_SIGN, GROUP_DO, 0, \
	  3, "key", "Sign with an SSH key, by ssh-keygen", \
	  "muster sign NAME@V --key FILE") \
	X(ACT_ASSESS_NOTE, "assess-note", "n", IN_ASSESS, GROUP_DO, \
	  ACT_NEEDS_ROW | ACT_WRITES, 2, "note", "A note on the answer", \
	  "muster assess edit NAME@V") \
	X(ACT_ASSESS_OUTSIDE, "assess-outside", "E", IN_ASSESS, GROUP_DO, \
	  ACT_WRITES, 4, "$EDITOR", "Answer all of it in $VISUAL or $EDITOR", \
	  "muster assess edit NAME@V") \
	X(ACT_ASSESS_SAVE, "assess-save", "S", IN_ASSESS, GROUP_DO, \
	  ACT_WRITES, 3, "save", "Save the answers as a revision; where " \
	  "nothing has changed, approve what somebody else saved", \
	  "muster assess approve NAME@V") \
	X(ACT_ASSESS_DROP, "assess-drop", "X", IN_ASSESS, GROUP_DO, 0, \
	  0, "discard", "Back to the answers that are saved", NULL) \
	X(ACT_GATE_DROP, "drop-gate-draft", "X", IN_GATE_TEXT, GROUP_DO, 0, \
	  0, "discard", "Throw away the draft of this gate", NULL) \
	X(ACT_LOG_QUERY, "log-filter", "f", IN_LOG, GROUP_FIND, 0, \
	  2, "query", "Which entries: object=O kind=K by=WHO since=TIME", \
	  "muster log --object O --kind K --by WHO --since TIME") \
	X(ACT_ASSESS, "assess", "A", IN_MODELS | IN_VERSIONS | IN_GATE, \
	  GROUP_SHOW, ACT_NEEDS_ROW, 0, "assess", "The impact assessment of " \
	  "this version, which gives its risk", "muster assess show NAME@V") \
	X(ACT_PROBLEM_MERGE, "merge-problem", "w", IN_PROBLEMS, GROUP_DO, \
	  ACT_NEEDS_ROW | ACT_WRITES, 0, "merge", "It is the same as another " \
	  "one that looks like it: merge it into that", \
	  "muster problem merge P Q") \
	X(ACT_PROBLEM_COMMENT, "comment-problem", "c", IN_PROBLEMS, GROUP_DO, \
	  ACT_NEEDS_ROW | ACT_WRITES, 0, "comment", "Say something about it", \
	  "muster problem comment P TEXT") \
	X(ACT_PROBLEM_GATHER, "gather-data", "S", IN_PROBLEMS | IN_LABELS, \
	  GROUP_DO, 0, 8, "data", "More data for it: labelling sheets out and " \
	  "back, agreement, one input changed", \
	  "muster problem sheet P SAMPLE") \
	X(ACT_PROBLEM_CLOSED, "closed-problems", "X", IN_PROBLEMS, GROUP_SHOW, \
	  0, 0, "closed", "Show closed problems, too, and hide them again", \
	  "muster problem list") \
	X(ACT_PROBLEM_TABLE, "problem-table", "T", IN_PROBLEMS, GROUP_SHOW, 0, \
	  0, "table", "Charts as tables, and back", "muster problem show P") \
	X(ACT_PROBLEM_TOTAL, "total-over-time", "I", IN_PROBLEMS, GROUP_SHOW, \
	  0, 0, "over time", "Total open impact as it was, day by day", \
	  "muster triage --over-time") \
	X(ACT_WRITE_REPORT, "write-report", "x", IN_REPORTS, GROUP_DO, 0, \
	  2, "write", "Write the file; one that is there is kept as .1", \
	  "muster report NAME@V -o FILE") \
	X(ACT_PAGER, "pager", "p", IN_REPORTS, GROUP_SHOW, 0, \
	  3, "$PAGER", "The whole file in $PAGER", NULL) \
	X(ACT_FAIRNESS, "fairness", "F", IN_EVALUATION, GROUP_SHOW, 0, \
	  1, "fairness", "Groups, fairness measures, and which conflict", \
	  "muster fairness NAME@V TESTSET") \
	X(ACT_FAIR_COLUMN, "fairness-by", "f", IN_FAIRNESS, GROUP_SHOW, 0, \
	  2, "column", "Groups by another column, or by two crossed", \
	  "muster fairness NAME@V TESTSET --by COL") \
	X(ACT_FAIR_ALL, "all-measures", "a", IN_FAIRNESS, GROUP_SHOW, 0, \
	  3, "all", "Measures of all libraries, and the main ones again", \
	  "muster fairness NAME@V TESTSET --all") \
	X(ACT_FAIR_ONLY, "marked-groups", "b", IN_FAIRNESS, GROUP_SHOW, 0, \
	  4, "between", "Only the marked groups, and all again", \
	  "muster fairness NAME@V TESTSET --only VALUE --only VALUE") \
	X(ACT_REPORT, "report", "R", IN_MODELS | IN_VERSIONS, GROUP_DO, \
	  ACT_NEEDS_ROW, 0, "report", "A report of this version, on screen 6", \
	  "muster report NAME@V") \
	X(ACT_HELP, "help", "? F1", IN_ALL, GROUP_SHOW, 0, \
	  0, "help", "What can be done here; type to search, Enter runs", \
	  "muster --help") \
	X(ACT_COMMANDS, "commands", ": ^P", IN_ALL, GROUP_SHOW, 0, \
	  0, "commands", "All commands by name", NULL) \
	X(ACT_BACK, "back", "Esc", IN_ALL, GROUP_LEAVE, 0, \
	  0, "back", "Back: leaves a filter, marks, a view; never loses " \
	  "text", NULL) \
	X(ACT_QUIT, "quit", "q", IN_ALL, GROUP_LEAVE, 0, \
	  0, "quit", "Back, and from the first view out", NULL) \
	X(ACT_CANCEL, "cancel", "^C", IN_ALL, GROUP_LEAVE, 0, \
	  0, "cancel", "Stop the work that runs", NULL) \
	X(ACT_SUSPEND, "suspend", "^Z", IN_ALL, GROUP_LEAVE, 0, \
	  0, "suspend", "Back to the shell; 'fg' returns", NULL)

enum action {
#define X(id, name, keys, contexts, group, flags, place, hint, help, cli) id,
	ACTION_LIST(X)
#undef X
	ACTION_COUNT,
	ACT_NONE = ACTION_COUNT
};

struct action_info {
	const char *name;
	const char *keys;	/* default keys, by blanks */
	unsigned contexts;
	enum group group;
	unsigned flags;
	int place;
	const char *hint, *help;
	const char *cli;	/* the same on the command line, or NULL */
};
const struct action_info *action_info(enum action a);
const char *group_name(enum group g);
/* ACT_NONE: no such name. */
enum action action_from_name(const char *name);

/* The keys as they are now: the table's, changed by the config file. */
#define KEYMAP_KEYS 4
struct keymap {
	uint32_t key[ACTION_COUNT][KEYMAP_KEYS];	/* TK_NONE ends */
};
void keymap_init(struct keymap *m);
/* Gives an action these keys (by blanks) and no others; false and *why (a
 * static text) if a key is unknown or there are too many. */
bool keymap_set(struct keymap *m, enum action a, const char *keys,
		const char **why);
/* What a key does where these contexts hold; a key that means nothing is
 * taken for the Latin one in its place (tui/layouts.h). */
enum action keymap_find(const struct keymap *m, unsigned contexts,
			uint32_t key);
/* Two actions that share a key within one context; false if there are none.
 * From *a, *b on (start with ACT_NONE). */
bool keymap_clash(const struct keymap *m, enum action *a, enum action *b);
/* First key of an action as text, "" if it has none. */
const char *keymap_text(const struct keymap *m, enum action a, char out[24]);
/* All its keys, by blanks. */
void keymap_texts(const struct keymap *m, enum action a, struct buf *out);

#endif
