#include "tui/action.h"

#include "base/count.h"
#include "tui/keys.h"
#include "tui/layouts.h"

static const struct action_info infos[ACTION_COUNT] = {
#define X(id, name, keys, contexts, group, flags, place, hint, help, cli) \
	[id] = { name, keys, contexts, group, flags, place, hint, help, cli },
	ACTION_LIST(X)
#undef X
};

const struct action_info *action_info(enum action a)
{
	return &infos[a];
}

const char *group_name(enum group g)
{
	static const char *const names[] = {
#define X(id, name) name,
		GROUP_LIST(X)
#undef X
	};
	return names[g];
}

enum action action_from_name(const char *name)
{
	for (int a = 0; a < ACTION_COUNT; a++)
		if (!strcmp(infos[a].name, name))
			return (enum action)a;
	return ACT_NONE;
}

void keymap_init(struct keymap *m)
{
	memset(m, 0, sizeof(*m));
	const char *why;
	for (int a = 0; a < ACTION_COUNT; a++)
		if (!keymap_set(m, (enum action)a, infos[a].keys, &why))
			BUG("keys of '%s': %s", infos[a].name, why);
}

bool keymap_set(struct keymap *m, enum action a, const char *keys,
		const char **why)
{
	uint32_t found[KEYMAP_KEYS] = { TK_NONE };
	size_t n = 0;
	for (const char *s = keys; *s;) {
		size_t len = strcspn(s, " ");
		char name[24];
		if (len && len < sizeof(name)) {
			memcpy(name, s, len);
			name[len] = '\0';
		}
		if (len >= sizeof(name) || (len && !key_from_name(name))) {
			*why = "no such key";
			return false;
		}
		if (len && n == KEYMAP_KEYS) {
			*why = "more than four keys";
			return false;
		}
		if (len)
			found[n++] = key_from_name(name);
		s += len + strspn(s + len, " ");
	}
	memcpy(m->key[a], found, sizeof(found));
	return true;
}

static bool has_key(const struct keymap *m, int a, uint32_t key)
{
	for (int i = 0; i < KEYMAP_KEYS && m->key[a][i]; i++)
		if (m->key[a][i] == key)
			return true;
	return false;
}

/* Contexts from the nearest to the most general. */
static const unsigned levels[] = {
	~(unsigned)(IN_ALL | IN_LIST | IN_TEXT), IN_LIST | IN_TEXT, IN_ALL
};
#define N_LEVELS COUNT(levels)

static enum action find_exact(const struct keymap *m, unsigned contexts,
			      uint32_t key)
{
	for (size_t i = 0; i < N_LEVELS; i++)
		for (int a = 0; a < ACTION_COUNT; a++)
			if ((infos[a].contexts & contexts & levels[i]) &&
			    has_key(m, a, key))
				return (enum action)a;
	return ACT_NONE;
}

enum action keymap_find(const struct keymap *m, unsigned contexts,
			uint32_t key)
{
	enum action a = find_exact(m, contexts, key);
	uint32_t latin = a == ACT_NONE ? layout_latin(key) : TK_NONE;
	return latin ? find_exact(m, contexts, latin) : a;
}

static bool share_key(const struct keymap *m, int a, int b)
{
	if (!(infos[a].contexts & infos[b].contexts))
		return false;
	for (int i = 0; i < KEYMAP_KEYS && m->key[a][i]; i++)
		if (has_key(m, b, m->key[a][i]))
			return true;
	return false;
}

bool keymap_clash(const struct keymap *m, enum action *a, enum action *b)
{
	int i = *a == ACT_NONE ? 0 : (int)*a;
	int j = *a == ACT_NONE ? 1 : (int)*b + 1;
	for (; i < ACTION_COUNT; i++, j = i + 1) {
		for (; j < ACTION_COUNT; j++) {
			if (share_key(m, i, j)) {
				*a = (enum action)i;
				*b = (enum action)j;
				return true;
			}
		}
	}
	return false;
}

const char *keymap_text(const struct keymap *m, enum action a, char out[24])
{
	out[0] = '\0';
	return m->key[a][0] ? key_text(m->key[a][0], out) : out;
}

void keymap_texts(const struct keymap *m, enum action a, struct buf *out)
{
	char name[24];
	for (int i = 0; i < KEYMAP_KEYS && m->key[a][i]; i++) {
		if (i)
			buf_char(out, ' ');
		buf_str(out, key_text(m->key[a][i], name));
	}
}
