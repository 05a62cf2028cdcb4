# Completes synsum in bash 4 and later. `synsum completion bash` adds the tables, made from the help.
# Nothing that a name contains is evaluated: names are read line by line, and quoted.

# Completes a word with names that synsum knows: machines, services, sensors or time zones.
_synsum_names() {
  local name
  while IFS= read -r name; do
    # In double quotes, nothing keeps bash from replacing an exclamation mark by an earlier command.
    [[ $cur == \"* && $name == *!* ]] && continue
    case $cur in
      \'*) name=${name//\'/\'\\\'\'} ;;
      \"*) name=${name//\\/\\\\} name=${name//\"/\\\"} name=${name//\$/\\\$} name=${name//\`/\\\`} ;;
      *) printf -v name %q "$name" && name=${name//\\,/,} ;;
    esac
    COMPREPLY+=("$name")
  done < <(command synsum completion names -- bash "$1" "$cur" "${COMP_WORDS[@]:1}" 2>/dev/null)
  _synsum_nothing
}

# Completes a word with words that contain neither blanks nor quotes.
_synsum_words() {
  local word
  for word in $1; do
    [[ $word == "$cur"* ]] && COMPREPLY+=("$word")
  done
  _synsum_nothing
}

_synsum_nothing() { compopt +o default +o bashdefault; }

# Without answers of their own, these leave it to bash, which quotes the names of files as they need it.
_synsum_files() { :; }
_synsum_folders() { compopt +o default +o bashdefault -o dirnames; }

# TABLES

_synsum() {
  local cur=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local name= place=0 at word IFS=$' \t\n'
  COMPREPLY=()
  if [[ $cur == = ]]; then
    cur=
  elif [[ $previous == = ]]; then
    previous=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((at = 1; at < COMP_CWORD; at++)); do
    word=${COMP_WORDS[at]}
    if _synsum_takes_value "$word"; then
      ((at++))
      [[ ${COMP_WORDS[at]} == = ]] && ((at < COMP_CWORD)) && ((at++))
      if ((at >= COMP_CWORD)); then
        _synsum_value "${name:-summary} $word"
        return
      fi
    elif [[ $word != -?* ]]; then
      if [[ -n $name ]]; then
        ((place++))
      elif _synsum_is_command "$word"; then
        name=$word
      else
        name=summary place=1
      fi
    fi
  done
  if [[ $cur == -* ]]; then
    _synsum_options "${name:-main}"
  elif [[ -n $name ]]; then
    _synsum_argument "$name $place"
  else
    for word in $(_synsum_commands); do
      [[ $word == "$cur"* ]] && COMPREPLY+=("$word")
    done
    if [[ -n $cur && ${#COMPREPLY[@]} -gt 0 ]]; then
      compopt -o filenames
      while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$cur")
    fi
  fi
}
complete -o bashdefault -o default -F _synsum synsum
