/* The data that a datasheet is about, for its Croissant file. */
#ifndef MUSTER_CARDS_EXCHANGE_CROISSANT_DATA_H
#define MUSTER_CARDS_EXCHANGE_CROISSANT_DATA_H

#include "base/json.h"
#include "cards/facts.h"

/* Adds "distribution" and "recordSet" from the dataset on record (f may be
 * NULL); what the file has already stays as it is. */
void croissant_data_write(struct json *data, const struct doc_facts *f);

#endif
