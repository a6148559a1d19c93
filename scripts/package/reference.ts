import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";

const DECLARATION =
  /(?:\/\*\*((?:[^*]|\*(?!\/))*)\*\/\n)?export (?:declare )?(?:async )?(function|interface|type|const|class) (\w+)([\s\S]*?)(?=\n(?:\/\*\*|export |declare |interface |type |const |import )|$)/g;

/** The text of a comment without its stars, and with its tags as a list. */
const prose = (comment: string): string =>
  comment
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, "").trim())
    .join("\n")
    .trim()
    .replace(/\{@link ([^}]+)\}/g, "`$1`")
    .replace(/(?:^|\s)@(param|returns|throws) /g, "\n* **$1** ");

/**
 * The reference of a compiled package, out of its declarations: what every file exports, with what the source says of it.
 * @param folder of the package
 * @param folders those that can be imported
 */
export async function writeReference(folder: string, name: string, folders: readonly string[]): Promise<string> {
  const sections: string[] = [`# ${name}: reference`, "", "Written by the build, from the sources' own comments."];
  const files: string[] = [];
  for await (const file of glob(`{${folders.join(",")}}/**/*.d.ts`, { cwd: folder })) files.push(file);
  for (const file of files.sort()) {
    const text = await readFile(join(folder, file), "utf8");
    const found = [...text.matchAll(DECLARATION)];
    if (found.length === 0) continue;
    sections.push("", `## ${name}/${file.replace(/\.d\.ts$/, "")}`);
    for (const [, comment = "", kind = "", own = "", rest = ""] of found) {
      const declared = kind === "const" && rest.length > 400 ? `${rest.slice(0, 400)} ...` : rest;
      sections.push("", `### ${own}`, "");
      if (comment !== "") sections.push(prose(comment), "");
      sections.push("```ts", `${kind} ${own}${declared}`.trim(), "```");
    }
  }
  return `${sections.join("\n")}\n`;
}
