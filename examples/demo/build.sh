#!/bin/sh
# The demonstration, built with public commands only; printed by 'muster demo --script'.
# usage: build.sh MUSTER FOLDER    (FOLDER/registry.db must not exist)
set -eu
muster=$1 dir=$2
export MUSTER_NOW
at() {
	MUSTER_NOW=$1
	shift
	"$muster" -q -R "$dir/registry.db" "$@"
}

"$muster" -q demo --files "$dir"

# A registry, and the model it is about.
at 2026-01-12T09:05:00Z init
at 2026-01-12T09:07:00Z model add matcher --task binary --owner matching-team --description 'does an offer (I can provide ...) answer a wish (I want to meet ...)?' --tag service=meet
at 2026-01-12T09:10:00Z model set matcher risk=medium main_metric=accuracy --reason 'a wrong match costs time; medical wishes are watched as a slice'

# The first version, and the living test set.
at 2026-01-12T10:30:00Z version add matcher --artifact "$dir"/matcher-1.model --data-digest 7c1fd9b9c1a24a5f3f0fb9d0c6cf13f2d2b1c4f09ad85be61e34c0a7b9035d11 --code-commit 4b7e21c09d3a --run train-0112 --param encoder=bag-of-words --param seed=2026 --note baseline
at 2026-01-12T10:35:00Z version stage matcher@1 production --reason 'first version; replaces matching by hand'
at 2026-01-19T14:00:00Z testset create meet-live "$dir"/meet-live.csv --task binary --target match --positive yes --key id --input text_want --input text_offer --slice lang --slice topic --slice channel --slice length

# Two slices by what the texts say.
at 2026-01-19T14:10:00Z slice add meet-live wants-doctor 'text_want~/\b(doctor|médico|Ärztin|médecin)\b/'
at 2026-01-19T14:12:00Z slice add meet-live drug-offers 'text_offer~/drug|pill|drogas|pastillas|Drogen|Pillen|drogues|pilules/'
at 2026-01-19T15:00:00Z predictions import matcher@1 meet-live "$dir"/matcher-1.csv --score score --threshold 0.5
at 2026-01-19T15:05:00Z eval meet-live --all

# A user complains: the first problem, described and triaged.
at 2026-01-26T10:15:00Z report-failure matcher@production --title 'drugs answer a wish for a doctor' --input 'text_want=I want to meet a doctor for advice on back pain after six' --input 'text_offer=I can provide strong pills without a prescription after six' --expected no --said yes --text 'my mother asked for a doctor and was sent a dealer' --source 'support ticket 4411'
at 2026-01-26T13:00:00Z problem set P-1 'rule=text_offer~/drug|pill|drogas|pastillas|Drogen|Pillen|drogues|pilules/' kind=model,safety persona=subject owner=matching-team --reason '14 offers like it in the first week'
at 2026-01-26T13:05:00Z problem pattern P-1 --where 'text_offer~/drug|pill|drogas|pastillas|Drogen|Pillen|drogues|pilules/ match=no' --pattern false-positive --reason 'what the rule finds'
at 2026-01-26T13:06:00Z problem pattern P-1 --where 'topic=medical channel=phone match=yes' --pattern true-positive --reason 'neighbours: a real doctor must stay a match'
at 2026-01-26T13:10:00Z problem set P-1 state=described --reason 'rule, patterns and neighbours are there'
at 2026-01-27T09:00:00Z problem estimate P-1 "$dir"/production.csv --reason 'a sample of week 4'
at 2026-01-27T09:05:00Z problem set P-1 harm=8 'harm_reason=prescription drugs reach people who asked for a doctor' state=triaged --reason 'triage of 27 January'

# Three more: right help at the wrong time, wishes in Spanish and in French.
at 2026-01-27T11:30:00Z problem add 'right help, wrong time' --model matcher --testset meet-live --rule 'lang=en text_want~/at the weekend/ text_offer~/weekday evenings|Monday mornings|after six/' --kind preprocessing,quality-of-service --persona subject --text 'Offers of another day are shown as a match.' --source 'product review'
at 2026-01-27T11:35:00Z problem pattern P-2 --matching --pattern false-positive --reason 'what the rule finds'
at 2026-01-27T11:40:00Z problem estimate P-2 "$dir"/production.csv --reason 'a sample of week 4'
at 2026-01-27T11:40:00Z problem set P-2 harm=2 'harm_reason=people travel for nothing' state=described --reason 'described and counted'
at 2026-01-27T11:45:00Z problem set P-2 state=triaged --reason 'triage of 27 January'
at 2026-01-28T15:00:00Z problem add 'wishes in Spanish stay unanswered' --model matcher --testset meet-live --rule lang=es --kind data,representation,quality-of-service --persona subject --owner language-team --text 'Right answers to Spanish wishes are not shown.' --source 'analysis by slice'
at 2026-01-28T15:05:00Z problem pattern P-3 --where 'lang=es match=yes' --pattern false-negative --reason 'Spanish pairs that match'
at 2026-01-28T15:10:00Z problem estimate P-3 "$dir"/production.csv --reason 'a sample of week 4'
at 2026-01-28T15:10:00Z problem set P-3 tolerance=.1 harm=3 'harm_reason=a language group is served worse' state=described --reason 'one in ten is what English had at the start'
at 2026-01-28T15:15:00Z problem set P-3 state=triaged --reason 'triage of 28 January'
at 2026-01-28T15:20:00Z problem set P-3 state=in-progress --reason 'the sentence encoder reads Spanish'
at 2026-01-28T16:00:00Z problem add 'wishes in French stay unanswered' --model matcher --testset meet-live --rule lang=fr --kind data,representation --persona subject --owner language-team --source 'analysis by slice'
at 2026-01-28T16:05:00Z problem pattern P-4 --where 'lang=fr match=yes' --pattern false-negative --reason 'French pairs that match'
at 2026-01-28T16:10:00Z problem estimate P-4 "$dir"/production.csv --reason 'a sample of week 4'
at 2026-01-28T16:10:00Z problem set P-4 tolerance=.05 harm=3 'harm_reason=a language group is served worse' state=described --reason '1 in 20 is noise of the labels'
at 2026-01-28T16:15:00Z problem set P-4 state=triaged --reason 'triage of 28 January'

