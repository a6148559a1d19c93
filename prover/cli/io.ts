import { printable } from "./text.ts";

/** Where a command speaks to: results go to standard output when it ends, everything else here. */
export interface Io {
  /** A line on standard error. */
  note(text: string): void;
  /** Names what is being worked on, on standard error; ends the stage before. */
  stage(name: string): void;
  /** Ends the last stage. */
  settle(): void;
  /** Whether standard output shows colours. */
  readonly color: boolean;
  /** Whether standard error does. */
  readonly noteColor: boolean;
}

/** A terminal that wants colours: not a pipe, not a dumb terminal, no `NO_COLOR`. */
const wantsColor = (stream: NodeJS.WriteStream): boolean => stream.isTTY === true && stream.hasColors();

export function openIo(stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream): Io {
  let current: { readonly name: string; readonly since: number } | undefined;
  const settle = (): void => {
    if (current === undefined) return;
    const seconds = ((performance.now() - current.since) / 1000).toFixed(1);
    stderr.write(`${stderr.isTTY ? "\r\x1b[2K" : ""}${current.name}: ${seconds} s\n`);
    current = undefined;
  };
  return {
    note(text) {
      settle();
      stderr.write(printable(`${text}\n`));
    },
    stage(name) {
      settle();
      current = { name, since: performance.now() };
      // Elsewhere than on a terminal one line says all, when the stage has ended.
      if (stderr.isTTY) stderr.write(`${name} ...`);
    },
    settle,
    color: wantsColor(stdout),
    noteColor: wantsColor(stderr),
  };
}
