# Stands in for Terraform: says what was recorded beside it, for the Nth plan or apply (plan-2.jsonl, apply-1.jsonl: what
# it says in JSON, with exit code 1 where that has an error; plan-2.json: what it shows of that plan), else for any
# (plan.json), else that all is well. `init` writes the file that is named in "writes".
recorded="${0%/*}/recorded"
nth() {
  echo >> "$recorded/$1.count"
  wc -l < "$recorded/$1.count" | tr -d ' '
}
says() {
  file="$recorded/$1.jsonl"
  [ -f "$file" ] || return 0
  cat "$file"
  ! grep -q '"severity":"error"' "$file"
}
case "$*" in
  # Also where PATH has no other command.
  *"version -json"*) read -r version < "$recorded/version.json" && echo "$version" ;;
  *" init "*)
    [ -f "$recorded/writes" ] && : > "$(cat "$recorded/writes")"
    says init
    ;;
  *" plan "*) says "plan-$(nth plan)" ;;
  *" apply "*) says "apply-$(nth apply)" ;;
  *" show -json "*)
    for file; do :; done
    cat "$recorded/${file##*/}.json" 2>/dev/null || cat "$recorded/plan.json"
    ;;
  *" show "*) echo 'the plan as Terraform shows it' ;;
  *" state list"*) cat "$recorded/state" 2>/dev/null || { echo 'No state file was found!' >&2; exit 1; } ;;
  *" output "*) printf test-project.dodo ;;
esac
