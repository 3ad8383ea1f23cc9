# bash completion for muster; written by 'muster docs bash' from the command table
_muster()
{
	local cur typed next='' options='' values=''
	cur=${COMP_WORDS[COMP_CWORD]}
	typed="${COMP_WORDS[*]:1:COMP_CWORD-1}"
	COMPREPLY=()
	case $typed in
	'') next='init demo info keys model version testset slice dataset predictions eval rank matrix compare moved history spread curve fairness threshold gate assess role sign signoffs report verify-report bundle problem report-failure triage log checkpoint undo fsck rebuild gc backup card datasheet checklist template' ;;
	'model') next='add list show set' ;;
	'version') next='add list show stage overrides acknowledge alias diff' ;;
	'testset') next='create list show looks patterns grow relabel retire revive diff' ;;
	'slice') next='add list' ;;
	'dataset') next='add set list show compare' ;;
	'predictions') next='import run runs said' ;;
	'threshold') next='set curve' ;;
	'gate') next='check show list edit set waive unwaive attest' ;;
	'assess') next='show set edit approve' ;;
	'role') next='grant revoke list' ;;
	'bundle') next='check' ;;
	'problem') next='add list show set close comment merge alike kinds pattern patterns change errors grow import estimate sheet labels suggest' ;;
	'checkpoint') next='verify accept prove check' ;;
	'card') next='show check diff import export edit status history' ;;
	'datasheet') next='show check diff import export edit status history' ;;
	'checklist') next='show tick' ;;
	'template') next='set show' ;;
	esac
	case "$typed" in
	'model add'*' --task') values='binary multiclass regression' ;;
	'testset create'*' --task') values='binary multiclass regression' ;;
	'dataset compare'*' --bins') values='sturges doane' ;;
	'predictions run'*' --sandbox') values='try require none' ;;
	'eval'*' --sandbox') values='try require none' ;;
	'threshold set'*' --rule') values='fixed best-f1 cost precision recall' ;;
	'gate show'*' --risk') values='low medium high' ;;
	'gate edit'*' --risk') values='low medium high' ;;
	'gate set'*' --risk') values='low medium high' ;;
	'sign'*' --meaning') values='authored reviewed approved refused' ;;
	'report'*' --format') values='html md json cyclonedx' ;;
	'report'*' --kind') values='version card overview problems comparison log' ;;
	'problem add'*' --loss') values='label score' ;;
	'problem add'*' --pattern') values='false-positive false-negative true-positive true-negative' ;;
	'problem pattern'*' --pattern') values='false-positive false-negative true-positive true-negative' ;;
	'problem pattern'*' --expect') values='equals same up down' ;;
	'problem change'*' --expect') values='same up down' ;;
	'card import'*' --format') values='md json huggingface model-card-toolkit croissant' ;;
	'card export'*' --format') values='md json huggingface model-card-toolkit croissant' ;;
	'datasheet import'*' --format') values='md json huggingface model-card-toolkit croissant' ;;
	'datasheet export'*' --format') values='md json huggingface model-card-toolkit croissant' ;;
	esac
	if [[ -n $values ]]; then
		COMPREPLY=($(compgen -W "$values" -- "$cur"))
		return
	fi
	if [[ $cur == -* ]]; then
		case "$typed" in
	'demo'*) options=' --files --script' ;;
	'keys'*) options=' --check --show' ;;
	'model add'*) options=' --task --owner --description --tag' ;;
	'model set'*) options=' --reason' ;;
	'version add'*) options=' --artifact --data-digest --code-commit --run --param --runner --note' ;;
	'version stage'*) options=' --reason --override --artifact' ;;
	'version acknowledge'*) options=' --reason --entry' ;;
	'testset create'*) options=' --task --target --positive --key --slice --input --weight --group --scale --source' ;;
	'testset patterns'*) options=' --where --limit' ;;
	'testset grow'*) options=' --revive --source --reason --base' ;;
	'testset relabel'*) options=' --reason --base' ;;
	'testset retire'*) options=' --reason --base' ;;
	'testset revive'*) options=' --reason --base' ;;
	'dataset add'*) options=' --label --source --note --update' ;;
	'dataset set'*) options=' --reason' ;;
	'dataset compare'*) options=' --bins' ;;
	'predictions import'*) options=' --key --label --score --threshold --scores --replace --ignore-extra --allow-missing' ;;
	'predictions run'*) options=' --timeout --batch --parallel --sandbox --read --artifact' ;;
	'eval'*) options=' --all --clopper-pearson --resamples --seed --run --timeout --batch --parallel --sandbox --read' ;;
	'rank'*) options=' --metric' ;;
	'compare'*) options=' --margin --min-n --resamples --seed --metric --slice --problem --flips --all-slices' ;;
	'moved'*) options=' --metric' ;;
	'history'*) options=' --by --metric --slice --problem' ;;
	'spread'*) options=' --with --slice --limit' ;;
	'curve'*) options=' --metric --bins --slice' ;;
	'fairness'*) options=' --by --against --of --only --measure --given --scores --all --min-n' ;;
	'threshold set'*) options=' --rule --value --on --reason' ;;
	'threshold curve'*) options=' --points' ;;
	'gate check'*) options=' --artifact' ;;
	'gate show'*) options=' --risk --default' ;;
	'gate edit'*) options=' --risk --reason --discard' ;;
	'gate set'*) options=' --risk --reason' ;;
	'gate waive'*) options=' --reason --until' ;;
	'gate unwaive'*) options=' --reason' ;;
	'gate attest'*) options=' --reason' ;;
	'assess set'*) options=' --reason' ;;
	'assess edit'*) options=' --reason --discard' ;;
	'assess approve'*) options=' --reason' ;;
	'role grant'*) options=' --reason' ;;
	'role revoke'*) options=' --reason' ;;
	'sign'*) options=' --role --meaning --reason --fails-for --stage --key --as --namespace --allowed-signers --artifact --confirm --revoke' ;;
	'report'*) options=' --format --output -o --for --kind --no-charts --no-digests --draft --pattern-inputs --reason' ;;
	'verify-report'*) options=' --checkpoint' ;;
	'bundle'*) options=' --output -o --tolerance' ;;
	'bundle check'*) options=' --runner --artifact --tolerance --no-sandbox' ;;
	'problem add'*) options=' --model --text --source --owner --testset --rule --kind --persona --users --users-source --harm --harm-reason --loss --tolerance --dataset --versions --input --expected --said --of --pattern' ;;
	'problem list'*) options=' --model --state --open' ;;
	'problem set'*) options=' --reason' ;;
	'problem close'*) options=' --wont-fix --reason' ;;
	'problem pattern'*) options=' --input --expected --said --of --pattern --key --where --matching --drop --expect --as --testset --reason' ;;
	'problem change'*) options=' --expect --key --where --label' ;;
	'problem estimate'*) options=' --reason' ;;
	'problem sheet'*) options=' --n --output -o --force -f' ;;
	'problem labels'*) options=' --labeller --expert --conflicts --grow --output -o --force -f' ;;
	'problem suggest'*) options=' --top --add' ;;
	'report-failure'*) options=' --from --input --expected --said --text --source --title --testset' ;;
	'triage'*) options=' --model --of --check --over-time --by' ;;
	'log'*) options=' --object --since --kind --by --prove' ;;
	'checkpoint'*) options=' --sign --origin --namespace --allowed-signers --output -o' ;;
	'checkpoint verify'*) options=' --signature --who --origin --namespace --allowed-signers' ;;
	'checkpoint prove'*) options=' --entry --origin --output -o' ;;
	'checkpoint check'*) options=' --checkpoint' ;;
	'fsck'*) options=' --namespace --allowed-signers --revoked-keys' ;;
	'backup'*) options=' --replace' ;;
	'card show'*) options=' --revision' ;;
	'card check'*) options=' --strict' ;;
	'card diff'*) options=' --words -w' ;;
	'card import'*) options=' --format --note' ;;
	'card export'*) options=' --format --output -o --force -f --revision' ;;
	'card edit'*) options=' --only --note --discard' ;;
	'card status'*) options=' --reason --revision --gaps' ;;
	'datasheet show'*) options=' --revision' ;;
	'datasheet check'*) options=' --strict' ;;
	'datasheet diff'*) options=' --words -w' ;;
	'datasheet import'*) options=' --format --note' ;;
	'datasheet export'*) options=' --format --output -o --force -f --revision' ;;
	'datasheet edit'*) options=' --only --note --discard' ;;
	'datasheet status'*) options=' --reason --revision --gaps' ;;
	'checklist tick'*) options=' --note' ;;
	'template set'*) options=' --note' ;;
		esac
		COMPREPLY=($(compgen -W "$options --registry -R --as-of --json --csv --md --no-color --no-input --quiet -q --dry-run -n --readonly --mono --ascii --slow --linear --help -h --version" -- "$cur"))
		return
	fi
	if [[ -n $next ]]; then
		COMPREPLY=($(compgen -W "$next" -- "$cur"))
		return
	fi
	COMPREPLY=($(compgen -f -- "$cur"))
}
complete -o filenames -F _muster muster
