#!/bin/sh
. "$(dirname "$0")/lib.sh"
small_set
expect 0 compare loans scorer@1 scorer@2 --json
keys j testset base candidates
json "j['base'] == 'scorer@1'"
keys "j['candidates'][0]" version verdict metrics mcnemar flips slices slices_adjusted_for \
	fairness
keys "j['candidates'][0]['mcnemar']" only_base_right only_candidate_right p p_holm \
	p_mid chi2 p_chi2 chi2_corrected p_corrected
keys "j['candidates'][0]['metrics']['accuracy']" base candidate delta low high \
	n method verdict p p_holm verdict_by
json "j['candidates'][0]['flips'] == dict(fixed=4, broken=0)"
json "abs(j['candidates'][0]['mcnemar']['p'] - .125) < 1e-12"
json "j['candidates'][0]['verdict'] == 'insufficient'"
expect 0 compare loans scorer@1 scorer@2 scorer@3 --min-n 5 --json
json "len(j['candidates']) == 2"
json "j['candidates'][0]['mcnemar']['p_holm'] == .25"
json "j['cochran_q']['df'] == 2 and 0 < j['cochran_q']['p'] < 1"
expect 0 compare loans scorer@1 scorer@2
said "fixed 4, broken 0"
said "mid-p 0.0625"
expect 0 compare loans scorer@1 scorer@2 --metric recall --all-slices
said "recall by slice"
expect 2 compare loans scorer@1 scorer@2 --metric mae
expect 0 compare loans scorer@1 scorer@2 --csv
expect 2 compare loans scorer@1
expect 2 compare loans scorer@1 scorer@2 --margin -1
expect 4 compare loans scorer@1 scorer@9
expect 4 compare nothing scorer@1 scorer@2
# single patterns: what broke comes first, and no more than are asked for
expect 0 compare loans scorer@2 scorer@1 scorer@3 --flips 3 --json
json "[p['candidate'] for p in j['patterns']].count('scorer@1') == 3"
json "all(p['flip'] == 'broken' for p in j['patterns'][:3])"
keys "j['patterns'][0]" candidate key flip target base to base_score to_score
json "j['patterns'][0]['base'] == j['patterns'][0]['target']"
json "j['patterns'][0]['to'] != j['patterns'][0]['target']"
expect 0 compare loans scorer@2 scorer@1 --flips 3
said "patterns that flipped, broken first: 3 of 4"
expect 0 compare loans scorer@2 scorer@1 --flips 99 --csv
[ "$(wc -l <out)" = 5 ] || die "not four flips: $(cat out)"
expect 2 compare loans scorer@2 scorer@1 --flips -1
# numbers do not flip: the patterns whose error changed most, ties by row
python3 - <<'PY'
say = {1: [0, 5, -3, 3, 2, 0, 1], 2: [0, -1, 3, -7, 0, 0, 5]}
with open("n.csv", "w") as f:
    f.write("shop,week,sold,a,b\n")
    f.writelines("s%d,%d,%d,%d,%d\n" % (i, i + 1, 10 * i, 10 * i + a,
                 10 * i + b) for i, (a, b) in enumerate(zip(*say.values())))
PY
expect 0 testset create shops n.csv --task regression --target sold \
	--key shop,week --input a
expect 0 model add sales --task regression
for label in a b; do
	expect 0 version add sales
done
expect 0 predictions import sales@1 shops n.csv --label a
expect 0 predictions import sales@2 shops n.csv --label b
expect 0 compare shops sales@1 sales@2 --flips 3 --json
keys "j['candidates'][0]" version verdict metrics wilcoxon paired_t flips shifts \
	slices slices_adjusted_for
json "j['candidates'][0]['shifts'] == dict(nearer=2, farther=2)"
keys "j['patterns'][0]" candidate key flip target base to base_error to_error \
	delta by
json "[p['key'][:2] for p in j['patterns']] == ['s1', 's3', 's6']"
json "j['patterns'][0]['delta'] == -4 and j['patterns'][0]['flip'] == 'nearer'"
json "j['patterns'][1] == dict(candidate='sales@2', key='s3\x1f4', \
	flip='farther', target=30, base=33, to=23, base_error=3, to_error=7, \
	delta=4, by='absolute error')"
expect 0 compare shops sales@1 sales@2 --flips 2
said "nearer to the target 2, farther 2; "
said "patterns whose absolute error changed most: 2 of 4"
said "s1/2"
grep -q s6/7 out && die "more than were asked for"
expect 0 compare shops sales@1 sales@2 --flips 99 --csv
[ "$(wc -l <out)" = 5 ] || die "not four: $(cat out)"
expect 0 compare shops sales@1 sales@1 --flips 9 --json
json "j['patterns'] == []"
# by the chosen metric's own error; there is no scale, so mase has none
expect 0 compare shops sales@1 sales@2 --flips 9 --metric r2 --json
json "[(p['key'][:2], p['delta']) for p in j['patterns']] == \
	[('s3', 40), ('s1', -24), ('s6', 24), ('s4', -4)]"
