type Child = Node | string | null | undefined | false;
type Attributes = Readonly<Record<string, string | boolean | ((event: Event) => void) | undefined>>;

/** An element with attributes, listeners (`onclick`) and children. Text is always text, never markup. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  apply(element, attributes, children);
  return element;
}

/** As `h`, of SVG. */
export function s<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  apply(element, attributes, children);
  return element;
}

function apply(element: Element, attributes: Attributes, children: readonly Child[]): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.replace(/^on/, ""), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(
    ...children.filter((child): child is Node | string => typeof child === "string" || child instanceof Node),
  );
}

/** The element that the page's HTML has under an id. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no #${id}`);
  return element as T;
}

/** Fills a container anew, and shows it. */
export function fill(container: HTMLElement, ...children: readonly Child[]): void {
  container.replaceChildren();
  apply(container, {}, children);
  container.hidden = false;
}

/** As `figures`, of words, which begin at the left. */
export function words(...table: Parameters<typeof figures>): HTMLElement {
  const element = figures(...table);
  element.classList.add("words");
  return element;
}

/** A table whose first column are its row headings and whose other columns are figures. */
export function figures(caption: string, head: readonly Child[], rows: readonly (readonly Child[])[]): HTMLElement {
  const [first, ...others] = head;
  const table = h(
    "table",
    {},
    h("caption", {}, caption),
    h(
      "thead",
      {},
      h("tr", {}, h("th", { scope: "col" }, first), ...others.map((cell) => h("th", { scope: "col" }, cell))),
    ),
    h(
      "tbody",
      {},
      ...rows.map(([name, ...cells]) =>
        h("tr", {}, h("th", { scope: "row" }, name), ...cells.map((cell) => h("td", {}, cell))),
      ),
    ),
  );
  // A wide table scrolls by itself, with the keyboard too.
  return h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": caption }, table);
}

/** Saves bytes as a file of the user's. */
export function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
