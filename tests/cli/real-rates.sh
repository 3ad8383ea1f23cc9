#!/bin/sh
# Tables with groups and no model: what was decided is taken for what was
# said, so that selection rates are the published shares. UC Berkeley 1973
# (Simpson's paradox: men ahead over all, not within departments), German
# credit, and tables of the fairness survey.
. "$(dirname "$0")/lib.sh"
data=$SHARED/data
[ -r "$data/r_datasets/ucb_admissions_individuals.csv" ] || {
	echo "no r_datasets here"; exit 77; }
expect 0 init
decided() {	# NAME FILE.csv TARGET POSITIVE OPTIONS...
	name=$1 file=$2 target=$3 positive=$4
	shift 4
	expect 0 model add "$name" --task binary
	expect 0 version add "$name"
	expect 0 testset create "$name" "$file" --task binary \
		--target "$target" --positive "$positive" --key id "$@"
	expect 0 predictions import "$name@1" "$name" "$file" --label "$target"
	expect 0 eval "$name" "$name@1" --json
}
numbered() { awk 'NR == 1 { print "id," $0; next } { print NR - 1 "," $0 }'; }

numbered <"$data/r_datasets/ucb_admissions_individuals.csv" >ucb.csv
decided ucb ucb.csv Admit Admitted --slice Gender --slice Dept \
	--slice Dept+Gender
expect 0 fairness ucb@1 ucb --by Gender --json
python3 - out <<'PY' || die "by gender"
import json, sys
c = json.load(open(sys.argv[1]))["columns"][0]
g = {x["group"]: x for x in c["groups"]}
assert (g["Male"]["n"], g["Female"]["n"]) == (2691, 1835)
assert round(100 * g["Male"]["selection_rate"]["value"], 1) == 44.5
assert round(100 * g["Female"]["selection_rate"]["value"], 1) == 30.4
m = {r["measure"]: r for r in c["measures"]}
assert m["demographic_parity_difference"]["verdict"] == "outside"
assert m["demographic_parity_difference"]["low"] == "Female"
PY
expect 0 fairness ucb@1 ucb --by Dept+Gender --json
python3 - out <<'PY' || die "by department"
import json, sys
c = json.load(open(sys.argv[1]))["columns"][0]
g = {x["group"]: round(100 * x["selection_rate"]["value"]) for x in c["groups"]}
for dept, men, women in (("A", 62, 82), ("B", 63, 68), ("C", 37, 34),
                         ("D", 33, 35), ("E", 28, 24), ("F", 6, 7)):
    assert (g[dept + "+Male"], g[dept + "+Female"]) == (men, women), (dept, g)
PY

numbered <"$data/german_credit/german_coded.csv" >german.csv
decided german german.csv credit 1 --slice personal_status --slice foreign_worker
json "j['evaluations'][0]['n'] == 1000"
json "j['evaluations'][0]['metrics']['selection_rate']['value'] == .7"
expect 0 fairness german@1 german --by foreign_worker --measure disparate_impact
said disparate_impact

tables=$data/fairness_survey_tables
gzip -dc "$tables/credit-card-clients.csv.gz" | numbered >cards.csv
decided cards cards.csv 'default payment' 1 --slice SEX --slice EDUCATION
json "j['evaluations'][0]['n'] == 30000"
json "j['evaluations'][0]['confusion']['tp'] == 6636"
json "j['evaluations'][0]['metrics']['selection_rate']['value'] == .2212"
numbered <"$tables/ricci_race.csv" >ricci.csv
decided ricci ricci.csv Promoted 1 --slice Race
json "j['evaluations'][0]['n'] == 118 and j['evaluations'][0]['confusion']['tp'] == 56"
numbered <"$tables/student_mat_new.csv" >student.csv
decided student student.csv class High --slice sex --slice school
json "j['evaluations'][0]['confusion']['tp'] == 265"
gzip -dc "$tables/bank-full.csv.gz" | numbered >bank.csv
decided bank bank.csv y yes --slice marital
json "j['evaluations'][0]['n'] == 40004 and j['evaluations'][0]['confusion']['tp'] == 4667"
