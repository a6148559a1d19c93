import { stripVTControlCharacters, styleText } from "node:util";
import { wrap } from "./text.ts";

export type Tone = "good" | "bad" | "quiet";

/** Tells a story on a terminal or into a file. */
export interface Narrator {
  /** Begins a part of the story. */
  heading(text: string): void;
  /** Prose, in lines that fit. */
  text(prose: string): void;
  /** A line as it is. */
  line(text?: string): void;
  /** What happened, and a figure at the right margin. */
  event(text: string, figure?: string): void;
  /** Does something slow; a terminal shows what, and for how long by now. */
  work<T>(label: string, run: () => Promise<T>): Promise<T>;
  /** A word that a terminal shows in colour. */
  paint(tone: Tone, text: string): string;
}

export const WIDTH = 100;
const STYLES = { good: "green", bad: "red", quiet: "dim" } as const;

/** Plain text unless the stream is a terminal; no colour where `NO_COLOR` is set. */
export function openNarrator(stream: NodeJS.WriteStream): Narrator {
  const terminal = stream.isTTY === true && process.env.TERM !== "dumb";
  const style = (format: Parameters<typeof styleText>[0], text: string) =>
    terminal && stream.hasColors() ? styleText(format, text, { validateStream: false }) : text;
  const clear = () => stream.write("\r\x1b[2K");
  return {
    heading: (text) => void stream.write(`\n${style("bold", text)}\n`),
    text(prose) {
      for (const line of wrap(prose.split(" "), WIDTH - 2)) stream.write(`  ${line}\n`);
    },
    line: (text = "") => void stream.write(`${text === "" ? "" : `  ${text}`}\n`),
    event(text, figure) {
      const room = WIDTH - 2 - visible(text) - visible(figure ?? "");
      stream.write(`  ${text}${figure === undefined ? "" : `${" ".repeat(Math.max(1, room))}${figure}`}\n`);
    },
    async work(label, run) {
      if (!terminal) return run();
      const start = performance.now();
      const draw = () => {
        const line = `  ${label} ... ${((performance.now() - start) / 1000).toFixed(1)} s`;
        clear();
        stream.write(style("dim", line.slice(0, (stream.columns ?? WIDTH) - 1)));
      };
      draw();
      const timer = setInterval(draw, 200);
      try {
        return await run();
      } finally {
        clearInterval(timer);
        clear();
      }
    },
    paint: (tone, text) => style(STYLES[tone], text),
  };
}

/** Columns that a text takes on a terminal. */
const visible = (text: string): number => stripVTControlCharacters(text).length;
