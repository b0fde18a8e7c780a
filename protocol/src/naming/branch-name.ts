// Names of git branches.

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const FORBIDDEN = /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|^[-/]|\/$|\.$|(?:^|\/)\.|\.lock(?:\/|$)/;

/** The rules of `git check-ref-format --branch`. */
export function isBranchName(text: string): boolean {
  return text !== '' && text.length <= 200 && !FORBIDDEN.test(text);
}
