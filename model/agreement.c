#include "model/agreement.h"

static const char nobody[] = "no row was labelled by two";
static const char one_label[] = "there is one label only";

static struct figure kappa(double observed, double expected, uint64_t n)
{
	if (!(expected < 1))
		return figure_undefined(one_label, n);
	return figure_value((observed - expected) / (1 - expected), n);
}

struct figure kappa_cohen(const uint64_t *table, size_t k)
{
	double n = 0, same = 0, chance = 0;

	for (size_t i = 0; i < k * k; i++)
		n += (double)table[i];
	if (!(n > 0))
		return figure_undefined(nobody, 0);
	for (size_t i = 0; i < k; i++) {
		double row = 0, column = 0;

		for (size_t j = 0; j < k; j++) {
			row += (double)table[i * k + j];
			column += (double)table[j * k + i];
		}
		same += (double)table[i * k + i];
		chance += row * column;
	}
	return kappa(same / n, chance / (n * n), (uint64_t)n);
}

struct figure kappa_fleiss(const uint32_t *counts, size_t n, size_t k)
{
	double people = 0, observed = 0, expected = 0;

	for (size_t j = 0; n && j < k; j++)
		people += counts[j];
	if (people < 2)
		return figure_undefined(nobody, 0);
	for (size_t i = 0; i < n; i++) {
		double pairs = 0;

		for (size_t j = 0; j < k; j++)
			pairs += (double)counts[i * k + j] *
				 (counts[i * k + j] - 1.0);
		observed += pairs / (people * (people - 1));
	}
	for (size_t j = 0; j < k; j++) {
		double share = 0;

		for (size_t i = 0; i < n; i++)
			share += counts[i * k + j];
		share /= (double)n * people;
		expected += share * share;
	}
	return kappa(observed / (double)n, expected, n);
}
