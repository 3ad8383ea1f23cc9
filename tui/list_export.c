/* What a list holds, as text for files: all rows that are not filtered out. */
#include <string.h>

#include "base/csv.h"
#include "base/json.h"
#include "tui/list.h"

static void export_csv(const struct list *l, const struct list_column *c,
		       size_t n, struct buf *out)
{
	struct buf cell = BUF_INIT;

	for (size_t i = 0; i < n; i++) {
		buf_str(out, i ? "," : "");
		csv_write_field(out, c[i].key, strlen(c[i].key), true);
	}
	buf_char(out, '\n');
	for (size_t p = 0; p < list_count(l); p++) {
		for (size_t i = 0; i < n; i++) {
			buf_clear(&cell);
			list_cell_text(l, list_row_at(l, p), i, &cell);
			buf_str(out, i ? "," : "");
			csv_write_field(out, cell.data, cell.len, true);
		}
		buf_char(out, '\n');
	}
	buf_release(&cell);
}

static void export_json(const struct list *l, const struct list_column *c,
			size_t n, struct buf *out)
{
	struct json_out o = JSON_OUT(out, true);
	struct buf cell = BUF_INIT;

	jo_object(&o);
	jo_key(&o, "rows");
	jo_array(&o);
	for (size_t p = 0; p < list_count(l); p++) {
		jo_object(&o);
		for (size_t i = 0; i < n; i++) {
			buf_clear(&cell);
			list_cell_text(l, list_row_at(l, p), i, &cell);
			jo_kstr(&o, c[i].key, cell.data);
		}
		jo_end(&o);
	}
	jo_end(&o);
	jo_end(&o);
	buf_char(out, '\n');
	buf_release(&cell);
}

static void md_cell(struct buf *out, const char *s)
{
	buf_str(out, "| ");
	for (; *s; s++) {
		if (*s == '|' || *s == '\\' || *s == '`' || *s == '<')
			buf_char(out, '\\');
		buf_char(out, *s == '\n' || *s == '\r' ? ' ' : *s);
	}
	buf_char(out, ' ');
}

static void export_md(const struct list *l, const struct list_column *c,
		      size_t n, struct buf *out)
{
	struct buf cell = BUF_INIT;

	for (size_t i = 0; i < n; i++)
		md_cell(out, c[i].key);
	buf_str(out, "|\n");
	for (size_t i = 0; i < n; i++)
		buf_str(out, c[i].right ? "|---:" : "|---");
	buf_str(out, "|\n");
	for (size_t p = 0; p < list_count(l); p++) {
		for (size_t i = 0; i < n; i++) {
			buf_clear(&cell);
			list_cell_text(l, list_row_at(l, p), i, &cell);
			md_cell(out, cell.data);
		}
		buf_str(out, "|\n");
	}
	buf_release(&cell);
}

void list_export(const struct list *l, enum list_format format,
		 struct buf *out)
{
	static void (*const formats[])(const struct list *l,
				       const struct list_column *c, size_t n,
				       struct buf *out) = {
		[LIST_CSV] = export_csv,
		[LIST_JSON] = export_json,
		[LIST_MD] = export_md,
	};
	size_t n;
	const struct list_column *c = list_columns(l, &n);

	formats[format](l, c, n, out);
}
