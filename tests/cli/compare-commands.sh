#!/bin/sh
. "$(dirname "$0")/lib.sh"
small_set
expect 0 compare loans scorer@1 scorer@2 --json
keys j testset base candidates
json "j['base'] == 'scorer@1'"
keys "j['candidates'][0]" version verdict metrics mcnemar flips slices slices_adjusted_for
keys "j['candidates'][0]['mcnemar']" only_base_right only_candidate_right p p_holm \
	p_mid chi2 p_chi2 chi2_corrected p_corrected
keys "j['candidates'][0]['metrics']['accuracy']" base candidate delta low high \
	n method verdict p p_holm
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
# on some of the patterns only
expect 0 compare loans scorer@1 scorer@2 --slice 'age>=41' --json
json "j['testset']['n'] == 6"
expect 1 compare loans scorer@1 scorer@2 --slice 'age>=99'
complained "no pattern of 'loans'"
expect 4 compare loans scorer@1 scorer@2 --problem P-9
expect 0 compare loans scorer@1 scorer@2 --slice '"region"="NW" age>=41' --json
json "j['testset']['n'] == 3"