# A better one goes into production.
at 2026-02-09T08:45:00Z version add matcher --artifact "$dir"/matcher-2.model --data-digest 19be2f6a0d5c4e88b1a7f3c2e95d06aa74c83fb1d20e6f95c3b8a1d47e620f3c --code-commit 9e02d6f17b48 --run train-0208 --param encoder=sentence-384 --param seed=2026
at 2026-02-09T09:00:00Z predictions import matcher@2 meet-live "$dir"/matcher-2.csv --score score --threshold 0.5
at 2026-02-09T09:05:00Z eval meet-live --all
at 2026-02-11T07:30:00Z version stage matcher@2 production --reason 'better than 1 on meet-live, no slice worse'
at 2026-02-11T07:31:00Z version alias matcher@2 champion
at 2026-02-11T07:40:00Z version stage matcher@1 archived --reason 'replaced by 2'

# Version 2 has fixed two of them.
at 2026-02-20T10:00:00Z problem close P-3 --reason 'version 2 misses 6 % of Spanish pairs'
at 2026-02-20T10:05:00Z problem close P-4 --reason 'version 2 misses 3 % of French pairs'

# A family that is too general, and a slice that fails.
at 2026-02-23T09:30:00Z problem add 'anybody answers a wish for music' --model matcher --testset meet-live --rule 'topic=music match=no' --kind model,aggregation --persona subject --text 'A gardener is shown to those who want a piano lesson: too general.' --source 'product review'
at 2026-02-23T09:35:00Z problem pattern P-5 --matching --pattern false-positive --reason 'what the rule finds'
at 2026-02-23T09:40:00Z problem set P-5 state=described harm=2 'harm_reason=a nuisance that costs an answer' --reason 'described; users are to be counted'
at 2026-02-24T14:00:00Z problem add 'wishes by phone are misread' --model matcher --testset meet-live --rule channel=phone --kind preprocessing,measurement --persona subject --owner speech-team --text 'What was spoken and transcribed is matched worse.' --source 'evaluation of matcher 2, slice channel=phone'
at 2026-02-24T14:05:00Z problem pattern P-6 --where channel=phone --pattern false-negative --reason 'the slice'
at 2026-02-24T14:10:00Z problem estimate P-6 "$dir"/production.csv --reason 'a sample of week 4'
at 2026-02-24T14:10:00Z problem set P-6 tolerance=.1 harm=3 'harm_reason=old people phone' state=described --reason 'the slice as a whole'
at 2026-02-25T08:00:00Z problem set P-6 state=triaged --reason 'triage of 25 February'
at 2026-02-25T08:05:00Z problem set P-6 state=in-progress --reason 'transcripts get punctuation'
at 2026-02-25T08:10:00Z problem set P-1 state=in-progress --reason 'most impact of all'

# Two candidates: one with more data, one with a new encoder.
at 2026-03-02T11:20:00Z version add matcher --artifact "$dir"/matcher-3.model --data-digest a40c8e1b7f2d9356e08b5d1c3a7f4e62d9058c7b6a1f3e240d9c5b8e7a136f48 --code-commit 9e02d6f17b48 --run train-0301 --param encoder=sentence-384 --param seed=2027
at 2026-03-02T11:25:00Z version stage matcher@3 candidate --reason 'retrained with February'\''s feedback'
at 2026-03-02T11:40:00Z predictions import matcher@3 meet-live "$dir"/matcher-3.csv --score score --threshold 0.5
at 2026-03-16T16:10:00Z version add matcher --artifact "$dir"/matcher-4.model --data-digest a40c8e1b7f2d9356e08b5d1c3a7f4e62d9058c7b6a1f3e240d9c5b8e7a136f48 --code-commit c35a80be6612 --run train-0315 --param encoder=english-768 --param seed=2027
at 2026-03-16T16:15:00Z version stage matcher@4 candidate --reason 'new encoder'
at 2026-03-16T16:16:00Z version alias matcher@4 challenger
at 2026-03-16T16:30:00Z predictions import matcher@4 meet-live "$dir"/matcher-4.csv --score score --threshold 0.5
at 2026-03-16T16:40:00Z eval meet-live --all

# Two complaints of last week, which look alike, wait in the inbox.
at 2026-03-17T08:30:00Z report-failure matcher@production --from "$dir"/complaints.jsonl
at 2026-03-17T09:00:00Z problem comment P-3 'matcher 4 reads English only: ask the encoder team before it goes on'

# The papers: a datasheet, a card that is partly filled, a gate, a sign-off.
at 2026-03-17T10:00:00Z dataset add meet-week-4 "$dir"/production.csv --source 'a sample of requests of week 4, names removed'
at 2026-03-17T10:10:00Z datasheet import meet-week-4 "$dir"/datasheet.md
at 2026-03-17T10:30:00Z card import matcher@4 "$dir"/card.md
at 2026-03-17T10:40:00Z gate set production "$dir"/production.gate --reason 'agreed with the service'
at 2026-03-17T10:45:00Z sign matcher@4 --role admin --meaning authored --reason 'ready for review'
