// `npm run files [-- WORD...]`: each source file with the comment at its top, which says what it decides or does. With words, only
// the files in whose path or comment all of them stand.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const FOLDERS = ['protocol', 'functions/src', 'functions/vm', 'client/src', 'deploy/local'];
const COMMENT = /^(?:\/\/|#) ?/;
/** Lines that say nothing of a file: an interpreter, a ruler with the part's name, a setting of shellcheck. */
const NOT_SAID = /^(?:!|-{4}|shellcheck )/;

/** A file of one small thing begins with the comment of that thing. */
const OF_ONE_THING = /^\/\*\*([^]*?)\*\//;

function topComment(file) {
  const text = readFileSync(file, 'utf8');
  const ofThing = OF_ONE_THING.exec(text)?.[1];
  if (ofThing !== undefined) return ofThing.replaceAll(/\s*\n?\s*\* ?|\s+/g, ' ').trim();
  const lines = text.split('\n');
  const end = lines.findIndex((line) => !COMMENT.test(line));
  const said = lines.slice(0, end === -1 ? lines.length : end).map((line) => line.replace(COMMENT, ''));
  return said.filter((line) => !NOT_SAID.test(line)).join(' ');
}

const words = process.argv.slice(2).map((word) => word.toLowerCase());
const files = execFileSync('git', ['ls-files', '--', ...FOLDERS], { encoding: 'utf8' }).split('\n');
for (const file of files.filter((name) => /\.(?:ts|sh)$/.test(name))) {
  const comment = topComment(file);
  const text = `${file} ${comment}`.toLowerCase();
  if (words.every((word) => text.includes(word))) console.log(`${file}\n    ${comment}`);
}
