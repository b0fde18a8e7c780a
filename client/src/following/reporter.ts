// The user's view of followed documents: a live line on a terminal, otherwise one line for each change.
import type { Context } from '../core/context';
import { createLiveLine } from '../view/live-line';
import type { FollowedDocument } from './follow-document';

export interface Reporter<D> {
  state(id: string, document: D | null): void;
  end(id: string, document: D): void;
  /** A line of its own. */
  say(line: string): void;
  /** Ends the live line. */
  finish(): void;
}

export interface ReportedWords<D> {
  /** The state. Equal texts mean the same state for the reader. */
  progressText(document: D | null): string;
  /** The same with a clock. `sentAt`: when following began. */
  liveText(document: D | null, times: { now: Date; sentAt: string }): string;
  /** `columns` of the terminal; undefined without one. */
  endLines(id: string, document: D, columns: number | undefined): string[];
}

/** `count`: number of followed documents. A live line has room for one. */
export function createReporterOf<D extends FollowedDocument>(
  context: Pick<Context, 'terminal' | 'notice'>,
  count: number,
  { progressText, liveText, endLines }: ReportedWords<D>,
): Reporter<D> {
  const terminal = count === 1 ? context.terminal() : undefined;
  const live = terminal && createLiveLine(terminal);
  const shown = new Map<string, string>();
  const sentAt = new Date().toISOString();
  let newest: D | null = null;
  const say = (line: string): void => {
    live?.clear();
    context.notice(line);
  };
  return {
    state(id, document) {
      newest = document;
      const text = progressText(document);
      if (document?.end || shown.get(id) === text) return;
      shown.set(id, text);
      if (live) live.show(() => `${id}: ${liveText(newest, { now: new Date(), sentAt })}`);
      else say(`${id}: ${text}`);
    },
    end(id, document) {
      for (const line of endLines(id, document, context.terminal()?.columns())) say(line);
      live?.show(() => `${id}: waiting for its VM to be deleted`);
    },
    say,
    finish: () => live?.clear(),
  };
}
