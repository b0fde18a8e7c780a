// Real messages of git when it cannot fetch or push: from git itself, and from public reports on git's hosts. Agent and
// client find the same cause in each.

export interface GitAnswer {
  stderr: string[];
  cause: string;
  /** `refusal`: the same answer would come again. `race`: somebody else was faster. `passing`: a few more tries. */
  kind: 'refusal' | 'race' | 'passing';
}

const ACCESS = ['', 'Please make sure you have the correct access rights', 'and the repository exists.'];
export const UNREAD = ['fatal: Could not read from remote repository.', ...ACCESS];
export const HUNG_UP = 'fatal: the remote end hung up unexpectedly';
export const NOT_PUSHED = "error: failed to push some refs to '/srv/results.git'";

export const rejected = (reason: string): string => ` ! [remote rejected] 0d31c52 -> main (${reason})`;
export const declined = (reason: string, said = ''): string =>
  `The output repository refused the push (${reason}). Allow it there, or choose another output_repository.branch for the next run.${said && ` It said: ${said}`}`;

/** As git shows it: filled up with spaces. */
export const remote = (line: string): string => `remote: ${line}        `;
export const notMoved = (stderr: string[], cause: string, kind: GitAnswer['kind']): GitAnswer => ({
  stderr: [...stderr, 'To /srv/results.git', rejected('failed to update ref'), NOT_PUSHED],
  cause,
  kind,
});
export const notUnpacked = (stderr: string[], cause: string, kind: GitAnswer['kind'] = 'refusal'): GitAnswer => ({
  stderr: [...stderr, 'To /srv/results.git', rejected('unpacker error'), NOT_PUSHED],
  cause,
  kind,
});
