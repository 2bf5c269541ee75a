export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

/** The hidden command that the scripts call: `landfall __complete -- <word>...` prints `name<tab>description` lines. */
export const completeCommandName = '__complete'

/** What a shell runs to complete `landfall`. It asks the executable, so it knows every command of its version. */
export const completionScripts: { readonly [shell in Shell]: string } = {
  bash: `# landfall completion for bash. Add to ~/.bashrc: eval "$(landfall completion bash)"
_landfall() {
  local IFS=$'\\n' current="\${COMP_WORDS[COMP_CWORD]}"
  COMPREPLY=($(compgen -W "$(landfall ${completeCommandName} -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1)" -- "$current"))
}
complete -o default -F _landfall landfall
`,
  zsh: `#compdef landfall
# landfall completion for zsh. Add to ~/.zshrc, behind compinit: eval "$(landfall completion zsh)"
_landfall() {
  local -a described
  local name description
  while IFS=$'\\t' read -r name description; do
    [[ -n "$name" ]] && described+=("\${name//:/\\\\:}:$description")
  done < <(landfall ${completeCommandName} -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#described} )); then _describe 'landfall' described; else _files; fi
}
compdef _landfall landfall
`,
  fish: `# landfall completion for fish. Save as ~/.config/fish/completions/landfall.fish
function __landfall_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l candidates (landfall ${completeCommandName} -- $words[2..-1] 2>/dev/null)
  if test (count $candidates) -gt 0
    printf '%s\\n' $candidates
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c landfall -f -a '(__landfall_complete)'
`,
}
