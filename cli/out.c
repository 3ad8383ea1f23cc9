#include "cli/out.h"

#include <errno.h>
#include <unistd.h>

enum { ENOUGH = 1 << 16 };

static void write_all(struct out *o)
{
	size_t done = 0;

	while (done < o->buf.len && !o->why) {
		ssize_t n = write(STDOUT_FILENO, o->buf.data + done,
				  o->buf.len - done);

		if (n > 0)
			done += (size_t)n;
		else if (n < 0 && errno != EINTR)
			o->why = errno;
	}
	buf_clear(&o->buf);
}

bool out_breathe(struct out *o)
{
	if (o->buf.len >= ENOUGH)
		write_all(o);
	return o->why == 0;
}

enum rc out_flush(struct out *o, struct err *err)
{
	write_all(o);
	if (o->why == 0)
		return RC_OK;
	errno = o->why;
	return err_errno(err, RC_IO, "could not write to standard output");
}

void out_release(struct out *o)
{
	buf_release(&o->buf);
}
