#!/bin/sh
# The bill of materials: valid by the published schema of CycloneDX 1.6, and
# the same bytes for the same state.
. "$(dirname "$0")/lib.sh"
small_set
printf 'model' >file.bin
expect 0 version add scorer --artifact file.bin --note 'a "note" <b>' \
	--param seed=7 --code-commit abc123
expect 0 predictions import scorer@4 loans scores.csv --score p1 \
	--threshold .5
expect 0 eval loans --all
expect 0 report scorer@4 --format cyclonedx
cp out bom.json
json "j['specVersion'] == '1.6' and j['bomFormat'] == 'CycloneDX'"
json "j['metadata']['component']['hashes'][0]['content'] == \
	'$(sha256sum file.bin | cut -d' ' -f1)'"
json "any(m['type'] == 'accuracy' and m['value'] == '0.6' for m in \
	j['metadata']['component']['modelCard']['quantitativeAnalysis']['performanceMetrics'])"
LC_ALL=C.UTF-8 MUSTER_NOW=2031-01-01T00:00:00Z \
	"$MUSTER" report scorer@4 --format cyclonedx >again
cmp -s again bom.json || die "the same state gives other bytes"
expect 2 report --format cyclonedx
expect 4 report scorer@9 --format cyclonedx
schemas=$SHARED/formats-data/cyclonedx
[ -f "$schemas/bom-1.6.schema.json" ] || { echo "no schemas"; exit 77; }
python3 -c 'import jsonschema' 2>/dev/null || { echo "no jsonschema"; exit 77; }
python3 -W ignore - bom.json "$schemas" <<'PY' || die "not valid"
import json, pathlib, sys
import jsonschema
folder = pathlib.Path(sys.argv[2])
store = {}
for path in folder.glob("*.schema.json"):
    schema = json.load(open(path))
    store[schema.get("$id", path.name)] = schema
    store["http://cyclonedx.org/schema/" + path.name] = schema
schema = store["http://cyclonedx.org/schema/bom-1.6.schema.json"]
resolver = jsonschema.RefResolver(schema["$id"], schema, store=store)
validator = jsonschema.Draft7Validator(schema, resolver=resolver)
bom = json.load(open(sys.argv[1]))
errors = sorted(validator.iter_errors(bom), key=str)
for e in errors[:5]:
    print(list(e.path), e.message[:200], file=sys.stderr)
bom["unknown"] = 1
if not list(validator.iter_errors(bom)):
    sys.exit("the validator takes anything")
sys.exit(bool(errors))
PY
