// `init`: what a new project needs, beside whatever the folder holds already.
import { relative, resolve } from 'node:path';
import { type Context, showJson } from '../context';
import { EXIT } from '../exit-codes';
import { SAMPLE_NOTEBOOK, writeProject } from '../init/write-project';

export function init(context: Context, name: string, options: { json?: boolean }): number {
  const folder = resolve(context.cwd, name);
  const { written, left, outdated, ignored } = writeProject(folder, context.templates);
  if (options.json) {
    showJson(context, { folder, written, left, outdated, ignored });
    return EXIT.done;
  }
  for (const path of written) context.talk(`written: ${path}`);
  for (const path of left) context.talk(`left as it is: ${path}`);
  if (outdated.length > 0) {
    context.talk(
      `${outdated.join(' and ')}: from an earlier version, which sets parameters with papermill only. To have the new one: rm ${outdated.join(' ')}, then init again`,
    );
  }
  if (ignored.length > 0) context.talk(`.gitignore: ${ignored.join(' ')}`);
  const enter = relative(context.cwd, folder);
  context.talk(`Try it: ${enter ? `cd ${quoted(enter)} && ` : ''}mymlops-client commit ${SAMPLE_NOTEBOOK}`);
  return EXIT.done;
}

const quoted = (path: string): string =>
  /^[\w./-]+$/.test(path) && !path.startsWith('-') ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
