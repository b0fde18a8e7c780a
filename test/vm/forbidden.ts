// What bash 3.2, a Mac or a POSIX system lacks, or does in another way. Each with a line that it is to be found in.

type Forbidden = [name: string, pattern: RegExp, sample: string];

const BASH: Forbidden[] = [
  ['associative arrays (bash 4)', /\b(declare|local|typeset|readonly)\s+-[a-z]*A/, 'local -A x'],
  ['namerefs (bash 4.3)', /\b(declare|local|typeset)\s+-[a-z]*n\b/, 'local -n x=$1'],
  ['declare -g, -l, -u (bash 4)', /\b(declare|local|typeset)\s+-[a-z]*[glu]/, 'declare -gr x=1'],
  ['local - (bash 4.4)', /\blocal -(\s|$|;)/, 'local -'],
  ['mapfile (bash 4)', /\b(mapfile|readarray)\b/, 'mapfile -t lines'],
  ['case conversion (bash 4)', /\$\{[A-Za-z_][A-Za-z0-9_]*(,,?|\^\^?)/, '${x,,}'],
  ['${x@Q} (bash 4.4)', /\$\{[A-Za-z_][A-Za-z0-9_]*@[A-Za-z]\}/, '${x@Q}'],
  ['&>> and |& (bash 4)', /&>>|\|&/, 'curl x |& cat'],
  ['coproc (bash 4)', /\bcoproc\b/, 'coproc cat'],
  ['fall-through in case (bash 4)', /;;&|;&/, '  a) x ;;&'],
  ['case within $( ) (read wrongly by bash 3.2)', /\$\([^)]*\bcase\b/, 'x=$(case $y in a) echo b ;; esac)'],
  ['descriptors by variable (bash 4.1)', /\{[A-Za-z_]+\}[<>]/, 'exec {fd}<file'],
  ['BASHPID, EPOCHSECONDS, SRANDOM', /\b(BASHPID|EPOCHSECONDS|SRANDOM|BASH_ARGV0)\b/, 'echo "$BASHPID"'],
  ['%(...)T (bash 4.2), but for the clock of bash 5', /printf (?!.*\$\{clock).*%\([^)]*\)T/, "printf '%(%H)T'"],
  ['wait -n (bash 4.3)', /\bwait -[a-z]/, 'wait -n'],
  ['negative substring length (bash 4.2)', /\$\{[A-Za-z_]+:[^}:]*:\s*-\d/, '${x:0:-1}'],
  ['negative index (bash 4.3)', /\$\{[A-Za-z_]+\[\s*-\d/, '${x[-1]}'],
  ['[ -v (bash 4.2)', /\[\[? (! )?-v |\btest -v /, '[[ -v x ]]'],
  ['[ -R (bash 4.3)', /\[\[? (! )?-R /, '[ -R x ]'],
  ['fractional or zero read -t (bash 4)', /read [^|;]*-t\s*['"]?(0|\d*\.)/, 'read -r -t 0.5 x'],
  ['read -i, -N (bash 4)', /\bread (-[a-z]+ )*-[a-z]*[iN]/, 'read -rN 1 x'],
  ['printf -v of an element (bash 4.1)', /printf -v ['"]?\w+\[/, "printf -v 'x[1]' %s y"],
  ['shopt of bash 4', /\bshopt\b.*\b(globstar|lastpipe|inherit_errexit|autocd|dirspell)\b/, 'shopt -s globstar'],
  ['\\u in strings (bash 4.2)', /\$'[^']*\\[uU][0-9a-f]/, "x=$'\\u00fc'"],
  [
    'a list that may be empty under set -u (bash 4.4)',
    /(^|[^+])"\$\{(?!files|old|pending)\w+\[@\]\}"/,
    'f "${names[@]}"',
  ],
  ['tracing', /\bset -[a-z]*x|\bset -o xtrace/, 'set -eux'],
];

const PROGRAMS: Forbidden[] = [
  [
    'programs of GNU, Linux or Mac alone',
    call('tac|nproc|free|getent|realpath|flock|setsid|timeout|stdbuf|ionice|gdate|pbcopy'),
    'timeout 5 x',
  ],
  [
    'programs that a fresh image lacks',
    call('jq|python3?|gcloud|gsutil|perl|node|wget|rsync|unzip|zip|bc|xxd|hexdump'),
    'x | jq .a',
  ],
  ['which', /(^|[\s(;|&])which \w/, 'if which git; then'],
  ['stat', call('stat'), 'stat -c %s x'],
  ['date of another time', /\bdate\b[^|;)]* (-[a-zA-Z]*[dIjrv]\b|-f\b|--)/, 'date -u -d @1'],
  ['date with nanoseconds', /\bdate\b[^|;)]*%[0-9]*N/, 'date +%s%N'],
  ['grep -P and GNU expressions', /\bgrep -[a-zA-Z]*P|\bgrep [^|;]*\\[|+?bwsdBWSD<>]/, 'grep -oP x'],
  ['sed -i, -r, -z and GNU expressions', /\bsed [^|;]*(-[a-zA-Z]*[irz]\b|\\[|+?ntwsb])/, "sed -i 's/a/b/' x"],
  ['readlink', call('readlink'), 'readlink -f x'],
  [
    'find by GNU',
    /\bfind\b[^|;]* -(printf|fprintf|regextype|quit|executable|readable|writable)\b/,
    'find . -printf %p',
  ],
  ['find without a folder', /\bfind -/, 'find -type f'],
  ['mktemp', /\bmktemp\b(?! -d "?\$\{?\w+\}?"?\/[\w.-]+XXXXXX)/, 'mktemp --suffix=.x'],
  ['xargs -r, -d', /\bxargs\b[^|;]* -[a-zA-Z0-9]*[rd]\b/, 'xargs -0r rm'],
  ['sort -V, -h, -R, -z', /\bsort\b[^|;]* -[a-zA-Z]*[VhRz]/, 'sort -rV'],
  ['head and tail of all but the last', /\b(head|tail) (-n |-c |-)-?\+?-\d/, 'head -n -1 x'],
  ['base64 -w, and a decoder that not all know', /\bbase64 (-w|-i|-o|--|-D(?! ))|\bbase64 -d(?! 2>)/, 'base64 -w0'],
  ['a hash by one name', call('sha256sum|shasum|md5sum|md5', '^(?!.*command -v).*'), 'sha256sum x'],
  ['cp -a, --', /\bcp\b[^|;]* (-[a-zA-Z]*[adlTu]\b|--)/, 'cp -a x y'],
  ['ln -r, -T', /\bln\b[^|;]* -[a-zA-Z]*[rT]/, 'ln -sr x y'],
  ['touch -d', /\btouch\b[^|;]* -[a-zA-Z]*d/, "touch -d '1 hour ago' x"],
  ['du -b, df --', /\bdu\b[^|;]* -[a-zA-Z]*b|\bdf\b[^|;]* -[a-zA-Z]*[hT]/, 'du -sb x'],
  [
    'ps beyond what BSD and procps share',
    /\bps\b[^|;]* (-e?f\b|aux|-[a-zA-Z]*C|.*\b(cmd|etimes|lwp)\b)/,
    'ps -o cmd= -p 1',
  ],
  [
    'long options',
    /\b(ls|cp|mv|rm|mkdir|ln|chmod|chown|touch|cat|cut|tr|wc|sort|uniq|head|tail|tee|paste|od|du|df|ps|kill|sleep|grep|sed|find|xargs|date) ([^|;]* )?--[a-z]/,
    'mkdir --parents x',
  ],
  ['sleep infinity', /\bsleep (inf|\d+[smhd])/, 'sleep infinity'],
  ['kill by name, and signals by number', /\b(killall|pkill|pgrep)\b|\bkill -[1-9]/, 'pkill -f x'],
  ['echo with options', /\becho -[neE]/, 'echo -e x'],
  ['a shell by name', /\benv -S|\bsh -c\b/, 'sh -c x'],
];

/** Lines that call one of these programs. */
function call(names: string, before = ''): RegExp {
  return new RegExp(`${before}(^|[|;&(]|\\b(if|then|do|else|exec|!|command)\\b)\\s*(${names})\\s`);
}

export const FORBIDDEN: Forbidden[] = [...BASH, ...PROGRAMS];
