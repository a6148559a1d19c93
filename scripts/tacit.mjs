#!/usr/bin/env node
// `npx tacit ...` is `npm run tacit -- ...`.
process.argv.splice(2, 0, "tacit");
await import("./bootstrap.mjs");
