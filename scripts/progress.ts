/** Says what is being worked on: one updating line on a terminal, a line per event elsewhere. */
export interface Progress {
  start(task: string): void;
  done(task: string, note?: string): void;
  stop(): void;
}

export function openProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  const running = new Map<string, number>();
  const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;
  const clear = (): void => {
    if (stream.isTTY) stream.write("\r\x1b[2K");
  };
  const draw = (): void => {
    clear();
    const line = [...running].map(([task, since]) => `${task} ${seconds(since)}`).join(" · ");
    stream.write(line.slice(0, (stream.columns || 80) - 1));
  };
  const timer = stream.isTTY ? setInterval(draw, 100) : undefined;
  timer?.unref();
  return {
    start(task) {
      running.set(task, performance.now());
      if (!stream.isTTY) stream.write(`${task} ...\n`);
    },
    done(task, note = "") {
      clear();
      stream.write(`${task}: ${seconds(running.get(task) ?? performance.now())}${note === "" ? "" : `, ${note}`}\n`);
      running.delete(task);
    },
    stop() {
      clearInterval(timer);
      clear();
    },
  };
}
