// The user's view of followed runs: a live line on a terminal, otherwise one line for each change.
import type { RunDocument } from '@mymlops/protocol';
import type { Context } from '../core/context';
import { createLiveLine } from '../view/live-line';
import { endLines, liveText, progressText } from '../view/run-lines';

export interface Reporter {
  state(run: string, document: RunDocument | null): void;
  end(run: string, document: RunDocument): void;
  /** A line of its own. */
  say(line: string): void;
  /** Ends the live line. */
  finish(): void;
}

/** `count`: number of followed runs. A live line has room for one. */
export function createReporter(context: Context, count: number): Reporter {
  const terminal = count === 1 ? context.terminal() : undefined;
  const live = terminal && createLiveLine(terminal);
  const shown = new Map<string, string>();
  const sentAt = new Date().toISOString();
  let newest: RunDocument | null = null;
  const say = (line: string): void => {
    live?.clear();
    context.notice(line);
  };
  return {
    state(run, document) {
      newest = document;
      const text = progressText(document);
      if (document?.end || shown.get(run) === text) return;
      shown.set(run, text);
      if (live) live.show(() => `${run}: ${liveText(newest, { now: new Date(), sentAt })}`);
      else say(`${run}: ${text}`);
    },
    end(run, document) {
      for (const line of endLines(run, document, context.terminal()?.columns())) say(line);
      live?.show(() => `${run}: waiting for its VM to be deleted`);
    },
    say,
    finish: () => live?.clear(),
  };
}
