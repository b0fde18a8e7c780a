// `init`: what a new project needs, beside whatever the folder holds already.
import { join, relative, resolve } from 'node:path';
import { CONFIG_FILE } from '../config/project-config';
import { type Context, showJson } from '../core/context';
import { EXIT } from '../core/exit-codes';
import { SAMPLE_NOTEBOOK, writeProject } from '../init/write-project';
import { stateFolder } from '../local/state-folder';

export function init(context: Context, name: string, options: { json?: boolean }): number {
  const folder = resolve(context.cwd, name);
  const place = { templates: context.templates, stateFolder: stateFolder(context.env) };
  const { written, left, outdated, ignored, inside } = writeProject(folder, place);
  if (inside !== undefined) {
    context.notice(
      `${folder} lies inside the project ${inside}. It is a project of its own now: commits of notebooks in it send this folder only. To undo that: rm ${quoted(join(folder, CONFIG_FILE))}`,
    );
  }
  if (options.json) {
    showJson(context, { folder, written, left, outdated, ignored });
    return EXIT.done;
  }
  for (const path of written) context.notice(`written: ${path}`);
  for (const path of left) context.notice(`left as it is: ${path}`);
  if (outdated.length > 0) {
    context.notice(
      `${outdated.join(' and ')}: from an earlier version, which sets parameters with papermill only. To have the new one: rm ${outdated.join(' ')}, then init again`,
    );
  }
  if (ignored.length > 0) context.notice(`.gitignore: ${ignored.join(' ')}`);
  const enter = relative(context.cwd, folder);
  context.notice(`Try it: ${enter ? `cd ${quoted(enter)} && ` : ''}mymlops-client commit ${SAMPLE_NOTEBOOK}`);
  return EXIT.done;
}

const quoted = (path: string): string =>
  /^[\w./-]+$/.test(path) && !path.startsWith('-') ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
