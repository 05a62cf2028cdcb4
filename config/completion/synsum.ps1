# Completes synsum in PowerShell 5.1 and later. `synsum completion powershell` adds the tables, made from the help.
# Where it has no answer, PowerShell completes the names of files.

Register-ArgumentCompleter -Native -CommandName synsum -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    # TABLES

    # Nothing that a name contains is evaluated: it is quoted, unless all its characters are plain.
    function Add-Quotes([string] $text) {
        if ($text -cmatch '\A-*[A-Za-z0-9_.:/+%]+[A-Za-z0-9_.:/+%-]*\z') { return $text }
        "'" + [System.Management.Automation.Language.CodeGeneration]::EscapeSingleQuotedStringContent($text) + "'"
    }

    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object {
            if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.Extent.Text }
        })

    $name = ''
    $place = 0
    $value = $null
    $isValue = $false
    for ($at = 0; $at -lt $words.Count; $at++) {
        $word = $words[$at]
        if ($flagsWithValue -ccontains $word) {
            $at++
            if ($at -ge $words.Count) {
                $isValue = $true
                $value = $values[$(if ($name) { "$name $word" } else { "main $word" })]
            }
        } elseif ($word -match '^-.') {
        } elseif ($name) {
            $place++
        } elseif ($commands.Contains($word)) {
            $name = $word
        } else {
            $name = 'summary'
            $place = 1
        }
    }

    $tips = @{}
    if ($isValue) {
        $found = $value
    } elseif ($wordToComplete -like '-*') {
        $tips = $options[$(if ($name) { $name } else { 'main' })]
        $found = @('choices') + $tips.Keys
    } elseif (-not $name) {
        $tips = $commands
        $found = @('choices') + $commands.Keys
    } elseif ($arguments.ContainsKey("$name *")) {
        $found = $arguments["$name *"]
    } else {
        $found = $arguments["$name $place"]
    }
    if ($null -eq $found) { return }

    $kind, $texts = $found
    if ($kind -ne 'choices') {
        $texts = @(& synsum completion names '--' powershell $kind "$wordToComplete" @words 2>$null)
    }
    $typed = "$wordToComplete".Trim("'", '"')
    foreach ($text in $texts) {
        if (-not "$text".StartsWith($typed, [StringComparison]::Ordinal)) { continue }
        $tip = if ($tips.Contains($text)) { $tips[$text] } else { $text }
        [System.Management.Automation.CompletionResult]::new((Add-Quotes $text), $text, 'ParameterValue', $tip)
    }
}
