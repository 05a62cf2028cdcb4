#compdef synsum
# Completes synsum in zsh. `synsum completion zsh` adds the functions of the commands, made from the help.

# Completes a word with names that synsum knows: machines, services, sensors or time zones. compadd quotes them.
_synsum_names() {
  local kind=$argv[-1]
  local -a names
  names=("${(@f)$(command synsum completion names -- zsh "$kind" "${(Q)PREFIX}" "${(@Q)synsum_words[2,-1]}" 2>/dev/null)}")
  names=("${(@)names:#}")
  compadd "${(@)argv[1,-2]}" -a names
}

_synsum_first() {
  _alternative 'commands:command:_synsum_commands' 'sources:source:_files'
}

# TABLES

_synsum() {
  local -a synsum_words
  synsum_words=("${words[@]}")
  local at word
  for ((at = 2; at < CURRENT; at++)); do
    word=${(Q)words[at]}
    if _synsum_takes_value "$word"; then
      ((at++))
    elif [[ $word != -?* ]]; then
      if _synsum_is_command "$word"; then
        words=("synsum $word" "${(@)words[at+1,-1]}")
        ((CURRENT -= at - 1))
        _synsum_of_$word
        return
      fi
      break
    fi
  done
  _synsum_main
}

if [[ $funcstack[1] == _synsum ]]; then
  _synsum "$@"
else
  compdef _synsum synsum
fi
