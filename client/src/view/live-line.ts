// A line of the terminal that is updated in place.
import type { Terminal } from '../core/context';
import { cutToColumns } from './width';

const REDRAW_MS = 1000;
const CLEAR = '\r\u001b[2K';

export interface LiveLine {
  /** Shows `text()` now and once a second, until the next call or `clear`. */
  show(text: () => string): void;
  /** Erases the line, so that other text can be written. */
  clear(): void;
}

export function createLiveLine(terminal: Terminal): LiveLine {
  let timer: NodeJS.Timeout | undefined;
  return {
    show(text) {
      clearInterval(timer);
      const draw = (): void => terminal.write(`${CLEAR}${cutToColumns(text(), Math.max(1, terminal.columns() - 1))}`);
      draw();
      timer = setInterval(draw, REDRAW_MS);
      timer.unref();
    },
    clear() {
      if (timer === undefined) return;
      clearInterval(timer);
      timer = undefined;
      terminal.write(CLEAR);
    },
  };
}
