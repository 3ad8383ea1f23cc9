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

# A better one goes into production.
at 2026-02-09T08:45:00Z version add matcher --artifact "$dir"/matcher-2.model --data-digest 19be2f6a0d5c4e88b1a7f3c2e95d06aa74c83fb1d20e6f95c3b8a1d47e620f3c --code-commit 9e02d6f17b48 --run train-0208 --param encoder=sentence-384 --param seed=2026
at 2026-02-09T09:00:00Z predictions import matcher@2 meet-live "$dir"/matcher-2.csv --score score --threshold 0.5
at 2026-02-09T09:05:00Z eval meet-live --all
at 2026-02-11T07:30:00Z version stage matcher@2 production --reason 'better than 1 on meet-live, no slice worse'
at 2026-02-11T07:31:00Z version alias matcher@2 champion
at 2026-02-11T07:40:00Z version stage matcher@1 archived --reason 'replaced by 2'

# Two candidates: one with more data, one with a new encoder.
at 2026-03-02T11:20:00Z version add matcher --artifact "$dir"/matcher-3.model --data-digest a40c8e1b7f2d9356e08b5d1c3a7f4e62d9058c7b6a1f3e240d9c5b8e7a136f48 --code-commit 9e02d6f17b48 --run train-0301 --param encoder=sentence-384 --param seed=2027
at 2026-03-02T11:25:00Z version stage matcher@3 candidate --reason 'retrained with February'\''s feedback'
at 2026-03-02T11:40:00Z predictions import matcher@3 meet-live "$dir"/matcher-3.csv --score score --threshold 0.5
at 2026-03-16T16:10:00Z version add matcher --artifact "$dir"/matcher-4.model --data-digest a40c8e1b7f2d9356e08b5d1c3a7f4e62d9058c7b6a1f3e240d9c5b8e7a136f48 --code-commit c35a80be6612 --run train-0315 --param encoder=english-768 --param seed=2027
at 2026-03-16T16:15:00Z version stage matcher@4 candidate --reason 'new encoder'
at 2026-03-16T16:16:00Z version alias matcher@4 challenger
at 2026-03-16T16:30:00Z predictions import matcher@4 meet-live "$dir"/matcher-4.csv --score score --threshold 0.5
at 2026-03-16T16:40:00Z eval meet-live --all
