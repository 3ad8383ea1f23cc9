/* What the files of the profile share. */
#ifndef MUSTER_MODEL_PROFILE_INSIDE_H
#define MUSTER_MODEL_PROFILE_INSIDE_H

#include "model/profile.h"

/* The static text that a stored reason stands for; NULL for NULL. */
const char *profile_known_reason(const char *why);

#endif
