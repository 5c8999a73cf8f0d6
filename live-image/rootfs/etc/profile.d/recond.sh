# A shell on the stick: the Tab key completes recond's words (bash only: dash has no completion).
export PAGER=less LESS=-FRX
case "$-:${BASH_VERSION:-}" in
*i*:?*) [ ! -r /usr/share/bash-completion/completions/recond ] || . /usr/share/bash-completion/completions/recond ;;
esac
[ ! -t 1 ] || (
    . /usr/lib/recond/language
    say "Le manuel : man recond (q : le quitter). La touche Tab complete les mots. L'assistant : recond." \
        "The manual, in French: man recond (q: leave it). The Tab key completes words. The assistant: recond."
)
