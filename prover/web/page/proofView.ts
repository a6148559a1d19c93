import { encode } from "uqr";
import type { ProofFile } from "../../prove/proofFile.ts";
import { encodeProof } from "../../prove/proofLink.ts";
import { download, h, s } from "./dom.ts";

/** A finished proof: as a file, as a link, and as a code to be scanned. */
export function proofView(proof: ProofFile): HTMLElement {
  const link = new URL(`verify.html#${encodeProof(proof)}`, location.href).href;
  const field = h("input", { id: "link", type: "text", readonly: true, value: link });
  const copied = h("span", { role: "status", class: "quiet" });
  return h(
    "div",
    { class: "proof" },
    h(
      "p",
      { class: "actions" },
      h(
        "button",
        {
          type: "button",
          class: "primary",
          onclick: () => download("proof.json", `${JSON.stringify(proof, null, 2)}\n`),
        },
        "Save the proof",
      ),
      h("a", { class: "button", href: link }, "Verify it here"),
    ),
    h("p", {}, h("label", { for: "link" }, "Link, with the whole proof inside "), field),
    h(
      "p",
      { class: "actions" },
      h(
        "button",
        {
          type: "button",
          onclick: () =>
            void navigator.clipboard.writeText(link).then(
              () => {
                copied.textContent = "Copied.";
              },
              () => {
                field.select();
                copied.textContent = "The link is selected: copy it.";
              },
            ),
        },
        "Copy the link",
      ),
      copied,
    ),
    h("figure", { class: "code" }, code(link), h("figcaption", {}, "The same link, for a camera.")),
  );
}

/** A QR code, with the quiet edge that cameras need. */
function code(text: string): SVGElement {
  const { data, size } = encode(text, { ecc: "L", border: 2 });
  const squares = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])));
  return s(
    "svg",
    { viewBox: `0 0 ${size} ${size}`, role: "img", "aria-label": "QR code of the link", class: "qr" },
    s("rect", { width: `${size}`, height: `${size}`, class: "paper" }),
    s("path", { d: squares.join(""), class: "ink" }),
  );
}
