#include "support/filled.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/temp_registry.h"

#define STEPS \
	"set -e; cd '%s'; printf 'id,region,age,text,repaid\n" \
	"l1,NW,25,first loan,yes\nl2,NW,31,second,no\nl3,NW,44,\"a, b\",yes\n" \
	"l4,NW,52,plain,no\nl5,SE,60,plain,yes\nl6,SE,23,plain,no\n' " \
	">loans.csv; printf 'id,region,age,text,repaid\nl7,SE,70,new,yes\n' " \
	">more.csv; printf 'id,p1,p2\nl1,.9,.8\nl2,.4,.3\nl3,.6,.7\n" \
	"l4,.7,.2\nl5,.2,.6\nl6,.1,.1\n' >scores.csv; echo weights >weights; " \
	"printf '#!/bin/sh\necho key,score\nfor k in l1 l2 l3 l4 l5 l6; do " \
	"echo $k,.5; done\n' >runner; chmod 700 runner; " \
	"printf '## 1.1 Made by\n\nThe team\n' >card.md; " \
	"printf 'accuracy >= 0.5 on loans\n' >g.gate; " \
	"m() { '%s' -q -R filled.db \"$@\"; }; " \
	"m init; m model add scorer --task binary --owner team; " \
	"m version add scorer; m version add scorer; " \
	"m version add scorer --runner \"$PWD/runner\"; " \
	"m testset create loans loans.csv --task binary --target repaid " \
	"--positive yes --key id --slice region --input age --input text; " \
	"m predictions import scorer@1 loans scores.csv --score p1 " \
	"--threshold .5; " \
	"m report-failure scorer@1 --input age=29 --input text=two " \
	"--expected yes --said no --text 'denied at once'; " \
	"m problem set P-1 state=described testset=loans --reason clear; " \
	"m gate set production g.gate; " \
	"m model set scorer owner=ben --reason moved"

void filled_make(const char *folder, const char *muster)
{
	assert_int_equal(run_shell(STEPS, folder, muster), 0);
}
