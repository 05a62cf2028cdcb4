# Completes synsum in fish, which quotes names where they need it. `synsum completion fish` adds the tables, made from
# the help.

# Prints the command, and then how many arguments follow it. Without a command yet, nothing.
function __synsum_state
    set -l words (commandline -opc)
    set -l name
    set -l place 0
    set -l at 2
    while test $at -le (count $words)
        set -l word $words[$at]
        if contains -- $word $__synsum_flags_with_value
            set at (math $at + 1)
        else if string match -qr -- '^-.' $word
        else if set -q name[1]
            set place (math $place + 1)
        else if contains -- $word $__synsum_commands
            set name $word
        else
            set name summary
            set place 1
        end
        set at (math $at + 1)
    end
    set -q name[1]; and printf '%s\n' $name $place
end

# Whether the command is this one; main is none yet.
function __synsum_is
    set -l state (__synsum_state)
    set -q state[1]; or set state main
    test $state[1] = $argv[1]
end

# Whether an argument of this command, with this number, is next.
function __synsum_argument
    set -l state (__synsum_state)
    test "$state" = "$argv"
end

# Prints names that synsum knows: machines, services, sensors or time zones.
function __synsum_names
    set -l typed (commandline -ct | string replace -r -- '^--[a-z-]+=' '')
    command synsum completion names -- fish $argv[1] "$typed" (commandline -opc)[2..] 2>/dev/null
end

complete -c synsum -e

# TABLES