json "{p['by'] for p in j['patterns']} == {'squared error'}"
json "(j['patterns'][0]['base_error'], j['patterns'][0]['to_error']) == (3, 7)"
expect 0 compare shops sales@1 sales@2 --flips 2 --metric mape
said "patterns whose relative error changed most: 2 of 4"
expect 0 compare shops sales@1 sales@2 --flips 2 --metric mase
said "patterns whose absolute error changed most: 2 of 4"
# a verdict that the interval beside it does not give says what it stands on
python3 - <<'PY'
with open("f.csv", "w") as f:
    f.write("id,y,a,b\n")
    f.writelines("%d,0,10,%d\n" % (i, 9 if i < 58 else 35) for i in range(60))
PY
expect 0 testset create few f.csv --task regression --target y --key id --input a
expect 0 predictions import sales@1 few f.csv --label a
expect 0 predictions import sales@2 few f.csv --label b
expect 0 compare few sales@1 sales@2 --json
json "j['candidates'][0]['metrics']['mae']['verdict_by'] == 'wilcoxon'"
json "j['candidates'][0]['metrics']['rmse']['verdict_by'] == 'interval'"
json "j['candidates'][0]['metrics']['mae']['high'] > 0"
json "'margin' not in j"
expect 0 compare few sales@1 sales@2
said "better (Wilcoxon, p "
expect 0 compare few sales@1 sales@2 --csv
said "verdict,verdict_by"
said "better,wilcoxon"
expect 0 compare few sales@1 sales@2 --margin 2
said "equivalent: the interval lies within 2 of 0"
expect 0 compare few sales@1 sales@2 --margin 2 --json
json "j['margin'] == 2"
json "j['candidates'][0]['metrics']['mae']['verdict_by'] == 'interval'"
expect 0 version stage sales@1 production --reason first --override
printf 'no significant loss on few\n' >few.gate
expect 0 gate set production few.gate
expect 0 eval few --all
expect 0 gate check sales@2 production
said "better (Wilcoxon, p "
expect 0 report sales@2 --format md
said "better (Wilcoxon, p "
said "Wilcoxon signed rank, which decides"
# on some of the patterns only
expect 0 compare loans scorer@1 scorer@2 --slice 'age>=41' --json
json "j['testset']['n'] == 6"
expect 1 compare loans scorer@1 scorer@2 --slice 'age>=99'
complained "no pattern of 'loans'"
expect 4 compare loans scorer@1 scorer@2 --problem P-9
expect 0 compare loans scorer@1 scorer@2 --slice '"region"="NW" age>=41' --json
json "j['testset']['n'] == 3"
# weights: a verdict of the weighted interval, and no test that counts patterns
python3 - <<'PY'
rows = range(200)
heavy = lambda i: 40 <= i < 80
with open("w.csv", "w") as f:
    f.write("id,x,times,y\n")
    f.writelines("w%d,%d,%d,%s\n" % (i, i, 300 if heavy(i) else 1,
                 "yes" if i % 2 else "no") for i in rows)
for name, wrong in (("w1.csv", range(0, 40)), ("w2.csv", range(40, 80))):
    with open(name, "w") as f:
        f.write("id,y\n")
        f.writelines("w%d,%s\n" % (i, "yes" if (i % 2) != (i in wrong)
                     else "no") for i in rows)
PY
expect 0 testset create heavy w.csv --task binary --target y --positive yes \
	--key id --weight times
expect 0 predictions import scorer@1 heavy w1.csv --label y
expect 0 predictions import scorer@2 heavy w2.csv --label y
expect 0 compare heavy scorer@1 scorer@2 --json
json "j['candidates'][0]['verdict'] == 'worse'"
json "j['candidates'][0]['flips'] == dict(fixed=40, broken=40)"
json "j['candidates'][0]['mcnemar']['p'] is None"
json "j['candidates'][0]['mcnemar']['why'] == 'patterns have weights'"
json "j['candidates'][0]['metrics']['accuracy']['p'] < .05"
expect 0 compare heavy scorer@1 scorer@2
said "scorer 2 against scorer 1: worse"
said "patterns have weights: p "
grep -q McNemar out && die "a test of counts beside a weighted difference"
expect 0 version stage scorer@1 production --reason first --override
printf 'no significant loss on heavy\n' >heavy.gate
expect 0 gate set production heavy.gate
expect 0 eval heavy --all
expect 3 gate check scorer@2 production --json
json "j['rules'][0]['verdict'] == 'fail'"
