import { shellWord } from "./shell-word.ts";

/** Shells that completions are made for. */
export const shells = ["bash", "zsh", "fish"] as const;

export type Shell = (typeof shells)[number];

/**
 * What a shell evaluates to complete `toggl-insights …` and `npx toggl-insights …`.
 * @param program the words that call the program from any folder: `npx` finds it in its own one only
 */
export function completionScript(shell: Shell, program: readonly string[]): string {
  return scripts[shell](program.map(shellWord).join(" "));
}

const scripts: Readonly<Record<Shell, (call: string) => string>> = {
  /** For bash 3.2 too, which macOS has: without mapfile. */
  bash: (call) => `# completions of toggl-insights for bash, and for npx toggl-insights
_toggl_insights() {
  local at=0 line word="\${COMP_WORDS[COMP_CWORD]}"
  COMPREPLY=()
  if [ "\${COMP_WORDS[0]##*/}" = npx ]; then
    at=1
    [ "$COMP_CWORD" -gt 1 ] && [ "\${COMP_WORDS[1]}" = toggl-insights ] || return 0
  fi
  while IFS= read -r line; do
    case "$line" in "$word"*) COMPREPLY+=("$line") ;; esac
  done < <(SHELL=bash ZSH_NAME= ${call} --get-yargs-completions toggl-insights "\${COMP_WORDS[@]:at+1:COMP_CWORD-at}" 2>/dev/null)
}
complete -o bashdefault -o default -F _toggl_insights toggl-insights
complete -p npx >/dev/null 2>&1 || complete -o bashdefault -o default -F _toggl_insights npx
`,
  zsh: (call) => `# completions of toggl-insights for zsh, and for npx toggl-insights
_toggl_insights() {
  local at=1
  local -a found
  if [[ \${words[1]:t} == npx ]]; then
    at=2
    if (( CURRENT < 3 )) || [[ \${words[2]} != toggl-insights ]]; then _default; return; fi
  fi
  found=("\${(@f)$(SHELL=zsh ${call} --get-yargs-completions toggl-insights "\${(@)words[at+1,CURRENT]}" 2>/dev/null)}")
  if [[ -n "\${found[1]}" ]]; then _describe toggl-insights found; else _default; fi
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
compdef _toggl_insights toggl-insights
(( $+_comps[npx] )) || compdef _toggl_insights npx
`,
  fish: (call) => `# completions of toggl-insights for fish, and for npx toggl-insights
function __toggl_insights
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    test "$words[1]" = npx; and set -e words[1]
    test (count $words) -gt 0; and set -e words[1]
    env SHELL=zsh ${call} --get-yargs-completions toggl-insights $words "$current" 2>/dev/null | string replace ':' \\t
end
complete -c toggl-insights -f -a '(__toggl_insights)'
complete -c toggl-insights -s o -l out -r -F
complete -c npx -n '__fish_seen_subcommand_from toggl-insights' -f -a '(__toggl_insights)'
`,
};
