// `init`: writes the files of a new project, and leaves those that the folder already has.
import { join, relative, resolve } from 'node:path';
import { CONFIG_FILE } from '../config/project-config';
import type { Context } from '../core/context';
import { showJson } from '../view/show-json';
import { EXIT } from '../core/exit-codes';
import { SAMPLE_NOTEBOOK, writeProject } from '../init/write-project';
import { stateFolder } from '../local/state-folder';

export function init(context: Context, name: string, options: { json?: boolean }): number {
  const folder = resolve(context.cwd, name);
  const place = { templates: context.templates, stateFolder: stateFolder(context.env) };
  const { written, left, outdated, ignored, inside } = writeProject(folder, place);
  if (inside !== undefined) {
    context.notice(
      `${folder} is inside the project ${inside}. It is now a project of its own: commits of its notebooks send this folder only. To undo this: rm ${quoted(join(folder, CONFIG_FILE))}`,
    );
  }
  if (options.json) {
    showJson(context, { folder, written, left, outdated, ignored });
    return EXIT.done;
  }
  for (const path of written) context.notice(`written: ${path}`);
  for (const path of left) context.notice(`unchanged: ${path}`);
  if (outdated.length > 0) {
    context.notice(
      `${outdated.join(' and ')}: written by an earlier version, which sets parameters with papermill only. To get the new version: rm ${outdated.join(' ')}, then run init again`,
    );
  }
  if (ignored.length > 0) context.notice(`.gitignore: ${ignored.join(' ')}`);
  const enter = relative(context.cwd, folder);
  context.notice(`Try it: ${enter ? `cd ${quoted(enter)} && ` : ''}mymlops-client commit ${SAMPLE_NOTEBOOK}`);
  return EXIT.done;
}

const quoted = (path: string): string =>
  /^[\w./-]+$/.test(path) && !path.startsWith('-') ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
